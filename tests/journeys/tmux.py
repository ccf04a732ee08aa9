"""A terminal that nobody looks at: a tmux of its own, keys typed into it, its screen read."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.kugetsu import eventually
from tests.opencode_home import tmux

COLUMNS, ROWS = 120, 36


@dataclass(frozen=True, slots=True)
class Terminal:
    socket: Path
    environment: Mapping[str, str]

    def type(self, *keys: str) -> None:
        """Keys by tmux's names, as `C-c`; anything else is typed as it is."""
        self._tmux("send-keys", *keys)

    def enter(self, line: str) -> None:
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def until_it_shows(self, words: str) -> str:
        """The screen, once the words are on it."""
        try:
            return eventually(lambda: screen if words in (screen := self.screen()) else None)
        except AssertionError as error:
            raise AssertionError(f"no {words!r} on:\n{self.screen()}") from error

    def resize(self, columns: int, rows: int) -> None:
        """Make the window that large; what runs in it is told."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def shell(self) -> int:
        """The process that the window was opened with."""
        return int(self._tmux("display-message", "-p", "#{pane_pid}"))

    def device(self) -> Path:
        """The terminal: whatever is written there is on the screen."""
        return Path(self._tmux("display-message", "-p", "#{pane_tty}").strip())

    def modes(self) -> str:
        """What a program may have changed in the terminal, in tmux's words."""
        return self._tmux("display-message", "-p", " ".join(f"{m}=#{{{m}}}" for m in _MODES))

    def renew(self) -> None:
        """A new shell on a new terminal takes the place of whatever was there."""
        self._tmux("respawn-pane", "-k", "sh")

    def close(self) -> None:
        """The window is closed: what runs in it is hung up on. It may be closed already."""
        self._tmux("kill-server", check=False)

    def _tmux(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            [tmux(), "-S", self.socket, "-f", "/dev/null", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=20,
            check=check,
        )
        return done.stdout


_MODES = (
    *("alternate_on", "cursor_flag", "cursor_shape", "insert_flag", "keypad_cursor_flag"),
    *("keypad_flag", "mouse_any_flag", "mouse_sgr_flag", "origin_flag", "wrap_flag"),
    *("bracket_paste_flag", "scroll_region_upper", "scroll_region_lower"),
)


@contextmanager
def terminal(
    folder: Path,
    *,
    cwd: Path,
    environment: Mapping[str, str],
    columns: int = COLUMNS,
    rows: int = ROWS,
) -> Iterator[Terminal]:
    """A shell in a directory; tmux and what runs in it are ended with the block."""
    opened = Terminal(folder / "tmux", environment)
    size = ("-x", str(columns), "-y", str(rows))
    opened._tmux("new-session", "-d", *size, "-c", str(cwd), "sh")
    try:
        opened.enter("echo $((6 * 7)) is ready")
        opened.until_it_shows("42 is ready")
        yield opened
    finally:
        opened.close()
