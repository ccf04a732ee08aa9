"""Show and change what the user chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import SettingsFile
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import NotFoundError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.settings import SETTINGS
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Report, Success, Table


@frozen(kw_only=True)
class SettingsShown(Success):
    verb: ClassVar[str] = "settings"

    path: str
    values: Mapping[str, str]
    """Key → its value in words; those that were never chosen hold their default."""
    chosen: frozenset[str]
    warnings: tuple[str, ...] = ()

    def report(self) -> Report:
        rows = tuple(
            (key, value, "" if key in self.chosen else "default")
            for key, value in self.values.items()
        )
        return Report(
            headline=self.path, table=Table(("KEY", "VALUE", ""), rows), warnings=self.warnings
        )

    def data(self) -> JsonObject:
        return {"path": self.path, "settings": self.values, "chosen": sorted(self.chosen)}


@frozen
class ChangeSettings:
    file: SettingsFile

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(file=world.settings_file)

    def __call__(self, key: str | None = None, value: str | None = None) -> SettingsShown:
        """Show all, show one, or set one and show it.

        Raises:
            NotFoundError: there is no such setting.
            UsageError: the value is none that the setting takes.
        """
        if key is not None and key not in SETTINGS and not key.startswith("keys."):
            raise NotFoundError(
                f"settings: {clean_line(key)}: no such setting", hint="kugetsu settings"
            )
        if key is not None and value is not None:
            self.file.set(key, value)
        chosen = self.file.chosen()
        values = {**{name: setting.default for name, setting in SETTINGS.items()}, **chosen}
        shown = values if key is None else {key: values.get(key, "")}
        return SettingsShown(
            path=str(self.file.path),
            values=shown,
            chosen=frozenset(chosen),
            warnings=self.file.warnings(),
        )
