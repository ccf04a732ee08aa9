"""A disk that was remounted read-only, as one with errors is: what can be told is, in words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.torture.sandbox import PROGRAM, Sandbox

pytestmark = pytest.mark.container

REF, OTHER = "github.com/shoko/gatekeeper#14", "github.com/shoko/gatekeeper#15"
_REMOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"'


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    made = Sandbox.made(tmp_path / "home", sessions=["ses_kept"])
    made.lay_out({REF: "ses_kept"})
    return made


def remounted(sandbox: Sandbox, *words: str) -> subprocess.CompletedProcess[str]:
    """Call it where the home can be written no more; that is so for this process alone."""
    return sandbox.call(
        *words, by=("unshare", "--mount", "sh", "-c", _REMOUNT, sandbox.home, PROGRAM)
    )


def test_what_is_there_can_be_looked_at(sandbox: Sandbox) -> None:
    why = "its folder cannot be written, which SQLite has to"

    listed, shown = remounted(sandbox, "list"), remounted(sandbox, "show", REF)
    examined = remounted(sandbox, "doctor")

    assert (listed.returncode, shown.returncode, examined.returncode) == (0, 0, 1)
    assert REF in listed.stdout
    assert "ses_kept" in shown.stdout
    assert why in listed.stderr
    assert why in shown.stderr
    assert why in examined.stdout


def test_nothing_is_begun_or_changed_and_why_is_said(sandbox: Sandbox) -> None:
    for words, status in (
        (("start", OTHER, "hello"), 5),
        (("destroy", REF, "-y"), 7),
        (("settings", "runs.keep", "7"), 7),
    ):
        done = remounted(sandbox, *words)
        assert done.returncode == status, done
        assert "Read-only file system" in done.stderr or "cannot be written" in done.stderr
        assert "bug" not in done.stderr
    assert [row["issue_ref"] for row in sandbox.rows()] == [None, REF]
