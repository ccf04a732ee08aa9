from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from kugetsu_tui.domain.record import DamagedRecord, Record
from tests.store import tracing
from tests.store.files import KEY, SEED_RECORD, store_in
from tests.store.tracing import Disturbed, Scene
from tests.store.worker import OTHER

SCENES = [
    Scene("create", is_new=True),
    Scene("create"),
    Scene("settle"),
    Scene("destroy"),
]
ERRORS: Mapping[str, tuple[str, ...]] = {
    "openat": ("EMFILE", "EROFS"),
    "write": ("ENOSPC",),
    "pwrite64": ("ENOSPC",),
    "mkdir": ("ENOSPC",),
    "flock": ("ENOLCK",),
}
"""What goes wrong with a call, where EIO is not enough."""


@pytest.fixture(scope="module", autouse=True)
def strace() -> None:
    tracing.require()


def map_in(folder: Path) -> dict[str, Record | DamagedRecord]:
    store = store_in(folder)
    return dict(store.records(store.index()))


def is_old(scene: Scene, folder: Path) -> bool:
    records = map_in(folder)
    if scene.is_new:
        return records == {}
    return set(records) == {KEY} and _directory(records[KEY]) == ""


def is_new(scene: Scene, folder: Path) -> bool:
    records = map_in(folder)
    match scene.edit:
        case "create":
            return OTHER in records and all(isinstance(r, Record) for r in records.values())
        case "settle":
            return set(records) == {KEY} and _directory(records[KEY]) == "/settled"
        case _:
            return records == {} and is_old(scene, _undone(folder))


def _directory(record: Record | DamagedRecord) -> str | None:
    return record.directory if isinstance(record, Record) else None


def _undone(folder: Path) -> Path:
    store = store_in(folder)
    (removed,) = store.trash()
    with store.edit() as draft:
        draft.restore(removed)
    return folder


def temporary_files(folder: Path) -> list[Path]:
    return list(folder.rglob(".kugetsu-*"))


def can_be_written(folder: Path) -> bool:
    """Within a second, and without a trace of what happened before."""
    store = store_in(folder, deadline=1.0)
    with store.edit() as draft:
        draft.put("h/u/after#1", Record(type="forked"))
    return "h/u/after#1" in map_in(folder) and not temporary_files(folder)


def complaint_of_killed(scene: Scene, run: Disturbed) -> str:
    if run.result.returncode != -signal.SIGKILL:
        return f"it was not killed but ended with {run.result.returncode}"
    if not (is_old(scene, run.folder) or is_new(scene, run.folder)):
        return f"neither old nor new: {map_in(run.folder)}"
    if not can_be_written(run.folder):
        return f"the next writer is in trouble: {temporary_files(run.folder)}"
    return ""


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_killed_at_any_system_call_it_leaves_the_old_or_the_new(
    scene: Scene, tmp_path: Path
) -> None:
    calls = tracing.calls_of(scene, tmp_path / "undisturbed")
    assert {"openat", "flock", "write", "fsync", "rename"} <= {call.name for call in calls}

    complaints = [
        f"killed at {run.call}: {complaint}"
        for run in tracing.disturb(
            scene,
            tmp_path / "killed",
            [(call, "signal=KILL") for call in calls if call.name not in tracing.PASSIVE],
        )
        if (complaint := complaint_of_killed(scene, run))
    ]

    assert not complaints, "\n".join(complaints)


def complaint_of_refused(scene: Scene, run: Disturbed) -> str:
    if run.result.returncode != 0:
        return f"a bug: {run.result.stderr}"
    told = json.loads(run.result.stdout)
    if told["exit"] == 0:
        return "" if is_new(scene, run.folder) else f"said to be saved: {map_in(run.folder)}"
    if told["exit"] not in {6, 7}:
        return f"ended with {told}"
    if not is_old(scene, run.folder) and not (told["changed"] and is_new(scene, run.folder)):
        return f"said {told}, but there is {map_in(run.folder)}"
    if told["exit"] == 7 and told["changed"] == ("nothing was changed" in told["message"]):
        return f"does not know what it says: {told}"
    if temporary_files(run.folder):
        return f"temporary files are left: {temporary_files(run.folder)}"
    return "" if can_be_written(run.folder) else "the next writer is in trouble"


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_whatever_the_system_refuses_what_is_said_is_true(scene: Scene, tmp_path: Path) -> None:
    calls = tracing.calls_of(scene, tmp_path / "undisturbed")
    sabotage = [
        (call, f"error={error}") for call in calls for error in ERRORS.get(call.name, ("EIO",))
    ]

    complaints = [
        f"{run.call} {run.how}: {complaint}"
        for run in tracing.disturb(scene, tmp_path / "refused", sabotage)
        if (complaint := complaint_of_refused(scene, run))
    ]

    assert not complaints, "\n".join(complaints)


def test_the_records_content_is_whole_after_a_refusal(tmp_path: Path) -> None:
    """The disk is full when the record is written: the old one stands, byte for byte."""
    scene = Scene("settle")
    calls = tracing.calls_of(scene, tmp_path / "undisturbed")
    full = [(call, "error=ENOSPC") for call in calls if call.name == "write"]

    for run in tracing.disturb(scene, tmp_path / "full", full):
        told = json.loads(run.result.stdout)

        assert told["exit"] == 7
        assert told["message"].endswith("No space left on device: nothing was changed")
        (record,) = (run.folder / "sessions").glob("github*.json")
        assert json.loads(record.read_text()) == SEED_RECORD
