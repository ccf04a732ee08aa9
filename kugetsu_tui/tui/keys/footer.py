"""What can be done now, for the line at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.session import BUSY_STATES, SessionState
from kugetsu_tui.tui.keys.keymap import Keymap

_LOST = frozenset({SessionState.MISSING, SessionState.DAMAGED})
"""Nobody can go on from there."""


def _is_quiet(row: Row) -> bool:
    return row.session_id is not None and row.state not in BUSY_STATES | _LOST


_APT: Mapping[str, Callable[[Row], bool]] = {
    "answer": lambda row: row.state is SessionState.WAITING,
    "continue": lambda row: row.kind is RowKind.ISSUE and _is_quiet(row),
    "resume": lambda row: row.is_tracked and _is_quiet(row),
    "stop": lambda row: row.state in BUSY_STATES - {SessionState.OPEN},
    "destroy": lambda row: row.is_tracked,
    "adopt": lambda row: row.kind is RowKind.UNTRACKED,
    **dict.fromkeys(("open", "order", "mark"), lambda _row: True),
}
"""What needs a selected row, and which."""


def is_apt(name: str, row: Row | None) -> bool:
    """Whether the key has something to do on the selected row: then the footer shows it."""
    if name not in _APT:
        return True
    return row is not None and _APT[name](row)


_OVER_MANY = frozenset({"continue", "stop", "destroy"})
"""They take the marked rows, where there are some."""
TYPING = (("⏎", "keep"), ("esc", "clear"), ("tab", "complete"), ("↑ ↓", "move"))
"""What works while the words of the filter are typed."""
SEEKING = TYPING[:2]
"""What works while words are typed that are looked for in what is read."""
_FOOTER = (
    "back", "answer", "start", "continue", "resume", "stop", "adopt", "destroy", "open", "filter",
    "order", "kind", "mark", "palette", "quit", "settings", "help",
)  # fmt: skip
_OPEN = (
    "back", "answer", "section", "continue", "resume", "stop", "destroy", "start", "palette",
    "help",
)  # fmt: skip
_READING = (
    "back", "answer", "section", "read.fold", "read.search", "read.match", "read.user-back",
    "read.follow", "read.turn", "continue", "resume", "stop", "read.sideways", "help",
)  # fmt: skip


def footer(
    keymap: Keymap,
    row: Row | None,
    *,
    marked: Sequence[Row] = (),
    begin: str,
    is_open: bool,
    is_read: bool,
    idle: Container[str] = (),
) -> tuple[tuple[str, str], ...]:
    """Key and label of what can be done now, the most useful first; help comes last.

    Args:
        keymap: the user's.
        row: the selected one.
        marked: those that verbs over many take.
        begin: the verb that leads on from where there is nothing.
        is_open: the session has the whole screen.
        is_read: a transcript or the like has the keys.
        idle: what has nothing to do there.
    """
    which = _READING if is_read else _OPEN if is_open else _FOOTER
    names = [begin if name == "start" else name for name in which if name not in idle]
    return tuple(
        (keymap.key_of(name), keymap.keys[name].label)
        for name in names
        if any(is_apt(name, each) for each in (marked if name in _OVER_MANY else ()) or (row,))
    )
