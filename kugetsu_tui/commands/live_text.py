"""An answer that is read along: what was shown in pieces is not shown again as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run_event import Journalled, Said, Saying


def without_pieces(entries: Iterable[Journalled]) -> Iterator[Journalled]:
    """Each block once: whole where it was finished, else what there is of it."""
    pieces: list[Journalled] = []
    for entry in entries:
        if isinstance(entry.event, Saying):
            pieces.append(entry)
            continue
        if pieces and not isinstance(entry.event, Said):
            yield _joined(pieces)
        pieces = []
        yield entry
    if pieces:
        yield _joined(pieces)


def _joined(pieces: list[Journalled]) -> Journalled:
    said = "".join(piece.event.text for piece in pieces if isinstance(piece.event, Saying))
    return replace(pieces[-1], event=Saying(said))
