"""What has no place on the screen is told with the command line that does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.tui.dialogs.page import Page
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone


def explain_verb(name: str) -> Callable[[Stage], Awaitable[None]]:
    """The flow that explains this verb."""
    verb = VERBS[name]
    lines = [
        (verb.summary, Tone.PLAIN),
        ("", Tone.PLAIN),
        ("in a shell:", Tone.MUTED),
        (f"kugetsu {name} {verb.usage}".rstrip(), Tone.STRONG),
        (verb.example, Tone.MUTED),
    ]

    async def explain(stage: Stage) -> None:
        await stage.ask(Page(name, lines))

    return explain
