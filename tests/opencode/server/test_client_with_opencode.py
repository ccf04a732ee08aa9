"""The client, and the real server it was made for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import TypeVar

import pytest

from kugetsu_tui.domain.ask import Ask, AskKind, Reply
from kugetsu_tui.domain.conversation import Message, TextPart, ToolPart
from kugetsu_tui.domain.errors import ServerRefusedError
from kugetsu_tui.domain.json_value import JsonObject, object_of
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.opencode.server.events import listen
from tests.opencode.server.conftest import RealServer
from tests.opencode_home import VERSION

pytestmark = [pytest.mark.opencode, pytest.mark.xdist_group("opencode server")]

GONE = SessionId("ses_gone")
_PATIENCE = 60.0
_T = TypeVar("_T")


def eventually(look: Callable[[], _T]) -> _T:
    """What it is once it is anything."""
    deadline = time.monotonic() + _PATIENCE
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return seen


def answer(real: RealServer, session_id: SessionId) -> str:
    """The text of the last message, once it has ended the session's turn."""

    def last() -> Message | None:
        if session_id in real.client.at_work(real.directory):
            return None
        messages = real.database.messages(session_id, limit=1)
        return messages[0] if messages and messages[0].finish == "stop" else None

    message = eventually(last)
    assert message
    return "".join(part.text for part in message.parts if isinstance(part, TextPart))


def asked(real: RealServer, session_id: SessionId) -> Ask:
    asks = eventually(
        lambda: [a for a in real.client.asks(real.directory) if a.session_id == session_id]
    )
    (ask,) = asks
    return ask


def test_it_tells_its_version_and_has_all_that_is_needed(real: RealServer) -> None:
    assert real.client.health() == VERSION
    assert real.client.missing() == set()


@pytest.mark.parametrize("password", ["", "another"])
def test_without_the_password_nobody_is_let_in(real: RealServer, password: str) -> None:
    client = ServerClient(ServerAddress(real.address.url, password=password))

    with pytest.raises(ServerRefusedError) as refusal:
        client.health()

    assert refusal.value.status == 401
    assert "OPENCODE_SERVER_PASSWORD" in refusal.value.hint


def test_a_fork_is_told_what_it_is_for(real: RealServer) -> None:
    session_id = real.fork()
    assert session_id != real.world.base

    real.client.describe(
        session_id, title="gate \x1b closes", metadata={"kugetsu": {"issue_ref": "a/b/c#1"}}
    )

    kept = real.database.sessions([session_id])[session_id]
    assert (kept.title, kept.directory) == ("gate \x1b closes", real.directory)


def test_a_fork_is_nobodys_child(real: RealServer) -> None:
    assert real.client.parent(real.fork()) is None


def test_a_prompt_comes_as_it_was_written(real: RealServer) -> None:
    session_id = real.fork()
    message = 'say "it" -- twice\n#model: say Grüße\u2028🌗\n'

    real.client.prompt(session_id, message, model="demo/demo", agent="plan")

    assert answer(real, session_id) == "Grüße\u2028🌗"
    (prompt, _) = real.database.messages(session_id, limit=2)
    assert prompt.parts == (TextPart(message),)
    kept = real.database.sessions([session_id])[session_id]
    assert (kept.agent, kept.model) == ("plan", "demo/demo")


def test_a_prompt_to_a_session_at_work_is_taken_later(real: RealServer) -> None:
    session_id = real.fork()

    real.client.prompt(session_id, "#model: wait 1\n#model: say one")
    eventually(lambda: session_id in real.client.at_work(real.directory))
    real.client.prompt(session_id, "#model: say two")

    assert answer(real, session_id) == "two"


def test_a_session_that_is_gone_is_refused_with_404(real: RealServer) -> None:
    calls: list[Callable[[], object]] = [
        lambda: real.client.fork(GONE),
        lambda: real.client.prompt(GONE, "hello"),
        lambda: real.client.describe(GONE, title="a"),
        lambda: real.client.parent(GONE),
    ]
    for call in calls:
        with pytest.raises(ServerRefusedError, match="Session not found: ses_gone") as refusal:
            call()
        assert refusal.value.status == 404


def test_an_abort_ends_the_turn_and_what_it_asked_for(real: RealServer) -> None:
    session_id = real.fork()
    real.client.prompt(session_id, "#model: bash touch never")
    asked(real, session_id)

    assert real.client.abort(session_id)

    eventually(lambda: session_id not in real.client.at_work(real.directory))
    assert session_id not in [ask.session_id for ask in real.client.asks(real.directory)]


