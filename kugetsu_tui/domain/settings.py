"""What a user may choose, and what holds where nothing was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.moment import Dates, parse_span
from kugetsu_tui.domain.run import Engine
from kugetsu_tui.domain.setting import (
    AUTO,
    KEYS,
    NONE,
    Setting,
    SettingKind,
    complaint_of,
    split_command,
    split_words,
)
from kugetsu_tui.domain.view import BoardColumn, Order

LAST = "last"
"""The word for what was chosen the last time."""


class Frames(StrEnum):
    """How often the screen is drawn, at most."""

    FULL = "full"
    """60 times a second."""
    FEW = "few"
    """10 times a second."""
    AUTO = "auto"
    """Few over SSH."""


class Motion(StrEnum):
    """Whether things glide into place."""

    AUTO = "auto"
    """Not over SSH."""
    ON = "on"
    OFF = "off"


class Notify(StrEnum):
    """What is told of runs that nobody is looking at."""

    ON = "on"
    QUIET = "quiet"
    """Without the bell."""
    OFF = "off"


SETTINGS = {
    "opencode.path": Setting(
        summary="where opencode is, if it is not to be looked for",
        kind=SettingKind.TEXT,
        default="",
        example="/opt/opencode/bin/opencode",
    ),
    "runs.model": Setting(
        summary="provider/model of every run that names none",
        kind=SettingKind.MODEL,
        default="",
        example="anthropic/claude-sonnet-4-5",
    ),
    "runs.agent": Setting(
        summary="opencode's agent for every run that names none",
        kind=SettingKind.TEXT,
        default="",
        example="build",
    ),
    "runs.engine": Setting(
        summary="how runs reach opencode: one `opencode run` each, or one server for all",
        kind=SettingKind.WORD,
        default=Engine.AUTO,
        options=tuple(Engine),
    ),
    "runs.auto": Setting(
        summary="repositories whose runs get every permission they ask for, comma-separated",
        kind=SettingKind.REPOSITORIES,
        default="",
        example="github.com/shoko/scratch",
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
    "runs.max-concurrent": Setting(
        summary="how many runs may be at work at once; auto: as many as memory has room for",
        kind=SettingKind.COUNT,
        default=AUTO,
    ),
    "runs.keep": Setting(
        summary="how many ended runs of an issue keep their messages and logs",
        kind=SettingKind.COUNT,
        default="20",
    ),
    "server.url": Setting(
        summary="a server of opencode that you have already, in place of one of our own",
        kind=SettingKind.URL,
        default="",
        example="http://127.0.0.1:4096",
    ),
    "server.idle-timeout": Setting(
        summary="after which a server that nobody has use for ends by itself",
        kind=SettingKind.SPAN,
        default="15m",
    ),
    "screen.theme": Setting(
        summary="colours of the screen: one of ours, or a Textual theme's name",
        kind=SettingKind.TEXT,
        default="",
        example="kugetsu-day",
    ),
    "screen.columns": Setting(
        summary="columns of the board in their order, as far as there is room; none: what fits",
        kind=SettingKind.WORDS,
        default="",
        options=tuple(BoardColumn),
        example="state,issue,title,cost,age",
    ),
    "screen.order": Setting(
        summary="in which order the board opens; last: as it was left",
        kind=SettingKind.WORD,
        default=LAST,
        options=(LAST, *Order),
    ),
    "screen.dates": Setting(
        summary="when something was: how long ago; smart: after a day its date; absolute: always",
        kind=SettingKind.WORD,
        default=Dates.RELATIVE,
        options=tuple(Dates),
    ),
    "screen.frames": Setting(
        summary="how often the screen is drawn: few spares a slow link, auto does over SSH",
        kind=SettingKind.WORD,
        default=Frames.FULL,
        options=tuple(Frames),
    ),
    "screen.motion": Setting(
        summary="whether scrolling glides; auto: not over SSH",
        kind=SettingKind.WORD,
        default=Motion.AUTO,
        options=tuple(Motion),
    ),
    "screen.mouse": Setting(
        summary="whether the screen takes the mouse; off leaves it to the terminal, to select text",
        kind=SettingKind.SWITCH,
        default="on",
        options=("off", "on"),
    ),
    "screen.reader": Setting(
        summary="for screen readers: words instead of glyphs, no borders",
        kind=SettingKind.SWITCH,
        default="off",
        options=("off", "on"),
    ),
    "notify.when": Setting(
        summary="tell when a run that is not looked at ends or needs you; quiet: without the bell",
        kind=SettingKind.WORD,
        default=Notify.ON,
        options=tuple(Notify),
    ),
    "notify.command": Setting(
        summary="a program to tell it too; it finds the facts in KUGETSU_NEWS_… variables",
        kind=SettingKind.COMMAND,
        default="",
        example="notify-send kugetsu",
    ),
}
"""Dotted key in `config.toml` → what it is. Keys of the screen are `keys.<binding id>`."""


def variable_of(key: str) -> str:
    """The environment's name of a setting: `runs.silent-after` is `KUGETSU_RUNS_SILENT_AFTER`."""
    return "KUGETSU_" + key.upper().replace(".", "_").replace("-", "_")


