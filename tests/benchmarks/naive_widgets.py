"""The yardsticks: a long transcript and a flood of output in Textual's own widgets."""

from __future__ import annotations

from threading import Event, Thread

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown, RichLog

from tests.benchmarks.long_and_loud import RATE, SECONDS, Watched, entries, texts


class NaiveTranscript(App[None]):
    """Each message a Markdown widget."""

    def __init__(self, kilobytes: int) -> None:
        super().__init__()
        self._kilobytes = kilobytes

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            for text in texts(self._kilobytes):
                yield Markdown(text)

    def on_ready(self) -> None:
        self.query_one(VerticalScroll).scroll_end(animate=False)

    def on_key(self) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=-1, animate=False)


class NaiveOutput(App[None]):
    """A RichLog, written to as lines come."""

    def compose(self) -> ComposeResult:
        yield RichLog()

    def on_ready(self) -> None:
        watched, log, ended = Watched(self), self.query_one(RichLog), Event()
        watched.begin()

        def flood() -> None:
            for entry in entries(ended):
                self.call_later(log.write, str(entry.event))
            self.call_later(watched.tell, RATE * SECONDS)

        Thread(target=flood, daemon=True).start()


def show_naive(what: str, *, kilobytes: int) -> None:
    """Be the process that is measured."""
    app = NaiveOutput() if what == "naive-output" else NaiveTranscript(kilobytes)
    app.run()
