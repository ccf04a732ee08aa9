"""One request to a server and its answer, within limits of time and size."""

from __future__ import annotations

import base64
import errno
import http.client
import json
import select
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from kugetsu_tui.domain.errors import ServerRefusedError, ServerUnreachableError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, JsonObject, object_of, text_of
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.text import clean_line

_LARGEST = 32 * 1024 * 1024
"""Bytes of an answer that are read."""
_CHUNK = 64 * 1024
_LOOK_UP = 0.25
"""Seconds after which who waits for an answer asks whether it is still wanted."""
_LINE_CAP = 300
_NO_CONTENT = 204
_NOT_LET_IN = frozenset({401, 403})
_JSON = "application/json"


def call(
    address: ServerAddress,
    method: str,
    path: str,
    body: JsonObject | None = None,
    *,
    patience: float,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Json:
    """Ask, and wait for the whole answer.

    Args:
        address: of the server.
        method: of HTTP.
        path: with its query, quoted.
        body: goes along as JSON.
        patience: seconds for all of it.
        is_wanted: asked again and again until the answer begins; it is given up once it is not.

    Returns:
        What the answer says; nothing where it is empty.

    Raises:
        ServerUnreachableError: there is no answer, or not a whole one.
        ServerRefusedError: the answer is no, or no answer to this.
    """
    answer = _exchange(address, method, path, body, patience, is_wanted)
    what = f"{method} {path.partition('?')[0]}"
    if answer.status == _NO_CONTENT:
        return None
    value = _json_of(answer.body) if answer.is_json else None
    if not answer.is_success:
        raise refused(answer.status, _complaint(value) or f"{what}: {_status_of(answer)}")
    if value is None:
        why = f"{what}: its answer is no JSON; it may not know the question"
        raise refused(answer.status, why)
    return value


def is_understood(
    address: ServerAddress,
    method: str,
    path: str,
    body: JsonObject | None = None,
    *,
    patience: float,
) -> bool:
    """Whether the server knows such a question: then even its no is JSON, or without words.

    Raises:
        ServerUnreachableError: there is no answer, or not a whole one.
        ServerRefusedError: it does not let one in.
    """
    answer = _exchange(address, method, path, body, patience)
    if answer.status in _NOT_LET_IN:
        raise refused(answer.status, f"{method} {path}: {_status_of(answer)}")
    return answer.is_json or answer.status == _NO_CONTENT


@frozen(kw_only=True)
class _Answer:
    status: int
    is_json: bool
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - success, in HTTP


def _exchange(
    address: ServerAddress,
    method: str,
    path: str,
    body: JsonObject | None,
    patience: float,
    is_wanted: Callable[[], bool] = lambda: True,
) -> _Answer:
    deadline = time.monotonic() + patience
    connection = connect(address, patience=patience)
    try:
        connection.request(
            method,
            target(address, path),
            None if body is None else json.dumps(body).encode(),
            {**headers(address), "Accept": _JSON, "Content-Type": _JSON},
        )
        _await(connection, deadline, is_wanted)
        response = connection.getresponse()
        said = _read(response, connection, deadline)
    except (OSError, http.client.HTTPException) as error:
        raise unreachable(address, error) from error
    finally:
        connection.close()
    is_json = _JSON in (response.getheader("Content-Type") or "")
    return _Answer(status=response.status, is_json=is_json, body=said)


def _await(
    connection: http.client.HTTPConnection, deadline: float, is_wanted: Callable[[], bool]
) -> None:
    """Until the answer begins. Raises `OSError` where it is late, or not wanted any more."""
    while not select.select([connection.sock], [], [], _LOOK_UP)[0]:
        if time.monotonic() > deadline:
            raise TimeoutError
        if not is_wanted():
            raise InterruptedError(errno.EINTR, "it was not waited for")


def connect(address: ServerAddress, *, patience: float) -> http.client.HTTPConnection:
    """The way to it, not yet taken. Raises `ServerUnreachableError`."""
    try:
        parts = urlsplit(address.url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except ValueError as error:
        raise unreachable(address, error) from error
    if not host or parts.scheme not in {"http", "https"}:
        raise unreachable(address, ValueError("no http:// or https:// address"))
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=patience)
    return http.client.HTTPConnection(host, port, timeout=patience)


def target(address: ServerAddress, path: str) -> str:
    """What is asked for, beneath the address's own path, in ASCII."""
    return f"{quote(urlsplit(address.url).path, safe='/%')}{path}"


def headers(address: ServerAddress) -> Mapping[str, str]:
    """What lets one in (RFC 7617)."""
    if not address.password:
        return {}
    pair = f"{address.username}:{address.password}".encode(errors="surrogateescape")
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def query(**values: str) -> str:
    """The end of a path; values that are empty are left out."""
    pairs = [f"{name}={quote(value, safe='')}" for name, value in values.items() if value]
    return f"?{'&'.join(pairs)}" if pairs else ""


def unreachable(address: ServerAddress, error: Exception) -> ServerUnreachableError:
    """The refusal for a server that does not answer."""
    return ServerUnreachableError(
        f"opencode's server at {clean_line(address.url, _LINE_CAP)} does not answer:"
        f" {clean_line(_words_of(error), _LINE_CAP)}",
        hint="kugetsu server status",
    )


def refused(status: int, why: str) -> ServerRefusedError:
    """The refusal for an answer that does not give what was asked for."""
    hint = (
        "set OPENCODE_SERVER_PASSWORD, and OPENCODE_SERVER_USERNAME, as the server has them"
        if status in _NOT_LET_IN
        else ""
    )
    return ServerRefusedError(f"opencode's server: {why}", status=status, hint=hint)


def _words_of(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, http.client.HTTPException):
        return "its answer is no whole one"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _read(
    response: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float
) -> bytes:
    """All of the body; a server that drips runs out of time, too."""
    said = bytearray()
    while chunk := response.read1(_CHUNK):
        said += chunk
        if len(said) > _LARGEST:
            raise http.client.HTTPException
        if (left := deadline - time.monotonic()) <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
    if response.length:
        raise http.client.IncompleteRead(bytes(said), response.length)
    return bytes(said)


def _json_of(said: bytes) -> Json:
    try:
        answer: Json = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return answer


def _complaint(answer: Json) -> str:
    """In its own words: `{name, data: {message}}`, or `{_tag, message}`."""
    fields = object_of(answer)
    message = text_of(object_of(fields.get("data")).get("message"))
    return clean_line(message or text_of(fields.get("message")) or "", _LINE_CAP)


def _status_of(answer: _Answer) -> str:
    return f"{answer.status} {http.client.responses.get(answer.status, '')}".strip()
