"""Notifications of this terminal's own, and the user's program that is told too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean_line

_SPEAKS_777 = ("foot", "rxvt", "urxvt", "vte", "gnome")
"""How TERM begins where OSC 777 (urxvt, foot, VTE) is understood rather than OSC 9 (iTerm2, kitty,
Ghostty, WezTerm); others ignore either."""
_MUTE = ("linux", "vt", "dumb")
"""How TERM begins where an OSC is no notification and may be printed."""


@frozen
class TerminalHerald:
    """Knows the terminal by its variables."""

    environment: Mapping[str, str]

    def call(self, argv: Sequence[str], facts: Mapping[str, str]) -> None:
        """Raises `EnvironmentUnfitError` where it cannot be started."""
        from kugetsu_tui.terminals.errand import send  # noqa: PLC0415 - few are ever told

        try:
            send(argv, {**self.environment, **facts})
        except OSError as error:
            raise EnvironmentUnfitError(
                f"notify.command: {clean_line(argv[0])}: {error.strerror}",
                hint="kugetsu settings notify.command",
            ) from error

    def notification(self, title: str, words: str) -> str:
        """Xterm's ctlseqs for OSC, tmux(1) and screen(1) for what passes through them."""
        term = self.environment.get("TERM", "")
        is_tmux, is_screen = "TMUX" in self.environment, "STY" in self.environment
        if term.startswith(_MUTE) and not (is_tmux or is_screen):
            return ""
        title, words = clean_line(title).replace(";", ","), clean_line(words)
        if term.startswith(_SPEAKS_777) or "VTE_VERSION" in self.environment:
            sequence = f"\x1b]777;notify;{title};{words}\x07"
        else:
            sequence = f"\x1b]9;{title}: {words}\x07"
        if is_tmux:
            return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
        return f"\x1bP{sequence}\x1b\\" if is_screen else sequence
