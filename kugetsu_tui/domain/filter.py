"""Rows found by what is typed: words, `state:failed`, `repo:`, `is:unseen`, `since:2d`, `-word`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.moment import parse_span
from kugetsu_tui.domain.session import BUSY_STATES, SessionState
from kugetsu_tui.domain.text import clean_line

INSIDE = "/"
"""What a filter begins with that is sought inside transcripts: a reference never does."""


@frozen
class Knowledge:
    """What a filter has to know besides the rows."""

    now: datetime
    unseen: Collection[str] = ()
    """Keys of rows that were not looked at since they changed."""


Test: TypeAlias = Callable[[Row, Knowledge], bool]


@frozen(kw_only=True)
class Filter:
    """An expression, understood; a row has to pass all of it."""

    needle: str = ""
    """To be found inside a transcript; then there is nothing else."""
    words: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()
    complaints: tuple[str, ...] = ()
    """What was not understood, and is left out, in a line each."""
    asks_for_looks: bool = False
    """It may depend on what was looked at."""

    @property
    def is_open(self) -> bool:
        """Whether every row passes."""
        return not (self.words or self.unwanted or self.tests)

    def passed(
        self,
        places: Iterable[int],
        rows: Sequence[Row],
        haystacks: Sequence[str],
        known: Knowledge,
    ) -> Sequence[int]:
        """Which of these places hold a row that passes.

        Numbers, unlike pairs of a row and its words, leave no garbage to be looked through: at
        10,000 rows that would take longer than the filter.
        """
        found = places
        for word in self.words:
            found = [place for place in found if word in haystacks[place]]
        for word in self.unwanted:
            found = [place for place in found if word not in haystacks[place]]
        for test in self.tests:
            found = [place for place in found if test(rows[place], known)]
        return list(found)


def haystack(row: Row) -> str:
    """What plain words are sought in; case is ignored."""
    words = (row.label, row.title, row.session_id or "", row.directory, row.model, row.state)
    return clean_line("\n".join(words)).casefold()


_TERM = r"""(?xi)
    (?P<not>-?)
    (?: (?P<key>[a-z]+): (?: "(?P<quoted>[^"]*)"? | (?P<value>\S*) )
      | "(?P<phrase>[^"]*)"? | (?P<word>\S+) )"""


def parse_filter(text: str) -> Filter:
    """The filter that was typed; what is no filter at all becomes a complaint."""
    if not text:
        return Filter()  # a `list` without one has no time for the pattern
    if text.startswith(INSIDE):
        return Filter(needle=text.removeprefix(INSIDE).strip())
    words, unwanted, tests, complaints = list[str](), list[str](), list[Test](), list[str]()
    keys = set[str]()
    for term in re.finditer(_TERM, text):
        word = term["phrase"] or term["word"]
        if term["key"] is None:
            if word and word != "-":
                (unwanted if term["not"] else words).append(word.casefold())
            continue
        keys.add(key := term["key"].casefold())
        try:
            test = _test(key, term["quoted"] or term["value"] or "")
        except ValueError as error:
            complaints.append(str(error))
        else:
            tests.append(_negated(test) if term["not"] else test)
    return Filter(
        words=tuple(words),
        unwanted=tuple(unwanted),
        tests=tuple(tests),
        complaints=tuple(complaints),
        asks_for_looks="is" in keys,
    )


def _negated(test: Test) -> Test:
    return lambda row, known: not test(row, known)


def _test(key: str, value: str) -> Test:
    """Raises `ValueError`, which says what was expected instead."""
    if key not in _FIELDS:
        known = ", ".join(f"{name}:" for name in _FIELDS)
        raise ValueError(f"{clean_line(key)}: is none of {known}; put quotes around other words")
    if not value:
        raise ValueError(f"{key}: {_EXPECTED[key]}")
    return _FIELDS[key](value.casefold())


def _state(value: str) -> Test:
    wanted = {
        state
        for beginning in value.split(",")
        for state in SessionState
        if beginning and state.startswith(beginning)
    }
    if not wanted:
        raise ValueError(f"state:{clean_line(value)}: {_EXPECTED['state']}")
    return lambda row, _known: row.state in wanted


def _repo(value: str) -> Test:
    return lambda row, _known: value in _repository_of(row)


def _repository_of(row: Row) -> str:
    """`host/user/repo#`: the end of a name can be asked for, else longer ones would pass too."""
    repository, mark, _ = (row.issue_ref or "").rpartition("#")
    return (repository + mark).casefold()


def _is(value: str) -> Test:
    named = next((test for name, test in _BEING.items() if name.startswith(value)), None)
    if named is None:
        raise ValueError(f"is:{clean_line(value)}: {_EXPECTED['is']}")
    return named


def _since(value: str) -> Test:
    span = parse_span(value)
    if span is None:
        raise ValueError(f"since:{clean_line(value)}: {_EXPECTED['since']}")
    ago = timedelta(seconds=span)
    return lambda row, known: row.updated_at is not None and row.updated_at >= known.now - ago


def _model(value: str) -> Test:
    return lambda row, _known: value in row.model.casefold()


def _directory(value: str) -> Test:
    return lambda row, _known: value in row.directory.casefold()


_FIELDS: Mapping[str, Callable[[str], Test]] = {
    "state": _state,
    "repo": _repo,
    "is": _is,
    "since": _since,
    "model": _model,
    "dir": _directory,
}
_BEING: Mapping[str, Test] = {
    "unseen": lambda row, known: row.key in known.unseen,
    "busy": lambda row, _known: row.state in BUSY_STATES,
    "base": lambda row, _known: row.kind is RowKind.BASE,
    "issue": lambda row, _known: row.kind is RowKind.ISSUE,
    "untracked": lambda row, _known: row.kind is RowKind.UNTRACKED,
    "child": lambda row, _known: row.kind is RowKind.CHILD,
}
_SPANS = ("24h", "7d", "30d")
_EXPECTED = {
    "state": f"one of {', '.join(SessionState)}",
    "repo": "a part of host/user/repo; repo# is the end of the name",
    "is": f"one of {', '.join(_BEING)}",
    "since": "a time such as 90m, 12h or 2d",
    "model": "a part of provider/model",
    "dir": "a part of the directory",
}


def completed(text: str, rows: Iterable[Row]) -> Sequence[str]:
    """The texts that the last term may be the beginning of, the likeliest first.

    Args:
        text: what was typed, up to the cursor.
        rows: the board's: repositories, models and directories are theirs.
    """
    *_, term = re.split(r"\s", text)
    start, sign = text[: len(text) - len(term)], "-" if term.startswith("-") else ""
    key, colon, value = term.removeprefix("-").casefold().partition(":")
    if text.startswith(INSIDE) or not key:
        return ()
    if not colon:
        return [f"{start}{sign}{name}:" for name in _FIELDS if name.startswith(key)]
    fitting = sorted(
        {each for each in _values(key, rows) if value in each.casefold() and each != value},
        key=lambda each: (not each.casefold().startswith(value), each),
    )
    return [f"{start}{sign}{key}:{_quoted(each)}" for each in fitting]


def _values(key: str, rows: Iterable[Row]) -> Iterable[str]:
    match key:
        case "state":
            return SessionState
        case "is":
            return _BEING
        case "since":
            return _SPANS
        case "repo":
            return {row.issue_ref.rpartition("#")[0] for row in rows if row.issue_ref}
        case "model":
            return {row.model for row in rows if row.model}
        case "dir":
            return {row.directory for row in rows if row.directory}
        case _:
            return ()


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
