"""Words looked for in texts, and the way from one find to the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kugetsu_tui.domain.frozen import frozen


@frozen
class Match:
    """Where a search found its words."""

    entry: int
    """Its place among those searched."""
    nth: int
    """Which of the finds in this entry, from 0."""


def find(sought: str, texts: Iterable[str]) -> Sequence[Match]:
    """Every place that holds the words, in order.

    Args:
        sought: the words as they were typed; case is ignored.
        texts: one for each entry, in lower case.
    """
    sought = sought.casefold()
    return [
        Match(place, nth)
        for place, text in enumerate(texts)
        for nth in range(text.count(sought) if sought else 0)
    ]


def next_match(matches: Sequence[Match], place: int, by: int) -> int | None:
    """The match that comes next, around the end.

    Args:
        matches: in order.
        place: of the entry from which it is looked for.
        by: 1 forward, -1 back.
    """
    if not matches:
        return None
    if by > 0:
        return next((i for i, match in enumerate(matches) if match.entry >= place), 0)
    before = [i for i, match in enumerate(matches) if match.entry <= place]
    return before[-1] if before else len(matches) - 1
