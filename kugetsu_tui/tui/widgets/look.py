"""Colours by meaning, and how each state looks without any."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from textual.theme import Theme

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.tui.voice import sign


class Tone(StrEnum):
    """What a colour means; the theme says which one it is."""

    PLAIN = "plain"
    MUTED = "muted"
    STRONG = "strong"
    """Headings, and what is selected."""
    FRESH = "fresh"
    """At work, and well."""
    OPEN = "open"
    """In somebody's hands."""
    MIND = "mind"
    """Deserves a look."""
    BAD = "bad"


@frozen
class Look:
    """A state at a glance; the word beside it is the state's own."""

    drawn: str
    tone: Tone

    @property
    def glyph(self) -> str:
        """A blank for screen readers: the word says it all."""
        return sign(self.drawn)


LOOKS = {
    SessionState.PENDING: Look("◌", Tone.FRESH),
    SessionState.QUEUED: Look("◷", Tone.MUTED),
    SessionState.RUNNING: Look("●", Tone.FRESH),
    SessionState.WAITING: Look("⚑", Tone.MIND),
    SessionState.RETRYING: Look("↻", Tone.MIND),
    SessionState.SILENT: Look("◔", Tone.MIND),
    SessionState.OPEN: Look("◆", Tone.OPEN),
    SessionState.IDLE: Look("○", Tone.MUTED),
    SessionState.FAILED: Look("✗", Tone.BAD),
    SessionState.INTERRUPTED: Look("‼", Tone.BAD),
    SessionState.STOPPED: Look("■", Tone.MUTED),
    SessionState.MISSING: Look("∅", Tone.MIND),
    SessionState.DAMAGED: Look("!", Tone.BAD),
    SessionState.UNKNOWN: Look("?", Tone.MUTED),
}
STATE_WIDTH = max(len(state) for state in SessionState)

TONE_STYLES = {
    Tone.PLAIN: "$foreground 90%",
    Tone.MUTED: "$foreground 55%",
    Tone.STRONG: "$primary",
    Tone.FRESH: "$success",
    Tone.OPEN: "$accent",
    Tone.MIND: "$warning",
    Tone.BAD: "$error",
}
"""Over whatever ground; in the terminal's own colours `Toned` dims what is muted."""


def toned(text: str, tone: Tone, more: str = "") -> tuple[str, str]:
    """Safe text in a tone, as a part of content; `more` is `bold` or the like."""
    return (text, f"{TONE_STYLES[tone]} {more}".strip())


NIGHT = Theme(
    name="kugetsu-night",
    primary="#9db4f0",
    secondary="#7c88ad",
    accent="#e6c98c",
    foreground="#d5d9e6",
    background="#12141c",
    surface="#181b25",
    panel="#212532",
    success="#93cfa0",
    warning="#e3b567",
    error="#f08a8f",
    dark=True,
)
DAY = Theme(
    name="kugetsu-day",
    primary="#3553b8",
    secondary="#6b7392",
    accent="#8a5a00",
    foreground="#282b36",
    background="#faf9f5",
    surface="#f2f0ea",
    panel="#e7e4db",
    success="#23713c",
    warning="#8c5a00",
    error="#b1283a",
    dark=False,
)
OWN = Theme(
    name="kugetsu-terminal",
    ansi=True,
    primary="ansi_magenta",
    secondary="ansi_blue",
    accent="ansi_blue",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "reverse",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_default",
        "screen-selection-background": "ansi_default",
    },
)
"""The terminal's own colours and ground: right on a light one and on a dark one."""
THEMES = (NIGHT, DAY, OWN)


def theme_of(wanted: str | None, available: Collection[str]) -> str:
    """The theme to wear: the one that was chosen, where there is one of that name."""
    return wanted if wanted is not None and wanted in available else NIGHT.name
