from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.store.json_text import parse_object, spell_object
from kugetsu_tui.store.record_format import new_document, record_of, rewritten
from kugetsu_tui.store.regular_file import UnreadableError
from tests.store.files import NOW, SEED_RECORD

pytestmark = pytest.mark.fast

OURS = ("updated_at", "directory", "run_id", "run_end", "earlier_sessions")
SHARED = ("type", "issue_ref", "opencode_session_id", "created_at", "state")
TEXTS = st.text(max_size=20) | st.sampled_from(["\ud800", "\x1b[31m", "日本", '"\\'])
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
FOREIGN = st.dictionaries(TEXTS.filter(lambda key: key not in {*OURS, *SHARED}), VALUES, max_size=4)
SESSIONS = st.from_regex(r"ses_[A-Za-z0-9]{1,26}", fullmatch=True).map(SessionId)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 - below
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)
ENDS = st.builds(
    RunEnd,
    outcome=st.sampled_from(RunOutcome),
    at=MOMENTS,
    reason=TEXTS,
    exit_status=st.none() | st.integers(0, 255),
    signal=st.none() | st.integers(1, 64),
)
RECORDS = st.builds(
    Record,
    type=st.sampled_from(["base", "forked", "pm_agent"]),
    issue_ref=st.none() | st.just("h/u/r#1"),
    session_id=st.none() | SESSIONS,
    created_at=st.sampled_from(["", "2026-03-29T10:00:00+02:00", "2026-03-29 10:00", "yesterday"]),
    updated_at=st.none() | MOMENTS,
    directory=st.sampled_from(["", "/home/ann/kugetsu", "/tmp/\udcff"]),
    run_id=st.none() | st.just(RunId("20260329T100000-1f")),
    run_end=st.none() | ENDS,
    earlier=st.lists(SESSIONS, max_size=3).map(tuple),
    extra=FOREIGN,
)


def through_a_file(document: dict[str, Json]) -> dict[str, Json]:
    return parse_object(spell_object(document))


@given(RECORDS)
def test_a_record_comes_back_from_its_file_as_it_was(record: Record) -> None:
    assert record_of(through_a_file(new_document(record))) == record


@given(RECORDS, RECORDS, FOREIGN)
def test_rewriting_changes_the_record_and_nothing_that_others_put_there(
    before: Record, after: Record, foreign: dict[str, Json]
) -> None:
    document = through_a_file({**new_document(replace(before, extra={})), **foreign})

    result = through_a_file(rewritten(document, after))

    assert record_of(result) == replace(after, extra=foreign)


@given(RECORDS, st.dictionaries(st.sampled_from(OURS), VALUES), FOREIGN)
def test_rewriting_a_record_as_it_is_changes_nothing_whatever_is_in_it(
    record: Record, odd: dict[str, Json], foreign: dict[str, Json]
) -> None:
    document = {**new_document(record), **foreign, **odd}

    assert rewritten(document, record_of(document)) == document


@given(FOREIGN)
def test_unknown_keys_inside_our_own_survive_as_long_as_these_stand(
    foreign: dict[str, Json],
) -> None:
    end = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)
    document = new_document(Record(type="forked", run_end=end))
    run_end = document["run_end"]
    assert isinstance(run_end, dict)
    run_end.update({f"foreign {key}": value for key, value in foreign.items()})

    result = rewritten(document, replace(record_of(document), directory="/elsewhere"))

    assert result == {**document, "directory": "/elsewhere"}


def test_the_seeds_record_is_understood() -> None:
    record = record_of(dict(SEED_RECORD))

    assert record == Record(
        type="forked",
        issue_ref="github.com/shoko/kugetsu#14",
        session_id=SessionId("ses_fork14"),
        created_at="2026-03-29T10:00:00+02:00",
    )


def test_a_new_record_begins_with_the_seeds_keys_in_the_seeds_order() -> None:
    document = new_document(record_of(dict(SEED_RECORD)))

    assert json.dumps(document) == json.dumps(SEED_RECORD)


@pytest.mark.parametrize("missing", [*SHARED, "everything"])
def test_a_missing_key_is_an_empty_one(missing: str) -> None:
    rest = {k: v for k, v in SEED_RECORD.items() if missing not in {k, "everything"}}

    record_of(rest)


@pytest.mark.parametrize("key", ["opencode_session_id", "issue_ref", "created_at", "type"])
@pytest.mark.parametrize("value", [5, True, [], {}, ["ses_a"]])
def test_a_key_that_says_which_session_it_is_must_be_a_text(key: str, value: Json) -> None:
    with pytest.raises(UnreadableError, match=key):
        record_of({**SEED_RECORD, key: value})


@pytest.mark.parametrize("text", ["--help", "pending", "ses_", "ses_a b", "ses_a\n", "ses_../x"])
def test_what_is_no_session_id_is_never_taken_for_one(text: str) -> None:
    with pytest.raises(UnreadableError, match="no session id"):
        record_of({**SEED_RECORD, "opencode_session_id": text})


@pytest.mark.parametrize("text", [None, ""])
def test_a_record_may_have_no_session_yet(text: str | None) -> None:
    assert record_of({**SEED_RECORD, "opencode_session_id": text}).session_id is None


@pytest.mark.parametrize("run_id", ["../x", "a/b", ".", "..", "", "-x", "x" * 101, 5, None])
def test_a_run_id_cannot_lead_out_of_its_folder(run_id: Json) -> None:
    assert record_of({**SEED_RECORD, "run_id": run_id}).run_id is None


@pytest.mark.parametrize("state", ["running", "timeout", 5, None])
def test_a_rewritten_record_says_idle_as_every_program_writes(state: Json) -> None:
    document = {**SEED_RECORD, "state": state}

    assert rewritten(document, record_of(document))["state"] == "idle"


def test_a_new_run_takes_the_last_ones_end_away() -> None:
    ended = new_document(
        Record(type="forked", run_end=RunEnd(outcome=RunOutcome.STOPPED, at=NOW), run_id=RunId("1"))
    )

    begun = rewritten(ended, replace(record_of(ended), run_end=None, run_id=RunId("2")))

    assert "run_end" not in begun
    assert begun["run_id"] == "2"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_that_no_other_zone_can_tell_counts_as_absent_and_stays(moment: str) -> None:
    document: dict[str, Json] = {
        **SEED_RECORD,
        "updated_at": moment,
        "run_end": {"outcome": "answered", "at": moment},
    }

    record = record_of(document)

    assert (record.updated_at, record.run_end) == (None, None)
    assert rewritten(document, record) == document


def test_a_moment_is_written_to_the_second_with_its_offset() -> None:
    at = NOW + timedelta(microseconds=999_999)

    spelled = new_document(Record(type="forked", updated_at=at))["updated_at"]

    assert isinstance(spelled, str)
    assert datetime.fromisoformat(spelled) == NOW
    assert datetime.fromisoformat(spelled).tzinfo is not None
