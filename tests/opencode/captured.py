"""What the real opencode printed, line by line."""

from __future__ import annotations

from pathlib import Path

_SAMPLES = Path(__file__).parent / "samples"
SCENES = sorted(path.stem for path in _SAMPLES.glob("*.jsonl"))


def output(scene: str) -> list[bytes]:
    return _lines(_SAMPLES / f"{scene}.jsonl")


def log(scene: str) -> list[bytes]:
    return _lines(_SAMPLES / f"{scene}.stderr")


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)
