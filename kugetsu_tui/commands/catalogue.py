"""Every verb, ready to call: all that a face gets to see of the world."""

from __future__ import annotations

from typing import Self

from kugetsu_tui.commands.adopt_session import AdoptSession
from kugetsu_tui.commands.announce_news import AnnounceNews
from kugetsu_tui.commands.answer_ask import AnswerAsk
from kugetsu_tui.commands.browse_issue import BrowseIssue
from kugetsu_tui.commands.change_settings import ChangeSettings
from kugetsu_tui.commands.continue_session import ContinueSession
from kugetsu_tui.commands.destroy_session import DestroySession
from kugetsu_tui.commands.examine_health import ExamineHealth
from kugetsu_tui.commands.follow_run import FollowRun
from kugetsu_tui.commands.forget_runs import ForgetRuns
from kugetsu_tui.commands.init_base import InitBase
from kugetsu_tui.commands.install_opencode import InstallOpencode
from kugetsu_tui.commands.list_sessions import ListSessions
from kugetsu_tui.commands.mend_health import MendHealth
from kugetsu_tui.commands.narrow_board import NarrowBoard
from kugetsu_tui.commands.prune_orphans import PruneOrphans
from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.commands.read_changes import ReadChanges
from kugetsu_tui.commands.read_log import ReadLog
from kugetsu_tui.commands.read_runs import ReadRuns
from kugetsu_tui.commands.read_transcript import ReadTranscript
from kugetsu_tui.commands.remember_board import RememberBoard
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.resume_session import ResumeSession
from kugetsu_tui.commands.show_session import ShowSession
from kugetsu_tui.commands.start_issue import StartIssue
from kugetsu_tui.commands.stop_runs import StopRuns
from kugetsu_tui.commands.undo_removal import UndoRemoval
from kugetsu_tui.commands.watch_board import WatchBoard
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.settings import Settings


@frozen(kw_only=True)
class Commands:
    """One field per use case, named as a person would ask for it."""

    settings: Settings
    """As they hold for this call."""
    warnings: tuple[str, ...]
    """What of them was not understood, and what holds instead."""
    resolve: ResolveRef
    board: ReadBoard
    init: InitBase
    start: StartIssue
    proceed: ContinueSession
    """`continue`, which Python keeps for itself."""
    follow: FollowRun
    resume: ResumeSession
    list: ListSessions
    show: ShowSession
    browse: BrowseIssue
    log: ReadLog
    transcript: ReadTranscript
    changes: ReadChanges
    runs: ReadRuns
    answer: AnswerAsk
    stop: StopRuns
    prune: PruneOrphans
    destroy: DestroySession
    adopt: AdoptSession
    undo: UndoRemoval
    watch: WatchBoard
    narrow: NarrowBoard
    remember: RememberBoard
    doctor: ExamineHealth
    mend: MendHealth
    forget: ForgetRuns
    change_settings: ChangeSettings
    install_opencode: InstallOpencode
    announce: AnnounceNews

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            settings=world.settings,
            warnings=world.warnings,
            resolve=ResolveRef.of(world),
            board=ReadBoard.of(world),
            init=InitBase.of(world),
            start=StartIssue.of(world),
            proceed=ContinueSession.of(world),
            follow=FollowRun.of(world),
            resume=ResumeSession.of(world),
            list=ListSessions.of(world),
            show=ShowSession.of(world),
            browse=BrowseIssue.of(world),
            log=ReadLog.of(world),
            transcript=ReadTranscript.of(world),
            changes=ReadChanges.of(world),
            runs=ReadRuns.of(world),
            answer=AnswerAsk.of(world),
            stop=StopRuns.of(world),
            prune=PruneOrphans.of(world),
            destroy=DestroySession.of(world),
            adopt=AdoptSession.of(world),
            undo=UndoRemoval.of(world),
            watch=WatchBoard.of(world),
            narrow=NarrowBoard.of(world),
            remember=RememberBoard.of(world),
            doctor=ExamineHealth.of(world),
            mend=MendHealth.of(world),
            forget=ForgetRuns.of(world),
            change_settings=ChangeSettings.of(world),
            install_opencode=InstallOpencode.of(world),
            announce=AnnounceNews.of(world),
        )