def test_a_command_waits_until_it_is_allowed(real: RealServer) -> None:
    session_id = real.fork()
    real.client.prompt(session_id, "#model: bash echo allowed && ls")

    ask = asked(real, session_id)
    assert (ask.kind, ask.permission) == (AskKind.PERMISSION, "bash")
    assert (ask.detail, ask.patterns) == ("echo allowed && ls", ("echo allowed", "ls"))
    real.client.reply_permission(ask, Reply.ONCE)

    assert answer(real, session_id) == "Done."
    with pytest.raises(ServerRefusedError, match="not found") as refusal:
        real.client.reply_permission(ask, Reply.ONCE)
    assert refusal.value.status == 404


def test_an_edit_shows_its_diff_and_a_refusal_with_words_lets_the_model_go_on(
    real: RealServer,
) -> None:
    session_id = real.fork()
    real.client.prompt(
        session_id,
        '#model: call edit {"filePath": "README.md", "oldString": "Gate", "newString": "Port"}',
    )

    ask = asked(real, session_id)
    assert (ask.permission, ask.patterns) == ("edit", ("README.md",))
    assert "\n-# Gatekeeper\n+# Portkeeper\n" in ask.detail
    real.client.reply_permission(ask, Reply.REJECT, "leave the title")

    assert answer(real, session_id) == "Done."
    messages = real.database.messages(session_id, limit=9)
    (tool,) = (p for message in messages for p in message.parts if isinstance(p, ToolPart))
    assert "leave the title" in tool.output


def test_a_refusal_without_words_ends_the_turn(real: RealServer) -> None:
    session_id = real.fork()
    real.client.prompt(session_id, "#model: read /etc/hostname")

    ask = asked(real, session_id)
    assert (ask.permission, ask.detail) == ("external_directory", "/etc/hostname")
    real.client.reply_permission(ask, Reply.REJECT)

    eventually(lambda: session_id not in real.client.at_work(real.directory))
    assert real.database.messages(session_id, limit=1)[0].finish == "tool-calls"


def test_a_sub_agent_asks_in_its_own_name(real: RealServer) -> None:
    session_id = real.fork()
    real.client.prompt(session_id, "#model: task #model: bash echo from below")

    def of_child() -> list[Ask]:
        asks = real.client.asks(real.directory)
        return [ask for ask in asks if real.client.parent(ask.session_id) == session_id]

    (ask,) = eventually(of_child)
    assert ask.detail == "echo from below"
    real.client.reply_permission(ask, Reply.ONCE)

    assert answer(real, session_id) == "Done."


def test_a_question_is_answered(real: RealServer) -> None:
    session_id = real.fork()
    real.client.prompt(session_id, "#model: question Which way?")

    ask = asked(real, session_id)
    (question,) = ask.questions
    assert (ask.kind, question.header, question.text) == (
        AskKind.QUESTION,
        "One question",
        "Which way?",
    )
    assert [choice.label for choice in question.choices] == ["Yes", "No"]
    assert (question.is_multiple, question.is_custom) == (False, True)
    real.client.answer_question(ask, [["No"]])

    assert answer(real, session_id) == "Done."
    assert real.client.asks(real.directory) == ()


def test_a_question_is_left_unanswered(real: RealServer) -> None:
    session_id = real.fork()
    real.client.prompt(session_id, "#model: question Which way?")

    real.client.reject_question(asked(real, session_id))

    eventually(lambda: session_id not in real.client.at_work(real.directory))


def test_what_happens_is_told_as_it_happens(real: RealServer) -> None:
    events = listen(real.address, real.directory, tick=0.05)
    assert _kind(next(events)) == "server.connected"
    session_id = real.fork()
    real.client.prompt(session_id, "#model: wait 1\n#model: say in other words")

    heard = list(takewhile(lambda event: not _is_end(event, session_id), events))

    deltas = [_properties(event)["delta"] for event in heard if _kind(event).endswith("delta")]
    assert "".join(map(str, deltas)) == "in other words"
    assert None in heard


def test_nothing_is_told_of_other_directories(real: RealServer, nowhere: object) -> None:
    events = listen(real.address, str(nowhere), tick=0.05)
    next(events)
    session_id = real.fork()
    real.client.prompt(session_id, "#model: say in other words")
    answer(real, session_id)

    told = takewhile(lambda event: event is not None, events)
    assert session_id not in str(list(told))


def _is_end(event: JsonObject | None, session_id: SessionId) -> bool:
    properties = _properties(event)
    return _kind(event) == "session.idle" and properties.get("sessionID") == session_id


def _kind(event: JsonObject | None) -> str:
    return str((event or {}).get("type"))


def _properties(event: JsonObject | None) -> JsonObject:
    return object_of((event or {}).get("properties"))


def test_listening_needs_the_password_too(real: RealServer) -> None:
    events: Iterator[object] = listen(ServerAddress(real.address.url), real.directory)

    with pytest.raises(ServerRefusedError) as refusal:
        next(events)

    assert refusal.value.status == 401
