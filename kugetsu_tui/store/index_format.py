"""The index's file: the map from issue to record, to and from an `Index`."""

from __future__ import annotations

from typing import cast

from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.domain.record import Index
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.store.json_text import kind_of
from kugetsu_tui.store.regular_file import UnreadableError

_BASE = "base"
_ISSUES = "issues"


def index_of(document: dict[str, Json]) -> Index:
    """The index that a file tells of; an absent key counts as an empty one.

    Raises:
        UnreadableError: a value has the wrong shape; names where.
    """
    base, issues = document.get(_BASE), document.get(_ISSUES, {})
    if base is not None and not isinstance(base, str):
        raise UnreadableError(f"{_BASE} is {kind_of(base)}, not a text")
    if not isinstance(issues, dict):
        raise UnreadableError(f"{_ISSUES} is {kind_of(issues)}, not an object")
    return Index(
        base=SessionId(base) if base else None,
        issues=_files_of(issues),
        extra={key: value for key, value in document.items() if key not in {_BASE, _ISSUES}},
    )


def _files_of(issues: dict[str, Json]) -> dict[str, str]:
    if {*map(type, issues.values())} <= {str}:  # ten times as fast as a look at each
        return cast("dict[str, str]", issues)
    key, value = next(each for each in issues.items() if not isinstance(each[1], str))
    raise UnreadableError(f"{_ISSUES}[{key!r}] is {kind_of(value)}, not a text")


def has_map(document: dict[str, Json]) -> bool:
    """Whether the file says anything about issues."""
    return _ISSUES in document


def with_map(document: dict[str, Json], index: Index) -> dict[str, Json]:
    """The file's content with this map in it, and everything else as it was."""
    return {**document, _BASE: index.base, _ISSUES: index.issues}
