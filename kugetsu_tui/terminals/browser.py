"""The user's web browser, where there is a screen for it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence

from kugetsu_tui.domain.frozen import frozen

_OPENERS = ("xdg-open", "gio", "wslview")
"""Programs that know which browser the user wants: freedesktop.org's, GNOME's, WSL's."""


@frozen
class DesktopBrowser:
    """Knows the desktop by its variables; a browser in the terminal would take ours."""

    environment: Mapping[str, str]

    def open(self, url: str) -> bool:
        argv = self._opener()
        if argv is None:
            return False
        from kugetsu_tui.terminals.errand import send  # noqa: PLC0415 - few ever browse

        try:
            send([*argv, url], self.environment)
        except OSError:
            return False
        return True

    def _opener(self) -> Sequence[str] | None:
        if named := self.environment.get("BROWSER"):
            return shlex.split(named.partition(os.pathsep)[0].replace("%s", "")) or None
        if "SSH_CONNECTION" in self.environment or "SSH_TTY" in self.environment:
            return None
        if sys.platform == "darwin":
            return ("open",)
        if not {"DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"} & self.environment.keys():
            return None
        path = self.environment.get("PATH")
        found = next((name for name in _OPENERS if shutil.which(name, path=path)), None)
        return (found, "open") if found == "gio" else (found,) if found else None
