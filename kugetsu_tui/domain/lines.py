"""A byte stream cut into lines, in memory that is bounded."""

from __future__ import annotations


class LineCutter:
    """Takes chunks as they come and gives whole lines, however they were split.

    A line longer than the cap is left out and counted.
    """

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._begun = bytearray()
        self._is_too_long = False
        self.left_out = 0
        """Lines that were longer than the cap, so far."""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that end in this chunk, without their line feed."""
        *ends, begun = chunk.split(b"\n")
        lines = [line for end in ends if (line := self._finished(end)) is not None]
        self._take(begun)
        return lines

    def rest(self) -> list[bytes]:
        """The last line, where the stream ended without a line feed."""
        line = self._finished(b"")
        return [line] if line else []

    def _finished(self, end: bytes) -> bytes | None:
        self._take(end)
        line = None if self._is_too_long else bytes(self._begun)
        self.left_out += self._is_too_long
        self._begun = bytearray()
        self._is_too_long = False
        return line

    def _take(self, piece: bytes) -> None:
        if len(self._begun) + len(piece) > self._cap:
            self._is_too_long = True
            self._begun = bytearray()
        if not self._is_too_long:
            self._begun += piece
