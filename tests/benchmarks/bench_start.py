"""kugetsu's own share of a `start`: from its exec to opencode's, in a store of 1,000 issues.

    python -m tests.benchmarks.bench_start [REPEATS]

In place of opencode stands a script that writes down when it was started, and fails.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.big_world import make_big_world

_NOTE = """#!/bin/sh
date +%s%N > "$BENCH_NOTE"
exit 1
"""


def main() -> None:
    repeats = int(sys.argv[1]) if sys.argv[1:] else 11
    kugetsu = str(Path(sys.executable).with_name("kugetsu"))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        program, note = home / "opencode", home / "note"
        variables = make_big_world(home, issues=1_000)
        program.write_text(_NOTE)
        program.chmod(0o755)
        environment = {
            **os.environ,
            **variables,
            "KUGETSU_OPENCODE": str(program),
            "KUGETSU_RUNS_ENGINE": "run",
            "BENCH_NOTE": str(note),
        }
        spans = []
        for number in range(repeats):
            began = time.time_ns()
            subprocess.run(
                [kugetsu, "start", f"github.com/shoko/new#{number + 1}", "hello", "-q"],
                env=environment,
                cwd=home,
                capture_output=True,
                check=False,
            )
            spans.append((int(note.read_text()) - began) / 1e6)
            note.unlink()
        median, best = statistics.median(spans), min(spans)
        print(f"start: {median:.0f} ms from our exec to opencode's, at best {best:.0f}")


if __name__ == "__main__":
    main()
