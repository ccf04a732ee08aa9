"""Verbs that change what is tracked."""

from __future__ import annotations

from kugetsu_tui.batch.calls.call import Call, confirm, is_wanted
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.report.report import Outcome


def prune(call: Call) -> Outcome:
    from kugetsu_tui.commands.prune_orphans import PruneOrphans

    return PruneOrphans.of(call.world())(force=call.arguments.force)


def destroy(call: Call) -> Outcome:
    from kugetsu_tui.commands.destroy_session import DestroyRequest, DestroySession

    asked = call.arguments
    request = DestroyRequest(
        refs=tuple(asked.refs), is_base=asked.base, purge=asked.purge, force=asked.force
    )
    destroy = DestroySession.of(call.world())
    names = ", ".join(doomed.label for doomed in destroy.plan(request))
    if not asked.yes:
        fate = "deleted for good" if asked.purge else "kept in opencode"
        confirm(call, f"Untrack {names}? The conversation is {fate}.")
    return destroy(request)


def forget(call: Call) -> Outcome:
    from kugetsu_tui.commands.forget_runs import ForgetRuns

    forget = ForgetRuns.of(call.world())
    doomed = forget.plan(call.arguments.ref)
    if not call.arguments.yes and doomed.count:
        confirm(call, f"Erase {doomed.words}? It cannot be taken back.")
    return forget(call.arguments.ref)


def adopt(call: Call) -> Outcome:
    from kugetsu_tui.commands.adopt_session import AdoptRequest, AdoptSession

    return AdoptSession.of(call.world())(AdoptRequest(call.arguments.ref, call.arguments.session))


def undo(call: Call) -> Outcome:
    from kugetsu_tui.commands.undo_removal import UndoRemoval

    return UndoRemoval.of(call.world())(call.arguments.ref)


def trash(call: Call) -> Outcome:
    from kugetsu_tui.commands.undo_removal import UndoRemoval

    return UndoRemoval.of(call.world()).trash()


def doctor(call: Call) -> Outcome:
    asked = call.arguments
    if asked.yes and not (asked.fix or asked.restore or asked.rebuild):
        raise UsageError("doctor: -y goes with --fix", hint="kugetsu doctor --fix -y")
    if asked.force and not asked.rebuild:
        raise UsageError("doctor: --force goes with --rebuild", hint="kugetsu doctor --rebuild")
    if asked.rebuild:
        from kugetsu_tui.commands.rebuild_index import RebuildIndex

        return RebuildIndex.of(call.world())(force=asked.force)
    if asked.restore:
        from kugetsu_tui.commands.restore_index import RestoreIndex

        return RestoreIndex.of(call.world())()
    if asked.fix:
        return _mend(call)
    from kugetsu_tui.commands.examine_health import ExamineHealth

    return ExamineHealth.of(call.world())()


def _mend(call: Call) -> Outcome:
    from kugetsu_tui.commands.examine_health import words_of
    from kugetsu_tui.commands.mend_health import MendHealth

    mend = MendHealth.of(call.world())
    plan = mend.plan()
    if call.arguments.yes:
        return mend(plan)
    return mend([finding for finding in plan if is_wanted(call, f"{words_of(finding)}\nDo it?")])
