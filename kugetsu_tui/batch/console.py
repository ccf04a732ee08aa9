"""The two streams: stdout carries the answer, stderr everything else."""

from __future__ import annotations

import os
import select
import sys
import time
from errno import EPIPE
from io import UnsupportedOperation
from typing import TextIO

from kugetsu_tui.domain.errors import CannotSaveError, KugetsuError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.text import clean, clean_line
from kugetsu_tui.report import envelope
from kugetsu_tui.report.report import Outcome, Report
from kugetsu_tui.report.text_table import draw, fit

_USUAL_WIDTH = 80
_PAUSE = 0.25
"""Seconds between two looks at what goes on by itself."""


@frozen(kw_only=True)
class Console:
    """The only writer of this process's streams."""

    out: TextIO
    err: TextIO
    is_json: bool = False
    is_quiet: bool = False

    def succeed(self, outcome: Outcome) -> None:
        """The outcome, in words or as its envelope; a failure's words go to stderr."""
        report = outcome.report()
        for warning in report.warnings:
            self.warn(warning)
        if outcome.failure:
            self._complain(outcome.failure)
        if self.is_json:
            self.json_line(envelope.succeeded(outcome))
        else:
            self.words(report)

    def refuse(self, verb: str, error: KugetsuError) -> None:
        self._complain(error)
        if self.is_json:
            self.json_line(envelope.refused(verb, error))

    def words(self, report: Report) -> None:
        """A report on stdout: headline, table, body; the headline of an answer goes to stderr."""
        if report.is_answer:
            self.say(report.headline)
        elif report.headline:
            self._print(self.out, clean(report.headline))
        if report.table:
            self._print(self.out, draw(report.table, width=_columns(self.out)))
        if report.body:
            self._print(self.out, clean(report.body))

    def say(self, text: str) -> None:
        """Progress: for people, not part of the answer."""
        if text and not self.is_quiet:
            self._print(self.err, clean(text))

    @property
    def is_live(self) -> bool:
        """A person reads along: an answer may be shown while it is being written."""
        is_seen = self.out.isatty() and self.err.isatty()
        return is_seen and not self.is_json and not self.is_quiet

    def piece(self, text: str) -> None:
        """Some more of a line that a person reads along."""
        self._print(self.out, clean(text), end="")

    @property
    def has_status_line(self) -> bool:
        """On stderr is a terminal that can write over a line."""
        return self.err.isatty() and not self.is_quiet and os.environ.get("TERM", "dumb") != "dumb"

    def status(self, text: str) -> None:
        """How far it is, on a line that the next call writes over; an empty text wipes it."""
        columns = _columns(self.err) or _USUAL_WIDTH
        self._print(self.err, f"\r\x1b[K{fit(clean_line(text), columns - 1)}", end="")

    def ask(self, question: str) -> None:
        """A question to the person at the terminal."""
        self._print(self.err, clean(question))

    def warn(self, text: str) -> None:
        self._print(self.err, f"kugetsu: warning: {clean(text)}")

    def json_line(self, document: JsonObject) -> None:
        self._print(self.out, envelope.line(document))

    def raw(self, text: str) -> None:
        """Text that is the product itself: a script, a help page."""
        self._print(self.out, text.rstrip("\n"))

    def require_reader(self) -> bool:
        """True while somebody may read stdout: a lost connection tells only those who write to it.

        Raises:
            BrokenPipeError: nobody can.
        """
        look = select.poll()
        try:
            look.register(self.out, 0)  # an error or a hang-up is always told
        except UnsupportedOperation:  # it is in memory
            return True
        if look.poll(0):
            raise BrokenPipeError(EPIPE, os.strerror(EPIPE))
        return True

    def pause(self) -> bool:
        """Pass the time between two looks; true as `require_reader` is, and raises what it does."""
        time.sleep(_PAUSE)
        return self.require_reader()

    def _complain(self, error: KugetsuError) -> None:
        self._print(self.err, f"kugetsu: {clean(error.message)}")
        if error.hint:
            self._print(self.err, f"hint: {clean(error.hint)}")

    def _print(self, stream: TextIO, text: str, end: str = "\n") -> None:
        try:
            stream.write(f"{text}{end}")
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            name = "stdout" if stream is self.out else "stderr"
            # What is still buffered would fail once more at exit, and change the exit code.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            raise CannotSaveError(
                f"{name}: cannot be written: {error.strerror}; what was done by then stands",
                hint="kugetsu list shows how things stand",
            ) from error


def _columns(stream: TextIO) -> int | None:
    """The width of its terminal; nothing where that is not known, or where it goes elsewhere."""
    return os.get_terminal_size(stream.fileno()).columns or None if stream.isatty() else None


def this_console() -> Console:
    """The console of this process; what its encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    return Console(out=sys.stdout, err=sys.stderr)
