"""A process of its own that shows a screen on a world of fakes: for tests that end it.

python -m tests.tui.ending SCENE
"""

from __future__ import annotations

import sys

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.tui.app import run_screen
from kugetsu_tui.tui.widgets.one_liners import Masthead
from tests import scenes

SECRET = "hunter2-in-a-local-variable"


def _break() -> None:
    """Have the next frame fail, with a secret in reach."""

    def render(self: Masthead) -> str:
        password = f"{SECRET}{self.size.width}"
        raise RuntimeError(f"a bug near {password[:3]}")

    Masthead.render = render  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    if "--break" in sys.argv:
        _break()
    sys.exit(run_screen(Commands.of(scenes.SCENES[sys.argv[1]]().world)))
