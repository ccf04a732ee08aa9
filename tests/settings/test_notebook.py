"""What the board remembers, and what becomes of it when the file does not."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import CannotSaveError
from kugetsu_tui.domain.looks import Looks
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.view import Kinds, Layout, Order, Span, View
from kugetsu_tui.settings.notebook import NotebookFile
from tests.fakes import NOW, FakeClock

pytestmark = pytest.mark.fast

FRESH = Memory(View(), Looks(NOW))
KEY = "github.com/shoko/kugetsu#14"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "board.json"


@pytest.fixture
def notebook(path: Path) -> NotebookFile:
    return NotebookFile(lambda: path, clock=FakeClock())


def test_what_was_written_is_read_again(notebook: NotebookFile, path: Path) -> None:
    view = View(order=Order.COST, kind=Kinds.ALL, span=Span.WEEK, layout=Layout.REPOSITORIES)
    memory = Memory(view, Looks(NOW - timedelta(days=2), {KEY: NOW - timedelta(days=1)}))

    notebook.write(memory)

    assert notebook.read() == memory
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", "[" * 100_000, "\x00",
        '{"view": 3, "began": [], "looked": "x"}',
        '{"view": {"order": "best", "kind": 3}, "began": "soon", "looked": {"a": 5, "b": "x"}}',
        '{"began": "9999-01-01T00:00:00+00:00"}',
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_as_if_it_had_never_been_written(
    notebook: NotebookFile, path: Path, content: str
) -> None:
    path.parent.mkdir()
    path.write_text(content)

    assert notebook.read() == FRESH

    notebook.write(FRESH)
    assert notebook.read() == FRESH


def test_a_damaged_part_does_not_cost_the_rest(notebook: NotebookFile, path: Path) -> None:
    path.parent.mkdir()
    looked = {"never": 5, KEY: str(NOW)}
    path.write_text(json.dumps({"view": {"order": "ref", "span": 7}, "looked": looked}))

    memory = notebook.read()
    assert memory.view == View(order=Order.REF)
    assert memory.looks.until == {KEY: NOW}


def test_nothing_is_there_at_first(notebook: NotebookFile, path: Path) -> None:
    assert notebook.read() == FRESH
    assert not path.exists()


def test_what_is_new_is_counted_from_the_first_look_on(path: Path) -> None:
    clock = FakeClock()
    notebook = NotebookFile(lambda: path, clock=clock)

    assert notebook.begin() == FRESH
    clock.pass_by(hours=1)

    assert notebook.begin() == FRESH
    assert NotebookFile(lambda: path, clock=clock).read() == FRESH


@pytest.mark.parametrize("place", ["/dev/null/board.json", f"/{'x' * 300}"])
def test_a_beginning_that_cannot_be_saved_is_no_error(place: str) -> None:
    notebook = NotebookFile(lambda: Path(place), clock=lambda: NOW)

    assert notebook.begin() == FRESH


def test_in_a_place_that_cannot_be_looked_at_there_is_nothing() -> None:
    notebook = NotebookFile(lambda: Path(f"/{'x' * 300}"), clock=lambda: NOW)

    assert notebook.read() == FRESH


def test_what_cannot_be_saved_is_refused(notebook: NotebookFile, path: Path) -> None:
    path.parent.write_text("in the way")

    with pytest.raises(CannotSaveError, match="cannot be remembered"):
        notebook.write(FRESH)
