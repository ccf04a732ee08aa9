"""The user's web browser, where there is a screen for it; what looks for it is loaded then."""

from __future__ import annotations

import os
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
        try:
            argv = self._opener()
            if argv is None:
                return False
            from kugetsu_tui.terminals.errand import send  # noqa: PLC0415 - few ever browse

            send([*argv, url], self.environment)
        except (OSError, ValueError):  # a quote in BROWSER that nobody closed
            return False
        return True

    def _opener(self) -> Sequence[str] | None:
        if named := self.environment.get("BROWSER"):
            from shlex import split  # noqa: PLC0415 - see above

            return split(named.partition(os.pathsep)[0].replace("%s", "")) or None
        if "SSH_CONNECTION" in self.environment or "SSH_TTY" in self.environment:
            return None
        if sys.platform == "darwin":
            return ("open",)
        if not {"DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"} & self.environment.keys():
            return None
        from shutil import which  # noqa: PLC0415 - see above

        path = self.environment.get("PATH")
        found = next((name for name in _OPENERS if which(name, path=path)), None)
        return (found, "open") if found == "gio" else (found,) if found else None
