"""A short call of opencode: started, waited for within limits, its words cleaned."""

from __future__ import annotations

import re
import subprocess  # noqa: TID251 - this room starts opencode
from collections.abc import Mapping, Sequence
from pathlib import Path

from kugetsu_tui.domain.errors import NoOpencodeError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.opencode.find import GET_IT

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LINE_CAP = 300


@frozen
class Spoken:
    """What a call that ended has said."""

    exit_status: int
    output: str
    """The last line of its stdout."""
    complaint: str
    """The last line of its stderr, or else its exit status in words."""


def call(
    program: Path,
    words: Sequence[str],
    *,
    patience: float,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Spoken:
    """Run it to its end.

    Args:
        program: opencode.
        words: what it is called with.
        patience: seconds after which it is killed.
        environment: in place of ours.
        directory: to run in; opencode also wants it as `PWD` in the environment.

    Raises:
        NoOpencodeError: it does not start, or does not end in time.
    """
    try:
        done = subprocess.run(
            [program, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=patience,
            check=False,
            env=environment,
            cwd=directory,
        )
    except OSError as error:
        raise does_not_run(program, error.strerror or "it cannot be started") from error
    except subprocess.TimeoutExpired as error:
        raise does_not_run(program, f"no answer within {patience:g} s") from error
    return Spoken(
        exit_status=done.returncode,
        output=_last_line(done.stdout),
        complaint=_last_line(done.stderr).removeprefix("Error: ")
        or f"it ended with {done.returncode}",
    )


def does_not_run(program: Path, why: str) -> NoOpencodeError:
    """The refusal for a program that is there and of no use."""
    return NoOpencodeError(f"opencode: {clean_line(str(program))} does not run: {why}", hint=GET_IT)


def _last_line(said: bytes) -> str:
    plain = _COLOUR.sub("", said.decode(errors="replace")).strip()
    return clean_line(plain.rpartition("\n")[2].strip(), _LINE_CAP)
