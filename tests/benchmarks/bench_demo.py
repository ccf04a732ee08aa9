"""`kugetsu-tui --demo`, set up: from its exec to a board with the base and an issue on it.

python -m tests.benchmarks.bench_demo [REPEATS]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pexpect

_WANTED = (r"\(base\)", r"gatekeeper#14")


def main() -> None:
    repeats = int(sys.argv[1]) if sys.argv[1:] else 5
    program = str(Path(sys.executable).with_name("kugetsu-tui"))
    spans = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "HOME": home, "TERM": "xterm-256color"}
            began = time.perf_counter()
            demo = pexpect.spawn(program, ["--demo"], env=environment, dimensions=(36, 120))
            for words in _WANTED:
                demo.expect(words, timeout=60)
            spans.append(time.perf_counter() - began)
            demo.send("q")
            demo.expect(pexpect.EOF, timeout=60)
            demo.close()
    print(f"demo: {statistics.median(spans):.1f} s to the board")


if __name__ == "__main__":
    main()
