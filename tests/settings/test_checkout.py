"""What git tells of a folder, on real repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.settings.checkout import GitCheckout

pytestmark = pytest.mark.fast


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "work" / "kugetsu"
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet")
    return folder


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=Shoko", "-c", "user.email=shoko@example.com")
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True)


def test_origin_comes_first_and_no_repository_twice(repository: Path) -> None:
    git(repository, "remote", "add", "backup", "https://codeberg.org/shoko/kugetsu.git")
    git(repository, "remote", "add", "mirror", "https://github.com/shoko/kugetsu")
    git(repository, "remote", "add", "origin", "git@github.com:shoko/kugetsu.git")
    git(repository, "remote", "add", "zip", str(repository))

    found = GitCheckout().repositories(repository)

    assert found == ("github.com/shoko/kugetsu", "codeberg.org/shoko/kugetsu")


def test_sub_folders_and_worktrees_have_the_remotes_of_their_repository(
    repository: Path, tmp_path: Path
) -> None:
    git(repository, "remote", "add", "origin", "ssh://git@git.example.org:2222/team/sub/app.git")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "first")
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "other")
    (repository / "src").mkdir()

    for folder in (repository / "src", tmp_path / "tree"):
        assert GitCheckout().repositories(folder) == ("git.example.org/team/sub/app",)


def test_a_shorthand_of_the_user_is_read_as_git_reads_it(repository: Path) -> None:
    git(repository, "config", "--global", "url.git@github.com:.insteadOf", "gh:")
    git(repository, "remote", "add", "origin", "gh:shoko/kugetsu")
    git(repository, "config", "remote.origin.pushurl", "git@push.example.org:shoko/kugetsu")

    assert GitCheckout().repositories(repository) == ("github.com/shoko/kugetsu",)


def test_outside_of_a_checkout_there_are_none(repository: Path) -> None:
    assert GitCheckout().repositories(repository.parent) == ()
    assert GitCheckout().repositories(repository / "gone") == ()


def test_a_hooks_own_repository_is_not_taken_for_the_folders(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(repository, "remote", "add", "origin", "git@github.com:shoko/kugetsu.git")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))

    assert GitCheckout().repositories(repository) == ("github.com/shoko/kugetsu",)


def test_without_git_there_are_none(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(repository, "remote", "add", "origin", "git@github.com:shoko/kugetsu.git")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert GitCheckout().repositories(repository) == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_a_stranger_is_not_believed(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "git@github.com:shoko/kugetsu.git")
    os.chown(repository, 12345, 12345)
    os.chown(repository / ".git", 12345, 12345)

    assert GitCheckout().repositories(repository) == ()


def test_a_current_directory_that_was_deleted_is_an_unfit_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(EnvironmentUnfitError, match="current directory"):
        GitCheckout().current_directory()
