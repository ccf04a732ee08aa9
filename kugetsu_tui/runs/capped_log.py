"""A log file of bounded size: its beginning and its end are kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self


class CappedLog:
    """Its one writer's hand. What the system refuses to write raises `OSError`."""

    def __init__(self, path: Path, *, cap: int) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._descriptor).st_size
        self._cap = cap
        self._left_out = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def write(self, text: bytes) -> None:
        """Append; where that passes the cap, the middle of the file makes room."""
        self._size += os.write(self._descriptor, text)
        if self._size > self._cap:
            self._drop_the_middle()

    def _drop_the_middle(self) -> None:
        head, tail = self._cap // 2, self._cap // 4
        end = os.pread(self._descriptor, tail, self._size - tail)
        os.ftruncate(self._descriptor, head)
        self._left_out += self._size - head - tail
        mark = f"\n[… {self._left_out} bytes left out …]\n".encode()
        self._size = head + os.write(self._descriptor, mark + end)
