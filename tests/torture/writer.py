"""A command line that is given one command after another, and begun anew where it is killed."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from tests.torture.ledger import Issue, Ledger
from tests.torture.sandbox import PROGRAM, Sandbox

Choose = Callable[[], tuple[Issue, list[str]]]
"""What comes next: an issue, and the words of a verb."""


class Writer:
    """It works through `kugetsu` without a verb, which answers each line before the next."""

    def __init__(
        self,
        sandbox: Sandbox,
        ledger: Ledger,
        choose: Choose,
        *,
        name: str,
        is_over: threading.Event,
    ) -> None:
        self._sandbox = sandbox
        self._ledger = ledger
        self._choose = choose
        self._is_over = is_over
        self._words = sandbox.home / "said" / name
        self._words.parent.mkdir(exist_ok=True)

    def work(self) -> None:
        """Until it is over."""
        while not self._is_over.is_set():
            with self._words.open("ab") as said, self._begun(said.fileno()) as process:
                self._command(process)

    def _begun(self, said: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [PROGRAM],
            cwd=self._sandbox.repository,
            env=self._sandbox.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
        )

    def _command(self, process: subprocess.Popen[bytes]) -> None:
        """Give commands until it is killed or the time is over."""
        while not self._is_over.is_set():
            issue, words = self._choose()
            self._ledger.note_sent(issue, words)
            began = time.monotonic()
            answer = _answered(process, words)
            if answer is None:
                self._ledger.note_silence(issue, words)
                break
            self._ledger.waits.append(time.monotonic() - began)
            self._ledger.note_answer(issue, words, answer)


def _answered(process: subprocess.Popen[bytes], words: Sequence[str]) -> dict[str, Any] | None:
    """The envelope; nothing where it was killed before it had told the whole."""
    assert process.stdin
    assert process.stdout
    with suppress(BrokenPipeError):
        os.write(process.stdin.fileno(), json.dumps(words).encode() + b"\n")
    line = process.stdout.readline()
    if not line.endswith(b"\n"):
        return None
    envelope: dict[str, Any] = json.loads(line)
    return envelope
