"""JSON objects as text: read with suspicion, written one way."""

from __future__ import annotations

import json
import math

from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.store.regular_file import UnreadableError

_BYTE_ORDER_MARK = "\ufeff"


def parse_object(data: bytes) -> dict[str, Json]:
    """The JSON object in a file's content (RFC 8259; a byte order mark is tolerated).

    Raises:
        UnreadableError: it is anything else, or could be read in two ways; says where.
    """
    if not data:
        raise UnreadableError("empty")
    try:
        value = _decoded(data.decode().removeprefix(_BYTE_ORDER_MARK))
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise UnreadableError(f"not valid JSON at {place}: {error.msg}") from error
    except RecursionError as error:
        raise UnreadableError("nested too deep") from error
    except ValueError as error:
        raise UnreadableError(f"not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise UnreadableError(f"{kind_of(value)} where an object belongs")
    return value


def _decoded(text: str) -> Json:
    """As the decoder's own `decode`, which spends a fifth of its time looking for blanks around."""
    value: Json
    if text.startswith("{"):
        value, end = _DECODER.raw_decode(text)
        if text[end:] in {"", "\n"}:
            return value
    value = _DECODER.decode(text)
    return value


def spell_object(document: dict[str, Json]) -> bytes:
    """The object as it is written to disk.

    Raises:
        UnreadableError: it is nested deeper than can be written.
    """
    try:
        return f"{json.dumps(document, indent=2, allow_nan=False)}\n".encode("ascii")
    except RecursionError as error:
        raise UnreadableError("nested too deep") from error


def kind_of(value: Json) -> str:
    """What a JSON value is, in a word with its article."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case dict():
            return "an object"
        case _:
            return "a list"


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise UnreadableError(f"the key {key!r} appears twice")
            seen.add(key)
    return found


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise UnreadableError(f"the number {text} is too large")
    return number


def _refuse(constant: str) -> Json:
    raise UnreadableError(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse)
