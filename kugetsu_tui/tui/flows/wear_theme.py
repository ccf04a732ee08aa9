"""Other colours, from now on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from kugetsu_tui.tui.flows.stage import Stage

KEY = "screen.theme"


def wear_theme(name: str) -> Callable[[Stage], Awaitable[None]]:
    """The flow that wears this one and remembers it."""

    async def wear(stage: Stage) -> None:
        shown = await stage.do("saving", partial(stage.commands.change_settings, KEY, name))
        stage.try_theme(name)
        for warning in shown.warnings:
            if warning.startswith(KEY):
                stage.warn(warning)

    return wear
