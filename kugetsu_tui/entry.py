"""argv → a face. Nothing heavy is loaded before it is known which."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from kugetsu_tui.batch.console import this_console
from kugetsu_tui.domain.errors import (
    SIGNALLED,
    ExitCode,
    KugetsuError,
    UsageError,
    exit_code_of,
)

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
    return _guarded("kugetsu", lambda: _batch(*_without_flags(sys.argv[1:])))


def kugetsu_tui() -> int:
    """The console script `kugetsu-tui`: the screen, or with `--batch` the same as `kugetsu`."""
    return _guarded("kugetsu-tui", lambda: _face(*_without_flags(sys.argv[1:])))


def _without_flags(argv: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The other words, and the settings for this call that stand before them."""
    rest, flags = list(argv), dict[str, str]()
    if rest[:1] == ["--batch"]:
        rest, flags = _without_flags(rest[1:])
        return ["--batch", *rest], flags
    while rest[:1] == ["--set"]:
        key, equals, value = "".join(rest[1:2]).partition("=")
        if not equals:
            raise UsageError("--set: KEY=VALUE must follow", hint="kugetsu settings")
        flags[key] = value
        rest = rest[2:]
    return rest, flags


def _face(argv: list[str], flags: Mapping[str, str]) -> int:
    match argv:
        case ["--batch", *rest]:
            return _batch(rest, flags)
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
        case [scope] if not scope.startswith("--"):
            return _screen(scope, flags)
        case _:
            raise UsageError(
                f"kugetsu-tui: not understood: {' '.join(argv)}", hint="kugetsu-tui --help"
            )


def _batch(argv: list[str], flags: Mapping[str, str]) -> NoReturn:
    gc.set_threshold(_GARBAGE_AFTER)
    from kugetsu_tui.batch.main import run_batch
    from kugetsu_tui.wiring import build_world

    if argv == ["--version"]:
        _leave(_version())
    console = this_console()
    exit_code = run_batch(
        argv,
        world=lambda: build_world(console.warn, flags),
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
    if not _has_terminal():
        return _batch(["list"], flags)
    from kugetsu_tui.commands.catalogue import Commands
    from kugetsu_tui.tui.face import run_face
    from kugetsu_tui.wiring import build_world

    warnings: list[str] = []  # the screen is drawn on stderr
    exit_code = run_face(Commands.of(build_world(warnings.append, flags)), scope=scope)
    for warning in warnings:
        this_console().warn(warning)
    return exit_code


def _version() -> int:
    from kugetsu_tui.wiring import version_words

    this_console().raw(version_words())
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
