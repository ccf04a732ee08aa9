"""The first process of a container that takes no note of the dead, as many are.

Run as `python -m tests.torture.no_reaper HOME` by `unshare --pid`; what it saw goes to stdout.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psutil

from tests.torture.sandbox import Sandbox

ANSWERED, STOPPED = "github.com/shoko/gatekeeper#14", "github.com/shoko/gatekeeper#15"


def main(home: Path) -> None:
    sandbox = Sandbox.made(home)
    sandbox.lay_out({})
    ended = [
        sandbox.call(*words).returncode
        for words in (
            ("start", ANSWERED, "hello"),
            ("start", STOPPED, "wait 600", "--detach"),
            ("stop", STOPPED),
            ("continue", ANSWERED, "and now?"),
            ("stop", "--all"),
        )
    ]
    states = {row["issue_ref"]: row["state"] for row in sandbox.rows()}
    dead = sum(who.status() == psutil.STATUS_ZOMBIE for who in psutil.process_iter())
    left = len(list(sandbox.everybody()))
    print(json.dumps({"ended": ended, "states": states, "dead": dead, "left": left}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
