"""A server that answers whatever a test wants, byte for byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from kugetsu_tui.domain.server import ServerAddress

Answer = Callable[[bytes], Iterable[bytes]]
"""Takes the head of a request; gives the pieces of the answer. The connection ends with them."""


@contextmanager
def serve(answer: Answer) -> Iterator[ServerAddress]:
    listener = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def answer_all() -> None:
        with suppress(OSError):
            while not is_over.is_set():
                connection, _ = listener.accept()
                threading.Thread(target=answer_one, args=(connection,), daemon=True).start()

    def answer_one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            for piece in answer(_head_of_the_request(connection)):
                connection.sendall(piece)

    threading.Thread(target=answer_all, daemon=True).start()
    try:
        yield ServerAddress(f"http://127.0.0.1:{listener.getsockname()[1]}", password="secret")
    finally:
        is_over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _head_of_the_request(connection: socket.socket) -> bytes:
    """The head; the body is read too: closing over unread bytes resets the connection."""
    stream = connection.makefile("rb")
    lines = list(iter(stream.readline, b"\r\n"))
    for line in lines:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            stream.read(int(value))
    return b"".join(lines)


def json_answer(body: bytes, *, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body
