"""What JSON can hold, as a type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]


def text_of(value: Json) -> str | None:
    """The value where it is a non-empty string, else nothing."""
    return value if isinstance(value, str) and value else None


def object_of(value: Json) -> JsonObject:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def list_of(value: Json) -> Sequence[Json]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else ()


def texts_of(value: Json) -> tuple[str, ...]:
    """The strings in a list."""
    return tuple(each for each in list_of(value) if isinstance(each, str))


def number_of(value: Json) -> float | None:
    """The value where it is a number (a boolean is none), else nothing."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
