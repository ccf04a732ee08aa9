"""Every flow by its name, loaded when it is first asked for: the board is there sooner."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module

from kugetsu_tui.tui.flows.stage import Stage

Flow = Callable[[Stage], Awaitable[None]]

FLOWS = {
    "adopt": "adopt_session",
    "continue": "continue_session",
    "destroy": "destroy_session",
    "help": "show_help",
    "init": "init_base",
    "prune": "prune_orphans",
    "resume": "resume_session",
    "settings": "change_settings",
    "start": "start_issue",
    "stop": "stop_runs",
    "undo": "undo_removal",
}
"""What a key or the palette may ask for → the module that plays it, in a function of that name."""


def flow_of(name: str) -> Flow:
    """The flow of that name.

    Raises:
        KeyError: there is none.
    """
    module = FLOWS[name]
    flow: Flow = getattr(import_module(f"kugetsu_tui.tui.flows.{module}"), module)
    return flow
