"""One thing that a user may choose: the values it takes, and where the one that holds is from."""

from __future__ import annotations

from enum import StrEnum

from kugetsu_tui.domain.count import parse_count
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.moment import parse_span

NONE = "none"
"""The word for no choice of one's own; as good as empty."""
AUTO = "auto"
"""The word for what is found out when it is needed."""
KEYS = "keys."
"""What the dotted key of a binding of the screen begins with."""


class SettingKind(StrEnum):
    """What a setting takes."""

    TEXT = "text"
    SPAN = "span"
    """A time above zero: `90s`, `5m`, `2h`; `none` for no limit where the default is none."""
    WORD = "word"
    """One of a few words."""
    WORDS = "words"
    """Some of a few words, each once, comma-separated; their order counts."""
    URL = "url"
    """Where something answers over HTTP; names and passwords do not belong in it."""
    SWITCH = "switch"
    """`on` or `off`."""
    COUNT = "count"
    """A whole number from 1 on; `auto` too, where that is the default."""
    MODEL = "model"
    """`provider/model`, as opencode lists them."""
    REPOSITORIES = "repositories"
    """Some of `host/user/repo`, comma-separated."""
    COMMAND = "command"
    """A program and its arguments, quoted as in a shell; no shell ever sees it."""


@frozen(kw_only=True)
class Setting:
    """One thing to choose."""

    summary: str
    kind: SettingKind
    default: str
    """In words; empty: nothing."""
    options: tuple[str, ...] = ()
    """The words it takes, where it takes only some."""
    example: str = ""
    """A value that shows what is meant, where the default is nothing."""


class Origin(StrEnum):
    """The layer that a value comes from; each overrules those before it."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    FLAG = "flag"


@frozen
class Choice:
    """What holds for a setting, and why."""

    value: str
    origin: Origin


def complaint_of(setting: Setting, value: str) -> str:
    """Why the setting does not take the value; empty where it does."""
    match setting.kind:
        case SettingKind.TEXT:
            return ""
        case SettingKind.SPAN:
            return _span_complaint(setting, value)
        case SettingKind.WORD | SettingKind.SWITCH:
            known = value in setting.options
            return "" if known else f"{value!r} is none of {', '.join(setting.options)}"
        case SettingKind.WORDS:
            return _words_complaint(setting, value)
        case SettingKind.COUNT:
            return _count_complaint(setting, value)
        case SettingKind.URL:
            return _url_complaint(value)
        case SettingKind.MODEL:
            return "" if value == NONE else model_complaint(value)
        case SettingKind.REPOSITORIES:
            return _repositories_complaint(value)
        case SettingKind.COMMAND:
            return _command_complaint(value)


def _words_complaint(setting: Setting, value: str) -> str:
    words = split_words(value)
    strange = [word for word in words if word not in setting.options]
    if strange:
        return f"{strange[0]!r} is none of {', '.join(setting.options)}"
    return "" if len(set(words)) == len(words) else "each of them once"


def _count_complaint(setting: Setting, value: str) -> str:
    may_be_auto = setting.default == AUTO
    if parse_count(value) or (may_be_auto and value == AUTO):
        return ""
    return f"{value!r} is no whole number from 1 on" + ", nor auto" * may_be_auto


def _span_complaint(setting: Setting, value: str) -> str:
    if value == NONE:
        return "" if setting.default == NONE else "it cannot be without a limit"
    return "" if parse_span(value) else f"{value!r} is no time above zero, such as 90s, 5m or 2h"


def _url_complaint(value: str) -> str:
    if value == NONE:
        return ""
    scheme, _, rest = value.partition("://")
    host, _, path = rest.partition("/")
    if "@" in host:
        return "a password does not belong into it: set OPENCODE_SERVER_PASSWORD"
    if scheme in {"http", "https"} and _is_host(host) and _is_plain(path):
        return ""
    return f"{value!r} is no address such as http://127.0.0.1:4096"


def _is_host(host: str) -> bool:
    """A name that can be looked up has labels of 1 to 63 letters, once it is spelled in ASCII."""
    name = host.partition(":")[0]
    try:
        return bool(name) and _is_plain(name.encode("idna").decode())
    except UnicodeError:
        return False


def _is_plain(text: str) -> bool:
    """All of it can stand in a request as it is."""
    return text.isascii() and text.isprintable() and " " not in text


def model_complaint(text: str) -> str:
    """Why it cannot be a model; empty where it can."""
    provider, _, model = text.partition("/")
    if provider.strip() and model.strip():
        return ""
    return f"{text!r} is no provider/model, as `opencode models` lists them"


def _repositories_complaint(value: str) -> str:
    for repository in split_words(value):
        names = repository.split("/")
        if len(names) < len(("host", "user", "repo")) or not all(names) or "#" in repository:
            return f"{repository!r} is no repository, written host/user/repo"
    return ""


def _command_complaint(value: str) -> str:
    try:
        program, *_ = split_command(value) or (NONE,)
    except ValueError as error:
        return f"{value!r} is no command line: {error}"
    return "" if program else f"{value!r} names no program"


def split_words(value: str) -> tuple[str, ...]:
    """The words between the commas."""
    return tuple(filter(None, map(str.strip, value.split(",")))) if value != NONE else ()


def split_command(line: str) -> tuple[str, ...]:
    """The argv that a command line means, by the rules of a POSIX shell.

    Raises:
        ValueError: a quote is not closed.
    """
    import shlex  # noqa: PLC0415 - only a setting that few have needs it

    return tuple(shlex.split(line)) if line != NONE else ()
