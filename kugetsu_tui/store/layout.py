"""Where things lie in the store's folder, and how they are named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.record import BASE_FILE, LONGEST_NAME

RECORD_SUFFIX = ".json"
_RECORD_NAME = re.compile(rf"[A-Za-z0-9._:-]{{1,{LONGEST_NAME}}}")


@frozen(kw_only=True)
class Layout:
    """The paths of one store."""

    root: Path
    index: Path
    last_index: Path
    """The index as it was last written here, in a file that no other program writes."""
    sessions: Path
    trash: Path
    lock: Path

    @classmethod
    def of(cls, root: Path) -> Self:
        """The layout of the store in this folder, which need not exist yet."""
        return cls(
            root=root,
            index=root / "index.json",
            last_index=root / "index.json.last",
            sessions=root / "sessions",
            trash=root / "trash",
            lock=root / ".lock",
        )

    @property
    def watched(self) -> tuple[Path, ...]:
        """What looks different after any change: a new file stamps its folder."""
        return (self.index, self.sessions, self.sessions / BASE_FILE)


def is_record_name(name: str) -> bool:
    """Whether a file of this name may be opened in `sessions/`; it cannot lead out of it."""
    return _RECORD_NAME.fullmatch(name) is not None and name not in {".", ".."}
