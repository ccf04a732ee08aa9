"""Finished conversations for the demo: real exports, moved to a repository and to recent times."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, number_of, object_of

_REPOSITORY = "{repository}"
"""Stands in the exports for the directory that the conversation took place in."""
_TIMES = frozenset({"created", "updated", "completed", "start", "end"})
_HOUR = 3600.0


@frozen
class Sample:
    """One shipped export."""

    name: str
    issue: int | None
    """The number of the issue it is tracked for; none: nobody tracks it."""
    age: float
    """Seconds since its last message."""


BASE = Sample("base", None, 52 * _HOUR)
FINISHED = (
    Sample("issue-3", 3, 28 * _HOUR),
    Sample("issue-9", 9, 5 * _HOUR),
    Sample("issue-5", 5, 0.7 * _HOUR),
    Sample("untracked", None, 3 * _HOUR),
)


def write_export(sample: Sample, *, repository: Path, now: float, folder: Path) -> Path:
    """A file that `opencode import` takes, with the last message as old as the sample says.

    Args:
        sample: which.
        repository: where it took place.
        now: in seconds since 1970.
        folder: to write into.
    """
    shipped = files("kugetsu_tui.demo").joinpath("exports", f"{sample.name}.json")
    place = json.dumps(str(repository))[1:-1]
    document: Json = json.loads(shipped.read_text(encoding="utf-8").replace(_REPOSITORY, place))
    info = object_of(object_of(document).get("info"))
    updated = number_of(object_of(info.get("time")).get("updated")) or 0.0
    shift = int((now - sample.age) * 1000 - updated)
    file = folder / f"{sample.name}.json"
    file.write_text(json.dumps(_later(document, shift)), encoding="utf-8")
    return file


def _later(value: Json, shift: int) -> Json:
    """The same with all its times moved by so many milliseconds."""
    if isinstance(value, dict):
        return {
            key: each + shift
            if key in _TIMES and isinstance(each, int | float) and not isinstance(each, bool)
            else _later(each, shift)
            for key, each in value.items()
        }
    return [_later(each, shift) for each in value] if isinstance(value, list) else value
