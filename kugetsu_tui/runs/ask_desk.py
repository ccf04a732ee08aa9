"""What a run waits for a person to decide: shown where others look, settled as they leave word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from kugetsu_tui.domain.ask import Ask, AskKind, Decision, Reply
from kugetsu_tui.domain.errors import ConflictError, KugetsuError
from kugetsu_tui.domain.run_event import Asked, Ended, Replied, RunEvent
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.notes import LeftAnswer, keep_asks, take_answer
from kugetsu_tui.runs.testimony import complain

Tell = Callable[[Ask, Decision], None]
"""Hand a decision on to opencode; raises `ConflictError` where that ask is gone."""

_NO_LONGER = "no longer asked"
_OPENCODE = "opencode"
_AUTO = "auto: nobody was asked"


class AskDesk:
    """The supervisor's own; nobody else decides anything."""

    def __init__(self, folder: RunFolder, *, is_auto: bool) -> None:
        """Begin with nothing asked.

        Args:
            folder: of the run.
            is_auto: permissions are given, once each, without asking anybody.
        """
        self._folder = folder
        self._is_auto = is_auto
        self._pending: dict[str, Ask] = {}
        self._since: datetime | None = None
        self._show()  # a supervisor that was killed may have left what it knew

    @property
    def is_waiting(self) -> bool:
        return bool(self._pending)

    def note(self, event: RunEvent) -> bool:
        """Keep up with what is asked; false where the event is no news."""
        match event:
            case Asked(ask=ask):
                is_news = ask.id not in self._pending
                self._pending[ask.id] = ask
            case Replied(ask_id=ask_id):
                is_news = self._pending.pop(ask_id, None) is not None
            case Ended():
                is_news, self._pending = True, {}
            case _:
                return True
        if is_news:
            self._show()
        return is_news

    def settle(self, tell: Tell) -> Iterable[Replied]:
        """Hand on what was decided meanwhile, and tell of it."""
        for ask in tuple(self._pending.values()):
            if (left := take_answer(self._folder, ask.id)) is not None:
                yield from self._settle(ask, left, tell)
            elif self._is_auto and ask.kind is AskKind.PERMISSION:
                yield from self._allow(ask, tell)

    def _settle(self, ask: Ask, left: LeftAnswer, tell: Tell) -> Iterable[Replied]:
        try:
            tell(ask, left.decision)
        except ConflictError as error:
            left.refuse(error.message)
            yield Replied(ask_id=ask.id, what=_NO_LONGER, by=_OPENCODE)
        except KugetsuError as error:
            left.refuse(error.message)
        else:
            # First the journal, then whoever waits: he finds it there.
            yield Replied(ask_id=ask.id, what=left.decision.words, by=left.by)
            left.accept()

    def _allow(self, ask: Ask, tell: Tell) -> Iterable[Replied]:
        try:
            tell(ask, Decision(reply=Reply.ONCE))
        except ConflictError:
            yield Replied(ask_id=ask.id, what=_NO_LONGER, by=_OPENCODE)
        except KugetsuError as error:
            complain(f"a permission could not be given: {error.message}")
        else:
            yield Replied(ask_id=ask.id, what=Reply.ONCE, by=_AUTO)

    def _show(self) -> None:
        self._since = (self._since or datetime.now(UTC)) if self._pending else None
        try:
            keep_asks(self._folder, tuple(self._pending.values()), self._since)
        except OSError as error:
            complain(f"{self._folder.asks.name} is behind: {error.strerror}")
