"""Commands read from stdin: one a line, one envelope a line, the highest exit code in the end."""

from __future__ import annotations

import io
import json
import shlex
from collections.abc import Callable, Sequence
from typing import TextIO

from kugetsu_tui.batch.console import Console
from kugetsu_tui.domain.errors import SIGNALLED, UsageError, exit_code_of
from kugetsu_tui.domain.json_value import Json

_CTRL_C = SIGNALLED + 2
_HINT = 'quote as in a shell, or write a JSON array: ["start", "REF", "MESSAGE"]'


def run_lines(source: TextIO, one: Callable[[Sequence[str]], int], *, console: Console) -> int:
    """Do what each line says, before the next one is read; blank ones and comments say nothing.

    Ctrl+c ends the command that is at work, and with it everything.

    Args:
        source: where the lines come from. A last line without a line feed counts too.
        one: does one command, tells its envelope, and returns its exit code.
        console: where to complain about a line that cannot be read.

    Returns:
        The highest exit code.
    """
    if isinstance(source, io.TextIOWrapper):
        source.reconfigure(errors="surrogateescape")  # bytes that are no text pass, as in argv
    worst = 0
    for line in source:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            words = _arguments(line)
        except (ValueError, RecursionError) as error:
            refusal = UsageError(f"line not understood: {error}", hint=_HINT)
            console.refuse("", refusal)
            worst = max(worst, exit_code_of(refusal))
            continue
        code = one(words)
        if code == _CTRL_C:
            return code
        worst = max(worst, code)
    return worst


def _arguments(line: str) -> list[str]:
    """The words of a line, which a shell could have given as well. Raises `ValueError`."""
    words = _words(line)
    if any("\0" in word for word in words):
        raise ValueError("a word holds a NUL character")
    return words


def _words(line: str) -> list[str]:
    """The words of a line: quoted as in a shell, or a JSON array of strings.

    Raises:
        ValueError: it is neither.
    """
    if not line.lstrip().startswith("["):
        return shlex.split(line.rstrip("\r\n"))
    try:
        value: Json = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON array, from column {error.colno} on") from error
    words = value if isinstance(value, list) else []
    strings = [word for word in words if isinstance(word, str)]
    if not strings or len(strings) != len(words):
        raise ValueError("a JSON line is an array of strings")
    return strings
