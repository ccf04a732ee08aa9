"""`init`: make the base, and get opencode first where it is missing."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.commands.init_base import InitRequest
from kugetsu_tui.domain.board import RowKind
from kugetsu_tui.tui.dialogs.question import Choice, Picked, Question
from kugetsu_tui.tui.dialogs.write_message import MessageDialog
from kugetsu_tui.tui.flows.stage import Stage, insist
from kugetsu_tui.tui.widgets.look import Tone


async def init_base(stage: Stage) -> None:
    """In opencode's own screen, by a message typed here, or from a session that there is."""
    if not await _has_opencode(stage):
        return
    init, base, row = stage.commands.init, stage.roster.base, stage.selected
    directory = await stage.do("looking", init.directory)
    candidate = row.session_id if row and row.kind is RowKind.UNTRACKED else None
    picked = await stage.ask(
        _question(str(directory), base.session_id if base else None, candidate)
    )
    match picked:
        case Picked(choice="o"):
            request = InitRequest(force=base is not None)
            stage.show(await stage.hand_over(partial(init, request)))
        case Picked(choice="m"):
            await _by_message(stage, str(directory), force=base is not None)
        case Picked(choice="t"):
            request = InitRequest(force=base is not None, adopt=candidate)
            stage.show(await stage.do("adopting the base", partial(init, request)))
        case _:
            pass


def _question(directory: str, base_id: str | None, candidate: str | None) -> Question:
    lines = [
        ("Every issue's session is forked from the base session:", Tone.PLAIN),
        ("what it has read of the project, they all know from the start.", Tone.PLAIN),
        (f"It will work in {directory}", Tone.MUTED),
    ]
    if base_id is not None:
        lines.append((f"It takes the place of {base_id}; forks keep working.", Tone.MIND))
    choices = [Choice("o", "opencode's screen"), Choice("m", "a message typed here")]
    if candidate is not None:
        choices.append(Choice("t", "the selected session"))
    return Question("make the base session", lines, choices)


async def _by_message(stage: Stage, directory: str, *, force: bool) -> None:
    draft = stage.draft("init")
    made = await insist(
        stage,
        lambda refusal: MessageDialog(
            "the base's first message",
            draft,
            about=[f"works in {directory}", "for instance: read README.md and how tests are run"],
            refusal=refusal,
        ),
        "making the base session",
        lambda message: stage.commands.init(InitRequest(force=force, message=message)),
    )
    if made is not None:
        draft.message = ""


async def _has_opencode(stage: Stage) -> bool:
    """Whether it is there, or is there by now."""
    install = stage.commands.install_opencode
    missing = await stage.do("looking for opencode", install.missing)
    if missing is None:
        return True
    lines = [
        (missing.message, Tone.MIND),
        ("npm can install it into kugetsu's own data folder: 354 MB.", Tone.PLAIN),
        ("Or go back, install it yourself, and come again.", Tone.MUTED),
    ]
    if not await stage.ask(Question("get opencode?", lines, [Choice("i", "install it")])):
        return False
    stage.show(await stage.do("installing opencode", partial(install, stage.say)))
    return True
