"""What is typed behind the program's name: a directory, an issue or a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.domain.errors import BadReferenceError, NotFoundError
from kugetsu_tui.tui.screens.scope import Scope, scope_of
from tests import scenes
from tests.scenes import DOCS


@pytest.fixture
def resolve() -> ResolveRef:
    return ResolveRef.of(scenes.busy_morning().world)


def test_nothing_is_everything(resolve: ResolveRef) -> None:
    assert scope_of(None, resolve) == Scope()


def test_a_directory_is_resolved(resolve: ResolveRef, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path)

    assert scope_of(str(link), resolve) == Scope(directory=str(tmp_path.resolve()))


@pytest.mark.parametrize("text", [DOCS, "https://github.com/shoko/kugetsu/issues/21", "#21"])
def test_an_issue_is_found_however_it_is_written(resolve: ResolveRef, text: str) -> None:
    assert scope_of(text, resolve) == Scope(key=DOCS)


def test_the_bases_own_id_is_the_base(resolve: ResolveRef) -> None:
    assert scope_of(scenes.BASE, resolve) == Scope(key="base")


def test_a_session_that_nobody_tracks_shows_the_untracked(resolve: ResolveRef) -> None:
    assert scope_of("ses_nobody", resolve) == Scope(key="ses_nobody", is_untracked=True)


def test_an_issue_that_nobody_tracks_is_refused(resolve: ResolveRef) -> None:
    with pytest.raises(NotFoundError):
        scope_of("github.com/shoko/kugetsu#404", resolve)


@pytest.mark.parametrize("text", ["no/such/directory", "~nobody-is-called-that", f"/{'x' * 300}"])
def test_what_is_neither_is_refused(resolve: ResolveRef, text: str) -> None:
    with pytest.raises(BadReferenceError):
        scope_of(text, resolve)


@pytest.mark.parametrize("text", ["/no/such/place", "./none", "../none", "~/no such place"])
def test_what_can_only_be_a_directory_is_told_to_be_none(resolve: ResolveRef, text: str) -> None:
    with pytest.raises(BadReferenceError, match="no such directory"):
        scope_of(text, resolve)


def test_a_damaged_store_is_left_for_the_board_to_tell() -> None:
    assert scope_of(DOCS, ResolveRef.of(scenes.damaged().world)) == Scope()
