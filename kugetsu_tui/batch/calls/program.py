"""Verbs about the program itself."""

from __future__ import annotations

from kugetsu_tui.batch.arguments import parser_for
from kugetsu_tui.batch.calls.call import Call
from kugetsu_tui.report.report import Outcome


def settings(call: Call) -> Outcome | None:
    from kugetsu_tui.commands.change_settings import ChangeSettings
    from kugetsu_tui.commands.settings_example import settings_example

    if call.arguments.example:
        call.console.raw(settings_example())
        return None
    return ChangeSettings.of(call.world())(call.arguments.key, call.arguments.value)


def completion(call: Call) -> None:
    from kugetsu_tui.batch.completion import completion_script

    call.console.raw(completion_script(call.arguments.shell))


def help_(call: Call) -> None:
    from kugetsu_tui.batch.help_page import help_page

    about = call.arguments.about
    call.console.raw(parser_for(about).format_help() if about else help_page())
