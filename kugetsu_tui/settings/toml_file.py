"""`config.toml`: what the user chose, read with care and rewritten only whole."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from kugetsu_tui.domain.errors import CannotSaveError, DamagedError, UsageError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.setting import KEYS, NONE, SettingKind
from kugetsu_tui.domain.settings import (
    SETTINGS,
    complaint,
    is_setting,
)
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.settings.rewriting import alone_in, replace_file


@frozen
class _Reading:
    """What the file said."""

    document: Mapping[str, object]
    """All of its tables and keys; empty where there is no file."""
    damage: str = ""
    """Why nothing in it could be understood."""


@frozen
class TomlFile:
    """The settings file; every call reads it afresh."""

    path: Path

    def read(self) -> tuple[Mapping[str, str], tuple[str, ...]]:
        """Dotted key → value, as it would be typed; also keys this version does not know.

        A value that its setting does not take is left out: the default holds. And beside it, what
        in the file was not understood, and what holds instead.
        """
        reading = _read(self.path)
        chosen, warnings = _weigh(reading.document)
        name = clean_line(str(self.path))
        if reading.damage:
            warnings = [f"{reading.damage}; the defaults hold"]
        return chosen, tuple(f"{name}: {clean_line(words)}" for words in warnings)

    def set(self, key: str, value: str) -> None:
        """Choose; an empty value takes the choice back, and so does `none`, save for a binding.

        TOML is written anew without its comments: the file as it was stays beside the new one, as
        `config.toml.last`.

        Raises:
            UsageError: the setting does not take the value.
            DamagedError: the file cannot be understood; it is left as it is.
            BusyError: somebody else is writing it.
            CannotSaveError: the system refused; says which content stands.
        """
        if objection := complaint(key, value) or _unwritable(key + value):
            raise UsageError(
                f"settings: {clean_line(key)}: {clean_line(objection)}", hint="kugetsu settings"
            )
        is_choice = value != "" and (value != NONE or key.startswith(KEYS))
        target, is_saved = Path(os.path.realpath(self.path)), False  # `resolve` stumbles over loops
        try:
            with alone_in(target.parent):
                content = self._changed(key, value if is_choice else None)
                if target.exists():
                    replace_file(target.with_name(f"{target.name}.last"), target.read_bytes())
                replace_file(target, content)
                is_saved = True
        except OSError as error:
            rest = "saved, but perhaps not for good" if is_saved else "nothing was changed"
            raise CannotSaveError(
                f"settings: {clean_line(str(target))}: {error.strerror}; {rest}", changed=is_saved
            ) from error

    def _changed(self, key: str, value: str | None) -> bytes:
        import tomli_w  # noqa: PLC0415 - only a change needs it

        reading = _read(self.path)
        document = _without(reading.document, key)
        section, _, name = key.partition(".")
        table = document.get(section, {})
        if reading.damage or not isinstance(table, Mapping):
            why = reading.damage or f"{section} is no table"
            raise DamagedError(
                f"settings: {clean_line(str(self.path))}: {why}; it was left as it is",
                hint="put the file right, or move it away",
            )
        if value is not None:
            document[section] = {**table, name: value}
        return tomli_w.dumps(document).encode()


def _read(path: Path) -> _Reading:
    try:
        if path.exists() and not path.is_file():  # a pipe could be waited for for ever
            return _Reading({}, "it cannot be read: not a regular file")
        content = path.read_bytes()
    except FileNotFoundError:
        return _Reading({})
    except OSError as error:
        return _Reading({}, f"it cannot be read: {error.strerror}")
    import tomllib  # noqa: PLC0415 - a third of a headless start, and most have no such file

    try:
        return _Reading(tomllib.loads(content.decode()))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _Reading({}, f"it is not UTF-8 (at line {line})")
    except (ValueError, RecursionError) as error:  # also of numbers and nesting without end
        return _Reading({}, f"it is not TOML: {clean_line(str(error))}")


def _weigh(document: Mapping[str, object]) -> tuple[dict[str, str], list[str]]:
    """What was chosen, and what is wrong with the rest."""
    chosen: dict[str, str] = {}
    warnings: list[str] = []
    for key, value in _leaves(document):
        words = _spell(key, value)
        if not is_setting(key):
            chosen[key] = words
            warnings.append(f"{key}: no such setting{_nearest(key)}; it is kept")
        elif objection := _type_complaint(key, value) or complaint(key, words):
            default = SETTINGS[key].default if key in SETTINGS else ""
            warnings.append(f"{key}: {objection}; {default or 'the default'} holds")
        else:
            chosen[key] = words
    return chosen, warnings


def _leaves(document: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _without(table: Mapping[str, object], key: str) -> dict[str, object]:
    """The table less the value of that dotted key, however it is nested."""
    kept: dict[str, object] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            inner = key.removeprefix(f"{name}.")
            kept[name] = value if inner == key else _without(value, inner)
        elif name != key:
            kept[name] = value
    return kept


def _spell(key: str, value: object) -> str:
    if isinstance(value, bool):
        yes, no = ("on", "off") if _kind(key) is SettingKind.SWITCH else ("true", "false")
        return yes if value else no
    return str(value)


def _kind(key: str) -> SettingKind:
    return SETTINGS[key].kind if key in SETTINGS else SettingKind.TEXT


def _type_complaint(key: str, value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    may_be_number = _kind(key) in {SettingKind.SPAN, SettingKind.COUNT} and is_number
    may_be_bool = _kind(key) is SettingKind.SWITCH and isinstance(value, bool)
    if isinstance(value, str) or may_be_number or may_be_bool:
        return ""
    return f"{_spell(key, value)} is {type(value).__name__}, not text"


def _nearest(key: str) -> str:
    import difflib  # noqa: PLC0415 - only a slip of the pen needs it

    from kugetsu_tui.domain.bindings import CHOOSABLE  # noqa: PLC0415 - as above

    near = difflib.get_close_matches(key, [*SETTINGS, *CHOOSABLE], n=1)
    return f", did you mean {near[0]}?" if near else ""


def _unwritable(text: str) -> str:
    return "" if text.isprintable() else "holds characters that cannot be shown"
