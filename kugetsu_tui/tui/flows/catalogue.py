"""Every flow by its name, loaded when it is first asked for: the board is there sooner."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.tui.flows.stage import Stage

Flow = Callable[[Stage], Awaitable[None]]

_ROOM = "kugetsu_tui.tui.flows"
FLOWS = {
    "adopt": "adopt_session",
    "answer": "answer_ask",
    "browse": "browse_issue",
    "continue": "continue_session",
    "destroy": "destroy_session",
    "doctor": "examine_health",
    "help": "show_help",
    "init": "init_base",
    "prune": "prune_orphans",
    "resume": "resume_session",
    "settings": "change_settings",
    "start": "start_issue",
    "stop": "stop_runs",
    "trash": "show_trash",
    "undo": "undo_removal",
}
"""What a key or the palette may ask for → the module that plays it, in a function of that name."""
ON_THE_SCREEN = {
    "copy": "copy_words",
    "messages": "read_messages",
    "repository": "pick_repository",
}
"""What only somebody at a screen needs: no verbs."""


def flow_of(name: str) -> Flow:
    """The flow of that name; a verb without one is explained.

    Raises:
        KeyError: there is no such verb either.
    """
    module = FLOWS.get(name) or ON_THE_SCREEN.get(name)
    if module is None:
        return _made_by("explain_verb", VERBS[name].name)
    flow: Flow = getattr(import_module(f"{_ROOM}.{module}"), module)
    return flow


def flow_that_wears(theme: str) -> Flow:
    """The flow that changes the colours to these."""
    return _made_by("wear_theme", theme)


def _made_by(module: str, subject: str) -> Flow:
    make: Callable[[str], Flow] = getattr(import_module(f"{_ROOM}.{module}"), module)
    return make(subject)
