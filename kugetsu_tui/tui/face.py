"""The way in: how to draw is settled before Textual, which asks only once, is loaded."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.settings import Frames, Motion, Settings
from kugetsu_tui.tui.link import FEW_FRAMES


def run_face(
    commands: Commands,
    *,
    scope: str | None = None,
    story: Sequence[tuple[str, tuple[str, ...]]] = (),
) -> int:
    """Show the screen until it is left; the exit code.

    Args:
        commands: all that can be done.
        scope: a directory, an issue or a session to show; else everything.
        story: what somebody new is told, a line at a time: its words, and ids of the keys in it.

    Raises:
        BadReferenceError: the scope is none of these.
        NotFoundError: nobody tracks it.
    """
    for name, value in drawing(commands.settings, os.environ):
        os.environ.setdefault(name, value)
    from kugetsu_tui.tui.app import run_screen  # noqa: PLC0415 - see above
    from kugetsu_tui.tui.screens.story import Step  # noqa: PLC0415 - see above

    return run_screen(commands, scope=scope, story=[Step(*step) for step in story])


def drawing(settings: Settings, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Textual's own variables for what was chosen; one that the user has set stands."""
    is_remote = "SSH_CONNECTION" in environment or "SSH_TTY" in environment
    if settings.frames is Frames.FEW or (settings.frames is Frames.AUTO and is_remote):
        yield "TEXTUAL_FPS", str(FEW_FRAMES)
    is_still = settings.motion is Motion.OFF or settings.is_reader
    if is_still or (settings.motion is Motion.AUTO and is_remote):
        yield "TEXTUAL_ANIMATIONS", "none"
        yield "TEXTUAL_SMOOTH_SCROLL", "0"
