"""The scripted model: an OpenAI-compatible, streaming server for the demo and the tests."""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Event, Thread
from typing import Self
from uuid import uuid4

from kugetsu_tui.demo.conversation import Conversation
from kugetsu_tui.demo.directive import UnknownDirectiveError
from kugetsu_tui.demo.replies import reply_to
from kugetsu_tui.demo.reply import Ending, Reply
from kugetsu_tui.demo.stream import pieces
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject, object_of

MODEL = "demo"
"""The name it goes by; it answers to any other as well."""


@frozen(kw_only=True)
class Request:
    """A request as it came in."""

    text: str
    """The last user message."""
    messages: int
    session_id: str
    """opencode's, from the header `X-Session-Id`; empty where there is none."""
    wants_title: bool
    at: float
    """Seconds since the epoch."""


class ScriptedModel:
    """The server, for the length of a `with` block. Leaving it never waits for an open request."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        """Everything received, the oldest first."""
        self._refusals: Counter[tuple[str, str, int]] = Counter()
        self._closing = Event()
        self._server = _Server(self)

    @property
    def url(self) -> str:
        """What an OpenAI client calls the base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.stop()

    def reply(self, body: JsonObject, session_id: str) -> Reply:
        """Notes a request and decides on the reply.

        Raises:
            UnknownDirectiveError: see `kugetsu_tui.demo.directive`.
        """
        asked = Conversation.read(body)
        self.requests.append(
            Request(
                text=asked.prompt,
                messages=asked.messages,
                session_id=session_id,
                wants_title=asked.wants_title,
                at=time.time(),
            )
        )
        turn = (session_id, asked.prompt, asked.steps)
        reply = reply_to(asked, refused=self._refusals[turn])
        if asked.wants_title:
            return reply
        if reply.status == HTTPStatus.OK:
            self._refusals.pop(turn, None)
        else:
            self._refusals[turn] += 1
        return reply

    def pause(self, seconds: float) -> bool:
        """Waits, infinitely perhaps, but only while the model is open; whether it still is."""
        return not self._closing.wait(None if math.isinf(seconds) else seconds)


class _Server(ThreadingTCPServer):
    """Not an `HTTPServer`, which asks the name service who 127.0.0.1 is."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, model: ScriptedModel) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.model = model
        self._thread = Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        """Says nothing: the screen is the demo's."""

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self._answer(HTTPStatus.OK, {"object": "list", "data": [{"id": MODEL}]})
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "no such page")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/v1/chat/completions":
            self._refuse(HTTPStatus.NOT_FOUND, "no such page")
            return
        try:
            request = object_of(json.loads(body))
            reply = self.server.model.reply(request, self.headers.get("X-Session-Id", ""))
        except (ValueError, UnknownDirectiveError) as error:
            self._refuse(HTTPStatus.BAD_REQUEST, f"the demo model cannot read this: {error}")
            return
        if not self.server.model.pause(reply.wait):
            self.close_connection = True
        elif reply.status != HTTPStatus.OK:
            self._refuse(reply.status, "the demo model refuses, as it was asked to")
        else:
            self._stream(reply)

    def _refuse(self, status: int, why: str) -> None:
        self._answer(status, {"error": {"message": why, "type": "demo", "code": status}})

    def _answer(self, status: int, document: JsonObject) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, reply: Reply) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        for seconds, piece in pieces(reply, turn=uuid4().hex):
            if seconds and not self.server.model.pause(seconds):
                return
            self._send(json.dumps(piece))
        if reply.ending is Ending.SILENT:
            self.server.model.pause(math.inf)
        elif reply.ending is Ending.COMPLETE:
            self._send("[DONE]")
            self.wfile.write(b"0\r\n\r\n")

    def _send(self, data: str) -> None:
        line = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
