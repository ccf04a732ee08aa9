"""Sessions that the opencodes on this machine were told to work on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kugetsu_tui.domain.session import SessionId, session_id_of
from kugetsu_tui.runs.process_table import arguments, numbers, run_of

_PROGRAMS = frozenset({"opencode", "opencode.exe"})
"""The second is what npm calls it, on every system, and what we call where we installed it."""
_OPTIONS = ("-s", "--session")


def sessions_at_work() -> Iterator[tuple[SessionId, str]]:
    """Each session an opencode names in its arguments, and the run that started it, if one did.

    Only processes of this user can be told apart; a session chosen inside opencode's screen is in
    nobody's arguments.
    """
    for pid in numbers():
        words = arguments(pid)
        if (session_id := session_named(words)) is not None:
            yield session_id, run_of(pid)


def session_named(words: Sequence[str]) -> SessionId | None:
    """The session such a command line works on.

    It may be run by an interpreter (`node …/opencode`). `--fork` works on a copy.
    """
    names = [word.rpartition("/")[2] for word in words[:2]]
    if _PROGRAMS.isdisjoint(names) or "--fork" in words:
        return None
    for word, following in zip(words, [*words[1:], ""], strict=True):
        option, _, value = word.partition("=")
        if option in _OPTIONS:
            return session_id_of(value or following)
    return None
