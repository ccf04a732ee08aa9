"""argv → a face. Nothing heavy is loaded before it is known which."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

from kugetsu_tui.batch.console import this_console
from kugetsu_tui.domain.errors import (
    SIGNALLED,
    ExitCode,
    KugetsuError,
    UsageError,
    exit_code_of,
)
from kugetsu_tui.domain.frozen import replace

_SIGINT, _SIGPIPE = 2, 13
_GARBAGE_AFTER = 100_000
"""Objects made, net, until a headless verb looks for cycles among them. By default it would do so
every 700: nearly all that a verb makes lives to its end, and looking costs a tenth of `list`."""
_USAGE = """\
usage: kugetsu-tui [PATH|REF|SESSION]   every issue, and the opencode session that works on it
       kugetsu-tui --demo               the same on a throw-away world
       kugetsu-tui --batch VERB …       headless; kugetsu-tui --batch help lists the verbs
       kugetsu-tui --set KEY=VALUE …    a setting for this call alone; kugetsu takes it too
       kugetsu-tui --version
"""


def kugetsu() -> int:
    """The console script `kugetsu`: headless, as the seed's command line was."""
    return _guarded("kugetsu", lambda: _batch(sys.argv[1:]))


def kugetsu_tui() -> int:
    """The console script `kugetsu-tui`: the screen, or with `--batch` the same as `kugetsu`."""
    return _guarded("kugetsu-tui", lambda: _face(sys.argv[1:]))


def _face(argv: list[str]) -> int:
    first = 0
    while argv[first : first + 1] == ["--set"]:
        first += 2
    chosen, rest = argv[:first], argv[first:]
    if rest[:1] == ["--batch"]:
        return _batch([*chosen, *rest[1:]])
    is_screen = not rest or (len(rest) == 1 and not rest[0].startswith("-"))
    if is_screen and not _has_terminal():
        return _batch([*chosen, "list"])
    from kugetsu_tui.domain.settings import setting_typed

    return _own_face(rest, dict(map(setting_typed, chosen[1::2])))


def _own_face(argv: list[str], flags: Mapping[str, str]) -> int:
    match argv:
        case ["--supervise", folder, lock]:
            from kugetsu_tui.wiring.processes import supervise

            return supervise(folder, int(lock), flags)
        case ["--usher", _, lock]:
            from kugetsu_tui.wiring.processes import usher

            return usher(int(lock), flags)
        case ["--keep-server", folder, _]:
            from kugetsu_tui.wiring.processes import keep_server

            return keep_server(folder, flags)
        case ["--demo"]:
            from kugetsu_tui.demo.show import show_demo

            return show_demo(has_terminal=_has_terminal())
        case ["--version"]:
            return _version()
        case ["--help" | "-h"]:
            this_console().raw(_USAGE)
            return ExitCode.OK
        case []:
            return _screen(None, flags)
        case [scope] if not scope.startswith("-"):
            return _screen(scope, flags)
        case _:
            raise UsageError(
                f"kugetsu-tui: not understood: {' '.join(argv)}", hint="kugetsu-tui --help"
            )


def _batch(argv: list[str]) -> NoReturn:
    gc.set_threshold(_GARBAGE_AFTER)
    from kugetsu_tui.batch.main import run_batch
    from kugetsu_tui.batch.parser import split_verb
    from kugetsu_tui.wiring import build_world

    if split_verb(argv)[0] == "--version":
        _leave(_version(is_json="--json" in argv))
    console = this_console()
    exit_code = run_batch(
        argv,
        world=lambda flags: build_world(console.warn, flags),
        console=console,
        has_terminal=_has_terminal,
    )
    _leave(exit_code)


def _leave(exit_code: int) -> NoReturn:
    """End this process now that all is said and nothing of its own is open.

    Python would first give back its memory object by object: a tenth of `list`.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)


def _has_terminal() -> bool:
    from kugetsu_tui.terminals.this_terminal import is_there

    return is_there(os.environ)


def _screen(scope: str | None, flags: Mapping[str, str]) -> int:
    from kugetsu_tui.commands.catalogue import Commands
    from kugetsu_tui.tui.face import run_face
    from kugetsu_tui.wiring import build_world

    warnings: list[str] = []  # the screen is drawn on stderr
    exit_code = run_face(Commands.of(build_world(warnings.append, flags)), scope=scope)
    for warning in warnings:
        this_console().warn(warning)
    return exit_code


def _version(*, is_json: bool = False) -> int:
    from kugetsu_tui.batch.printed import Printed
    from kugetsu_tui.wiring import version_words

    printed = Printed(verb="version", text=version_words())
    replace(this_console(), is_json=is_json).succeed(printed)
    return ExitCode.OK


def _answer_shell(program: str) -> int:
    from kugetsu_tui.batch.completion import answer_shell
    from kugetsu_tui.wiring import build_world

    answer_shell(program, lambda: build_world(this_console().warn).store.index().issues)
    return ExitCode.OK


def _require_streams() -> None:
    """A stream that came closed leads nowhere; else the first file opened would be in its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def _guarded(program: str, face: Callable[[], int]) -> int:
    """The face's exit code; whatever ends it, the last word is one line and no traceback."""
    _require_streams()
    try:
        return _answer_shell(program) if "_ARGCOMPLETE" in os.environ else int(face())
    except KugetsuError as error:
        this_console().refuse("", error)
        return exit_code_of(error)
    except KeyboardInterrupt:
        return SIGNALLED + _SIGINT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SIGNALLED + _SIGPIPE
    except Exception as error:  # noqa: BLE001 - the last guard: a bug is told in one line
        from kugetsu_tui.wiring import report_bug

        return report_bug(error)
