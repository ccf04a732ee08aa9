"""What is asked of a server: sessions, prompts, and what they wait for.

opencode keeps an instance for each directory. Requests that name a session find theirs; statuses
and asks are looked for where the request says, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from urllib.parse import quote

from kugetsu_tui.domain.ask import Ask, Reply
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, JsonObject, object_of, text_of
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import SessionId, session_id_of
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.opencode.parts import LINE_CAP
from kugetsu_tui.opencode.server.asks import permission_of, question_of
from kugetsu_tui.opencode.server.http import call, query, refused
from kugetsu_tui.opencode.server.routes import missing_from

_PATIENCE = 20.0
"""Seconds for what takes a server a few milliseconds, on a machine that is loaded."""
_LOOK_PATIENCE = 5.0
"""Seconds for what a list of sessions waits for."""
_HEALTH_PATIENCE = 1.0
"""Seconds: a request that comes while a server starts may never be answered."""
_FORK_PATIENCE = 180.0
"""Seconds: 1,000 parts are copied in 8, twice that on a loaded machine."""


@frozen
class ServerClient:
    """Each call is a connection of its own, and may be made from any thread.

    All methods raise `ServerUnreachableError` where there is no answer in time, and
    `ServerRefusedError` where the answer is no: then its `status` is HTTP's, 404 for a session or
    an ask that is gone.
    """

    address: ServerAddress
    is_wanted: Callable[[], bool] = lambda: True
    """Asked while it waits: an answer that is not wanted any more counts as none in time."""

    def health(self, *, patience: float = _HEALTH_PATIENCE) -> str:
        """The version of the opencode that answers."""
        fields = object_of(self._ask("GET", "/global/health", patience=patience))
        version = text_of(fields.get("version"))
        if version is None or fields.get("healthy") is not True:
            raise refused(200, "it says that it is not healthy")
        return clean_line(version, LINE_CAP)

    def missing(self) -> frozenset[str]:
        """What it lacks that runs need; empty where they can be given to it."""
        return missing_from(self.address)

    def fork(self, session_id: SessionId) -> SessionId:
        """A new session with all that one's messages, in that one's directory."""
        path = f"{_of(session_id)}/fork"
        return _named(self._ask("POST", path, {}, patience=_FORK_PATIENCE))

    def describe(
        self,
        session_id: SessionId,
        *,
        title: str | None = None,
        metadata: JsonObject | None = None,
    ) -> None:
        """Set what it is called, and what others may know of it; replaced as a whole."""
        said = {"title": title, "metadata": metadata}
        given = {name: value for name, value in said.items() if value is not None}
        self._ask("PATCH", _of(session_id), given)

    def prompt(
        self,
        session_id: SessionId,
        text: str,
        *,
        model: str | None = None,
        agent: str | None = None,
    ) -> None:
        """Give it a message; returns once that is accepted. One that is at work takes it later.

        Args:
            session_id: the session.
            text: of the message, kept to the letter.
            model: as `provider/model`. One that does not exist is accepted like any other.
            agent: one that does not exist, too.
        """
        body: dict[str, Json] = {"parts": [{"type": "text", "text": text}]}
        if model:
            provider, _, name = model.partition("/")
            body["model"] = {"providerID": provider, "modelID": name}
        if agent:
            body["agent"] = agent
        self._ask("POST", f"{_of(session_id)}/prompt_async", body)

    def abort(self, session_id: SessionId, *, patience: float = _PATIENCE) -> bool:
        """End its turn and what that runs. Also `True` where it rests, or does not exist."""
        return self._ask("POST", f"{_of(session_id)}/abort", patience=patience) is True

    def parent(self, session_id: SessionId) -> SessionId | None:
        """Whose sub-agent it is; nothing where it is nobody's."""
        fields = object_of(self._ask("GET", _of(session_id)))
        return session_id_of(text_of(fields.get("parentID")) or "")

    def children(self, session_id: SessionId, *, patience: float = _PATIENCE) -> Set[SessionId]:
        """Its sub-agents' sessions."""
        told = self._ask("GET", f"{_of(session_id)}/children", patience=patience)
        names = (text_of(object_of(each).get("id")) or "" for each in _listed(told))
        return set(filter(None, map(session_id_of, names)))

    def commands(self, session_id: SessionId, *, patience: float = _PATIENCE) -> Sequence[str]:
        """The command lines that a shell runs for its last message now."""
        path = f"{_of(session_id)}/message{query(limit='1')}"
        last = [object_of(each) for each in _listed(self._ask("GET", path, patience=patience))]
        parts = (object_of(part) for each in last for part in _listed(each.get("parts", [])))
        states = (object_of(part.get("state")) for part in parts)
        running = (state for state in states if state.get("status") == "running")
        lines = (text_of(object_of(state.get("input")).get("command")) for state in running)
        return [line for line in lines if line]

    def at_work(self, directory: str, *, patience: float = _LOOK_PATIENCE) -> Set[SessionId]:
        """The sessions at work there, for this server alone.

        One that waits for a person is among them. One that was given a message is not, for a
        moment.
        """
        answer = self._look("/session/status", directory, patience=patience)
        if not isinstance(answer, dict):
            raise refused(200, "it did not say what its sessions do")
        return {
            session_id
            for name, status in answer.items()
            if (session_id := session_id_of(name)) and object_of(status).get("type") != "idle"
        }

    def asks(self, directory: str) -> Sequence[Ask]:
        """What the sessions there wait for, permissions first.

        opencode keeps what was asked in a turn that was aborted: of a session that rests, nothing
        counts.
        """
        permissions = self._look("/permission", directory)
        questions = self._look("/question", directory)
        if not isinstance(permissions, list) or not isinstance(questions, list):
            raise refused(200, "it did not say what its sessions wait for")
        if not permissions and not questions:
            return ()
        asked = [permission_of(object_of(each), directory=directory) for each in permissions]
        asked += [question_of(object_of(each), directory=directory) for each in questions]
        at_work = self.at_work(directory)
        return tuple(ask for ask in asked if ask and ask.session_id in at_work)

    def reply_permission(self, ask: Ask, reply: Reply, message: str = "") -> None:
        """Allow it, or not; a turn that is refused with a message goes on, without one it ends."""
        body = {"reply": reply.value, **({"message": message} if message else {})}
        self._ask("POST", _answer("permission", ask, "reply"), body)

    def answer_question(self, ask: Ask, answers: Sequence[Sequence[str]]) -> None:
        """Answer each of its questions with the labels that were chosen, or in other words."""
        given: Json = [list(labels) for labels in answers]
        self._ask("POST", _answer("question", ask, "reply"), {"answers": given})

    def reject_question(self, ask: Ask) -> None:
        """Leave it unanswered; the turn ends."""
        self._ask("POST", _answer("question", ask, "reject"))

    def _look(self, path: str, directory: str, *, patience: float = _LOOK_PATIENCE) -> Json:
        return self._ask("GET", f"{path}{query(directory=directory)}", patience=patience)

    def _ask(
        self,
        method: str,
        path: str,
        body: JsonObject | None = None,
        *,
        patience: float = _PATIENCE,
    ) -> Json:
        return call(self.address, method, path, body, patience=patience, is_wanted=self.is_wanted)


def _of(session_id: SessionId) -> str:
    return f"/session/{quote(session_id, safe='')}"


def _listed(answer: Json) -> Sequence[Json]:
    if not isinstance(answer, list):
        raise refused(200, "it did not give a list")
    return answer


def _answer(kind: str, ask: Ask, how: str) -> str:
    return f"/{kind}/{quote(ask.id, safe='')}/{how}{query(directory=ask.directory)}"


def _named(answer: Json) -> SessionId:
    session_id = session_id_of(text_of(object_of(answer).get("id")) or "")
    if session_id is None:
        raise refused(200, "it did not say what the new session is called")
    return session_id
