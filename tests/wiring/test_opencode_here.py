"""opencode on this machine, driven where nobody watches."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import DatabaseUnreadableError
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.opencode.database import Database
from kugetsu_tui.terminals import drive
from kugetsu_tui.terminals.child import TerminalEnd
from kugetsu_tui.wiring.opencode_here import OpencodeHere

pytestmark = pytest.mark.fast

GOODBYE = "\x1b[?1049l\n  Continue  opencode -s ses_new\n"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    with closing(sqlite3.connect(tmp_path / "opencode.db")) as opencode:
        opencode.execute("CREATE TABLE session (id TEXT)")
    return Database(tmp_path / "opencode.db")


def opencode_on(database: Database) -> OpencodeHere:
    environment = {"HOME": str(database.path.parent)}
    return OpencodeHere(Settings(opencode_path=sys.executable), environment, database)


def test_a_database_that_opencode_has_to_itself_for_a_moment_ends_no_first_turn(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drive_it(argv: object, *, is_done: Callable[[], bool], **_: object) -> TerminalEnd:
        with closing(sqlite3.connect(database.path, isolation_level=None)) as opencode:
            opencode.execute("BEGIN EXCLUSIVE")
            assert not is_done()
        return TerminalEnd(exit_status=0, signal=None, closing_words=GOODBYE)

    monkeypatch.setattr(drive, "drive", drive_it)

    named = opencode_on(database).drive_screen("hello", directory=database.path.parent)

    assert named == "ses_new"


def test_a_database_that_nobody_may_read_is_told_before_anything_is_begun(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.path.write_bytes(b"no database" * 100)
    monkeypatch.setattr(drive, "drive", None)

    with pytest.raises(DatabaseUnreadableError, match="not a database"):
        opencode_on(database).drive_screen("hello", directory=database.path.parent)
