"""What a turn on a server waits for: heard of, caught up with, answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus

from kugetsu_tui.domain.ask import Ask, AskKind, Decision
from kugetsu_tui.domain.errors import ConflictError, ServerRefusedError
from kugetsu_tui.domain.run_event import Asked, Replied, RunEvent
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.opencode.server.reading import OPENCODE


class OpenAsks:
    """Those of one run that were heard of and not settled."""

    def __init__(self, client: ServerClient, directory: str) -> None:
        self._client = client
        self._directory = directory
        self._open: dict[str, Ask] = {}

    def note(self, event: RunEvent) -> None:
        match event:
            case Asked(ask=ask):
                self._open[ask.id] = ask
            case Replied(ask_id=ask_id):
                self._open.pop(ask_id, None)
            case _:
                pass

    def missed(self, is_family: Callable[[SessionId], bool]) -> Iterator[RunEvent]:
        """What was asked and answered while nobody listened.

        Args:
            is_family: whether a session is this run's.

        Raises:
            ServerUnreachableError, ServerRefusedError: the server cannot say.
        """
        asks = self._client.asks(self._directory)
        asked = {ask.id: ask for ask in asks if is_family(ask.session_id)}
        gone = self._open.keys() - asked.keys()
        yield from (Asked(ask) for name, ask in asked.items() if name not in self._open)
        yield from (Replied(ask_id=name, what="no longer asked", by=OPENCODE) for name in gone)

    def answer(self, ask: Ask, decision: Decision) -> None:
        """Hand on what was decided.

        Raises:
            ConflictError: it is no longer asked.
            ServerUnreachableError, ServerRefusedError: the server could not be told.
        """
        try:
            self._tell(ask, decision)
        except ServerRefusedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                raise ConflictError("it is no longer asked: it was answered elsewhere") from error
            raise
        self._open.pop(ask.id, None)

    def _tell(self, ask: Ask, decision: Decision) -> None:
        if ask.kind is AskKind.PERMISSION:
            self._client.reply_permission(ask, decision.reply, decision.message)
        elif decision.answers:
            self._client.answer_question(ask, decision.answers)
        else:
            self._client.reject_question(ask)
