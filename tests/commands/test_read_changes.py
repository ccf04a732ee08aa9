"""What a session changed, from opencode's record and from git."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.read_changes import ReadChanges
from kugetsu_tui.domain.conversation import FileChange, FilePatch
from kugetsu_tui.domain.errors import NotFoundError
from tests.commands import FORK, ISSUE
from tests.fakes import Stage

pytestmark = pytest.mark.fast


@pytest.fixture
def changed(stage: Stage) -> Stage:
    """A file changed twice, and one of which opencode kept no diff."""
    stage.track(ISSUE, FORK)
    stage.conversations.changed[FORK] = [
        FileChange("a.py", 2, 1, "modified"),
        FileChange("b.bin", 0, 0, "added"),
    ]
    stage.transcripts.patched[FORK] = [
        FilePatch("a.py", "first\n"),
        FilePatch("a.py", "second\n"),
        FilePatch("b.bin", ""),
    ]
    return stage


def test_each_file_has_its_changes_turn_by_turn(changed: Stage) -> None:
    changes = ReadChanges.of(changed.world)("14")

    assert changes.report().body == "first\nsecond"
    assert changes.report().warnings == ("b.bin: opencode kept no diff of it; try --git",)
    assert [file.patches for file in changes.files] == [("first\n", "second\n"), ()]


def test_git_is_asked_about_these_files_only(changed: Stage) -> None:
    changed.checkout.uncommitted = "diff --git a/a.py b/a.py\n"
    assert ReadChanges.of(changed.world)("14", git=True).report().body == "diff --git a/a.py b/a.py"

    changed.conversations.changed[FORK] = []
    changed.transcripts.patched[FORK] = []
    assert not ReadChanges.of(changed.world)("14", git=True).uncommitted


def test_a_session_that_is_gone_is_no_session_without_changes(changed: Stage) -> None:
    del changed.conversations.kept[FORK]

    with pytest.raises(NotFoundError, match="no longer has"):
        ReadChanges.of(changed.world)("14")


def test_what_opencode_has_not_summed_up_is_counted(changed: Stage) -> None:
    changed.conversations.changed[FORK] = []
    changed.transcripts.patched[FORK] = [FilePatch("a.py", "--- a\n+++ a\n@@ @@\n-x\n+y\n+z\n")]

    (file,) = ReadChanges.of(changed.world)("14").files

    assert (file.file.path, file.file.additions, file.file.deletions) == ("a.py", 2, 1)
