"""Verbs about the program itself."""

from __future__ import annotations

from pathlib import Path

from kugetsu_tui.batch.calls.call import Call
from kugetsu_tui.batch.parser import parser_for
from kugetsu_tui.batch.printed import Printed
from kugetsu_tui.domain.errors import EnvironmentUnfitError, UsageError
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Outcome


def settings(call: Call) -> Outcome:
    from kugetsu_tui.commands.change_settings import ChangeSettings
    from kugetsu_tui.commands.settings_example import settings_example

    if call.arguments.example:
        return Printed(verb="settings", text=settings_example())
    return ChangeSettings.of(call.world())(call.arguments.key, call.arguments.value)


def ssh(call: Call) -> Outcome:
    from kugetsu_tui.commands.set_up_ssh import SetUpSsh
    from kugetsu_tui.domain.ssh_setup import SshWish, account_name, port_number, public_keys

    asked = call.arguments
    wish = SshWish(
        user=account_name(asked.user),
        keys=tuple(key for name in asked.key for key in public_keys(_keys_in(call, name))),
        port=None if asked.port is None else port_number(asked.port),
        sudo=asked.sudo,
        keep_others=asked.keep_others,
    )
    root = _system_in(asked.root) if asked.root is not None else None
    return SetUpSsh(call.world().ssh_server(root))(wish, apply=asked.apply)


def _system_in(name: str) -> Path:
    from kugetsu_tui.commands.directories import directory_typed

    if (folder := directory_typed(name)) is None:
        raise EnvironmentUnfitError(
            f"ssh: no such directory, or it may not be entered: {clean_line(name)}",
            hint="--root DIR",
        )
    return folder


def _keys_in(call: Call, name: str) -> str:
    """What is in the file, or in stdin where it is called `-`."""
    if name == "-":
        return call.message(name)
    try:
        return Path(name).read_bytes().decode(errors="surrogateescape")
    except (OSError, ValueError) as error:  # a NUL, which a line on stdin may bring, is a value's
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"ssh: {clean_line(name)}: {why}", hint="--key FILE") from error


def server(call: Call) -> Outcome:
    from kugetsu_tui.commands.keep_server import KeepServer

    asked, keep = call.arguments, KeepServer.of(call.world())
    match asked.action:
        case "stop":
            return keep.stop(force=asked.force)
        case "restart":
            return keep.restart(force=asked.force)
        case _:
            return keep.status()


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
