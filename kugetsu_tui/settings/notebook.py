"""What the board remembers, in a small file of its own; losing it costs nobody a session."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from kugetsu_tui.domain.errors import BusyError, CannotSaveError
from kugetsu_tui.domain.json_value import Json, JsonObject, object_of, text_of
from kugetsu_tui.domain.looks import Looks
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.moment import parse_moment
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.domain.view import Kinds, Layout, Order, Span, View
from kugetsu_tui.settings.rewriting import alone_in, replace_file

_VERSION = 1
_LARGEST = 4 * 2**20
"""Bytes; ten thousand issues take a fifth of it."""
Choice = TypeVar("Choice", bound=StrEnum)


class NotebookFile:
    """Whatever in it cannot be understood is as if it had never been written."""

    def __init__(self, path: Callable[[], Path], *, clock: Callable[[], datetime]) -> None:
        """Nothing is opened yet.

        Args:
            path: where it is, found out when it is first needed.
            clock: what was there before the first look is no news: that look is now.
        """
        self._path = path
        self._clock = clock

    def read(self) -> Memory:
        """What is remembered; by default nothing has been looked at, and all is old."""
        document = _document(self._path())
        chosen = object_of(document.get("view"))
        view = View(
            order=_choice(Order, chosen.get("order"), View().order),
            kind=_choice(Kinds, chosen.get("kind"), View().kind),
            span=_choice(Span, chosen.get("span"), View().span),
            layout=_choice(Layout, chosen.get("layout"), View().layout),
        )
        now = self._clock()
        began = min(parse_moment(text_of(document.get("began")) or "") or now, now)
        looked = object_of(document.get("looked")).items()
        moments = {key: parse_moment(text_of(value) or "") for key, value in looked}
        until = {key: moment for key, moment in moments.items() if moment is not None}
        return Memory(view, Looks(began, until))

    def begin(self) -> Memory:
        """What is remembered; a first look is written down, so that the next knows what is new."""
        memory = self.read()
        if not os.path.lexists(self._path()):
            with suppress(CannotSaveError):  # then all is old for the next look, too
                self.write(memory)
        return memory

    def write(self, memory: Memory) -> None:
        """Remember this instead; a crash leaves the old or the new, whole.

        Raises:
            CannotSaveError: the system refused.
        """
        path, view = self._path(), memory.view
        document: Json = {
            "version": _VERSION,
            "view": {
                "order": view.order,
                "kind": view.kind,
                "span": view.span,
                "layout": view.layout,
            },
            "began": memory.looks.began.isoformat(),
            "looked": {key: at.isoformat() for key, at in memory.looks.until.items()},
        }
        try:
            with suppress(BusyError), alone_in(path.parent):  # who writes now knows as much
                replace_file(path, json.dumps(document).encode())
        except OSError as error:
            raise CannotSaveError(
                f"{clean_line(str(path))}: what was looked at cannot be remembered:"
                f" {error.strerror}"
            ) from error


def _document(path: Path) -> JsonObject:
    """Raises nothing: what is missing or damaged is an empty one."""
    try:
        if not path.is_file():  # a pipe could be waited for for ever
            return {}
        with path.open("rb") as file:
            value: Json = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, Mapping) else {}


def _choice(kind: type[Choice], value: Json, default: Choice) -> Choice:
    return next((each for each in kind if each == value), default)
