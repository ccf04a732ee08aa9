"""Builds the real things; nothing else names both a verb and what touches the world."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from kugetsu_tui.commands.ports import Server, SshServer, Transcripts
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.conversation import FilePatch
from kugetsu_tui.domain.errors import KugetsuError, NoTerminalError
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.domain.surroundings import Surroundings
from kugetsu_tui.domain.transcript import Place, Turn
from kugetsu_tui.opencode.database import Database, database_path
from kugetsu_tui.runs.admission import Admission
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.runs import FolderRuns
from kugetsu_tui.runs.server.opencode import Opencode as Serving
from kugetsu_tui.runs.slots import slots_for
from kugetsu_tui.settings import places
from kugetsu_tui.settings.checkout import GitCheckout
from kugetsu_tui.settings.layers import Layers, flags_of
from kugetsu_tui.settings.notebook import NotebookFile
from kugetsu_tui.settings.toml_file import TomlFile
from kugetsu_tui.store.json_store import JsonStore
from kugetsu_tui.store.ownership import require_ours, require_own_place
from kugetsu_tui.terminals.browser import DesktopBrowser
from kugetsu_tui.terminals.herald import TerminalHerald

_PROGRAM = (sys.executable, "-P", "-m", "kugetsu_tui")
"""`-P`: the directory it starts in adds nothing to what it imports."""
_ANSWER_PATIENCE = 900.0
"""Seconds that the answer to a typed first message may take."""


class OpencodeHere:
    """opencode as it is installed on this machine, and this terminal to show it on."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], database: Database
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._database = database

    def program(self) -> Path:
        return find_program(self._settings, self._environment)

    def version(self) -> str:
        from kugetsu_tui.opencode.version import opencode_version

        return opencode_version(self.program(), environment=self._environment)

    def install(self, say: Callable[[str], None]) -> Path:
        from kugetsu_tui.opencode.install import install_opencode

        return install_opencode(
            places.data_folder(self._environment), say=say, environment=self._environment
        )

    def delete(self, session_id: SessionId) -> None:
        from kugetsu_tui.opencode.sessions import delete_session

        delete_session(
            self.program(),
            session_id,
            database=self._database,
            environment=self._environment,
        )

    def open_screen(self, session_id: SessionId | None, *, directory: Path) -> SessionId | None:
        """Raises `NoTerminalError` where there is no terminal to hand over."""
        from kugetsu_tui.opencode.closing_words import session_named
        from kugetsu_tui.opencode.screen import screen_command
        from kugetsu_tui.terminals.hand_over import hand_over
        from kugetsu_tui.terminals.this_terminal import is_there

        command = screen_command(
            self.program(), session_id, directory=directory, environment=self._environment
        )
        if not is_there(self._environment):
            raise NoTerminalError(
                "opencode's screen: there is no terminal to show it on",
                hint="kugetsu init --message TEXT, or --adopt SESSION"
                if session_id is None
                else "ssh -t, or kugetsu continue REF MESSAGE",
            )
        end = hand_over(command.argv, directory=directory, environment=command.environment)
        return session_named(end.closing_words)

    def attach_screen(
        self, session_id: SessionId, *, address: ServerAddress, run_id: RunId, directory: Path
    ) -> None:
        """Raises `NoTerminalError` where there is no terminal to hand over."""
        from kugetsu_tui.opencode.screen import attach_command
        from kugetsu_tui.terminals.hand_over import hand_over

        command = attach_command(
            self.program(),
            session_id,
            address=address,
            run_id=run_id,
            directory=directory,
            environment=self._environment,
        )
        hand_over(command.argv, directory=directory, environment=command.environment)

    def drive_screen(self, message: str, *, directory: Path) -> SessionId | None:
        from kugetsu_tui.opencode.closing_words import session_named
        from kugetsu_tui.opencode.first_turn import has_first_turn_ended
        from kugetsu_tui.opencode.opening_words import opening_words
        from kugetsu_tui.opencode.screen import screen_command
        from kugetsu_tui.terminals.drive import drive

        command = screen_command(
            self.program(), None, directory=directory, environment=self._environment
        )
        began = datetime.now(UTC)
        end = drive(
            command.argv,
            directory=directory,
            environment=command.environment,
            said=opening_words(message),
            is_done=lambda: has_first_turn_ended(
                self._database, message, directory=directory, since=began
            ),
            patience=_ANSWER_PATIENCE,
        )
        return session_named(end.closing_words)


class SharedHere:
    """The server of this store, asked about one session's turn."""

    def __init__(self, server: Callable[[], Server]) -> None:
        self._server = server

    def is_at_work(self, session_id: SessionId, directory: str) -> bool:
        from kugetsu_tui.opencode.server.client import ServerClient

        address = self._server().running()
        return address is not None and session_id in ServerClient(address).statuses(directory)

    def end(self, session_id: SessionId, directory: str) -> str:
        from kugetsu_tui.opencode.server.client import ServerClient
        from kugetsu_tui.opencode.server.ending import end_turn

        address = self._server().running()
        return end_turn(ServerClient(address), session_id, directory) if address else ""