@frozen(kw_only=True)
class Settings:
    """The choices that hold now; spans are seconds."""

    opencode_path: str | None = None
    model: str | None = None
    agent: str | None = None
    start_timeout: float = 180.0
    idle_timeout: float | None = None
    timeout: float | None = None
    silent_after: float = 300.0
    max_concurrent: int | None = None
    """None: by memory."""
    keep: int = 20
    """How many ended runs of an issue keep their folder."""
    server_url: str | None = None
    server_idle_timeout: float = 900.0
    engine: Engine = Engine.AUTO
    auto: frozenset[str] = frozenset()
    """`host/user/repo`, in small letters."""
    theme: str | None = None
    columns: tuple[BoardColumn, ...] = ()
    order: Order | None = None
    """None: as it was left."""
    dates: Dates = Dates.RELATIVE
    frames: Frames = Frames.FULL
    motion: Motion = Motion.AUTO
    has_mouse: bool = True
    is_reader: bool = False
    notify: Notify = Notify.ON
    notify_command: tuple[str, ...] = ()
    """argv."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Binding id → keys, comma-separated."""


def is_setting(key: str) -> bool:
    """Whether there is a setting, or a binding of the screen, of that name."""
    from kugetsu_tui.domain.bindings import CHOOSABLE  # noqa: PLC0415 - few choose keys

    return key in SETTINGS or key in CHOOSABLE


def complaint(key: str, value: str) -> str:
    """Why the setting does not take the value; empty where it does. Keys of the screen take all."""
    setting = SETTINGS.get(key)
    return complaint_of(setting, value) if setting is not None and value else ""


def setting_typed(words: str) -> tuple[str, str]:
    """The key and the value of `KEY=VALUE`.

    Raises:
        UsageError: it is not that.
    """
    key, equals, value = words.partition("=")
    if not equals:
        raise UsageError("--set: KEY=VALUE must follow", hint="kugetsu settings")
    return key, value


def settings_of(chosen: Mapping[str, str]) -> Settings:
    """The settings that hold, given choices without a complaint; all else has its default.

    Raises:
        ValueError: there is a complaint about one of them.
    """
    words = {key: chosen.get(key) or setting.default for key, setting in SETTINGS.items()}
    return Settings(
        opencode_path=_text(words["opencode.path"]),
        model=_text(words["runs.model"]),
        agent=_text(words["runs.agent"]),
        start_timeout=_seconds(words["runs.start-timeout"]),
        idle_timeout=_limit(words["runs.idle-timeout"]),
        timeout=_limit(words["runs.timeout"]),
        silent_after=_seconds(words["runs.silent-after"]),
        max_concurrent=_count(words["runs.max-concurrent"]),
        keep=int(words["runs.keep"]),
        server_url=_text(words["server.url"]),
        server_idle_timeout=_seconds(words["server.idle-timeout"]),
        engine=Engine(words["runs.engine"]),
        auto=_repositories(words["runs.auto"]),
        theme=_text(words["screen.theme"]),
        columns=tuple(map(BoardColumn, split_words(words["screen.columns"]))),
        order=Order(words["screen.order"]) if words["screen.order"] != LAST else None,
        dates=Dates(words["screen.dates"]),
        frames=Frames(words["screen.frames"]),
        motion=Motion(words["screen.motion"]),
        has_mouse=words["screen.mouse"] == "on",
        is_reader=words["screen.reader"] == "on",
        notify=Notify(words["notify.when"]),
        notify_command=split_command(words["notify.command"]),
        keys={
            key.removeprefix(KEYS): value
            for key, value in chosen.items()
            if key.startswith(KEYS) and is_setting(key)
        },
    )


def _text(words: str) -> str | None:
    return words if words not in {"", NONE} else None


def _repositories(words: str) -> frozenset[str]:
    return frozenset(split_words(words.casefold()))


def _count(words: str) -> int | None:
    return int(words) if words != AUTO else None


def _limit(words: str) -> float | None:
    return _seconds(words) if words != NONE else None


def _seconds(words: str) -> float:
    seconds = parse_span(words)
    if not seconds:
        raise ValueError(words)
    return seconds
