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
PATIENCE = 60.0
"""Seconds for a request, on a machine that is busy."""


class Moment(StrEnum):
    COMES = "comes"
    """The server has not heard of it."""
    DONE = "done"
    """The server has answered, and whoever asked has not heard that."""


class Held:
    """A request that waits at the door."""

    def __init__(self) -> None:
        self._has_come = threading.Event()
        self._is_let_go = threading.Event()
        self._is_served = False

    def await_it(self) -> None:
        assert self._has_come.wait(PATIENCE), "it never came"

    def let_go(self, *, is_served: bool) -> None:
        """Have it go on, or who asked left without an answer."""
        self._is_served = is_served
        self._is_let_go.set()

    def stay(self) -> bool:
        """Until it is let go; whether it is served then."""
        self._has_come.set()
        self._is_let_go.wait()
        return self._is_served


@dataclass
class Doorkeeper:
    """Does something once, at one moment of one request."""

    house: tuple[str, int]
    """Where the server is."""
    port: int
    _request: str = ""
    _moment: Moment = Moment.COMES
    _act: Callable[[], bool] = lambda: True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stand_before(self, url: str) -> None:
        self.house = _house(url)

    def await_one(self, request: str, moment: Moment, act: Callable[[], None]) -> None:
        """Have that done at the next request whose first line the pattern is found in.

        Who asked is not served any more.
        """

        def act_and_turn_away() -> bool:
            act()
            return False

        self._request, self._moment, self._act = request, moment, act_and_turn_away

    def hold_one(self, request: str, moment: Moment) -> Held:
        """Have the next such request wait."""
        held = Held()
        self._request, self._moment, self._act = request, moment, held.stay
        return held

    def turns_away(self, line: str, moment: Moment) -> bool:
        if not self._request or moment is not self._moment or not re.search(self._request, line):
            return False
        self._request = ""
        return not self._act()


def _house(url: str) -> tuple[str, int]:
    return ("127.0.0.1", urlsplit(url).port or 0)


@contextmanager
def standing_before(url: str) -> Iterator[Doorkeeper]:
    """Whoever connects here talks to that server; a connection is one request."""
    listener = socket.create_server(("127.0.0.1", 0))
    doorkeeper = Doorkeeper(_house(url), listener.getsockname()[1])

    def receive() -> None:
        with suppress(OSError):
            while True:
                guest, _ = listener.accept()
                threading.Thread(target=_lead, args=(guest, doorkeeper), daemon=True).start()

    threading.Thread(target=receive, daemon=True).start()
    try:
        yield doorkeeper
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _lead(guest: socket.socket, doorkeeper: Doorkeeper) -> None:
    with guest:
        with suppress(OSError), socket.create_connection(doorkeeper.house) as inside:
            _serve(guest, inside, doorkeeper)
        with suppress(OSError):
            guest.shutdown(socket.SHUT_RDWR)  # while another thread reads, closing does nothing


def _serve(guest: socket.socket, inside: socket.socket, doorkeeper: Doorkeeper) -> None:
    asked = guest.recv(_CHUNK)
    line = asked.partition(b"\r\n")[0].decode()
    if doorkeeper.turns_away(line, Moment.COMES):
        return
    inside.sendall(asked)
    threading.Thread(target=_carry, args=(guest, inside), daemon=True).start()
    answered = inside.recv(_CHUNK)
    if doorkeeper.turns_away(line, Moment.DONE):
        return
    while answered:
        guest.sendall(answered)
        answered = inside.recv(_CHUNK)


def _carry(guest: socket.socket, inside: socket.socket) -> None:
    """The rest of the request."""
    with suppress(OSError):
        while said := guest.recv(_CHUNK):
            inside.sendall(said)
