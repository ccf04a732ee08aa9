"""A file of tasks: a message for an issue on each line, as JSON or with a tab between the two."""

from __future__ import annotations

import json
import re

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, JsonObject
from kugetsu_tui.domain.moment import parse_limit
from kugetsu_tui.domain.run import Engine
from kugetsu_tui.domain.setting import model_complaint

_BYTE_ORDER_MARK = "\ufeff"
"""What some editors and spreadsheets begin a file with."""
_COMMENT = re.compile(r"\s*#(?![0-9]+\t)")
"""`#14`, a tab and a message is a task; any other line that begins with `#` is none."""
_KEYS = ("ref", "message", "model", "agent", "engine", "timeout", "auto")


@frozen(kw_only=True)
class Task:
    """One line of the file; what it leaves open, the call says for all of them."""

    line: int
    """From 1 on."""
    ref: str
    message: str
    model: str | None = None
    agent: str | None = None
    engine: Engine | None = None
    timeout: float | None = None
    """Seconds; endless where it says that there is no limit."""
    is_auto: bool | None = None


@frozen
class Misread:
    """A line that is no task."""

    line: int
    why: str


def parse_tasks(text: str) -> tuple[Task | Misread, ...]:
    """The tasks in their order, and what is none; empty lines and comments are passed over."""
    lines = enumerate(text.removeprefix(_BYTE_ORDER_MARK).split("\n"), start=1)
    return tuple(
        _parse(number, line.rstrip("\r"))
        for number, line in lines
        if line.strip() and not _COMMENT.match(line)
    )


def _parse(number: int, line: str) -> Task | Misread:
    if line.lstrip().startswith("{"):
        return _parse_json(number, line)
    ref, tab, message = line.partition("\t")
    if not tab or not ref.strip():
        return Misread(number, "neither JSON nor a reference, a tab and a message")
    return Task(line=number, ref=ref.strip(), message=message)


def _parse_json(number: int, line: str) -> Task | Misread:
    try:
        document: Json = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Misread(number, f"no JSON: {error}")
    if not isinstance(document, dict):
        return Misread(number, "no JSON object")
    if unknown := document.keys() - set(_KEYS):
        return Misread(number, f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(_KEYS)}")
    try:
        return Task(
            line=number,
            ref=_required(document, "ref"),
            message=_required(document, "message"),
            model=_model(document),
            agent=_word(document, "agent"),
            engine=_engine(document),
            timeout=_limit(document, "timeout"),
            is_auto=_switch(document, "auto"),
        )
    except ValueError as error:
        return Misread(number, str(error))


def _required(document: JsonObject, key: str) -> str:
    if not (text := _text(document, key)):
        raise ValueError(f"no {key}")
    return text


def _text(document: JsonObject, key: str) -> str | None:
    value = document.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key}: no text")
    try:
        (value or "").encode(errors="surrogateescape")
    except UnicodeEncodeError as error:
        raise ValueError(f"{key}: holds half a character (a lone surrogate)") from error
    return value


def _word(document: JsonObject, key: str) -> str | None:
    """A text that can stand on a command line."""
    text = _text(document, key)
    if "\0" in (text or ""):
        raise ValueError(f"{key}: holds a NUL character")
    return text


def _model(document: JsonObject) -> str | None:
    text = _word(document, "model")
    if text and (complaint := model_complaint(text)):
        raise ValueError(f"model: {complaint}")
    return text


def _engine(document: JsonObject) -> Engine | None:
    text = _text(document, "engine")
    if text is not None and text not in set(Engine):
        raise ValueError(f"engine: none of {', '.join(Engine)}")
    return None if text is None else Engine(text)


def _limit(document: JsonObject, key: str) -> float | None:
    text = _text(document, key)
    seconds = None if text is None else parse_limit(text)
    if text is not None and seconds is None:
        raise ValueError(f'{key}: no time span such as "90s", "5m" or "2h", nor "none"')
    return seconds


def _switch(document: JsonObject, key: str) -> bool | None:
    value = document.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise ValueError(f"{key}: neither true nor false")
