"""The name of the file that a new record is kept in."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from kugetsu_tui.domain.record import LONGEST_NAME, RESERVED_FILES

_FOREIGN = re.compile(r"[^A-Za-z0-9._:-]")


def record_file(key: str, taken: Mapping[str, str]) -> str:
    """The file name for an issue's record, unlike any other that is in use.

    `/` and `#` become `-`, as earlier programs wrote it; where that name is taken by another
    issue (also in another case, for file systems that fold it), is too long or reserved, a short
    digest of the reference is added, and a count where even that is taken.

    Args:
        key: the issue reference.
        taken: file name in lower case → the issue that uses it.
    """
    plain = _FOREIGN.sub("-", key)
    digest = f"-{zlib.crc32(key.encode(errors='surrogatepass')):08x}"
    name, count = f"{plain}.json", 1
    while not _is_free(name, key, taken):
        ending = f"{digest}.json" if count == 1 else f"{digest}-{count}.json"
        name, count = plain[: LONGEST_NAME - len(ending)] + ending, count + 1
    return name


def _is_free(name: str, key: str, taken: Mapping[str, str]) -> bool:
    folded = name.casefold()
    is_ours = taken.get(folded, key) == key
    return is_ours and len(name) <= LONGEST_NAME and folded not in RESERVED_FILES
