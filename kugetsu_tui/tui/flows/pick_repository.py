"""`repository`: one repository's issues, among those of all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial

from textual.content import Content

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.domain.view import repository_of
from kugetsu_tui.tui.dialogs.pick import Item, PickDialog, holding
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone, toned

_CHOSEN = re.compile(r"(?i)(?<!\S)repo:(\S*)\s*")
_ALL = ""


async def pick_repository(stage: Stage) -> None:
    """Its words come before those of the filter, in place of another repository's."""
    issues = [row for row in stage.roster.board if row.kind is RowKind.ISSUE]
    items = list(_items(issues))
    chosen = _CHOSEN.search(stage.filter)
    at = chosen[1].removesuffix("#") if chosen else _ALL
    picked = await stage.ask(PickDialog("repository", partial(holding, items), at=at))
    if picked is None:
        return
    others = _CHOSEN.sub("", stage.filter)
    stage.narrow(f"repo:{picked}# {others}".rstrip() if picked else others)


def _items(issues: list[Row]) -> Iterator[Item[str]]:
    """All of them, then each repository; the one with the most issues first."""
    yield _item(_ALL, "all", len(issues))
    for name, count in Counter(map(repository_of, issues)).most_common():
        yield _item(name, clean_line(name), count)


def _item(answer: str, name: str, count: int) -> Item[str]:
    return Item(
        answer,
        Content.assemble(toned(name, Tone.STRONG), toned(f"  {count:,}", Tone.MUTED)),
    )
