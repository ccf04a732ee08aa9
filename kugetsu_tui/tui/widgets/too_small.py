"""What stands in the place of everything where the terminal has no room for it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from kugetsu_tui.tui.widgets.look import Tone, toned

LEAST_COLUMNS, LEAST_ROWS = 40, 10


class TooSmall(Static):
    """Shown by the classes that the app's breakpoints give its screen, and hides the rest."""

    SCOPED_CSS = False  # it is the screen around it that has the classes
    DEFAULT_CSS = """
    TooSmall {
        display: none; width: 100%; height: 100%; background: $background;
        content-align: center middle; text-align: center;
    }
    .-narrow TooSmall, .-tiny TooSmall { display: block; }
    """

    def on_resize(self) -> None:
        self.refresh()

    def render(self) -> Content:
        columns, rows = self.app.size
        return Content.assemble(
            toned("too small\n", Tone.STRONG, "bold"),
            toned(f"{columns}×{rows}, and {LEAST_COLUMNS}×{LEAST_ROWS} is the least", Tone.MUTED),
        )
