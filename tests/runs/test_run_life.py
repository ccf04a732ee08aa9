"""A run from its launch to its end."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import threading
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import CannotSaveError
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome, RunVerb
from kugetsu_tui.domain.run_event import Said, SessionNamed, StepFinished
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs.facts import RunFacts
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.lock import LockState, probe
from kugetsu_tui.runs.process_table import run_of
from tests.runs.conftest import Bench, eventually

pytestmark = pytest.mark.fast


def test_a_run_tells_what_was_said_and_ends_answered(bench: Bench) -> None:
    run_id = bench.launch(bench.order(), "Fix it.")

    *events, _ = bench.events(run_id)

    assert events == [
        SessionNamed(SessionId("ses_new")),
        Said("Hello"),
        StepFinished(finish="stop", tokens=7, cost=0.5),
    ]
    assert bench.seen(run_id).end == bench.end(run_id)
    assert bench.end(run_id).outcome is RunOutcome.ANSWERED
    assert bench.seen(run_id).session_id == "ses_new"


def test_the_record_is_told_the_session_first_and_the_end_last(bench: Bench) -> None:
    run_id = bench.play("answer()")

    bench.events(run_id)

    told = eventually(
        lambda: bench.noted("settled") if "answered" in bench.noted("settled") else ""
    )
    assert told.splitlines() == ["ses_new -", "ses_new answered"]


def test_the_record_knows_the_session_while_the_model_is_still_thinking(bench: Bench) -> None:
    bench.play("log('session_named', session_id='ses_new'); hang()")

    assert bench.noted("settled") == "ses_new -\n"


def test_a_store_that_is_busy_is_tried_again(bench: Bench) -> None:
    (bench.directory / "store-is-busy").touch()
    run_id = bench.play("name('ses_new'); hang()")
    eventually(lambda: bench.seen(run_id).session_id)

    (bench.directory / "store-is-busy").unlink()

    assert bench.noted("settled") == "ses_new -\n"


def test_a_store_that_stays_busy_leaves_the_end_in_the_journal(bench: Bench) -> None:
    (bench.directory / "store-is-busy").touch()

    run_id = bench.play("answer()")

    assert bench.end(run_id).outcome is RunOutcome.ANSWERED
    assert not (bench.directory / "settled").exists()


@pytest.mark.parametrize(
    "message",
    [
        "--help",
        "\"quoted\" and 'quoted'\r\n\ttab, no line feed at the end",
        "línea 🦊\u2028\x1b[31m\x07" + "€" * 70_000,
        "bytes that are no UTF-8: \udcff\udc80",
    ],
    ids=["dashes", "quotes", "200 kB", "bytes"],
)
def test_the_message_arrives_byte_for_byte(bench: Bench, message: str) -> None:
    run_id = bench.launch(bench.order(), message)

    bench.events(run_id)

    received = (bench.directory / "received").read_bytes()
    assert received == message.encode(errors="surrogateescape")
    assert bench.runs.message(run_id) == message


def test_the_message_is_in_nobodys_arguments_or_environment(bench: Bench) -> None:
    secret = hashlib.sha256(os.urandom(8)).hexdigest().encode()
    run_id = bench.launch(bench.order(), f"#play\n# {secret.decode()}\nhang()")
    pids = [bench.supervisor(run_id).pid, bench.opencode(run_id).pid]
    bench.noted("hangs")

    for pid in pids:
        assert secret not in Path(f"/proc/{pid}/cmdline").read_bytes()
        assert secret not in Path(f"/proc/{pid}/environ").read_bytes()


def test_opencode_inherits_three_streams_and_nothing_else(bench: Bench) -> None:
    run_id = bench.play("hang()")
    bench.noted("hangs")

    opencode, supervisor = bench.opencode(run_id), bench.supervisor(run_id)

    lock = str(bench.folder(run_id).lock)
    assert lock not in [str(fd.readlink()) for fd in Path(f"/proc/{opencode.pid}/fd").iterdir()]
    assert lock in [str(fd.readlink()) for fd in Path(f"/proc/{supervisor.pid}/fd").iterdir()]
    assert run_of(opencode.pid) == run_id
    assert run_of(supervisor.pid) == ""


def test_the_supervisor_has_a_session_of_its_own(bench: Bench) -> None:
    run_id = bench.play("hang()")

    supervisor = bench.supervisor(run_id)

    assert os.getsid(supervisor.pid) == supervisor.pid


def test_the_lock_is_held_without_a_gap(bench: Bench) -> None:
    order = bench.order()
    lock = bench.folder(order.run_id).lock
    states: list[LockState] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            states.append(probe(lock).state)

    looking = threading.Thread(target=look)
    looking.start()
    bench.play("hang()", order)
    bench.noted("hangs")
    is_over.set()
    looking.join()

    assert LockState.HELD in states
    assert LockState.FREE not in states
    assert bench.seen(order.run_id).liveness is Liveness.WATCHED


def test_a_reservation_that_is_left_leaves_nothing(bench: Bench) -> None:
    order = bench.order()

    with pytest.raises(ZeroDivisionError), bench.runs.reserve(order, "x"):
        raise ZeroDivisionError

    assert list(bench.path.iterdir()) == []
    assert bench.runs.seen(order.run_id) is None


def test_a_run_that_cannot_be_launched_is_not_said_to_have_changed_nothing(bench: Bench) -> None:
    """By then its issue's record tells of it."""
    order = bench.order()
    with bench.runs.reserve(order, "x") as run:
        (bench.path / "slots").write_text("in the way of a folder")

        with pytest.raises(CannotSaveError, match="slots: ") as refusal:
            run.launch()

    assert refusal.value.changed


