"""The client, and servers that hang, lie, or are no server of opencode at all."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterable, Iterator

import pytest

from kugetsu_tui.domain.errors import (
    EnvironmentUnfitError,
    ExitCode,
    ServerRefusedError,
    ServerUnreachableError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.server import events, http
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.opencode.server.events import listen
from kugetsu_tui.opencode.server.routes import METADATA, PASSWORD
from kugetsu_tui.opencode.server.users_server import UsersServer
from tests.opencode.server.conftest import free_port
from tests.opencode.server.fake_server import json_answer, serve

pytestmark = pytest.mark.fast

ONE = SessionId("ses_one")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


def always(*pieces: bytes) -> Callable[[bytes], Iterable[bytes]]:
    return lambda _: pieces


def hangs(_: bytes) -> Iterator[bytes]:
    threading.Event().wait(30)
    yield b""


def hangs_after(*pieces: bytes) -> Callable[[bytes], Iterable[bytes]]:
    def answer(_: bytes) -> Iterator[bytes]:
        yield from pieces
        threading.Event().wait(30)

    return answer


def drips(_: bytes) -> Iterator[bytes]:
    yield HEAD + b"Content-Length: 100000\r\n\r\n"
    while True:
        threading.Event().wait(0.02)
        yield b" "


def test_nobody_there_is_no_answer() -> None:
    client = ServerClient(ServerAddress(f"http://127.0.0.1:{free_port()}"))

    with pytest.raises(ServerUnreachableError, match="Connection refused") as refusal:
        client.health()

    assert refusal.value.exit_code == ExitCode.ENVIRONMENT


@pytest.mark.parametrize(
    "url",
    [
        "",
        "here",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:none",
        "http://[::1",
        "http://foo..bar",
        f"http://{'a' * 70}",
    ],
)
def test_what_is_no_address_is_no_answer(url: str) -> None:
    with pytest.raises(ServerUnreachableError):
        ServerClient(ServerAddress(url)).health()
    with pytest.raises(ServerUnreachableError):
        next(listen(ServerAddress(url), "/"))


def test_a_password_may_be_any_bytes() -> None:
    heads: list[bytes] = []

    def answer(request: bytes) -> Iterable[bytes]:
        heads.append(request)
        return [json_answer(b'{"healthy": true, "version": "1.18.33"}')]

    with serve(answer) as address:
        bytes_as_the_environment_has_them = b"\xff".decode(errors="surrogateescape")
        ServerClient(replace(address, password=bytes_as_the_environment_has_them)).health()

    assert b"Basic " + base64.b64encode(b"opencode:\xff") in heads[0]


@pytest.mark.parametrize(
    "answer",
    [
        hangs,
        hangs_after(HEAD),
        hangs_after(HEAD + b"Content-Length: 100\r\n\r\n{"),
        drips,
        always(),
        always(b"SSH-2.0-OpenSSH_9.9\r\n"),
        always(HEAD + b"Content-Length: 100\r\n\r\n{}"),
        always(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}"),
        always(HEAD + b"X: " + b"x" * 100_000),
    ],
    ids=[
        "hangs",
        "hangs in the head",
        "hangs in the body",
        "drips",
        "hangs up",
        "speaks something else",
        "half a body",
        "half a chunk",
        "endless head",
    ],
)
def test_an_answer_that_is_not_whole_is_none(answer: Callable[[bytes], Iterable[bytes]]) -> None:
    with serve(answer) as address, pytest.raises(ServerUnreachableError) as refusal:
        ServerClient(address).health(patience=0.3)

    assert address.url in refusal.value.message
    assert "secret" not in refusal.value.message


def test_an_answer_without_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_LARGEST", 1000)
    with (
        serve(always(json_answer(b'"' + b"x" * 2000 + b'"'))) as address,
        pytest.raises(ServerUnreachableError),
    ):
        ServerClient(address).health()


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (json_answer(b"", status="401 Unauthorized"), 401, "401 Unauthorized"),
        (json_answer(b"{", status="500 Internal Server Error"), 500, "500 Internal Server Error"),
        (
            json_answer(b'{"data": {"message": "no \\u001b[31m room"}}', status="507 Full"),
            507,
            "no ␛[31m room",
        ),
        (json_answer(b'{"_tag": "X", "message": "gone"}', status="404 Not Found"), 404, "gone"),
        (b"HTTP/1.1 302 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n", 302, "302 Found"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", 200, "no JSON"),
        (json_answer(b"{'a'"), 200, "no JSON"),
        (json_answer(b"[" * 100_000), 200, "no JSON"),
        (json_answer(b'{"healthy": false, "version": "1"}'), 200, "not healthy"),
        (json_answer(b"[]"), 200, "not healthy"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_an_answer_that_is_none_to_this_is_refused(answer: bytes, status: int, words: str) -> None:
    with serve(always(answer)) as address, pytest.raises(ServerRefusedError) as refusal:
        ServerClient(address).health()

    assert refusal.value.status == status
    assert words in refusal.value.message


@pytest.mark.parametrize("answer", [b"[1]", b"1", b'"busy"', b"true"])
def test_who_does_not_say_what_sessions_do_has_not_said_that_they_rest(answer: bytes) -> None:
    with serve(always(json_answer(answer))) as address:
        with pytest.raises(ServerRefusedError):
            ServerClient(address).at_work("/")
        if answer != b"[1]":
            with pytest.raises(ServerRefusedError):
                ServerClient(address).asks("/")


def test_a_fork_without_a_name_is_refused() -> None:
    with (
        serve(always(json_answer(b'{"id": "../etc"}'))) as address,
        pytest.raises(ServerRefusedError, match="what the new session is called"),
    ):
        ServerClient(address).fork(ONE)


def test_names_and_directories_lead_nowhere_else() -> None:
    heads: list[bytes] = []

    def answer(request: bytes) -> Iterable[bytes]:
        heads.append(request.partition(b"\r\n")[0])
        return [json_answer(b"{}")]

    with serve(answer) as address:
        ServerClient(address).at_work("/a b/&x=1#?\r\n")
        ServerClient(address).describe(SessionId("ses/../x?"), title="a")
    assert heads == [
        b"GET /session/status?directory=%2Fa%20b%2F%26x%3D1%23%3F%0D%0A HTTP/1.1",
        b"PATCH /session/ses%2F..%2Fx%3F HTTP/1.1",
    ]


def test_a_server_may_live_below_a_path() -> None:
    heads: list[bytes] = []

    def answer(request: bytes) -> Iterable[bytes]:
        heads.append(request.partition(b"\r\n")[0])
        return [json_answer(b'{"healthy": true, "version": "1.18.33"}')]

    with serve(answer) as address:
        for path in ("/below", "/für uns", "/f%C3%BCr"):
            assert ServerClient(ServerAddress(f"{address.url}{path}")).health() == "1.18.33"
    assert heads == [
        b"GET /below/global/health HTTP/1.1",
        b"GET /f%C3%BCr%20uns/global/health HTTP/1.1",
        b"GET /f%C3%BCr/global/health HTTP/1.1",
    ]


def test_a_password_is_shown_nowhere() -> None:
    address = ServerAddress("http://127.0.0.1:1", password="secret")

    assert "secret" not in repr(address)
    assert "secret" not in repr(ServerClient(address))
    with pytest.raises(ServerUnreachableError) as refusal:
        ServerClient(address).health()
    assert "secret" not in str(refusal.value)


def test_an_event_may_come_in_pieces_and_one_that_is_too_long_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "_LONGEST", 100)
    pieces = [
        STREAM[:30],
        STREAM[30:] + b': a comment\n\ndata: {"ty',
        b'pe": "one"}\n\ndata: {"type": "' + b"x" * 200 + b'"}\n\n',
        b'data: no json\n\ndata:{"type": "two"}\r\n\r\n',
    ]
    with serve(always(*pieces)) as address:
        heard = listen(address, "/", tick=5)

        assert [next(heard), next(heard)] == [{"type": "one"}, {"type": "two"}]
        with pytest.raises(ServerUnreachableError, match="ended the stream"):
            next(heard)


def test_a_quiet_stream_lets_one_look_at_the_clock_until_it_is_too_quiet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "_SILENCE", 0.05)
    with serve(hangs_after(STREAM)) as address:
        heard = listen(address, "/", tick=0.01)

        assert next(heard) is None
        with pytest.raises(ServerUnreachableError, match="no answer in time"):
            for _ in range(10_000):
                next(heard)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", 401),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", 200),
        (STREAM[:-2] + b"Transfer-Encoding: chunked\r\n\r\n", 200),
        (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", 0),
    ],
)
def test_what_is_no_stream_of_events_is_refused(answer: bytes, status: int) -> None:
    with serve(always(answer)) as address, pytest.raises(ServerRefusedError) as refusal:
        next(listen(address, "/"))

    assert refusal.value.status == status


def test_a_stream_that_does_not_begin_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_PATIENCE", 0.05)
    with (
        serve(hangs_after(b"HTTP/1.1 200 OK\r\n")) as address,
        pytest.raises(ServerUnreachableError),
    ):
        next(listen(address, "/", tick=0.01))


def test_an_answer_that_is_not_wanted_any_more_is_not_waited_for() -> None:
    looks: list[bool] = []

    def is_wanted() -> bool:
        looks.append(len(looks) < 1)
        return looks[-1]

    with serve(hangs_after(b"")) as address, pytest.raises(ServerUnreachableError, match="waited"):
        ServerClient(address, is_wanted).fork(SessionId("ses_base"))

    assert looks == [True, False]


def test_what_a_server_lacks_is_found_by_asking() -> None:
    """This one answers what it does not know with a page for browsers, and lets anybody in."""

    def answer(request: bytes) -> Iterable[bytes]:
        if b"/question" in request or b"/fork" in request:
            return [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"]
        if b"/prompt_async" in request:
            return [b"HTTP/1.1 204 No Content\r\n\r\n"]
        return [json_answer(b'{"name": "NotFoundError"}', status="404 Not Found")]

    with serve(answer) as address:
        assert ServerClient(address).missing() == {
            "GET /question",
            "POST /question/que_0/reply",
            "POST /question/que_0/reject",
            "POST /session/ses_0/fork",
            METADATA,
            PASSWORD,
        }


def test_a_server_that_is_the_users_own_may_let_anybody_in_and_no_more() -> None:
    """It is asked before each run: where it is not enough, nothing is forked."""

    def answer(request: bytes) -> Iterable[bytes]:
        if b"/global/health" in request:
            return [json_answer(b'{"healthy": true, "version": "1"}')]
        if request.startswith(b"PATCH") and keeps_metadata:
            return [json_answer(b'{"name": "BadRequest"}', status="400 Bad Request")]
        return [json_answer(b'{"name": "NotFoundError"}', status="404 Not Found")]

    with serve(answer) as address:
        keeps_metadata = True
        assert UsersServer(address).ensure() == address
        keeps_metadata = False
        with pytest.raises(EnvironmentUnfitError, match=f"lacks {METADATA}"):
            next(UsersServer(address).attempts())
