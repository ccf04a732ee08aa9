"""A bug, told in one line; where it happened goes into a private file."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from kugetsu_tui.domain.errors import ExitCode
from kugetsu_tui.domain.text import clean_line


def write_crash_report(error: BaseException, folder: Path, stderr: TextIO) -> int:
    """Keep the places in the code that led to the error, without any value; returns exit code 70.

    A message may be a prompt, a token or a title: the error's own words are left out too.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    path = folder / f"crash-{stamp}-{os.getpid()}.log"
    kind = type(error).__name__
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join([kind, *lines, ""]))
        where = f"details in {path}"
    except OSError as failure:
        where = f"no details kept: {failure.strerror}; last in {lines[-1] if lines else '?'}"
    stderr.write(f"kugetsu: a bug in kugetsu ({kind}): {clean_line(where)}\n")
    return ExitCode.BUG
