"""Which parts of a transcript somebody wants to see."""

from __future__ import annotations

from typing import Self

from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.transcript import PartKind

_TOOLS = frozenset({PartKind.FILE, PartKind.SHELL, PartKind.TASK, PartKind.WEB})
"""Tools that can be looked at alone; whoever wants tools wants them too."""


@frozen
class Wanted:
    """The parts that are shown; none chosen is all of them."""

    kinds: frozenset[PartKind] = field(default_factory=frozenset)
    with_noise: bool = False

    def toggled(self, kind: PartKind) -> Self:
        """With that kind chosen, or no longer; without the last one all are shown again."""
        return type(self)(self.kinds ^ {kind})

    def all(self) -> Self:
        """Everything; asked for once more, the bookkeeping too."""
        is_all = not self.kinds
        return type(self)(with_noise=is_all and not self.with_noise)

    def has(self, kind: PartKind, *, is_noise: bool = False) -> bool:
        """Whether an entry of that kind is shown."""
        if is_noise:
            return self.with_noise or (kind in self.kinds and kind is PartKind.OTHER)
        is_tool = kind in _TOOLS and PartKind.TOOL in self.kinds
        return not self.kinds or kind in self.kinds or is_tool
