"""What each section of a session holds, read when it is looked at; called from threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.commands.read_log import event_words
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.tui.widgets.detail import Section
from kugetsu_tui.tui.widgets.items import Item, item
from kugetsu_tui.tui.widgets.session_items import change_items, items_of, run_head
from kugetsu_tui.tui.widgets.session_words import fact_lines, todo_lines
from kugetsu_tui.tui.widgets.text_lines import Line


class Readings:
    """All raise `KugetsuError` where something cannot be read."""

    def __init__(self, commands: Commands, clock: Callable[[], datetime]) -> None:
        self._commands = commands
        self._clock = clock

    def lines(self, section: Section, row: Row) -> Sequence[Line]:
        """A section that is told in lines."""
        shown = self._commands.show.of_row(row)
        return tuple(todo_lines(shown) if section is Section.TODOS else fact_lines(shown))

    def items(self, section: Section, row: Row) -> Sequence[Item]:
        """A section of things that fold."""
        return tuple(self._runs(row) if section is Section.RUNS else self._changes(row))

    def beneath(self, section: Section, source: str) -> Sequence[Item]:
        """What is folded: a run's journal, or a sub-agent's transcript."""
        if section is Section.RUNS:
            return tuple(self._journal(RunId(source)))
        return tuple(items_of(self._commands.transcript(SessionId(source))))

    def _changes(self, row: Row) -> Iterator[Item]:
        if row.session_id is not None:
            yield from change_items(self._commands.changes.of_session(None, row.session_id))

    def _runs(self, row: Row) -> Iterator[Item]:
        now = self._clock()
        for run in self._commands.runs(row):
            run_id = run.order.run_id
            yield item(run_id, head=run_head(run, now), source=run_id)

    def _journal(self, run_id: RunId) -> Iterator[Item]:
        asked = self._commands.log.prompt(run_id).rstrip("\n")
        told = [event_words(journalled.event) for journalled in self._commands.log(run_id)]
        yield item(f"{run_id}-journal", passages=[Passage(Form.WORDS, "\n".join([asked, *told]))])
