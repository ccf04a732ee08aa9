"""Get opencode into our own data folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Opencode
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import NoOpencodeError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.report.report import Report, Success


@frozen
class Installed(Success):
    verb: ClassVar[str] = "install"

    program: Path

    def report(self) -> Report:
        return Report(headline=f"opencode is at {self.program}")

    def data(self) -> JsonObject:
        return {"program": str(self.program)}


@frozen
class InstallOpencode:
    opencode: Opencode

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(opencode=world.opencode)

    def missing(self) -> NoOpencodeError | None:
        """Why opencode cannot be used, if it cannot."""
        try:
            self.opencode.program()
        except NoOpencodeError as error:
            return error
        return None

    def __call__(self, say: Callable[[str], None]) -> Installed:
        """Install it with npm (354 MB); `say` is told how far it is.

        Raises:
            EnvironmentUnfitError: npm is missing, or failed.
        """
        return Installed(self.opencode.install(say))
