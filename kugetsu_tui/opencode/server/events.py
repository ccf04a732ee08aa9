"""What happens on a server, as it happens: server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from contextlib import closing

from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.lines import LineCutter
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.opencode.parts import parse_object
from kugetsu_tui.opencode.server.http import (
    connect,
    headers,
    query,
    refused,
    target,
    unreachable,
)

TICK = 0.5
"""Seconds of quiet after which the listener has a look at its clocks."""
_SILENCE = 35.0
"""Seconds without a word after which nobody is there: a heartbeat comes every ten."""
_LONGEST = 16 * 1024 * 1024
"""Bytes of an event that are kept in memory: three times an answer of 5 MB."""
_CHUNK = 256 * 1024
_PATIENCE = 10.0
"""Seconds for the connection."""
_OK = 200
_DATA = b"data:"


def listen(
    address: ServerAddress, directory: str, *, tick: float = TICK
) -> Iterator[JsonObject | None]:
    """Each event of the sessions in that directory: `{id, type, properties}`.

    Nobody is asked before the first is, which is `server.connected`: what happens from then on is
    told. After each `tick` seconds of quiet comes `None`. Events longer than 16 MB are left out.
    It never ends by itself.

    Raises:
        ServerUnreachableError: nobody is there, or nobody is there any more.
        ServerRefusedError: it does not let one listen.
    """
    cutter = LineCutter(_LONGEST)
    try:
        with closing(_open(address, directory, tick)) as connection:
            lines = _lines(connection, cutter)
            _require_stream(lines)
            for line in lines:
                if line is None:
                    yield None
                elif line.startswith(_DATA) and (event := parse_object(line[len(_DATA) :])):
                    yield event
    except (OSError, http.client.HTTPException) as error:
        raise unreachable(address, error) from error


def _open(address: ServerAddress, directory: str, tick: float) -> http.client.HTTPConnection:
    """Ask in HTTP/1.0, whose answers come unchunked: any byte may be the last before a pause."""
    connection = connect(address, patience=_PATIENCE)
    connection.connect()
    path = target(address, f"/event{query(directory=directory)}")
    told: Mapping[str, str] = {
        "Host": f"{connection.host}:{connection.port}",
        "Accept": "text/event-stream",
        **headers(address),
    }
    lines = [f"GET {path} HTTP/1.0", *(f"{name}: {value}" for name, value in told.items())]
    connection.sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
    connection.sock.settimeout(tick)
    return connection


def _lines(connection: http.client.HTTPConnection, cutter: LineCutter) -> Iterator[bytes | None]:
    """Lines as they come; `None` for a quiet tick. Raises `OSError` at the end."""
    heard_at = time.monotonic()
    while True:
        try:
            chunk = connection.sock.recv(_CHUNK)
        except TimeoutError:
            if time.monotonic() - heard_at > _SILENCE:
                raise
            yield None
            continue
        if not chunk:
            raise ConnectionResetError("it ended the stream")
        heard_at = time.monotonic()
        yield from cutter.feed(chunk)


def _require_stream(lines: Iterator[bytes | None]) -> None:
    """Read the answer's head. Raises `ServerRefusedError` unless events follow it."""
    deadline = time.monotonic() + _PATIENCE
    head: list[str] = []
    for line in lines:
        if line is not None and not line.strip():
            break
        if line is not None:
            head.append(line.decode("latin-1").strip().lower())
        if time.monotonic() > deadline:
            raise TimeoutError
    status = "".join(head[:1]).split()[1:2]
    number = int(status[0]) if status and status[0].isdecimal() else 0
    is_stream = any(line.startswith("content-type: text/event-stream") for line in head)
    is_chunked = any(line.startswith("transfer-encoding:") for line in head)
    if number != _OK or not is_stream or is_chunked:
        raise refused(number, f"GET /event: {number or 'no HTTP'}: no events come")
