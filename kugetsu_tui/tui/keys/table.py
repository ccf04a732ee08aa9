"""The one table of keys that footer, help, palette and the user's keymap read."""

from __future__ import annotations

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.bindings import BINDINGS
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.tui.keys.key import Context, Group, Key


def _verb(name: str) -> Key:
    return Key(
        id=name,
        keys=BINDINGS[name],
        action=f"flow('{name}')",
        label=name,
        summary=VERBS[name].summary,
        group=Group.WORK,
    )


def _look(name: str, action: str, summary: str, context: Context = Context.BOARD) -> Key:
    return Key(
        id=name,
        keys=BINDINGS[name],
        action=action,
        label=name.rpartition(".")[2],
        summary=summary,
        group=Group.LOOK,
        context=context,
    )


def _move(name: str, action: str, summary: str) -> Key:
    key = f"move.{name}"
    return Key(
        id=key,
        keys=BINDINGS[key],
        action=action,
        label=name,
        summary=summary,
        group=Group.MOVE,
        context=Context.ANYWHERE,
    )


BOARD_KEYS = (
    _verb("start"),
    _verb("continue"),
    _verb("resume"),
    _verb("answer"),
    _verb("stop"),
    _verb("destroy"),
    _verb("undo"),
    _verb("init"),
    _verb("browse"),
    _verb("adopt"),
    _verb("prune"),
    _look("open", "open", "Give the selected session the whole screen."),
    _look(
        "back",
        "back",
        "Go back: out of the session, the filter, the directory.",
        Context.ANYWHERE,
    ),
    _look("section", "section(1)", "Show the next section: output, transcript, …"),
    _look("section-back", "section(-1)", "Show the section before."),
    _look("pane", "pane", "Go to the other pane.", Context.ANYWHERE),
    _look("copy", "aside('copy')", "Copy reference, id, directory, URL, command or answer."),
    _look("mark", "mark", "Mark the row: stop, destroy and continue take all marked."),
    _look("mark-all", "mark_all", "Mark every issue that is shown, or none of them."),
    _look("seen", "see", "Take all that is shown, or marked, for looked at."),
    _look("filter", "filter", "Show the rows that pass what you type; // looks inside."),
    _look("repository", "aside('repository')", "Show one repository's issues."),
    _look("order", "view('order')", "Sort by attention, updated, created, messages, …"),
    _look("kind", "view('kind')", "Show issues, base, untracked, sub-agents, or all."),
    _look("range", "view('span')", "Show all, or the last 24 hours, 7 or 30 days."),
    _look("layout", "view('layout')", "Stand in one list, or by repository."),
    _look("messages", "aside('messages')", "Read again what was told in passing."),
    _look("refresh", "refresh", "Read everything again, and draw it anew.", Context.ANYWHERE),
    _look("palette", "palette", "Find a verb or a session by typing.", Context.ANYWHERE),
    _look(
        "settings",
        "flow('settings')",
        VERBS["settings"].summary,
        Context.ANYWHERE,
    ),
    _look("help", "flow('help')", VERBS["help"].summary, Context.ANYWHERE),
    _look("suspend", "app.suspend_process", "Back to the shell; fg returns here."),
    _look("quit", "app.quit", "Leave; what runs goes on.", Context.ANYWHERE),
)
"""Keys that the board's screen has."""

MOVE_KEYS = (
    _move("up", "move(-1)", "One row up."),
    _move("down", "move(1)", "One row down."),
    _move("page-up", "page(-1)", "One page up."),
    _move("page-down", "page(1)", "One page down."),
    _move("first", "first", "To the first row."),
    _move("last", "last", "To the last row."),
)
"""Keys of whatever has rows or lines to move through."""


def _read(name: str, action: str, summary: str, *, label: str = "") -> Key:
    key = _look(f"read.{name}", action, summary, Context.READING)
    return replace(key, label=label or key.label)


_EVERY_PART = "all"
PART_NAMES = (
    _EVERY_PART,
    "yours",
    "answers",
    "thoughts",
    "tools",
    "files",
    "shell",
    "tasks",
    "web",
    "other",
)
"""What the keys 1 to 0 stand for in a transcript."""


def _part_summary(name: str) -> str:
    if name == _EVERY_PART:
        return "Show all parts; once more, bookkeeping too."
    return f"Show only, or also: {name}."


READING_KEYS = (
    _read("fold", "fold", "Unfold what the cursor is on, or fold it.", label="unfold"),
    _read("search", "search", "Look for words in what is shown."),
    _read("match", "match(1)", "To the next match.", label="next match"),
    _read("match-back", "match(-1)", "To the match before."),
    _read("user", "user(1)", "To your next message."),
    _read("user-back", "user(-1)", "To your message before.", label="your message"),
    _read("turn", "turn", "Fold the turn to your message, or unfold it.", label="fold turn"),
    _read("turns", "turns", "Fold all turns to your messages, or unfold them."),
    _read("follow", "follow", "Go to the end and follow it; once more, stay here."),
    _read("sideways", "sideways(1)", "Scroll wide lines to the right."),
    _read("sideways-back", "sideways(-1)", "Scroll wide lines to the left."),
    *(
        _read(f"part-{name}", f"part({number})", _part_summary(name))
        for number, name in enumerate(PART_NAMES, start=1)
    ),
)
"""Keys of a transcript, a diff, a run's journal."""

TALK_KEYS = frozenset(
    key.id
    for key in READING_KEYS
    if key.action.startswith(("part(", "turn", "user(")) or key.id == "read.follow"
)
"""Those that have a meaning only where something was said by turns."""

EVERY_KEY = (*BOARD_KEYS, *MOVE_KEYS, *READING_KEYS)
"""What the user's keymap may choose."""
