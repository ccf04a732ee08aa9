"""Which key says what: the one table that footer, help, palette and the user's keymap read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from textual.binding import Binding

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.session import BUSY_STATES, SessionState
from kugetsu_tui.domain.text import clean_line


class Group(StrEnum):
    """The chapters of the help page."""

    WORK = "Work"
    LOOK = "Look"
    MOVE = "Move"


@frozen(kw_only=True)
class Key:
    """One meaning, and the keys that have it."""

    id: str
    """What the user's keymap calls it; the verb's own name where it is a verb."""
    keys: str
    """Textual's names, comma-separated."""
    action: str
    label: str
    """In the footer."""
    summary: str
    """In the help and the palette; one sentence."""
    group: Group

    def binding(self) -> Binding:
        """For the screen that has the key."""
        return Binding(
            self.keys, self.action, self.label, id=self.id, tooltip=self.summary, show=False
        )


def _verb(name: str, keys: str) -> Key:
    return Key(
        id=name,
        keys=keys,
        action=f"flow('{name}')",
        label=name,
        summary=VERBS[name].summary,
        group=Group.WORK,
    )


def _key(name: str, keys: str, action: str, summary: str, group: Group = Group.LOOK) -> Key:
    label = name.rpartition(".")[2]
    return Key(id=name, keys=keys, action=action, label=label, summary=summary, group=group)


BOARD_KEYS = (
    _verb("start", "s"),
    _verb("continue", "c"),
    _verb("resume", "r"),
    _verb("stop", "x"),
    _verb("destroy", "d"),
    _verb("undo", "u"),
    _verb("init", "i"),
    _verb("adopt", "a"),
    _verb("prune", "p"),
    _key("open", "enter", "open", "Give the selected session the whole screen."),
    _key("back", "escape", "back", "Go back: out of the session, the filter, the directory."),
    _key("section", "right", "section(1)", "Show the next section: output, messages, facts."),
    _key("section-back", "left", "section(-1)", "Show the section before."),
    _key("pane", "tab", "pane", "Go to the other pane."),
    _key("filter", "slash", "filter", "Show the rows that hold all the words you type."),
    _key("kind", "t", "kind", "Show also the sessions that nobody tracks."),
    _key("refresh", "f5", "refresh", "Read everything again."),
    _key("palette", "ctrl+p", "palette", "Find a verb or a session by typing."),
    _key("help", "question_mark", "flow('help')", "Explain the keys."),
    _key("quit", "q", "app.quit", "Leave; what runs goes on."),
)
"""The board's own keys."""

MOVE_KEYS = (
    _key("move.up", "up,k", "move(-1)", "One row up.", Group.MOVE),
    _key("move.down", "down,j", "move(1)", "One row down.", Group.MOVE),
    _key("move.page-up", "pageup", "page(-1)", "One page up.", Group.MOVE),
    _key("move.page-down", "pagedown", "page(1)", "One page down.", Group.MOVE),
    _key("move.first", "g,home", "first", "To the first row.", Group.MOVE),
    _key("move.last", "G,end", "last", "To the last row.", Group.MOVE),
)
"""Keys of whatever has rows or lines to move through."""

_ALL = {key.id: key for key in (*BOARD_KEYS, *MOVE_KEYS)}

_SHOWN = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "enter": "⏎", "escape": "esc",
    "slash": "/", "question_mark": "?", "pageup": "PgUp", "pagedown": "PgDn",
    "f5": "F5", "home": "Home", "end": "End", "space": "␣",
}  # fmt: skip


def spelled(keys: str) -> str:
    """The keys as people write them."""
    return " ".join(
        _SHOWN.get(key, key.replace("ctrl+", "^")) for key in keys.replace(" ", "").split(",")
    )


@frozen
class Keymap:
    """The table with the user's own choices in it."""

    keys: Mapping[str, Key]
    chosen: Mapping[str, str]
    """Binding id → keys, for Textual; only those that work."""
    warnings: tuple[str, ...]
    """What of the choices could not be kept, in a line each."""

    def key_of(self, name: str) -> str:
        """The key of a verb as people write it; empty where it has none."""
        return spelled(self.keys[name].keys) if name in self.keys else ""


def keymap_of(choices: Mapping[str, str]) -> Keymap:
    """The user's choices, where they are known ids and take no key from another."""
    chosen, warnings = dict[str, str](), []
    for name, wanted in choices.items():
        keys = [_textual_name(key) for key in wanted.split(",") if key.strip()]
        if name in _ALL and keys:
            chosen[name] = ",".join(keys)
        else:
            warnings.append(f"keys.{clean_line(name)}: there is no such key to choose")
    while clash := _clash(_with(chosen), chosen):
        name, other = clash
        warnings.append(f"keys.{name}: {clean_line(chosen.pop(name))} is the key of {other} too")
    return Keymap(_with(chosen), chosen, tuple(warnings))


def _with(chosen: Mapping[str, str]) -> Mapping[str, Key]:
    return {
        name: replace(key, keys=chosen[name]) if name in chosen else key
        for name, key in _ALL.items()
    }


def _clash(keys: Mapping[str, Key], chosen: Mapping[str, str]) -> tuple[str, str] | None:
    """A choice that shares a key with something else, and what that is."""
    for name in chosen:
        wanted = set(chosen[name].split(","))
        for other in keys.values():
            if other.id != name and wanted & set(other.keys.split(",")):
                return name, other.id
    return None


def _textual_name(key: str) -> str:
    names = {"/": "slash", "?": "question_mark", "esc": "escape", "return": "enter"}
    return names.get(key.strip(), key.strip())


def _is_tracked(row: Row) -> bool:
    return row.kind is not RowKind.UNTRACKED


def _is_quiet(row: Row) -> bool:
    return row.session_id is not None and row.state not in BUSY_STATES


_APT: Mapping[str, Callable[[Row], bool]] = {
    "continue": lambda row: row.kind is RowKind.ISSUE and _is_quiet(row),
    "resume": lambda row: _is_tracked(row) and _is_quiet(row),
    "stop": lambda row: row.state in BUSY_STATES - {SessionState.OPEN},
    "destroy": _is_tracked,
    "adopt": lambda row: not _is_tracked(row),
    "open": lambda _row: True,
}
"""What needs a selected row, and which."""


def is_apt(name: str, row: Row | None) -> bool:
    """Whether the key has something to do on the selected row: then the footer shows it."""
    if name not in _APT:
        return True
    return row is not None and _APT[name](row)


TYPING = (("⏎", "keep"), ("esc", "clear"), ("↑ ↓", "move"))
"""What works while the words of the filter are typed."""
_FOOTER = (
    "start", "continue", "resume", "stop", "adopt", "destroy", "open", "filter", "kind",
    "palette", "quit", "help",
)  # fmt: skip
_READING = (
    "back", "section", "continue", "resume", "stop", "destroy", "start", "palette", "help",
)  # fmt: skip


def footer(
    keymap: Keymap, row: Row | None, *, has_base: bool, is_open: bool
) -> tuple[tuple[str, str], ...]:
    """Key and label of what can be done now, the most useful first; help comes last.

    Args:
        keymap: the user's.
        row: the selected one.
        has_base: there is something to fork; else init stands where start does.
        is_open: the session has the whole screen.
    """
    names = [
        "init" if name == "start" and not has_base else name
        for name in (_READING if is_open else _FOOTER)
    ]
    return tuple(
        (keymap.key_of(name), keymap.keys[name].label) for name in names if is_apt(name, row)
    )
