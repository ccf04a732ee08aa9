"""One session with its last messages, and what its latest run said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from kugetsu_tui.commands.read_changes import ReadChanges
from kugetsu_tui.commands.read_log import ReadLog, event_words, spell_event
from kugetsu_tui.commands.read_transcript import ReadTranscript
from kugetsu_tui.commands.show_session import ShowSession
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.conversation import (
    FileChange,
    FilePart,
    Message,
    OtherPart,
    ReasoningPart,
    TextPart,
    Todo,
    ToolPart,
)
from kugetsu_tui.domain.errors import EnvironmentUnfitError, NoBaseError, NotFoundError
from kugetsu_tui.domain.run import RunEnd, RunOutcome, RunSeen
from kugetsu_tui.domain.run_event import (
    AgentReplaced,
    Ended,
    EngineReplaced,
    ErrorReported,
    Journalled,
    PermissionRejected,
    Retrying,
    RunEvent,
    Said,
    ServerAwaited,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import RunId
from tests.commands import BASE, FORK, ISSUE
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast

RUN = RunId("run-7")


def test_the_base_may_be_read_too(stage: Stage) -> None:
    stage.base(BASE)

    for ref in ("base", BASE):
        shown = ShowSession.of(stage.world)(ref)
        assert (shown.row.type, shown.row.issue_ref, shown.row.session_id) == ("base", None, BASE)
        assert ReadTranscript.of(stage.world).session_of(ref) == (None, BASE)
        assert ReadChanges.of(stage.world)(ref).data()["session_id"] == BASE
        with pytest.raises(NotFoundError, match="no run of it") as refusal:
            ReadLog.of(stage.world).run_of(ref)
        assert refusal.value.hint == "kugetsu show base"


@pytest.mark.parametrize("read", [ShowSession.of, ReadChanges.of, lambda w: ReadLog.of(w).run_of])
def test_without_a_base_there_is_none_to_read(
    bare: Stage, read: Callable[[World], Callable[[str], object]]
) -> None:
    with pytest.raises(NoBaseError, match="no base session"):
        read(bare.world)("base")


@pytest.fixture
def spoken(stage: Stage) -> Stage:
    """A session with a question and an answer, two todos and a changed file."""
    stage.track(ISSUE, FORK)
    stage.have_run(ISSUE, run_seen(RUN, session_id=FORK))
    stage.runs.messages[RUN] = "fix the login bug"
    answer = Message(
        role="assistant",
        at=NOW + timedelta(seconds=2),
        completed_at=None,
        finish="",
        error="the provider hung",
        parts=(
            ReasoningPart("hm"),
            TextPart("It was a typo."),
            ToolPart(tool="bash", status="completed", title="ls", output="README.md"),
            FilePart("login.py"),
            OtherPart("hologram"),
        ),
    )
    question = Message(
        role="user",
        at=NOW,
        completed_at=NOW,
        finish="stop",
        error="",
        parts=(TextPart("fix the login bug"),),
    )
    stage.conversations.said[FORK] = [question, answer]
    stage.conversations.planned[FORK] = [Todo("look", "completed")]
    stage.conversations.changed[FORK] = [FileChange("login.py", 2, 1, "modified")]
    return stage


def test_everything_there_is_to_know_is_shown(spoken: Stage) -> None:
    shown = ShowSession.of(spoken.world)("14").report().body

    for words in (
        f"issue      {ISSUE}",
        "state      running – its run is at work",
        f"session    {FORK}",
        "todo       completed: look",
        "changed    +2 -1 login.py",
        "(thinks) hm",
        "It was a typo.",
        "[bash] ls – completed",
        "[file] login.py",
        "[hologram]",
        "error: the provider hung",
    ):
        assert words in shown


def test_the_same_is_there_for_machines(spoken: Stage) -> None:
    data = ShowSession.of(spoken.world)(ISSUE).data()

    assert (data["issue_ref"], data["session_id"], data["state"]) == (ISSUE, FORK, "running")
    assert data["prompt"] == "fix the login bug"
    assert data["todos"] == [{"content": "look", "status": "completed"}]
    messages = data["messages"]
    assert isinstance(messages, list)
    assert [message["text"] for message in messages] == ["fix the login bug", "It was a typo."]
    assert [message["error"] for message in messages] == [None, "the provider hung"]


def test_only_the_last_messages_are_asked_for(spoken: Stage) -> None:
    assert len(ShowSession.of(spoken.world)(ISSUE, limit=1).messages) == 1


def test_a_database_that_cannot_be_asked_is_a_warning_beside_the_facts(spoken: Stage) -> None:
    spoken.conversations.is_readable = False

    shown = ShowSession.of(spoken.world)(ISSUE)

    assert shown.warnings == ("opencode's database cannot be read: disk I/O error",)
    assert f"session    {FORK}" in shown.report().body


def test_runs_that_cannot_be_listed_are_a_warning_beside_the_facts(
    spoken: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str | None) -> Sequence[RunSeen]:
        raise EnvironmentUnfitError("runs: cannot be listed: Permission denied")

    monkeypatch.setattr(spoken.runs, "history", refuse)

    shown = ShowSession.of(spoken.world)(ISSUE)

    assert shown.warnings == ("runs: cannot be listed: Permission denied",)
    assert [message.role for message in shown.messages] == ["user", "assistant"]


def test_a_start_that_has_no_session_yet_shows_its_prompt(stage: Stage) -> None:
    stage.track(ISSUE, None)
    stage.have_run(ISSUE, run_seen(RUN))
    stage.runs.messages[RUN] = "fix it"

    shown = ShowSession.of(stage.world)(ISSUE)

    assert (shown.row.state, shown.prompt, shown.messages) == ("pending", "fix it", ())


def test_what_nobody_tracks_cannot_be_shown(stage: Stage) -> None:
    with pytest.raises(NotFoundError):
        ShowSession.of(stage.world)(ISSUE)


def test_a_log_is_read_as_far_as_it_goes_or_followed(spoken: Stage) -> None:
    said = Journalled(NOW, Said("It was a typo."))
    spoken.runs.journals[RUN] = [None, said, None]
    spoken.runs.logs[RUN] = "a warning"
    log = ReadLog.of(spoken.world)

    assert log.run_of(ISSUE) == RUN
    assert list(log(RUN)) == list(log(RUN, follow=True)) == [said]
    assert log.errors(RUN) == "a warning"


@pytest.mark.parametrize("run_id", [None, RunId("run-swept")])
def test_where_no_run_is_kept_there_is_no_log(stage: Stage, run_id: RunId | None) -> None:
    stage.track(ISSUE, FORK, run_id=run_id)

    with pytest.raises(NotFoundError) as refusal:
        ReadLog.of(stage.world).run_of(ISSUE)

    assert refusal.value.remedy == "continue"


@pytest.mark.parametrize(
    ("event", "kind", "words"),
    [
        (Said("It was\na typo."), "said", "It was\na typo."),
        (SessionNamed(FORK), "session_named", f"· session {FORK}"),
        (ToolUsed(tool="bash", title="ls", output="x", is_error=False), "tool_used", "· bash ls"),
        (
            ToolUsed(tool="bash", title="ls", output="no", is_error=True),
            "tool_used",
            "✗ bash ls: no",
        ),
        (
            StepFinished(finish="stop", tokens=1234, cost=0.1),
            "step_finished",
            "· step ended: stop, 1,234 tokens",
        ),
        (Retrying("429"), "retrying", "· the provider refused, opencode may try again: 429"),
        (
            PermissionRejected("bash rm"),
            "permission_rejected",
            "✗ permission rejected, nobody was there: bash rm",
        ),
        (
            AgentReplaced("plam"),
            "agent_replaced",
            "✗ opencode runs no agent 'plam' and goes on as its default one",
        ),
        (
            EngineReplaced("it lacks /event"),
            "engine_replaced",
            "· no server, it goes through `opencode run`: it lacks /event",
        ),
        (ServerAwaited("it is being started"), "server_awaited", "· it is being started"),
        (ErrorReported("500"), "error_reported", "✗ 500"),
        (
            Ended(RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="500")),
            "ended",
            "■ failed: 500",
        ),
        (Ended(RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)), "ended", "■ answered"),
    ],
)
def test_every_event_has_its_words(event: RunEvent, kind: str, words: str) -> None:
    assert event_words(event) == words
    assert spell_event(Journalled(NOW, event))["type"] == kind


def test_every_run_is_named_and_each_has_its_log(spoken: Stage) -> None:
    spoken.have_run(ISSUE, run_seen("run-8", session_id=FORK))
    spoken.runs.journals[RUN] = [Journalled(NOW, Said("of the earlier run"))]
    log = ReadLog.of(spoken.world)

    runs = ShowSession.of(spoken.world)("14").data()["runs"]

    assert [run["run_id"] for run in runs] == [RUN, "run-8"]  # type: ignore[index,union-attr,call-overload]
    assert log.run_of("14") == "run-8"
    assert [entry.event for entry in log(log.run_of("14", RUN))] == [Said("of the earlier run")]
    with pytest.raises(NotFoundError, match="nothing is kept"):
        log.run_of("14", "run-99")


def test_a_title_adds_no_fact_to_those_that_are_shown(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.converse(FORK, title="mended\nstate      failed")
    stage.conversations.planned[FORK] = [Todo("look\nsession    ses_other", "pending")]

    lines = ShowSession.of(stage.world)(ISSUE).report().body.splitlines()

    assert len([line for line in lines if line.startswith("state ")]) == 1
    assert len([line for line in lines if line.startswith("session ")]) == 1
