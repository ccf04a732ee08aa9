"""Builds the real things; nothing else names both a verb and what touches the world."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from kugetsu_tui.commands.ports import Server, SshServer, Store
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.opencode.database import Database, database_path
from kugetsu_tui.runs.admission import Admission
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.runs import FolderRuns
from kugetsu_tui.runs.slots import slots_for
from kugetsu_tui.settings import places
from kugetsu_tui.settings.checkout import GitCheckout
from kugetsu_tui.settings.layers import Layers, flags_of
from kugetsu_tui.settings.notebook import NotebookFile
from kugetsu_tui.settings.toml_file import TomlFile
from kugetsu_tui.store.ownership import require_ours, require_own_place
from kugetsu_tui.terminals.browser import DesktopBrowser
from kugetsu_tui.terminals.herald import TerminalHerald
from kugetsu_tui.wiring.on_demand import MachineHere, SharedHere, StoreHere, TranscriptsHere
from kugetsu_tui.wiring.opencode_here import OpencodeHere

_PROGRAM = (sys.executable, "-P", "-m", "kugetsu_tui")
"""`-P`: the directory it starts in adds nothing to what it imports."""


def build_world(
    warn: Callable[[str], None], flags: Mapping[str, str] = MappingProxyType({})
) -> World:
    """This machine's store, runs, opencode and settings; nothing is opened yet.

    Args:
        warn: told, in a line, what went wrong that stops nobody.
        flags: settings of this call alone, as typed; dotted key → value.

    Raises:
        EnvironmentUnfitError: there is no home.
        UsageError: a flag is no setting, or it does not take the value.
    """
    environment = os.environ
    _require_ours(environment)
    layers = layers_of(environment, flags)
    settings, warnings = layers.load()
    database = database_of(environment)
    runs = runs_of(layers, environment, flags)
    return World(
        settings=settings,
        warnings=warnings,
        settings_file=layers,
        store=StoreHere(
            places.store_folder(environment),
            session_of=runs.session_of,
            whole=lambda: store_of(environment, warn, runs.session_of),
        ),
        runs=runs,
        conversations=database,
        transcripts=TranscriptsHere(database),
        opencode=OpencodeHere(settings, environment, database),
        server=lambda: _server(layers, environment, flags),
        checkout=GitCheckout(),
        herald=TerminalHerald(environment),
        machine=MachineHere(environment, database.path),
        browser=DesktopBrowser(environment),
        notebook=NotebookFile(lambda: places.notebook_file(environment), clock=now),
        ssh_server=_ssh_server,
        clock=now,
        monotonic=time.monotonic,
    )


def runs_of(
    layers: Layers,
    environment: Mapping[str, str],
    flags: Mapping[str, str],
) -> FolderRuns:
    """The runs of the store; how many may be at work is what is set whenever it is asked."""
    folder = places.store_folder(environment) / "runs"
    program = own_program(flags)
    return FolderRuns(
        folder,
        supervisor=(*program, "--supervise"),
        shared=SharedHere(lambda: _server(layers, environment, flags)),
        admission=Admission(
            folder,
            RunQueue(folder / "queue"),
            slots=lambda: _slots(layers.load()[0]),
            usher=(*program, "--usher"),
        ),
    )


def _slots(settings: Settings) -> int:
    return settings.max_concurrent or slots_for(settings.engine)


def _server(layers: Layers, environment: Mapping[str, str], flags: Mapping[str, str]) -> Server:
    from kugetsu_tui.wiring.servers import server_of

    return server_of(layers, environment, flags)


def own_program(flags: Mapping[str, str]) -> tuple[str, ...]:
    """What begins a process of ours, which is to have the same flags."""
    spelled = (word for key, value in flags.items() for word in ("--set", f"{key}={value}"))
    return (*_PROGRAM, *spelled)


def layers_of(environment: Mapping[str, str], flags: Mapping[str, str]) -> Layers:
    return Layers(TomlFile(places.config_file(environment)), environment, flags_of(flags))


def _require_ours(environment: Mapping[str, str]) -> None:
    """Believe no store and no settings that others could have written.

    Raises:
        EnvironmentUnfitError: they could.
    """
    user, store = os.geteuid(), places.store_folder(environment)
    require_ours(store, user=user)
    require_ours(places.config_file(environment), user=user)
    if not environment.get("KUGETSU_DIR"):
        require_own_place(store, user=user, environment=environment)


def database_of(environment: Mapping[str, str]) -> Database:
    return Database(database_path(environment, home=places.home(environment)))


def store_of(
    environment: Mapping[str, str],
    warn: Callable[[str], None],
    session_of: Callable[[RunId], SessionId | None] = lambda _: None,
) -> Store:
    from kugetsu_tui.store.json_store import JsonStore

    holder = " ".join(["kugetsu", *sys.argv[1:2]])
    return JsonStore(
        places.store_folder(environment),
        clock=now,
        warn=warn,
        session_of=session_of,
        holder=holder,
    )


def _ssh_server(root: Path | None) -> SshServer:
    from kugetsu_tui.machine.ssh_server import OpenSsh
    from kugetsu_tui.machine.system import System

    return OpenSsh(System(root or Path("/")))


def complain(words: str) -> None:
    """Into the supervisor's log, which is its stderr."""
    sys.stderr.write(f"{words}\n")


def version_words() -> str:
    """Our version, where opencode is and which, and who is mistaken for us."""
    from importlib.metadata import version

    lines = [f"kugetsu-tui {version('kugetsu-tui')}"]
    try:
        world = build_world(lines.append)
    except KugetsuError as error:  # of a home that is none, say: the version is known even so
        return "\n".join([*lines, error.message])
    try:
        lines.append(f"opencode {world.opencode.version()} at {world.opencode.program()}")
    except KugetsuError as error:
        lines.append(error.message)
    return "\n".join([*lines, *world.machine.surroundings().shadows])


def report_bug(error: Exception) -> int:
    """Tell a bug in one line; where it happened goes into a private log, without values."""
    from kugetsu_tui.settings.crash_report import write_crash_report

    return write_crash_report(error, places.log_folder(os.environ), sys.stderr)


def now() -> datetime:
    return datetime.now(UTC)
