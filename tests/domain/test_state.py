"""What a session does now: every witness against every other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kugetsu_tui.domain.conversation import Conversation, LastTurn
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome, RunSeen, RunVerb
from kugetsu_tui.domain.session import SessionId, SessionState
from kugetsu_tui.domain.state import Assessment, Witnesses, assess, state_after
from tests.asks import permission
from tests.fakes import NOW, run_seen

pytestmark = pytest.mark.fast

S = SessionState
SESSION = SessionId("ses_fork")
RECORD = Record(type="forked", session_id=SESSION)
NAMELESS = Record(type="forked")
KEPT = Conversation(session_id=SESSION, title="", directory="/", created_at=NOW, updated_at=NOW)
ANSWER = LastTurn(at=NOW, completed_at=NOW, finish="stop", error="")
DAY = timedelta(days=1)


def end(outcome: RunOutcome, reason: str = "") -> RunEnd:
    return RunEnd(outcome=outcome, at=NOW, reason=reason)


def told(record: Record | DamagedRecord = RECORD, **others: object) -> Witnesses:
    """Everybody asked, the session kept, and what else is told."""
    asked = Witnesses(record, conversation=KEPT, is_database_read=True)
    return replace(asked, **others)


def state(witnesses: Witnesses) -> SessionState:
    return assess(witnesses, now=NOW, silent_after=300.0).state


SLOW = "the server is being started"


def run(liveness: Liveness = Liveness.WATCHED, **others: object) -> RunSeen:
    return run_seen(session_id=SESSION, liveness=liveness, **others)  # type: ignore[arg-type]


def starting(**others: object) -> RunSeen:
    return run_seen(**others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("witnesses", "expected"),
    [
        # Nobody is at work, and nothing is wrong.
        (told(), S.IDLE),
        (told(conversation=None), S.MISSING),
        (told(conversation=None, is_database_read=False), S.UNKNOWN),
        (told(NAMELESS, conversation=None), S.INTERRUPTED),
        (told(DamagedRecord("a.json", "not JSON")), S.DAMAGED),
        (told(is_open_elsewhere=True), S.OPEN),
        (told(is_open_elsewhere=True, conversation=None, is_database_read=False), S.OPEN),
        # Somebody is at work.
        (told(run=run()), S.RUNNING),
        (told(NAMELESS, run=starting()), S.PENDING),
        (told(NAMELESS, run=run()), S.RUNNING),
        (told(run=starting(verb=RunVerb.CONTINUE)), S.RUNNING),
        (told(NAMELESS, run=starting(awaiting=SLOW)), S.PENDING),
        (told(run=run(awaiting=SLOW)), S.RUNNING),
        (told(run=run(retrying="429")), S.RETRYING),
        (told(run=run(Liveness.UNWATCHED)), S.RUNNING),
        (told(run=run(Liveness.UNWATCHED, asks=(permission(),))), S.WAITING),
        (told(run=run(Liveness.ELSEWHERE)), S.RUNNING),
        (told(run=run(Liveness.UNKNOWN)), S.UNKNOWN),
        (told(run=run(verb=RunVerb.RESUME)), S.OPEN),
        (told(run=run(Liveness.UNWATCHED, verb=RunVerb.RESUME)), S.OPEN),
        (told(run=run(Liveness.ELSEWHERE, verb=RunVerb.RESUME)), S.OPEN),
        (told(run=run(Liveness.UNKNOWN, verb=RunVerb.RESUME)), S.UNKNOWN),
        # Whoever is at work outweighs every other witness.
        (told(run=run(), conversation=None), S.RUNNING),
        (told(run=run(), conversation=None, is_database_read=False), S.RUNNING),
        (told(run=run(), is_open_elsewhere=True), S.RUNNING),
        (told(replace(RECORD, run_end=end(RunOutcome.FAILED)), run=run()), S.RUNNING),
        # The last run has ended, and that was written down.
        (told(replace(RECORD, run_end=end(RunOutcome.ANSWERED))), S.IDLE),
        (told(replace(RECORD, run_end=end(RunOutcome.FAILED))), S.FAILED),
        (told(replace(RECORD, run_end=end(RunOutcome.TIMED_OUT))), S.FAILED),
        (told(replace(RECORD, run_end=end(RunOutcome.STOPPED))), S.STOPPED),
        (told(replace(RECORD, run_end=end(RunOutcome.INTERRUPTED))), S.INTERRUPTED),
        (told(replace(NAMELESS, run_end=end(RunOutcome.FAILED)), conversation=None), S.FAILED),
        (told(run=run(end=end(RunOutcome.FAILED))), S.FAILED),
        (
            told(
                replace(RECORD, run_end=end(RunOutcome.FAILED)),
                conversation=None,
                is_database_read=False,
            ),
            S.FAILED,
        ),
        (told(replace(RECORD, run_end=end(RunOutcome.FAILED)), conversation=None), S.MISSING),
        # It died, and nobody wrote that down.
        (told(run=run(Liveness.GONE)), S.INTERRUPTED),
        (told(run=run(Liveness.GONE), last_turn=ANSWER), S.IDLE),
        (told(run=run(Liveness.GONE), last_turn=replace(ANSWER, at=NOW - DAY)), S.INTERRUPTED),
        (told(run=run(Liveness.GONE), last_turn=replace(ANSWER, finish="length")), S.INTERRUPTED),
        (told(run=run(Liveness.GONE), last_turn=replace(ANSWER, error="401")), S.INTERRUPTED),
        (
            told(run=run(Liveness.GONE), last_turn=replace(ANSWER, completed_at=None)),
            S.INTERRUPTED,
        ),
        (told(run=run(Liveness.GONE), conversation=None, is_database_read=False), S.UNKNOWN),
        (told(run=run(Liveness.GONE), conversation=None), S.MISSING),
        (told(NAMELESS, run=starting(liveness=Liveness.GONE), conversation=None), S.INTERRUPTED),
        (
            told(
                NAMELESS,
                run=starting(liveness=Liveness.GONE),
                conversation=None,
                is_database_read=False,
            ),
            S.INTERRUPTED,
        ),
        # opencode's own screen was open when we died.
        (told(run=run(Liveness.GONE, verb=RunVerb.RESUME)), S.IDLE),
        (told(run=run(Liveness.GONE, verb=RunVerb.RESUME), last_turn=ANSWER), S.IDLE),
        (
            told(
                run=run(Liveness.GONE, verb=RunVerb.RESUME),
                last_turn=replace(ANSWER, finish="", completed_at=None),
            ),
            S.INTERRUPTED,
        ),
        (
            told(
                run=starting(liveness=Liveness.GONE, verb=RunVerb.RESUME),
                conversation=None,
                is_database_read=False,
            ),
            S.UNKNOWN,
        ),
    ],
)
def test_the_witnesses_add_up_to(witnesses: Witnesses, expected: SessionState) -> None:
    assert state(witnesses) is expected


@pytest.mark.parametrize(
    ("quiet", "retrying", "expected"),
    [
        (300.0, "", S.RUNNING),
        (300.1, "", S.SILENT),
        (300.0, "429", S.RETRYING),
        (300.1, "429", S.SILENT),
        (-60.0, "", S.RUNNING),
    ],
)
def test_a_run_without_a_sign_of_life_for_too_long_is_silent(
    quiet: float, retrying: str, expected: SessionState
) -> None:
    last_sign = NOW - timedelta(seconds=quiet)

    assessment = assess(
        told(run=run(last_sign=last_sign, retrying=retrying)), now=NOW, silent_after=300.0
    )

    assert assessment.state is expected
    if expected is S.SILENT:
        assert assessment.since == last_sign


@pytest.mark.parametrize(("later", "expected"), [(5, S.FAILED), (6, S.IDLE)])
def test_a_session_used_outside_of_kugetsu_since_its_run_failed_is_idle(
    later: int, expected: SessionState
) -> None:
    used = replace(KEPT, updated_at=NOW + timedelta(seconds=later))
    record = replace(RECORD, run_end=end(RunOutcome.FAILED))

    assert state(told(record, conversation=used)) is expected


@pytest.mark.parametrize(
    ("witnesses", "assessment"),
    [
        (
            told(replace(RECORD, run_end=end(RunOutcome.FAILED, "unknown model"))),
            Assessment(S.FAILED, NOW, "unknown model"),
        ),
        (
            told(run=run(Liveness.ELSEWHERE, host="box")),
            Assessment(S.RUNNING, NOW - timedelta(minutes=1), "running elsewhere: box"),
        ),
        (
            told(run=run(retrying="429: slow down")),
            Assessment(S.RETRYING, NOW, "429: slow down"),
        ),
        (
            told(DamagedRecord("a.json", "not JSON")),
            Assessment(S.DAMAGED, None, "not JSON"),
        ),
        (
            told(run=run(Liveness.GONE), last_turn=ANSWER),
            Assessment(S.IDLE, NOW, "answered; its end was not recorded"),
        ),
    ],
)
def test_a_state_says_since_when_and_what_it_rests_on(
    witnesses: Witnesses, assessment: Assessment
) -> None:
    assert assess(witnesses, now=NOW) == assessment


@pytest.mark.parametrize("outcome", RunOutcome)
def test_every_outcome_leaves_a_state_and_a_word(outcome: RunOutcome) -> None:
    assessment = assess(told(replace(RECORD, run_end=end(outcome))), now=NOW)

    assert assessment.state is state_after(end(outcome))
    assert assessment.why


def test_who_has_no_server_yet_says_what_it_waits_for() -> None:
    for witnesses in (told(NAMELESS, run=starting(awaiting=SLOW)), told(run=run(awaiting=SLOW))):
        assert assess(witnesses, now=NOW).why == SLOW
