"""Stands before a server of opencode, and tells a test when a request comes or was answered."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

_CHUNK = 64 * 1024


class Moment(StrEnum):
    COMES = "comes"
    """The server has not heard of it."""
    DONE = "done"
    """The server has answered, and whoever asked has not heard that."""


@dataclass
class Doorkeeper:
    """Does something once, at one moment of one request; who asked is not served any more."""

    port: int
    _request: str = ""
    _moment: Moment = Moment.COMES
    _act: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def await_one(self, request: str, moment: Moment, act: Callable[[], None]) -> None:
        """Have that done at the next request whose first line the pattern is found in."""
        self._request, self._moment, self._act = request, moment, act

    def intervenes(self, line: str, moment: Moment) -> bool:
        if not self._request or moment is not self._moment or not re.search(self._request, line):
            return False
        self._request = ""
        self._act()
        return True


@contextmanager
def standing_before(url: str) -> Iterator[Doorkeeper]:
    """Whoever connects here talks to that server; a connection is one request."""
    listener = socket.create_server(("127.0.0.1", 0))
    doorkeeper = Doorkeeper(listener.getsockname()[1])
    house = ("127.0.0.1", urlsplit(url).port or 0)

    def receive() -> None:
        with suppress(OSError):
            while True:
                guest, _ = listener.accept()
                threading.Thread(target=_lead, args=(guest, house, doorkeeper), daemon=True).start()

    threading.Thread(target=receive, daemon=True).start()
    try:
        yield doorkeeper
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _lead(guest: socket.socket, house: tuple[str, int], doorkeeper: Doorkeeper) -> None:
    with guest, suppress(OSError), socket.create_connection(house) as inside:
        asked = guest.recv(_CHUNK)
        line = asked.partition(b"\r\n")[0].decode()
        if doorkeeper.intervenes(line, Moment.COMES):
            return
        inside.sendall(asked)
        threading.Thread(target=_carry, args=(guest, inside), daemon=True).start()
        answered = inside.recv(_CHUNK)
        if doorkeeper.intervenes(line, Moment.DONE):
            return
        while answered:
            guest.sendall(answered)
            answered = inside.recv(_CHUNK)


def _carry(guest: socket.socket, inside: socket.socket) -> None:
    """The rest of the request."""
    with suppress(OSError):
        while said := guest.recv(_CHUNK):
            inside.sendall(said)
