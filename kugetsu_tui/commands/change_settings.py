"""Show and change what the user chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import SettingsFile
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.bindings import CHOOSABLE
from kugetsu_tui.domain.errors import NotFoundError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.setting import Choice, Origin
from kugetsu_tui.domain.settings import SETTINGS, is_setting, variable_of
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Report, Success, Table


@frozen(kw_only=True)
class SettingsShown(Success):
    verb: ClassVar[str] = "settings"

    path: str
    choices: Mapping[str, Choice]
    """Key → what holds, and which layer says so."""
    warnings: tuple[str, ...] = ()

    def report(self) -> Report:
        rows = tuple(
            (key, choice.value, _place(key, choice.origin)) for key, choice in self.choices.items()
        )
        return Report(
            headline=self.path, table=Table(("KEY", "VALUE", "FROM"), rows), warnings=self.warnings
        )

    def data(self) -> JsonObject:
        chosen = (key for key, choice in self.choices.items() if choice.origin != Origin.DEFAULT)
        return {
            "path": self.path,
            "settings": {key: choice.value for key, choice in self.choices.items()},
            "chosen": sorted(chosen),
            "origins": {key: choice.origin for key, choice in self.choices.items()},
            "warnings": self.warnings,
        }


def _place(key: str, origin: Origin) -> str:
    """Where the user would look for the choice."""
    match origin:
        case Origin.DEFAULT | Origin.FILE:
            return origin
        case Origin.ENVIRONMENT:
            return variable_of(key)
        case Origin.FLAG:
            return "--set"


@frozen
class ChangeSettings:
    file: SettingsFile

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(file=world.settings_file)

    def __call__(self, key: str | None = None, value: str | None = None) -> SettingsShown:
        """Show all, show one, or set one and show it; an unknown one can be taken back.

        Raises:
            NotFoundError: there is no such setting.
            UsageError: the value is none that the setting takes.
        """
        if key is not None and not is_setting(key) and (value or key not in self.file.chosen()):
            raise NotFoundError(
                f"settings: {clean_line(key)}: no such setting", hint="kugetsu settings"
            )
        if key is not None and value is not None:
            self.file.set(key, value)
        chosen = self.file.chosen()
        holds = {
            **{name: Choice(what.default, Origin.DEFAULT) for name, what in SETTINGS.items()},
            **chosen,
        }
        if key is not None:
            holds = {key: holds.get(key) or Choice(CHOOSABLE.get(key, ""), Origin.DEFAULT)}
        overruled = [
            f"{name}: saved, but {_place(name, choice.origin)} holds"
            for name, choice in holds.items()
            if value is not None and choice.origin in {Origin.ENVIRONMENT, Origin.FLAG}
        ]
        return SettingsShown(
            path=str(self.file.path),
            choices=holds,
            warnings=(*self.file.warnings(), *overruled),
        )
