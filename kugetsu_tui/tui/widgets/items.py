"""What is read, thing by thing: a line each, and what is folded beneath it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.passages import Form, Passage, pieces
from kugetsu_tui.domain.text import clean, clean_line
from kugetsu_tui.domain.transcript import PartKind
from kugetsu_tui.tui.widgets.look import Tone

Span = tuple[str, Tone]
"""Safe words and their tone."""


@frozen(kw_only=True)
class Item:
    """One thing to read. All its text is safe."""

    id: str
    """Stays the same while the item grows."""
    head: tuple[Span, ...] = ()
    """Its line; none where the body speaks for itself."""
    body: tuple[Passage, ...] = ()
    """Each drawn at once, and only when it is in sight."""
    kind: PartKind = PartKind.OTHER
    is_noise: bool = False
    depth: int = 0
    """Of the sub-agent whose it is."""
    is_open: bool = False
    """The body shows without being asked for."""
    tone: Tone = Tone.PLAIN
    """Of the words in the body."""
    source: str = ""
    """A session or a run whose items come beneath it once it is unfolded."""
    haystack: str = ""
    """All its text in lower case."""

    @property
    def folds(self) -> bool:
        """There is more than the line."""
        return bool(self.head) and bool(self.body or self.source)

    def deeper(self) -> Item:
        """The same, of a sub-agent."""
        return replace(self, depth=self.depth + 1)


def item(
    id: str,  # noqa: A002 - the item's own word
    *,
    head: Iterable[Span] = (),
    passages: Iterable[Passage] = (),
    kind: PartKind = PartKind.OTHER,
    is_noise: bool = False,
    is_open: bool = False,
    tone: Tone = Tone.PLAIN,
    source: str = "",
) -> Item:
    """An item of foreign text, made safe and searchable here."""
    spans = tuple((clean_line(words), tone) for words, tone in head)
    body = tuple(_pieces(passages))
    words = ("".join(text for text, _ in spans), *(passage.text for passage in body))
    return Item(
        id=id,
        head=spans,
        body=body,
        kind=kind,
        is_noise=is_noise,
        is_open=is_open or not spans,
        tone=tone,
        source=source,
        haystack="\n".join(words).casefold(),
    )


def _pieces(passages: Iterable[Passage]) -> Iterator[Passage]:
    for passage in passages:
        safe = Passage(passage.form, clean(passage.text).expandtabs(4), passage.language)
        yield from pieces(safe)


@frozen
class Block:
    """What is drawn together: an item's line, or a piece of its body."""

    item: Item
    nth: int
    """Which piece of the body; -1 is the line."""
    gap: int
    """Blank lines over it."""

    @property
    def key(self) -> tuple[str, int]:
        """What stays the same while everything else changes."""
        return self.item.id, self.nth

    @property
    def piece(self) -> Passage | None:
        return self.item.body[self.nth] if self.nth >= 0 else None


def blocks_of(items: Sequence[Item], *, is_open: frozenset[str]) -> list[Block]:
    """The blocks of these items; folded ones are a line each.

    Args:
        items: in order.
        is_open: the ids of those whose body shows.
    """
    blocks: list[Block] = []
    was_said = True
    for each in items:
        is_said = not each.head
        gap = int(bool(blocks) and (is_said or was_said))
        was_said = is_said
        if each.head:
            blocks.append(Block(each, -1, gap))
        if each.id in is_open or is_said:
            for nth, piece in enumerate(each.body):
                inner = int(nth > 0 and Form.MARKDOWN in {piece.form, each.body[nth - 1].form})
                blocks.append(Block(each, nth, gap if is_said and not nth else inner))
    return blocks
