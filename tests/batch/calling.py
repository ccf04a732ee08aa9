"""The headless face, called in this process on a world of fakes."""

from __future__ import annotations

import io
from typing import TextIO

import pytest

from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.main import run_batch
from tests.fakes import Stage


def call(stage: Stage, *argv: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a call without a terminal."""
    out, err = io.StringIO(), io.StringIO()
    code = run_batch(
        argv,
        world=lambda _: stage.world,
        console=Console(out=out, err=err),
        has_terminal=lambda: False,
    )
    return code, out.getvalue(), err.getvalue()


def stdin_of(lines: str | bytes) -> TextIO:
    """stdin as a pipe with these lines."""
    raw = lines.encode() if isinstance(lines, str) else lines
    return io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8")


def feed(monkeypatch: pytest.MonkeyPatch, lines: str | bytes) -> None:
    monkeypatch.setattr("sys.stdin", stdin_of(lines))
