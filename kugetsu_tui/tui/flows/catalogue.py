"""Every flow by its name, loaded when it is first asked for: the board is there sooner."""
# ruff: noqa: PLC0415 - what no key has asked for yet is not loaded

from __future__ import annotations

from collections.abc import Awaitable, Callable

from kugetsu_tui.tui.flows.stage import Stage

Flow = Callable[[Stage], Awaitable[None]]


def flow_of(name: str) -> Flow:  # noqa: C901 - a table
    """The flow of that verb.

    Raises:
        KeyError: no verb of that name has one.
    """
    match name:
        case "adopt":
            from kugetsu_tui.tui.flows.adopt_session import adopt_session

            return adopt_session
        case "continue":
            from kugetsu_tui.tui.flows.continue_session import continue_session

            return continue_session
        case "destroy":
            from kugetsu_tui.tui.flows.destroy_session import destroy_session

            return destroy_session
        case "help":
            from kugetsu_tui.tui.flows.show_help import show_help

            return show_help
        case "init":
            from kugetsu_tui.tui.flows.init_base import init_base

            return init_base
        case "prune":
            from kugetsu_tui.tui.flows.prune_orphans import prune_orphans

            return prune_orphans
        case "resume":
            from kugetsu_tui.tui.flows.resume_session import resume_session

            return resume_session
        case "start":
            from kugetsu_tui.tui.flows.start_issue import start_issue

            return start_issue
        case "stop":
            from kugetsu_tui.tui.flows.stop_runs import stop_runs

            return stop_runs
        case "undo":
            from kugetsu_tui.tui.flows.undo_removal import undo_removal

            return undo_removal
        case _:
            raise KeyError(name)
