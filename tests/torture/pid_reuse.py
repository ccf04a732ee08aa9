"""The first process of a namespace, where it decides which number the next process gets.

Run as `python -m tests.torture.pid_reuse HOME` by `unshare --pid`; what it saw goes to stdout.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.torture.sandbox import PATIENCE, Sandbox

REF = "github.com/shoko/gatekeeper#14"
_LAST = Path("/proc/sys/kernel/ns_last_pid")


def main(home: Path) -> None:
    sandbox = Sandbox.made(home)
    sandbox.lay_out({})
    started = sandbox.call("start", REF, "wait 600", "--detach")
    run = _run(sandbox)
    numbers = [run["supervisor"]["pid"], run["opencode"]["pid"]]
    for number in numbers:
        os.kill(number, signal.SIGKILL)
    _reap(numbers)
    bystanders = [_sleeper(number) for number in numbers]
    seen = [
        (words[0], done.returncode, done.stdout + done.stderr)
        for words in (("list",), ("stop", REF), ("stop", "--all"), ("doctor", "--fix", "-y"))
        for done in [sandbox.call(*words)]
    ]
    told = {
        "started": started.returncode,
        "numbers": numbers,
        "bystanders": [one.pid for one in bystanders],
        "living": [one.pid for one in bystanders if one.poll() is None],
        "state": sandbox.rows()[-1]["state"],
        "again": sandbox.call("continue", REF, "and now?").returncode,
        "living_at_last": [one.pid for one in bystanders if one.poll() is None],
        "seen": seen,
    }
    print(json.dumps(told))


def _run(sandbox: Sandbox) -> dict[str, Any]:
    (facts,) = sandbox.store.glob("runs/*/run.json")
    run: dict[str, Any] = json.loads(facts.read_text())
    return run


def _reap(numbers: Iterable[int]) -> None:
    """As the first process has to with those whose parents are gone."""
    left, deadline = set(numbers), time.monotonic() + PATIENCE
    while left and time.monotonic() < deadline:
        ended, _ = os.waitpid(-1, os.WNOHANG)
        left.discard(ended)
        time.sleep(0 if ended else 0.01)


def _sleeper(number: int) -> subprocess.Popen[bytes]:
    """Somebody else's process, with that number as far as that can be had."""
    _LAST.write_text(str(number - 1))
    return subprocess.Popen(["sleep", "600"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