def test_where_the_system_names_no_file_none_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("kugetsu_tui.runs.private_file.os.fsync", refuse)

    with (
        pytest.raises(CannotSaveError, match=r"^start: Input/output error; nothing was changed$"),
        bench.runs.reserve(bench.order(), "x"),
    ):
        pass


def test_a_run_that_is_erased_while_it_is_looked_at_is_gone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = bench.play("answer()")
    bench.events(run_id)

    def erased(self: RunFolder) -> RunFacts:
        shutil.rmtree(self.path)
        raise FileNotFoundError

    monkeypatch.setattr(RunFolder, "read", erased)

    assert bench.runs.seen(run_id) is None


def test_a_lock_that_cannot_be_looked_at_proves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = bench.play("answer()")
    bench.events(run_id)

    def refused(descriptor: int) -> os.stat_result:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fstat", refused)
        found = probe(bench.folder(run_id).lock)

    assert found.state is LockState.UNKNOWN


def test_a_launcher_takes_note_of_its_supervisors_deaths(bench: Bench) -> None:
    run_id = bench.play("answer()")
    pid = bench.supervisor(run_id).pid
    bench.events(run_id)

    assert eventually(lambda: not Path(f"/proc/{pid}").exists())


def test_where_there_is_room_for_a_process_but_for_no_thread_the_run_is_seen_through(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as full, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # nobody waits for the supervisor
        full.setattr(threading.Thread, "start", refuse)
        run_id = bench.launch(bench.order(), "Fix it.")

        assert bench.end(run_id).outcome is RunOutcome.ANSWERED


def test_eight_runs_at_once_have_eight_right_sessions(bench: Bench) -> None:
    runs = {
        bench.play(f"name('ses_{number}'); say('{number}'); finish('stop')"): number
        for number in range(8)
    }

    for run_id, number in runs.items():
        assert bench.end(run_id).outcome is RunOutcome.ANSWERED
        assert bench.seen(run_id).session_id == f"ses_{number}"


def test_a_journal_is_followed_while_it_is_written(bench: Bench) -> None:
    run_id = bench.play(
        "say('one')\nwhile not Path('go').exists(): time.sleep(0.01)\nsay('two')\nfinish('stop')"
    )
    following = (entry for entry in bench.runs.journal(run_id, follow=True) if entry)

    first = next(following)
    (bench.directory / "go").touch()
    second = next(following)

    assert (first.event, second.event) == (Said("one"), Said("two"))


def test_the_version_differs_after_news(bench: Bench) -> None:
    empty = bench.runs.version()
    run_id = bench.play(
        "say('one')\nwhile not Path('go').exists(): time.sleep(0.01)\nsay('two'); hang()"
    )
    following = (entry for entry in bench.runs.journal(run_id, follow=True) if entry)
    next(following)
    after_one = eventually(lambda: bench.runs.version() or None)

    (bench.directory / "go").touch()
    next(following)

    assert after_one != empty
    assert eventually(lambda: bench.runs.version() != after_one)
    assert eventually(lambda: bench.runs.version() == bench.runs.version())


def test_every_sign_of_life_shows(bench: Bench) -> None:
    run_id = bench.play("os.write(2, b'x')\nwhile True: time.sleep(0.02); os.write(2, b'x')")
    first = eventually(lambda: bench.seen(run_id).last_sign)

    assert eventually(lambda: bench.seen(run_id).last_sign > first)


def test_a_retry_shows_until_there_is_news(bench: Bench) -> None:
    run_id = bench.play(
        "log('retrying', reason='overloaded')\n"
        "while not Path('go').exists(): time.sleep(0.01)\n"
        "say('at last'); hang()"
    )
    retrying = eventually(lambda: bench.seen(run_id).retrying)

    (bench.directory / "go").touch()

    assert retrying == "overloaded"
    assert eventually(lambda: not bench.seen(run_id).retrying)


def test_folders_and_files_are_private(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0)
    try:
        run_id = bench.play("answer()")
        bench.events(run_id)
    finally:
        os.umask(before)

    folder = bench.folder(run_id).path
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_what_opencode_wrote_on_stderr_is_kept(bench: Bench) -> None:
    run_id = bench.play("os.write(2, 'wörds\\n'.encode()); answer()")
    bench.events(run_id)

    assert bench.runs.log(run_id) == "wörds\n"


def test_a_screen_that_is_open_counts_as_a_run(bench: Bench) -> None:
    order = bench.order(verb=RunVerb.RESUME, session_id=SessionId("ses_mine"))
    with bench.runs.reserve(order, None) as run:
        open_run = bench.seen(order.run_id)
        assert open_run.liveness is Liveness.WATCHED
        assert open_run.order == order
        run.settle(RunEnd(outcome=RunOutcome.ANSWERED, at=datetime.now(UTC), reason="closed"))

    closed = bench.seen(order.run_id)
    assert closed.end is not None
    assert closed.end.reason == "closed"
    assert bench.runs.message(order.run_id) == ""
