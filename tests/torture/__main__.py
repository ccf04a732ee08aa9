"""Every figure of what the program withstood, in one Markdown table.

    python -m tests.torture [PART…] [--seconds S] [--seed N] [--writers N] [--kill-rate R]
        [--points N]

Without a part, all of them. Whatever is left to chance follows from the seed, which is printed. A
part that breaks a promise says which one and keeps its folder.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.torture import broken_files, crashpoints, load, soak, storm, ways_out
from tests.torture.parts import BrokenError, Options, Part

PARTS: Mapping[str, Part] = {
    "storm": storm.measure,
    "crashpoints": crashpoints.measure,
    "broken-files": broken_files.measure,
    "ways-out": ways_out.measure,
    "load": load.measure,
    "runs": soak.measure_runs,
    "soak": soak.measure_soak,
}
"""In the order in which they run."""


def main(argv: Sequence[str]) -> int:
    words = _parser().parse_args(argv)
    if unknown := set(words.parts) - PARTS.keys():
        sys.exit(f"no such part: {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    folder = Path(tempfile.mkdtemp(prefix="kugetsu-torture-")).resolve()
    options = Options(
        folder=folder,
        seed=words.seed,
        seconds=words.seconds,
        writers=words.writers,
        points=words.points,
        kill_rate=words.kill_rate,
    )
    print(f"seed {options.seed}, in {folder}", file=sys.stderr)
    print(f"{_machine()}\n\n| tried | how much | what came of it |\n|---|---|---|", flush=True)
    broken = [name for name in words.parts or PARTS if not _withstands(name, options)]
    if broken:
        print(f"broken: {', '.join(broken)}; kept: {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


def _withstands(name: str, options: Options) -> bool:
    try:
        for row in PARTS[name](options):
            print(f"| {row.tried} | {row.how_much} | {row.outcome} |", flush=True)
    except BrokenError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--seconds", type=float, help="how long a part lasts that has no end")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--writers", type=int, help="processes that change the store at once")
    parser.add_argument("--points", type=int, help="system calls of each verb that go wrong")
    parser.add_argument("--kill-rate", type=float, default=6.0, help="kills a second")
    return parser


def _machine() -> str:
    told = Path("/proc/cpuinfo").read_text().splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in told if line.startswith("model n")), ""
    )
    python = sys.version.split()[0]
    return f"{os.cpu_count()} cores ({model or platform.machine()}), Linux, Python {python}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
