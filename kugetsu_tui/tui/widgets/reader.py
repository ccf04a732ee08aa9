"""Something long to read: only what is in sight is drawn, and nothing in sight ever jumps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from kugetsu_tui.domain.transcript import PartKind
from kugetsu_tui.domain.wanted_parts import Wanted
from kugetsu_tui.tui.keys.key import Context
from kugetsu_tui.tui.keys.table import READING_KEYS, TALK_KEYS
from kugetsu_tui.tui.widgets.drawings import EDGE, Drawings
from kugetsu_tui.tui.widgets.items import Item
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.pages import Pages, Spot
from kugetsu_tui.tui.widgets.quest import Quest
from kugetsu_tui.tui.widgets.shelf import Shelf
from kugetsu_tui.tui.widgets.sight import Sight
from kugetsu_tui.tui.widgets.toned import Toned

_SIDEWAYS = 8
_NO_PART = "None of these parts is in it."
_EVERY_KEY = frozenset(key.id for key in READING_KEYS)
_AHEAD = 0.05
"""Seconds of rest after which the next screens are drawn before they are asked for."""

PARTS = tuple(PartKind)
"""The parts that the keys 2 to 0 stand for, in their order."""


class Reader(Toned):
    """Items with their bodies folded beneath them, a cursor, a search, and parts to leave out."""

    context: ClassVar[Context] = Context.READING
    COMPONENT_CLASSES: ClassVar[set[str]] = {"cursor"}

    @dataclass
    class Changed(Message):
        """Where one is, what is sought or left out is another."""

        reader: Reader

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Reader.Changed) and message.reader is self.reader

    @dataclass
    class Unfolded(Message):
        """The items beneath this one are asked for."""

        reader: Reader
        item: Item

    def __init__(
        self,
        ask: Callable[[str], None],
        *,
        is_talk: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Make it empty.

        Args:
            ask: has words typed that are to be sought, beginning with these; at once, as the
                next key may be the first of their letters.
            is_talk: it was said by turns: begin at the end, and follow it.
            id: Textual's.
        """
        super().__init__(id=id)
        self._ask = ask
        self._is_talk = is_talk
        self._shelf = Shelf()
        self._drawings = Drawings(self, self._shelf.is_open)
        self._pages = Pages(lambda block: len(self._drawings.of(block).strips))
        self._width = 0
        self._laid = Size()
        """How large it was when it was laid out last."""
        self._is_placing = False
        self._sight = Sight(self._pages)
        self._ahead: Timer | None = None
        self.show((), empty="")

    @property
    def wanted(self) -> Wanted:
        """The parts that are shown."""
        return self._shelf.wanted

    def show(self, items: Sequence[Item], *, empty: str = "", afresh: bool = True) -> None:
        """Show these items; whoever reads stays where they are, or follows the end.

        Args:
            items: all of them.
            empty: what to say where there are none.
            afresh: they are somebody else's: nothing of what was there counts.
        """
        if afresh:
            self._shelf.clear()
            self.quest = Quest()
            self.follows, self.has_news = self._is_talk, False
            self._sideways = 0
            self._sight.begin()
        before = self._shelf.items
        grew = bool(items and before and items[-1] != before[-1])
        self.has_news = self.has_news or (grew and not self.follows)
        self._shelf.items, self._empty = items, empty
        self._lay()

    def put_beneath(self, item_id: str, items: Sequence[Item]) -> None:
        """Show these beneath that item, for as long as it is unfolded."""
        self._shelf.put_beneath(item_id, items)
        self._lay()

    def _lay(self) -> None:
        """Lay all blocks anew; the cursor and the top stay on their lines."""
        self._sight.lay(self._shelf.blocks(self._shelf.shown()), self._drawings.room)
        self.quest = self.quest.among(self._shelf.wanted_items())
        if self.follows:
            self._sight.cursor = self._pages.last
        self._place()
        self.refresh()

    @property
    def item(self) -> Item | None:
        """What the cursor is on."""
        blocks = self._pages.blocks
        return blocks[self._sight.cursor.block].item if blocks else None

    @property
    def idle(self) -> frozenset[str]:
        """Keys that have nothing to do: nothing is there, is found, or folds."""
        if (item := self.item) is None:
            return _EVERY_KEY
        match = frozenset[str]() if len(self.quest.finds) else frozenset({"read.match"})
        fold = frozenset[str]() if item.folds else frozenset({"read.fold"})
        return self.senseless | match | fold

    @property
    def senseless(self) -> frozenset[str]:
        """Keys that never do anything here: they are for what was said."""
        return frozenset() if self._is_talk else TALK_KEYS

    # Where one is

    @property
    def _height(self) -> int:
        return max(self.size.height, 1)

    def _place(self) -> None:
        """Bring the cursor into sight with as little scrolling as that takes."""
        if not self._width:
            self._sight.lines = ()
            return
        self._sight.place(self._height)
        self._is_placing = True
        self.virtual_size = Size(self._width, self._pages.height)
        self.go_to(self._pages.y_of(self._sight.top))
        self._is_placing = False
        # Made by the reader itself: Textual takes a message no further than to who made it.
        self.call_later(lambda: self.post_message(self.Changed(self)))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if not self._is_placing and self.size == self._laid:  # else it only makes room
            # The wheel or the bar was moved: the cursor comes along.
            self._set_cursor(self._sight.scroll(round(new_value), self._height))

    def _set_cursor(self, spot: Spot) -> None:
        before, in_sight = self._sight.cursor, self._sight.lines
        self._sight.cursor = spot
        self.follows = self._is_talk and spot == self._pages.last
        self.has_news = self.has_news and not self.follows
        self._place()
        if self._sight.lines == in_sight:
            for each in {before, self._sight.cursor}.intersection(in_sight):
                self.refresh(Region(0, in_sight.index(each), self.size.width, 1))
        else:
            self.refresh()
        if self._ahead is not None:
            self._ahead.stop()
        self._ahead = self.set_timer(_AHEAD, self._draw_ahead)

    def _draw_ahead(self) -> None:
        """While nobody presses a key: the screens above and below."""
        self._sight.look_ahead(self._height)
        self._place()

    def action_move(self, by: int) -> None:
        self._set_cursor(self._pages.step(self._sight.cursor, by))

    def action_page(self, by: int) -> None:
        lines = by * max(self.size.height - 1, 1)
        self._sight.top = self._pages.step(self._sight.top, lines)
        self.action_move(lines)

    def action_first(self) -> None:
        self._set_cursor(Spot(0, 0))

    def action_last(self) -> None:
        self._set_cursor(self._pages.last)

    def action_follow(self) -> None:
        """Go to the end and stay there while it grows; asked for again, stay here."""
        if self.follows:
            self.follows = False
            self.post_message(self.Changed(self))
        else:
            self.action_last()

    def action_sideways(self, by: int) -> None:
        self._sideways = max(self._sideways + by * _SIDEWAYS, 0)
        self.refresh()

    def action_user(self, by: int) -> None:
        """To the next message of the user's, or the one before."""
        place = self._sight.cursor.block + by
        while 0 <= place < len(self._pages.blocks):
            block = self._pages.blocks[place]
            if block.item.kind is PartKind.USER and block.nth <= 0:
                self._show_from(Spot(place, min(block.gap, self._pages.size_of(place) - 1)))
                return
            place += by

    def _show_from(self, spot: Spot) -> None:
        """Put the cursor there, with a few lines of what is before it."""
        self._sight.top = self._pages.step(spot, -self.size.height // 4)
        self._set_cursor(spot)

    # What is shown

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's
    ) -> bool | None:
        """On what does not fold, the key means what it means elsewhere."""
        return action != "fold" or (self.item is not None and self.item.folds)

    def action_fold(self) -> None:
        """Fold or unfold what the cursor is on."""
        if (item := self.item) is not None and item.folds:
            self.follows = False
            self._shelf.toggle(item)
            self._lay()
            if self._shelf.is_open(item) and self._shelf.lacks(item):
                self.post_message(self.Unfolded(self, item))

    def action_turn(self, *, every: bool = False) -> None:
        """Fold the turn that the cursor is in to the message that began it, or all; or unfold."""
        if (item := self.item) is None:
            return
        self.follows = False
        turn = self._shelf.toggle_turns(item) if every else self._shelf.toggle_turn(item)
        self._lay()
        for place, block in enumerate(self._pages.blocks):
            if block.item.id == turn and block.nth <= 0:
                self._show_from(Spot(place, block.gap))

    def action_turns(self) -> None:
        self.action_turn(every=True)

    def action_part(self, number: int) -> None:
        """Show only this part, or also, or no longer; 1 shows all."""
        if self._is_talk:
            wanted = self.wanted
            kind = PARTS[number - 2]
            self._shelf.wanted = wanted.all() if number == 1 else wanted.toggled(kind)
            self._lay()

    # What is sought

    def action_search(self) -> None:
        self._ask(self.quest.words)

    def search(self, words: str) -> None:
        """Look for these words, and go to where they come next."""
        self.quest = Quest(words.casefold()).among(self._shelf.wanted_items())
        if words:
            self.action_match(0)
        self._place()
        self.refresh()

    def action_match(self, by: int) -> None:
        """To the next match, or the one before; 0 is the nearest from here on."""
        item = self.item
        self.quest = self.quest.moved(by, here=item.id if item else "")
        if (match := self.quest.item) is None:
            return
        self.follows = False
        was_hidden = self._shelf.unfold_turn(match)
        if not self._shelf.is_open(match) and not self.quest.is_in_head:
            self._shelf.toggle(match)
            was_hidden = True
        if was_hidden:
            self._lay()
        self._show_from(self.quest.spot(self._pages.blocks, self._drawings.of))

    # How it looks

    def on_resize(self, _event: events.Resize) -> None:
        width, self._laid = self.scrollable_content_region.width, self.size
        if width != self._width:
            self._width, self._drawings.room = width, max(width - EDGE - 1, EDGE)
            self._drawings.forget()
            self._lay()
        else:
            self._place()
            self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawings.forget()

    def render_line(self, y: int) -> Strip:
        width, ground = self.size.width, self.paper
        if not self._pages.blocks and y == 0:
            words = _NO_PART if self._shelf.items else self._empty
            return self._line(Strip([Segment(f"  {words}", self.ink(Tone.MUTED))]), ground)
        if y >= len(self._sight.lines):
            return Strip.blank(width, ground)
        spot = self._sight.lines[y]
        drawing = self._drawings.of(self._pages.blocks[spot.block])
        strip = drawing.line(spot.line, sideways=self._sideways)
        if spot == self._sight.cursor:
            ground += self.ground("cursor")
        return self._line(self.quest.marked(strip), ground)

    def _line(self, strip: Strip, ground: Style) -> Strip:
        return strip.apply_style(ground).adjust_cell_length(self.size.width, ground)

    def on_click(self, event: events.Click) -> None:
        if event.y >= len(self._sight.lines):
            return
        spot = self._sight.lines[event.y]
        is_meant = spot == self._sight.cursor or event.x < EDGE
        self._set_cursor(spot)
        if is_meant and self._pages.blocks[self._sight.cursor.block].nth < 0:
            self.action_fold()
