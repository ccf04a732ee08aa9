"""Points in time: as others spelled them, as we write them, and how long ago they are."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_YEARS = 1_000 * _DAY
"""From when on the days would have more digits than a column has room for."""
_LONGEST_SPAN = 36_500 * _DAY
"""Seconds: a century, which any date can be moved by."""
ENDLESS = float("inf")
"""Seconds of a limit that there is not."""


class Dates(StrEnum):
    """How it is told when something was."""

    RELATIVE = "relative"
    """How long ago."""
    SMART = "smart"
    """How long ago, for a day; then the date."""
    ABSOLUTE = "absolute"


def parse_moment(text: str) -> datetime | None:
    """Read an ISO 8601 time (`+02:00`, `+0200`, `Z`, fractions, no zone: the machine's own)."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def spell_moment(moment: datetime) -> str:
    """ISO 8601 to the second, with the machine's numeric offset."""
    return moment.astimezone().isoformat("T", "seconds")


def from_milliseconds(milliseconds: float) -> datetime:
    """The moment opencode stores as milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def spell_age(seconds: float) -> str:
    """How long ago, in the largest fitting unit: `now`, `42s`, `7m`, `3h`, `12d`, `3y`."""
    if seconds < 1:
        return "now"
    if seconds < _MINUTE:
        return f"{int(seconds)}s"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)}m"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)}h"
    if seconds < _YEARS:
        return f"{int(seconds // _DAY)}d"
    return f"{int(seconds // (365 * _DAY))}y"


def spell_when(moment: datetime, now: datetime, dates: Dates) -> str:
    """When something was; a date is the machine's own: `14:05` today, `11-20`, `24-11-20`."""
    seconds = (now - moment).total_seconds()
    if dates is Dates.RELATIVE or (dates is Dates.SMART and seconds <= _DAY):
        return spell_age(seconds)
    moment, now = moment.astimezone(), now.astimezone()
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment:%m-%d}" if moment.year == now.year else f"{moment:%y-%m-%d}"


def spell_lasting(seconds: float) -> str:
    """How long something lasts that is watched: two units from a minute on, up to two days."""
    if not _MINUTE <= seconds < 2 * _DAY:
        return spell_age(seconds)
    if seconds < _HOUR:
        return "{}m {:02}s".format(*divmod(int(seconds), _MINUTE))
    return "{}h {:02}m".format(*divmod(int(seconds // _MINUTE), 60))


def parse_span(text: str) -> float | None:
    """Seconds in `90`, `90s`, `5m`, `2h`, `7d`; nothing where it is none, or over a century."""
    units = {"s": 1, "m": _MINUTE, "h": _HOUR, "d": _DAY}
    number, unit = (text[:-1], units.get(text[-1:])) if text[-1:].isalpha() else (text, 1)
    if unit is None or not number.replace(".", "", 1).isdecimal() or not number.isascii():
        return None
    seconds = float(number) * unit
    return seconds if seconds <= _LONGEST_SPAN else None


def parse_limit(text: str) -> float | None:
    """Seconds, as `parse_span` has them; endless for `none` and for zero."""
    seconds = ENDLESS if text == "none" else parse_span(text)
    return ENDLESS if seconds == 0 else seconds
