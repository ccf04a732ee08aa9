"""Every flow by the name of its verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from kugetsu_tui.tui.flows.adopt_session import adopt_session
from kugetsu_tui.tui.flows.continue_session import continue_session
from kugetsu_tui.tui.flows.destroy_session import destroy_session
from kugetsu_tui.tui.flows.init_base import init_base
from kugetsu_tui.tui.flows.prune_orphans import prune_orphans
from kugetsu_tui.tui.flows.resume_session import resume_session
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.flows.start_issue import start_issue
from kugetsu_tui.tui.flows.stop_runs import stop_runs
from kugetsu_tui.tui.flows.undo_removal import undo_removal

FLOWS: Mapping[str, Callable[[Stage], Awaitable[None]]] = {
    "adopt": adopt_session,
    "continue": continue_session,
    "destroy": destroy_session,
    "init": init_base,
    "prune": prune_orphans,
    "resume": resume_session,
    "start": start_issue,
    "stop": stop_runs,
    "undo": undo_removal,
}
