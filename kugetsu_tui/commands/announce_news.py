"""Tell of something that happened while the user looked elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from kugetsu_tui.commands.ports import Herald
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.news import News
from kugetsu_tui.domain.text import clean_line

VARIABLES = "KUGETSU_NEWS_"
"""What the names of the facts begin with, in the environment of the user's command."""


@frozen
class AnnounceNews:
    herald: Herald

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(herald=world.herald)

    def command(self, argv: Sequence[str], news: News) -> None:
        """Start the user's own command; the facts are in its environment and nowhere else.

        Raises:
            EnvironmentUnfitError: it cannot be started.
        """
        self.herald.call(argv, facts(news))

    def notification(self, news: Sequence[News]) -> str:
        """What makes this terminal show a notification; empty where it knows no such thing."""
        first = news[0]
        words = f"{clean_line(first.row.label)} {clean_line(first.words)}"
        if len(news) > 1:
            words = f"{words}, and {len(news) - 1} more"
        return self.herald.notification("kugetsu", words)


def facts(news: News) -> Mapping[str, str]:
    """Variable → fact; what a session does not have is empty."""
    row = news.row
    known = {
        "KIND": news.kind,
        "REF": row.label,
        "SESSION": row.session_id or "",
        "STATE": row.state,
        "WHY": row.why,
        "TITLE": row.title,
        "DIRECTORY": row.directory,
    }
    return {f"{VARIABLES}{name}": clean_line(value) for name, value in known.items()}
