"""Notes in a run's folder: what it waits for, and what others decided about that."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.errors import BusyError, CannotSaveError, ConflictError, RunFailedError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, JsonObject, list_of, object_of, text_of
from kugetsu_tui.runs.ask_json import ask_of, decision_of, spell_ask, spell_decision
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.lock import LockState, probe
from kugetsu_tui.runs.private_file import read_regular, replace_whole, write_new
from kugetsu_tui.runs.refusal import in_words

_POLL = 0.03
_WITHOUT_WORDS = "answer: it was refused, and why could not be written down: is the disk full?"


@frozen
class Waiting:
    """What a run waits for, and since when."""

    asks: tuple[Ask, ...] = ()
    since: datetime | None = None


def keep_asks(folder: RunFolder, asks: Sequence[Ask], since: datetime | None) -> None:
    """Show what is asked now. Raises `OSError`."""
    if not asks or since is None:
        folder.asks.unlink(missing_ok=True)
        return
    note = {"since": since.isoformat(), "asks": [spell_ask(ask) for ask in asks]}
    replace_whole(folder.asks, json.dumps(note).encode())


def asks_kept(folder: RunFolder) -> Waiting:
    """What it waits for; nothing where that cannot be read."""
    try:
        keys = _read(folder.asks)
        return Waiting(
            tuple(map(ask_of, list_of(keys.get("asks")))),
            datetime.fromisoformat(text_of(keys.get("since")) or ""),
        )
    except (OSError, ValueError):
        return Waiting()


@frozen
class LeftAnswer:
    """What somebody decided, and waits to see accepted."""

    decision: Decision
    by: str
    _path: Path

    def accept(self) -> None:
        with suppress(OSError):  # opencode was told, and its run goes on, whatever the disk does
            self._path.unlink(missing_ok=True)

    def refuse(self, words: str) -> None:
        """Tell whoever waits; where the words cannot be written, that it was refused."""
        try:
            write_new(_refusal(self._path), json.dumps({"words": words}).encode())
            self._path.unlink(missing_ok=True)
        except OSError:
            _throw_back(self._path)


def take_answer(folder: RunFolder, ask_id: str) -> LeftAnswer | None:
    """What was left for that ask; what cannot be understood is refused."""
    path = folder.answer(ask_id)
    try:
        keys = _read(path)
        return LeftAnswer(decision_of(keys.get("decision")), text_of(keys.get("by")) or "", path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        _throw_back(path)
        return None


def leave_answer(
    folder: RunFolder, ask: Ask, decision: Decision, *, by: str, patience: float
) -> None:
    """Have the run's supervisor hand the decision on, and wait until it has.

    Raises:
        BusyError: somebody else is answering just now, or the supervisor does not come to it.
        ConflictError: it is no longer asked, or opencode refused the answer.
        RunFailedError: the supervisor has died.
        CannotSaveError: the system refuses to write.
    """
    path = folder.answer(ask.id)
    try:
        _leave(path, {"decision": spell_decision(decision), "by": by})
        _await(folder, path, patience)
    except FileExistsError as error:
        raise BusyError("answer: somebody else is answering just now") from error
    except OSError as error:
        raise CannotSaveError(f"answer: {in_words(error)}") from error


def _leave(path: Path, note: JsonObject) -> None:
    """All at once, and never in place of another."""
    hidden = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    _refusal(path).unlink(missing_ok=True)
    write_new(hidden, json.dumps(note).encode())
    try:
        os.link(hidden, path)
    finally:
        hidden.unlink()


def _await(folder: RunFolder, path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        # Asked before the look: what is taken before the lock is let go is not missed.
        is_supervised = probe(folder.lock).state is LockState.HELD
        if not path.exists():
            break
        if not is_supervised:
            path.unlink(missing_ok=True)
            raise RunFailedError(
                "answer: the run's supervisor has died; opencode may not have been told",
                hint="the same again; or kugetsu stop REF, then kugetsu continue REF MESSAGE",
            )
        if time.monotonic() > deadline:
            path.unlink(missing_ok=True)
            raise BusyError("answer: the run's supervisor does not take it", hint="try again")
        time.sleep(_POLL)
    refusal = _refusal(path)
    try:
        words = text_of(_read(refusal).get("words"))
    except FileNotFoundError:
        return
    except ValueError:  # it is torn
        words = None
    refusal.unlink(missing_ok=True)
    raise ConflictError(words or _WITHOUT_WORDS)


def _refusal(path: Path) -> Path:
    """There once the answer was refused; says why, where there was room for that."""
    return path.with_suffix(".no")


def _throw_back(path: Path) -> None:
    """Refuse without words: a disk that is full still renames."""
    with suppress(OSError):  # it stays, and whoever left it takes it back
        path.replace(_refusal(path))


def _read(path: Path) -> JsonObject:
    document: Json = json.loads(read_regular(path))
    return object_of(document)
