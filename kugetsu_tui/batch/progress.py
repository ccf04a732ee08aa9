"""A run's progress, on stderr, as its events come."""

from __future__ import annotations

from dataclasses import dataclass, field

from kugetsu_tui.batch.console import Console
from kugetsu_tui.commands.read_log import event_words
from kugetsu_tui.domain.run import Ended, Journalled, Said, SessionNamed, StepFinished
from kugetsu_tui.domain.verdict import ANSWER


@dataclass(slots=True)
class Progress:
    """Tells everything but the answer itself, which is printed once, at the end."""

    console: Console
    _held: list[str] = field(default_factory=list)
    """Text that may turn out to be the answer."""

    def __call__(self, journalled: Journalled) -> None:
        match event := journalled.event:
            case Said(text=text):
                self._held.append(text)
            case StepFinished(finish=finish):
                if finish != ANSWER:
                    self._tell_held()
            case Ended():
                pass
            case SessionNamed():
                self.console.say(event_words(event))
            case _:
                self._tell_held()
                self.console.say(event_words(event))

    def _tell_held(self) -> None:
        for text in self._held:
            self.console.say(text)
        self._held.clear()
