"""A run that is looked at in the very moment in which it begins or ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import Ended
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs import lock, sight
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import note
from kugetsu_tui.runs.place import here
from kugetsu_tui.runs.shared import Nobody
from tests.runs.test_folder import FACTS

pytestmark = pytest.mark.fast

END = RunEnd(outcome=RunOutcome.ANSWERED, at=datetime(2026, 1, 2, tzinfo=UTC))


@pytest.fixture
def held(tmp_path: Path) -> Iterator[list[int]]:
    """The descriptors that hold the run's lock, for a test to close; it is at work."""
    facts = replace(FACTS, place=here(), supervisor=None, opencode=None)
    descriptors = [RunFolder.create(tmp_path / "run", facts, b"x")[1]]
    yield descriptors
    for descriptor in descriptors:
        os.close(descriptor)


def nowhere(_: RunId) -> None:
    """It does not wait in the queue."""


def test_a_run_that_ends_while_it_is_looked_at_is_not_said_to_have_died(
    tmp_path: Path, held: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder(tmp_path / "run")

    def probe_late(path: Path) -> lock.Probe:
        if held:
            note(folder, Ended(END))
            os.close(held.pop())
        return lock.probe(path)

    monkeypatch.setattr(sight, "probe", probe_late)

    seen = sight.look_into(folder, place_of=nowhere, shared=Nobody())

    assert seen is not None
    assert (seen.end, seen.liveness) == (END, Liveness.GONE)


def test_a_run_that_begins_while_it_is_looked_at_is_not_said_to_have_died(
    tmp_path: Path, held: list[int]
) -> None:
    folder = RunFolder(tmp_path / "run")
    os.close(held.pop())

    def has_just_left(_: RunId) -> None:
        """The queue: whoever calls it has taken its lock meanwhile."""
        held.append(lock.take(folder.lock) or -1)

    seen = sight.look_into(folder, place_of=has_just_left, shared=Nobody())

    assert seen is not None
    assert (seen.end, seen.liveness) == (None, Liveness.WATCHED)


def test_what_waits_is_not_said_to_have_died_where_its_lock_is_gone(
    tmp_path: Path, held: list[int]
) -> None:
    folder = RunFolder(tmp_path / "run")
    os.close(held.pop())
    folder.lock.unlink()

    seen = sight.look_into(folder, place_of=lambda _: 2, shared=Nobody())

    assert seen is not None
    assert (seen.liveness, seen.behind) == (Liveness.QUEUED, 2)
