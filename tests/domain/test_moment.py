"""Points in time, as others spelled them and as we write them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.moment import (
    Dates,
    from_milliseconds,
    parse_moment,
    parse_span,
    spell_age,
    spell_lasting,
    spell_moment,
    spell_when,
)

pytestmark = pytest.mark.fast


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
@pytest.mark.parametrize(
    "text",
    [
        "2026-03-14T15:09:26+09:00",
        "2026-03-14T15:09:26+0900",
        "2026-03-14T06:09:26Z",
        "2026-03-14T06:09:26.000Z",
        "2026-03-14T06:09:26.000000+00:00",
        "2026-03-14T15:09:26",
        "2026-03-14 15:09:26",
        " 2026-03-14T15:09:26+09:00\n",
        "20260314T150926+0900",
    ],
)
def test_a_moment_is_read_however_it_was_spelled(text: str) -> None:
    assert parse_moment(text) == datetime(2026, 3, 14, 6, 9, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "N/A", "2026-13-01T00:00:00", "1e9", "99999-01-01", "\0", "0001-01-01"],
)
def test_what_is_no_moment_is_none_or_aware(text: str) -> None:
    moment = parse_moment(text)

    assert moment is None or moment.tzinfo is not None


@pytest.mark.usefixtures("in_tokyo")
def test_a_moment_is_written_in_the_machines_own_time() -> None:
    moment = datetime(2026, 3, 14, 6, 9, 26, 500_000, tzinfo=UTC)

    assert spell_moment(moment) == "2026-03-14T15:09:26+09:00"


@given(
    st.datetimes(
        min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - as above
        timezones=st.just(UTC),
    )
)
def test_what_was_written_is_read_as_it_was_to_the_second(moment: datetime) -> None:
    assert parse_moment(spell_moment(moment)) == moment.replace(microsecond=0)


def test_milliseconds_count_from_1970() -> None:
    assert from_milliseconds(1_773_468_566_123) == datetime(
        2026, 3, 14, 6, 9, 26, 123_000, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("seconds", "age"),
    [
        (-5, "now"),
        (0, "now"),
        (0.9, "now"),
        (1, "1s"),
        (59.9, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (47 * 3600, "47h"),
        (48 * 3600, "2d"),
        (999 * 86_400, "999d"),
        (1_102 * 86_400, "3y"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_fits(seconds: float, age: str) -> None:
    assert spell_age(seconds) == age


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("1.5s", 1.5),
        ("5m", 300),
        ("2h", 7200),
        ("7d", 604_800),
        ("0", 0),
        ("36500d", 36_500 * 86_400),
    ],
)
def test_a_span_is_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert parse_span(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "s", "5 m", "-5m", "+5m", "5x", "5M", "1e3", "1.2.3", ".", "٣m", "inf", "nan", "36501d"],
)
def test_what_is_no_span_is_none(text: str) -> None:
    assert parse_span(text) is None


@given(st.text())
def test_any_date_can_be_moved_by_any_span(text: str) -> None:
    span = parse_span(text)

    if span is not None:
        assert (datetime(2026, 1, 1, tzinfo=UTC) - timedelta(seconds=span)).year > 1900


@given(st.integers(min_value=0, max_value=10**30), st.sampled_from(["", "s", "m", "h", "d"]))
def test_no_number_is_too_long_to_be_refused(number: int, unit: str) -> None:
    span = parse_span(f"{number}{unit}")

    assert span is None or 0 <= span <= 36_500 * 86_400


@pytest.mark.parametrize(
    ("seconds", "lasting"),
    [
        (0.4, "now"),
        (59, "59s"),
        (60, "1m 00s"),
        (3599, "59m 59s"),
        (3600, "1h 00m"),
        (47 * 3600 + 62, "47h 01m"),
        (21_744_060 * 60, "41y"),
    ],
)
def test_what_lasts_is_told_to_the_minute_and_never_in_thousands_of_them(
    seconds: float, lasting: str
) -> None:
    assert spell_lasting(seconds) == lasting


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where clocks went forward on 2026-03-29 at 01:00 UTC, and back on 2026-10-25 at 01:00."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
@pytest.mark.parametrize(
    ("moment", "now", "relative", "smart", "absolute"),
    [
        ("2026-03-14T15:09:00Z", "2026-03-14T15:08:00Z", "now", "now", "16:09"),
        ("2026-03-14T22:59:00Z", "2026-03-14T23:01:00Z", "2m", "2m", "03-14"),
        ("2026-03-14T23:01:00Z", "2026-03-15T22:59:00Z", "23h", "23h", "00:01"),
        ("2026-03-13T15:09:00Z", "2026-03-14T15:09:00Z", "24h", "24h", "03-13"),
        ("2026-03-13T15:08:59Z", "2026-03-14T15:09:00Z", "24h", "03-13", "03-13"),
        ("2025-12-31T22:59:00Z", "2026-01-01T23:00:00Z", "24h", "25-12-31", "25-12-31"),
        ("2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z", "1m", "1m", "01:59"),
        ("2026-03-29T01:00:00Z", "2026-03-29T01:00:30Z", "30s", "30s", "03:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "1h", "1h", "02:30"),
        ("2026-10-24T22:30:00Z", "2026-10-25T22:45:00Z", "24h", "00:30", "00:30"),
    ],
)
def test_when_something_was_is_told_as_it_was_chosen(
    moment: str, now: str, relative: str, smart: str, absolute: str
) -> None:
    then, today = datetime.fromisoformat(moment), datetime.fromisoformat(now)

    assert spell_when(then, today, Dates.RELATIVE) == relative
    assert spell_when(then, today, Dates.SMART) == smart
    assert spell_when(then, today, Dates.ABSOLUTE) == absolute
