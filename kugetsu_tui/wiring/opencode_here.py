"""opencode as it is installed on this machine; its rooms are loaded when they are first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from kugetsu_tui.domain.errors import DatabaseUnreadableError, NoTerminalError, RunFailedError
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.opencode.database import Database
from kugetsu_tui.settings import places

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
        from kugetsu_tui.opencode.screen import screen_command
        from kugetsu_tui.terminals.hand_over import hand_over

        command = screen_command(
            self.program(), session_id, directory=directory, environment=self._environment
        )
        self.require_terminal(session_id)
        end = hand_over(command.argv, directory=directory, environment=command.environment)
        return _begun(end.closing_words, killed_by=None if session_id else end.signal)

    def attach_screen(
        self, session_id: SessionId, *, address: ServerAddress, run_id: RunId, directory: Path
    ) -> None:
        """Raises `NoTerminalError` where there is no terminal to hand over."""
        from kugetsu_tui.opencode.screen import attach_command
        from kugetsu_tui.terminals.hand_over import hand_over

        self.require_terminal(session_id)
        command = attach_command(
            self.program(),
            session_id,
            address=address,
            run_id=run_id,
            directory=directory,
            environment=self._environment,
        )
        hand_over(command.argv, directory=directory, environment=command.environment)

    def require_terminal(self, session_id: SessionId | None) -> None:
        from kugetsu_tui.terminals.this_terminal import is_there

        if not is_there(self._environment):
            raise NoTerminalError(
                "opencode's screen: there is no terminal to show it on",
                hint="kugetsu init --message TEXT, or --adopt SESSION"
                if session_id is None
                else "ssh -t, or kugetsu continue REF MESSAGE",
            )

    def drive_screen(self, message: str, *, directory: Path) -> SessionId | None:
        from kugetsu_tui.opencode.first_turn import has_first_turn_ended
        from kugetsu_tui.opencode.opening_words import opening_words
        from kugetsu_tui.opencode.screen import screen_command
        from kugetsu_tui.terminals.drive import drive

        command = screen_command(
            self.program(), None, directory=directory, environment=self._environment
        )
        self._database.sessions([])  # what nobody may read is told before anything is begun
        began = datetime.now(UTC)

        def is_done() -> bool:
            try:
                return has_first_turn_ended(
                    self._database, message, directory=directory, since=began
                )
            except DatabaseUnreadableError:
                return False  # opencode has it to itself for a moment

        end = drive(
            command.argv,
            directory=directory,
            environment=command.environment,
            said=opening_words(message),
            is_done=is_done,
            patience=_ANSWER_PATIENCE,
        )
        return _begun(end.closing_words, killed_by=end.signal)


def _begun(closing_words: str, *, killed_by: int | None) -> SessionId | None:
    """The session that was begun in a screen; nothing where it was left without one.

    Raises:
        RunFailedError: the screen was killed before it could name it.
    """
    from kugetsu_tui.opencode.closing_words import session_named

    named = session_named(closing_words)
    if named is None and killed_by is not None:
        raise RunFailedError(
            f"init: opencode's screen was ended by signal {killed_by}, and named no session;"
            " there is no new base",
            hint="kugetsu list --all shows what it began, kugetsu init --adopt SESSION takes it",
            remedy="init",
        )
    return named


def find_program(settings: Settings, environment: Mapping[str, str]) -> Path:
    from kugetsu_tui.opencode.find import find_opencode

    return find_opencode(
        configured=settings.opencode_path,
        environment=environment,
        home=places.home(environment),
        data_folder=places.data_folder(environment),
    )
