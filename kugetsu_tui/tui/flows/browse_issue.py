"""`browse`: the selected issue in the browser, or its address in the clipboard."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.tui.flows.selection import selected_issue
from kugetsu_tui.tui.flows.stage import Stage


async def browse_issue(stage: Stage) -> None:
    """Where there is no browser, as over SSH, the terminal's own clipboard is the way."""
    row = selected_issue(stage, "browse", of_base="the base is no issue")
    browsed = await stage.do("opening the browser", partial(stage.commands.browse, row.key))
    if browsed.is_open:
        stage.tell(f"{browsed.url} is opened in the browser")
    else:
        stage.copy(browsed.url)
        stage.tell(f"there is no browser here; copied: {browsed.url}")
