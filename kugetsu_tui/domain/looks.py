"""What of the board was looked at, and when: everything newer is unseen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Self

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.frozen import field, frozen, replace
from kugetsu_tui.domain.session import BUSY_STATES


@frozen
class Looks:
    """Until when each issue is known to whoever looks."""

    began: datetime
    """What is older was there before anybody looked."""
    until: Mapping[str, datetime] = field(default_factory=dict)
    """Row key → the moment of what was seen of it last."""

    def is_unseen(self, row: Row) -> bool:
        """Whether an issue came to rest, or was changed, since it was looked at.

        One at work is news every second; it is looked at when that is over.
        """
        moment = _moment(row)
        if row.kind is not RowKind.ISSUE or row.state in BUSY_STATES or moment is None:
            return False
        return moment > max(self.began, self.until.get(row.key, self.began))

    def after(self, *rows: Row) -> Self:
        """The looks, those at these rows included."""
        moments = {row.key: moment for row in rows if (moment := _moment(row)) is not None}
        return replace(self, until={**self.until, **moments})

    def merged(self, other: Looks, keys: Collection[str]) -> Self:
        """Both together, as far as they are about these rows."""
        until = {
            key: max(looks.until[key] for looks in (self, other) if key in looks.until)
            for key in self.until.keys() | other.until.keys()
            if key in keys
        }
        return replace(self, began=min(self.began, other.began), until=until)


def _moment(row: Row) -> datetime | None:
    return row.since or row.updated_at
