"""What a user may choose, and what holds where nothing was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SettingKind(StrEnum):
    """What a setting takes."""

    TEXT = "text"
    SPAN = "span"
    """A time: `90s`, `5m`, `2h`; `none` for no limit where the default is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing to choose."""

    summary: str
    kind: SettingKind
    default: str
    """In words; empty: nothing."""


SETTINGS = {
    "opencode.path": Setting(
        summary="where opencode is, if it is not to be looked for",
        kind=SettingKind.TEXT,
        default="",
    ),
    "runs.model": Setting(
        summary="provider/model of every run that names none", kind=SettingKind.TEXT, default=""
    ),
    "runs.agent": Setting(
        summary="opencode's agent for every run that names none",
        kind=SettingKind.TEXT,
        default="",
    ),
    "runs.start-timeout": Setting(
        summary="until opencode must have named the session",
        kind=SettingKind.SPAN,
        default="180s",
    ),
    "runs.idle-timeout": Setting(
        summary="without a sign of life, after which a run is ended",
        kind=SettingKind.SPAN,
        default="none",
    ),
    "runs.timeout": Setting(
        summary="after which a run is ended", kind=SettingKind.SPAN, default="none"
    ),
    "runs.silent-after": Setting(
        summary="without a sign of life, after which a run is shown as silent",
        kind=SettingKind.SPAN,
        default="5m",
    ),
    "screen.theme": Setting(
        summary="colours of the screen, by a Textual theme's name",
        kind=SettingKind.TEXT,
        default="",
    ),
}
"""Dotted key in `config.toml` → what it is. Keys of the screen are `keys.<binding id>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The choices that hold now; spans are seconds."""

    opencode_path: str | None = None
    model: str | None = None
    agent: str | None = None
    start_timeout: float = 180.0
    idle_timeout: float | None = None
    timeout: float | None = None
    silent_after: float = 300.0
    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    """Binding id → keys, comma-separated."""