class TranscriptsHere:
    """What opencode's database has of who said what; a list of sessions has no need of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def before(self, session_id: SessionId, place: Place | None, *, limit: int) -> Sequence[Turn]:
        return self._transcripts().before(session_id, place, limit=limit)

    def since(self, session_id: SessionId, place: Place | None, *, limit: int) -> Sequence[Turn]:
        return self._transcripts().since(session_id, place, limit=limit)

    def patches(self, session_id: SessionId) -> Sequence[FilePatch]:
        return self._transcripts().patches(session_id)

    def version(self) -> object:
        return self._database.version()

    def _transcripts(self) -> Transcripts:
        from kugetsu_tui.opencode.transcripts import DatabaseTranscripts

        return DatabaseTranscripts(self._database)


class MachineHere:
    """This machine, looked at by those who ask."""

    def __init__(self, environment: Mapping[str, str], database: Path) -> None:
        self._environment = environment
        self._database = database

    def surroundings(self) -> Surroundings:
        from kugetsu_tui.machine.surroundings import ThisMachine

        return ThisMachine(self._environment, self._database).surroundings()


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
    return World(
        settings=settings,
        warnings=warnings,
        settings_file=layers,
        store=store_of(environment, warn),
        runs=runs_of(settings, layers, environment, flags),
        conversations=database,
        transcripts=TranscriptsHere(database),
        opencode=OpencodeHere(settings, environment, database),
        server=lambda: server_of(layers, environment, flags),
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
    settings: Settings,
    layers: Layers,
    environment: Mapping[str, str],
    flags: Mapping[str, str],
) -> FolderRuns:
    folder = places.store_folder(environment) / "runs"
    program = (*_PROGRAM, *_spelled(flags))
    return FolderRuns(
        folder,
        supervisor=(*program, "--supervise"),
        shared=SharedHere(lambda: server_of(layers, environment, flags)),
        admission=Admission(
            folder,
            RunQueue(folder / "queue"),
            slots=lambda: settings.max_concurrent or slots_for(settings.engine),
            usher=(*program, "--usher"),
        ),
    )


def server_of(layers: Layers, environment: Mapping[str, str], flags: Mapping[str, str]) -> Server:
    """The user's own server, where one is set; else that of the store."""
    from kugetsu_tui.opencode.server.users_server import UsersServer, users_address
    from kugetsu_tui.runs.server.folder import ServerFolder
    from kugetsu_tui.runs.server.kept_server import KeptServer

    settings, _ = layers.load()
    if settings.server_url:
        return UsersServer(users_address(settings.server_url, environment))
    return KeptServer(
        folder=ServerFolder(places.store_folder(environment) / "server"),
        keeper=(*_PROGRAM, *_spelled(flags), "--keep-server"),
        opencode=serving_of(layers, environment),
        idle_timeout=settings.server_idle_timeout,
    )


def serving_of(layers: Layers, environment: Mapping[str, str]) -> Serving:
    from kugetsu_tui.opencode.server.serving import ServingOpencode

    return ServingOpencode(lambda: find_program(layers.load()[0], environment), environment)


def _spelled(flags: Mapping[str, str]) -> list[str]:
    """The flags, for a process of ours."""
    return [word for key, value in flags.items() for word in ("--set", f"{key}={value}")]


def layers_of(environment: Mapping[str, str], flags: Mapping[str, str]) -> Layers:
    return Layers(TomlFile(places.config_file(environment)), environment, flags_of(flags))


def find_program(settings: Settings, environment: Mapping[str, str]) -> Path:
    from kugetsu_tui.opencode.find import find_opencode

    return find_opencode(
        configured=settings.opencode_path,
        environment=environment,
        home=places.home(environment),
        data_folder=places.data_folder(environment),
    )


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


def store_of(environment: Mapping[str, str], warn: Callable[[str], None]) -> JsonStore:
    holder = " ".join(["kugetsu", *sys.argv[1:2]])
    return JsonStore(places.store_folder(environment), clock=now, warn=warn, holder=holder)


def _ssh_server(root: Path | None) -> SshServer:
    from kugetsu_tui.machine.ssh_server import OpenSsh
    from kugetsu_tui.machine.system import System

    return OpenSsh(System(root.resolve() if root else Path("/")))


def complain(words: str) -> None:
    """Into the supervisor's log, which is its stderr."""
    sys.stderr.write(f"{words}\n")


def version_words() -> str:
    """Our version, where opencode is and which, and who is mistaken for us."""
    from importlib.metadata import version

    lines = [f"kugetsu-tui {version('kugetsu-tui')}"]
    world = build_world(lines.append)
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
