"""A run's progress, as its events come."""

from __future__ import annotations

from dataclasses import dataclass, field
from shlex import quote

from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.live import Live
from kugetsu_tui.commands.read_log import event_words
from kugetsu_tui.domain.run_event import (
    Asked,
    Ended,
    Journalled,
    PromptAccepted,
    Said,
    Saying,
    SessionNamed,
    StepFinished,
)
from kugetsu_tui.domain.verdict import ANSWER


@dataclass(slots=True)
class Progress:
    """Tells everything but the answer itself, which is printed once, at the end.

    A person at a terminal reads it while it is being written.
    """

    console: Console
    issue_ref: str
    _live: Live = field(init=False)
    _held: list[str] = field(default_factory=list)
    """Text that may turn out to be the answer."""
    _shown: list[str] = field(default_factory=list)
    """Text of this step that was read along."""

    def __post_init__(self) -> None:
        self._live = Live(self.console)

    def __call__(self, journalled: Journalled) -> None:
        match event := journalled.event:
            case Saying(text=text):
                self._live.piece(text)
            case Said(text=text):
                (self._shown if self._live.block(text) else self._held).append(text)
            case StepFinished(finish=finish):
                if finish != ANSWER:
                    self._tell_held()
            case Ended():
                self._live.interrupt()
            case SessionNamed() | PromptAccepted():
                self.console.say(event_words(event))
            case _:
                self._live.interrupt()
                self._tell_held()
                self.console.say(event_words(event))
        if isinstance(event, Asked):
            self.console.say(f"hint: kugetsu answer {quote(self.issue_ref)}")

    def has_shown(self, answer: str) -> bool:
        """All of it was read along."""
        return bool(answer) and answer == "\n".join(self._shown)

    def _tell_held(self) -> None:
        for text in self._held:
            self.console.say(text)
        self._held.clear()
        self._shown.clear()
