"""The journal: lines that come whole, torn, or from a later program."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.ask import Ask, AskKind, Choice, Question
from kugetsu_tui.domain.lines import LineCutter
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import (
    AgentReplaced,
    Asked,
    Cut,
    Ended,
    EngineReplaced,
    ErrorReported,
    Journalled,
    PermissionRejected,
    PromptAccepted,
    Replied,
    Retrying,
    RunEvent,
    Said,
    Saying,
    ServerAwaited,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.verdict import Evidence, judge
from kugetsu_tui.runs.event_line import line_of, spell_line
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import Journal, named_session, note, read_journal, recorded_end

pytestmark = pytest.mark.fast

AT = datetime(2026, 1, 1, tzinfo=UTC)
END = RunEnd(outcome=RunOutcome.TIMED_OUT, at=AT, reason="why", exit_status=None, signal=9)

_texts = st.text(st.characters())
_moments = st.datetimes(timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
_ends = st.builds(
    RunEnd,
    outcome=st.sampled_from(RunOutcome),
    at=st.datetimes(timezones=st.just(UTC)),
    reason=_texts,
    exit_status=st.none() | st.integers(0, 255),
    signal=st.none() | st.integers(1, 64),
)
_questions = st.builds(
    Question,
    header=_texts,
    text=_texts,
    choices=st.lists(st.builds(Choice, _texts, _texts)).map(tuple),
    is_multiple=st.booleans(),
    is_custom=st.booleans(),
)
_asks = st.builds(
    Ask,
    id=_texts.filter(bool),
    session_id=_texts.filter(bool).map(SessionId),
    directory=_texts,
    kind=st.sampled_from(AskKind),
    permission=_texts,
    patterns=st.lists(_texts).map(tuple),
    always=st.lists(_texts).map(tuple),
    detail=_texts,
    questions=st.lists(_questions).map(tuple),
)
_events: st.SearchStrategy[RunEvent] = st.one_of(
    st.builds(SessionNamed, st.from_regex(r"ses_[A-Za-z0-9]{1,60}", fullmatch=True).map(SessionId)),
    st.builds(Said, _texts),
    st.builds(ToolUsed, tool=_texts, title=_texts, output=_texts, is_error=st.booleans()),
    st.builds(StepFinished, finish=_texts, tokens=st.integers(0), cost=st.floats(0, 1e9)),
    st.builds(Retrying, _texts, st.none() | _moments),
    st.just(PromptAccepted()),
    st.builds(Saying, _texts),
    st.builds(Asked, _asks),
    st.builds(Replied, ask_id=_texts, what=_texts, by=_texts),
    st.builds(PermissionRejected, _texts),
    st.builds(AgentReplaced, _texts),
    st.builds(EngineReplaced, _texts),
    st.builds(ServerAwaited, _texts),
    st.builds(ErrorReported, _texts),
    st.just(Cut()),
    st.builds(Ended, _ends),
)


@given(_moments, _events)
def test_an_event_is_read_as_it_was_written(at: datetime, event: RunEvent) -> None:
    line = spell_line(Journalled(at, event))

    assert line.count(b"\n") == 1
    assert line_of(line) == Journalled(at, event)


@given(st.binary() | st.sampled_from([b'{"at":"2026-01-01","event":"sung"}', b"[" * 99_999]))
def test_a_line_that_is_no_event_is_nothing(line: bytes) -> None:
    assert line_of(line) is None


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line)), st.data())
def test_lines_come_whole_however_they_were_split(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)))))
    cutter = LineCutter(cap=1000)

    ends = zip([0, *cuts], [*cuts, len(stream)], strict=True)
    cut = [line for start, end in ends for line in cutter.feed(stream[start:end])]

    assert cut == lines
    assert cutter.rest() == []


def test_a_line_beyond_the_cap_is_left_out_and_counted() -> None:
    cutter = LineCutter(cap=5)

    assert cutter.feed(b"12345\n1234") == [b"12345"]
    assert cutter.feed(b"56\nok\n") == [b"ok"]
    assert cutter.left_out == 1
    assert cutter.feed(b"end") == []
    assert cutter.rest() == [b"end"]


def _events_in(folder: RunFolder) -> list[RunEvent]:
    return [entry.event for entry in read_journal(folder) if entry]


def _write(folder: RunFolder, *events: RunEvent) -> None:
    with Journal(folder) as journal:
        for number, event in enumerate(events):
            journal.write(Journalled(AT + timedelta(seconds=number), event))


def test_a_line_that_was_torn_by_a_crash_costs_only_itself(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    _write(folder, Said("one"), Said("two"))
    os.truncate(folder.journal, folder.journal.stat().st_size - 5)

    _write(folder, Said("three"))

    assert _events_in(folder) == [Said("one"), Said("three")]


def test_a_write_that_was_cut_short_is_an_error_and_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder(tmp_path)
    real = os.write
    with Journal(folder) as journal:
        with monkeypatch.context() as full:
            full.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:9]))
            with pytest.raises(OSError, match="No space left"):
                journal.write(Journalled(AT, Said("lost")))
        journal.write(Journalled(AT, Said("kept")))

    assert _events_in(folder) == [Said("kept")]


def test_what_a_later_program_wrote_is_passed_over(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.journal.write_text('{"at": "2026-01-01", "event": "sung"}\n')

    _write(folder, Said("one"))

    assert _events_in(folder) == [Said("one")]


def test_nothing_comes_after_the_end(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)

    _write(folder, Ended(END), Said("more"))

    assert _events_in(folder) == [Ended(END)]


def test_the_end_is_found_behind_a_long_answer(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert recorded_end(folder) is None

    _write(folder, Said("x" * 5_000_000))
    assert recorded_end(folder) is None

    _write(folder, Ended(END))
    assert recorded_end(folder) == END


def test_a_full_journal_says_so_once_and_still_tells_how_the_run_ended(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with Journal(folder, cap=4096) as journal:
        for _ in range(100):
            journal.write(Journalled(datetime.now(UTC), Said("x" * 500)))
        journal.write(Journalled(datetime.now(UTC), Said("")))
        end = RunEnd(outcome=RunOutcome.ANSWERED, at=datetime.now(UTC))
        journal.write(Journalled(datetime.now(UTC), Ended(end)))

    kinds = [type(entry.event) for entry in read_journal(folder) if entry]
    assert kinds.count(Cut) == 1
    assert kinds[-2:] == [Cut, Ended]
    assert kinds[:3] == [Said, Said, Said]
    assert folder.journal.stat().st_size < 4096 + 1024
    assert recorded_end(folder) == end


def test_an_answer_that_is_larger_than_the_journal_is_cut(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with Journal(folder, cap=4096) as journal:
        journal.write(Journalled(datetime.now(UTC), Said("x" * 10_000)))

    assert [entry.event for entry in read_journal(folder) if entry] == [Cut()]


@pytest.mark.parametrize("name", ["../../etc/passwd", "--fork", "", "ses_a b", "ses_" + "x" * 99])
def test_what_is_no_session_id_names_no_session(name: str) -> None:
    line = spell_line(Journalled(AT, SessionNamed(SessionId(name))))

    assert line_of(line) is None


def test_an_end_is_found_also_where_hundreds_of_permissions_were_refused(tmp_path: Path) -> None:
    refused = Evidence(rejections=tuple(f"bash (rm {number} {'x' * 480})" for number in range(300)))
    end = judge(refused, None, at=AT)

    note(RunFolder(tmp_path), Ended(end))

    assert recorded_end(RunFolder(tmp_path)) == end
    assert "bash (rm 0 " in end.reason
    assert end.reason.endswith(", and 295 more")


@pytest.mark.parametrize("tokens", ["1e999", "NaN"])
def test_a_line_with_a_number_that_is_none_is_no_entry(tokens: str) -> None:
    line = spell_line(Journalled(AT, StepFinished(finish="stop", tokens=5, cost=0.0)))

    assert line_of(line.replace(b'"tokens":5', f'"tokens":{tokens}'.encode())) is None


def test_the_session_is_told_by_the_journals_beginning(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with Journal(folder) as journal:
        assert named_session(folder) is None
        journal.write(Journalled(AT, SessionNamed(SessionId("ses_new"))))
        journal.write(Journalled(AT, Said("and then a lot")))

    assert named_session(folder) == "ses_new"


def test_no_journal_names_no_session(tmp_path: Path) -> None:
    assert named_session(RunFolder(tmp_path)) is None
