"""What few verbs ask for; its rooms are loaded when it is first asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from kugetsu_tui.commands.ports import Draft, Server, Store, Transcripts
from kugetsu_tui.domain.conversation import FilePatch
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.surroundings import Surroundings
from kugetsu_tui.domain.transcript import Place, Turn
from kugetsu_tui.domain.trash import Removed
from kugetsu_tui.opencode.database import Database
from kugetsu_tui.store.reading import SessionOf
from kugetsu_tui.store.store_reader import StoreReader


class StoreHere(StoreReader):
    """The store of this machine; who only reads it does without what can change it."""

    def __init__(self, folder: Path, *, session_of: SessionOf, whole: Callable[[], Store]) -> None:
        super().__init__(folder, session_of=session_of)
        self._whole = whole

    def trash(self) -> Sequence[Removed]:
        return self._whole().trash()

    def edit(self) -> AbstractContextManager[Draft]:
        return self._whole().edit()

    def rebuild(self) -> AbstractContextManager[Draft]:
        return self._whole().rebuild()

    def restore_index(self) -> str:
        return self._whole().restore_index()


class SharedHere:
    """The server of this store, asked about one session's turn."""

    def __init__(self, server: Callable[[], Server]) -> None:
        self._server = server

    def is_at_work(self, session_id: SessionId, directory: str) -> bool:
        from kugetsu_tui.opencode.server.client import ServerClient

        address = self._server().running()
        return address is not None and session_id in ServerClient(address).at_work(directory)

    def end(self, session_id: SessionId, directory: str) -> str:
        from kugetsu_tui.opencode.server.client import ServerClient
        from kugetsu_tui.opencode.server.ending import end_turn

        server = self._server()
        address = server.running()
        return end_turn(server, ServerClient(address), session_id, directory) if address else ""


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
