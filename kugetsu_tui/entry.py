"""argv → a face. Nothing heavy is loaded before it is known which."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from kugetsu_tui.batch.console import this_console
from kugetsu_tui.domain.errors import (
    SIGNALLED,
    ExitCode,
    KugetsuError,
    UsageError,
    exit_code_of,
)

_SIGINT, _SIGPIPE = 2, 13
_USAGE = """\
usage: kugetsu-tui [PATH|REF|SESSION]   every issue, and the opencode session that works on it
       kugetsu-tui --demo               the same on a throw-away world
       kugetsu-tui --batch VERB …       headless; kugetsu-tui --batch help lists the verbs
       kugetsu-tui --version
"""


def kugetsu() -> int:
    """The console script `kugetsu`: headless, as the seed's command line was."""
    return _guarded("kugetsu", lambda: _batch(sys.argv[1:]))


def kugetsu_tui() -> int:
    """The console script `kugetsu-tui`: the screen, or with `--batch` the same as `kugetsu`."""
    return _guarded("kugetsu-tui", lambda: _face(sys.argv[1:]))


def _face(argv: Sequence[str]) -> int:
    match list(argv):
        case ["--batch", *rest]:
            return _batch(rest)
        case ["--supervise", folder, lock]:
            from kugetsu_tui.wiring import supervise

            return supervise(folder, int(lock))
        case ["--demo"]:
            from kugetsu_tui.demo.show import show_demo

            return show_demo(has_terminal=_has_terminal())
        case ["--version"]:
            return _version()
        case ["--help" | "-h"]:
            this_console().raw(_USAGE)
            return ExitCode.OK
        case []:
            return _screen(None)
        case [scope] if not scope.startswith("--"):
            return _screen(scope)
        case _:
            raise UsageError(
                f"kugetsu-tui: not understood: {' '.join(argv)}", hint="kugetsu-tui --help"
            )


def _batch(argv: Sequence[str]) -> int:
    from kugetsu_tui.batch.main import run_batch
    from kugetsu_tui.wiring import build_world

    if argv == ["--version"]:
        return _version()
    console = this_console()
    return run_batch(
        argv,
        world=lambda: build_world(console.warn),
        console=console,
        has_terminal=_has_terminal,
    )


def _has_terminal() -> bool:
    from kugetsu_tui.terminals.this_terminal import is_there

    return is_there(os.environ)


def _screen(scope: str | None) -> int:
    if not _has_terminal():
        return _batch(["list"])
    from kugetsu_tui.commands.catalogue import Commands
    from kugetsu_tui.tui.app import run_screen
    from kugetsu_tui.wiring import build_world

    warnings: list[str] = []  # the screen is drawn on stderr
    exit_code = run_screen(Commands.of(build_world(warnings.append)), scope=scope)
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


def _guarded(program: str, face: Callable[[], int]) -> int:
    """The face's exit code; whatever ends it, the last word is one line and no traceback."""
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
