"""What git tells of changed files, on real repositories that mean harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from kugetsu_tui.settings.checkout import GitCheckout
from tests.settings.test_checkout import git, repository

pytestmark = pytest.mark.fast
__all__ = ["repository"]


@pytest.fixture
def edited(repository: Path) -> Path:
    """A repository with a file that is not as it was committed."""
    (repository / "gate.py").write_text("closed\n")
    (repository / "other.py").write_text("one\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "first")
    (repository / "gate.py").write_text("open\n")
    (repository / "other.py").write_text("two\n")
    return repository


def test_only_the_files_that_are_asked_for_are_told(edited: Path) -> None:
    diff = GitCheckout().diff(edited, ["gate.py"])

    assert "-closed\n+open\n" in diff
    assert "other.py" not in diff


def test_absolute_paths_and_paths_that_look_like_patterns_are_taken_as_they_are(
    edited: Path,
) -> None:
    assert "+open" in GitCheckout().diff(edited, [str(edited / "gate.py")])
    assert not GitCheckout().diff(edited, [":(glob)*"])


def test_nothing_is_told_outside_a_work_tree_or_before_the_first_commit(
    repository: Path, tmp_path: Path
) -> None:
    assert not GitCheckout().diff(tmp_path, ["gate.py"])
    assert not GitCheckout().diff(repository, ["gate.py"])


def test_no_program_that_the_repository_names_is_run(edited: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    (edited / ".gitattributes").write_text("*.py filter=trap diff=trap\n")
    for key in ("clean", "process", "smudge"):
        git(edited, "config", f"filter.trap.{key}", str(trap))
    git(edited, "config", "filter.trap.required", "true")
    for key in ("diff.external", "diff.trap.command", "diff.trap.textconv", "core.fsmonitor"):
        git(edited, "config", key, str(trap))
    git(edited, "config", "core.pager", str(trap))

    diff = GitCheckout().diff(edited, ["gate.py"])

    assert "+open" in diff
    assert not (tmp_path / "sprung").exists()


def test_a_huge_diff_is_cut(edited: Path) -> None:
    (edited / "gate.py").write_text("x" * 79 + "\n")
    (edited / "gate.py").write_text(("x" * 79 + "\n") * 100_000)

    assert len(GitCheckout().diff(edited, ["gate.py"])) == 2 * 1024 * 1024
