"""Verbs about the program itself."""

from __future__ import annotations

from kugetsu_tui.batch.arguments import parser_for
from kugetsu_tui.batch.calls.call import Call
from kugetsu_tui.batch.printed import Printed
from kugetsu_tui.report.report import Outcome


def settings(call: Call) -> Outcome:
    from kugetsu_tui.commands.change_settings import ChangeSettings
    from kugetsu_tui.commands.settings_example import settings_example

    if call.arguments.example:
        return Printed(verb="settings", text=settings_example())
    return ChangeSettings.of(call.world())(call.arguments.key, call.arguments.value)


def completion(call: Call) -> Outcome:
    from kugetsu_tui.batch.completion import completion_script

    return Printed(verb="completion", text=completion_script(call.arguments.shell))


def man(_call: Call) -> Outcome:
    from kugetsu_tui.batch.manual import manual

    return Printed(verb="man", text=manual())


def skill(_call: Call) -> Outcome:
    from kugetsu_tui.batch.skill import skill_page

    return Printed(verb="skill", text=skill_page())


def help_(call: Call) -> Outcome:
    from kugetsu_tui.batch.help_page import help_page

    about = call.arguments.about
    return Printed(verb="help", text=parser_for(about).format_help() if about else help_page())
