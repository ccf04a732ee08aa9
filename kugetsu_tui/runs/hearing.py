"""opencode's two streams, cut into lines and understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.lines import LineCutter
from kugetsu_tui.domain.run_event import RunEvent, SessionNamed
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs.witness import Witness

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of a line that are kept in memory: three times an answer of 5 MB."""

Read: TypeAlias = Callable[[bytes, SessionId | None], Iterable[RunEvent]]
"""A line, and the run's session once it is known: until then, every line names its own."""


@frozen(kw_only=True)
class Understanding:
    """What opencode's lines mean; a line that means nothing gives nothing, and never an error."""

    read_output: Read
    """The events in a line of stdout; nothing where it is about another session."""
    read_log: Read
    """The events in a line of stderr."""
    read_words: Callable[[bytes], str]
    """What a line of stderr says, where it is no log line."""


class Hearing:
    """Takes chunks as they come; an empty one is the stream's end."""

    def __init__(self, understanding: Understanding, witness: Witness) -> None:
        self._understanding = understanding
        self._witness = witness
        self._output_lines = LineCutter(LONGEST_LINE)
        self._log_lines = LineCutter(LONGEST_LINE)

    def take_output(self, chunk: bytes) -> None:
        self._witness.note_sign(is_news=True)
        for line in self._cut(self._output_lines, chunk):
            for event in self._understanding.read_output(line, self._witness.session_id):
                if not self._witness.hear(event):
                    break  # the line is about another session

    def take_log(self, chunk: bytes) -> None:
        self._witness.note_sign(is_news=False)
        self._witness.keep(chunk)
        for line in self._cut(self._log_lines, chunk):
            for event in self._understanding.read_log(line, self._witness.session_id):
                # A log quotes models: what looks like its line may be their words.
                if not (self._witness.session_id and isinstance(event, SessionNamed)):
                    self._witness.hear(event)
            self._witness.hear_words(self._understanding.read_words(line))

    def _cut(self, cutter: LineCutter, chunk: bytes) -> list[bytes]:
        left_out = cutter.left_out
        lines = cutter.feed(chunk) if chunk else cutter.rest()
        if cutter.left_out > left_out:
            self._witness.keep(b"[kugetsu: a line of output was too long to be understood]\n")
        return lines
