from __future__ import annotations

from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import KugetsuError, NoOpencodeError
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode import version
from kugetsu_tui.opencode.database import Database
from kugetsu_tui.opencode.sessions import delete_session, import_session
from kugetsu_tui.opencode.version import opencode_version
from tests.opencode.fake_program import write_program
from tests.opencode.sample_database import SampleDatabase

pytestmark = pytest.mark.fast


def fake(tmp_path: Path, script: str) -> Path:
    return write_program(tmp_path / "opencode", script)


def test_the_version_is_what_opencode_says(tmp_path: Path) -> None:
    assert opencode_version(fake(tmp_path, "echo 1.18.33")) == "1.18.33"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("printf 'first\\n\\033[91mError: \\033[0mno\\033]0;x\\007' >&2; exit 3", "no␛]0;x␇"),
        ("exit 3", "it ended with 3"),
        ("kill -9 $$", "it ended with -9"),
        ("exit 0", "it ended with 0"),
    ],
)
def test_a_program_that_is_of_no_use_is_refused_with_its_words(
    tmp_path: Path, script: str, why: str
) -> None:
    program = fake(tmp_path, script)

    with pytest.raises(NoOpencodeError) as refusal:
        opencode_version(program)

    assert refusal.value.message == f"opencode: {program} does not run: {why}"


def test_a_program_for_another_machine_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "opencode"
    program.write_bytes(b"\x7fELF of another kind")
    program.chmod(0o755)

    with pytest.raises(NoOpencodeError, match="does not run: Exec format error"):
        opencode_version(program)


def test_a_program_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "_PATIENCE", 0.2)

    with pytest.raises(NoOpencodeError, match=r"no answer within 0\.2 s"):
        opencode_version(fake(tmp_path, "exec sleep 60"))


def test_a_deletion_counts_when_the_database_says_so(
    tmp_path: Path, sample: SampleDatabase
) -> None:
    session_id = sample.session()
    asked = tmp_path / "asked"
    program = fake(tmp_path, f'echo "$@" > {asked}; echo "Error: busy" >&2; exit 0')
    database = Database(sample.path)

    with pytest.raises(KugetsuError, match="ses_one: opencode did not delete it: busy"):
        delete_session(program, session_id, database=database, environment={})
    assert asked.read_text() == "session delete ses_one\n"

    sample.execute("DELETE FROM session")
    delete_session(program, session_id, database=database, environment={})


def test_what_is_gone_already_needs_no_deletion(tmp_path: Path, sample: SampleDatabase) -> None:
    program = fake(tmp_path, "echo 'Session not found' >&2; exit 1")

    delete_session(program, SessionId("ses_gone"), database=Database(sample.path), environment={})


def test_an_import_happens_in_its_directory_and_names_the_session(tmp_path: Path) -> None:
    file, repo = tmp_path / "exported.json", tmp_path / "repo"
    repo.mkdir()
    script = '[ "$(pwd)" = "$PWD" ] && [ "$2" = "$EXPECTED" ] && echo "Imported session: ses_new"'
    program = fake(tmp_path, script)

    imported = import_session(
        program, file, directory=repo, environment={"EXPECTED": str(file), "PWD": "/"}
    )

    assert imported == "ses_new"


def test_a_refused_import_says_why(tmp_path: Path) -> None:
    program = fake(tmp_path, "echo 'Error: Invalid JSON' >&2; exit 1")

    with pytest.raises(KugetsuError, match=r"x\.json: opencode did not import it: Invalid JSON"):
        import_session(program, tmp_path / "x.json", directory=tmp_path, environment={})
