"""Small shell scripts that stand for programs."""

from __future__ import annotations

from pathlib import Path


def write_program(path: Path, script: str = "exit 0", *, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(mode)
    return path
