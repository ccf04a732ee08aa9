"""Plays `opencode serve`: answers as the files beside it say, and leaves an orphan on request."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PLAY = Path(sys.argv[1])
PAIR = f"{os.environ['OPENCODE_SERVER_USERNAME']}:{os.environ['OPENCODE_SERVER_PASSWORD']}"
LET_IN = f"Basic {base64.b64encode(PAIR.encode()).decode()}"


class Played(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        if (PLAY / "hangs").exists():
            (PLAY / "waiting").touch()
            time.sleep(60)
        if self.headers.get("Authorization") != LET_IN and not (PLAY / "open").exists():
            self._say(401, "text/plain", b"")
        elif self.path.startswith("/question") and (PLAY / "lacks").exists():
            self._say(200, "text/html", b"<html>")
        elif self.path.startswith("/global/health"):
            self._say_json(200, {"healthy": True, "version": (PLAY / "version").read_text()})
        elif self.path.startswith("/session/status"):
            busy = (PLAY / "busy").exists()
            self._say_json(200, {"ses_busy": {"type": "busy"}} if busy else {})
        else:
            self._say_json(404, {"name": "NotFoundError"})

    def _refuse(self) -> None:
        """It keeps metadata, and these are none."""
        if (PLAY / "old").exists():
            self._answer()
        else:
            self._say_json(400, {"name": "BadRequest"})

    do_GET = do_POST = _answer  # noqa: N815 - http.server's own names, as below
    do_PATCH = _refuse  # noqa: N815

    def _say_json(self, status: int, what: object) -> None:
        self._say(status, "application/json", json.dumps(what).encode())

    def _say(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    with (PLAY / "starts").open("a") as file:
        file.write(f"{os.getpid()}\n")
    if (PLAY / "kills its keeper").exists():
        (PLAY / "kills its keeper").unlink()
        os.kill(os.getppid(), signal.SIGKILL)
    if (PLAY / "fails").exists():
        sys.exit("Error: nothing works today")
    if (PLAY / "has a child").exists():
        left_alone = ["sh", "-c", "setsid sleep 300 >&- 2>&- & echo $!"]
        (PLAY / "child").write_bytes(subprocess.check_output(left_alone))
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Played).serve_forever()


main()
