"""The layers of settings: defaults, the file, the environment, flags; the later one holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.setting import KEYS, Choice, Origin
from kugetsu_tui.domain.settings import (
    SETTINGS,
    Settings,
    complaint,
    is_setting,
    settings_of,
    variable_of,
)
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.settings.toml_file import TomlFile

_BINDINGS = variable_of(KEYS)
_SECTIONS = (_BINDINGS, *{variable_of(key.partition(".")[0]) + "_" for key in SETTINGS})
"""What the variables of settings begin with: others that do are slips of the pen."""


@frozen
class Layers:
    """What was chosen anywhere; only the file is ever written."""

    file: TomlFile
    environment: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    """Dotted key → value, as typed behind `--set`; checked by `flags_of`."""

    @property
    def path(self) -> Path:
        return self.file.path

    def chosen(self) -> Mapping[str, Choice]:
        return self._weighed()[0]

    def warnings(self) -> tuple[str, ...]:
        return self._weighed()[1]

    def set(self, key: str, value: str) -> None:
        self.file.set(key, value)

    def load(self) -> tuple[Settings, tuple[str, ...]]:
        """The settings that hold, and what of the choices was not understood."""
        chosen, warnings = self._weighed()
        return settings_of({key: choice.value for key, choice in chosen.items()}), warnings

    def _weighed(self) -> tuple[Mapping[str, Choice], tuple[str, ...]]:
        written, warnings = self.file.read()
        chosen = {key: Choice(value, Origin.FILE) for key, value in written.items()}
        complaints = list(_unknown_in(self.environment))
        for key, variable, value in _named_in(self.environment):
            if objection := complaint(key, value):
                complaints.append(f"{variable}: {clean_line(objection)}; it is ignored")
            else:
                chosen[key] = Choice(value, Origin.ENVIRONMENT)
        chosen |= {key: Choice(value, Origin.FLAG) for key, value in self.flags.items()}
        return chosen, (*warnings, *complaints)


def _named_in(environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Settings that a variable speaks of; an empty one is as good as none."""
    for key in _known_to(environment):
        variable = variable_of(key)
        if value := environment.get(variable, ""):
            yield key, variable, value


def _unknown_in(environment: Mapping[str, str]) -> Iterator[str]:
    known = {variable_of(key) for key in _known_to(environment)}
    for variable in environment:
        if variable.startswith(_SECTIONS) and variable not in known:
            yield f"{clean_line(variable)}: no such setting; it is ignored"


def _known_to(environment: Mapping[str, str]) -> Collection[str]:
    """What a variable may speak of; the screen's keys are many, and few are chosen so."""
    if not any(variable.startswith(_BINDINGS) for variable in environment):
        return SETTINGS
    from kugetsu_tui.domain.bindings import CHOOSABLE  # noqa: PLC0415 - see above

    return (*SETTINGS, *CHOOSABLE)


def flags_of(words: Mapping[str, str]) -> Mapping[str, str]:
    """What was typed behind `--set`, all of it understood.

    Raises:
        UsageError: there is no such setting, or it does not take the value.
    """
    for key, value in words.items():
        if objection := complaint(key, value) if is_setting(key) else "no such setting":
            raise UsageError(
                f"--set {clean_line(key)}: {clean_line(objection)}", hint="kugetsu settings"
            )
    return words
