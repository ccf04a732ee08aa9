"""Who starts a server, who finds it, and when it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import BusyError, EnvironmentUnfitError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Engine, RunOrder, RunVerb
from kugetsu_tui.domain.run_event import ServerAwaited
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.runs.liveness import lives
from kugetsu_tui.runs.place import Place, here
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import everyone, look_at, run_of
from kugetsu_tui.runs.server.facts import facts_of, spell_facts
from kugetsu_tui.runs.server.kept_server import KeptServer
from tests.runs.conftest import eventually, runs_in
from tests.runs.server.conftest import ServerBench

pytestmark = pytest.mark.fast


def test_there_is_none_until_somebody_needs_one(bench: ServerBench) -> None:
    server = bench.server()

    assert (server.running(), server.seen(), server.missing()) == (None, None, None)
    assert not server.stop(force=False)
    assert not bench.starts


def test_many_who_need_one_at_once_have_the_same(bench: ServerBench) -> None:
    with ThreadPoolExecutor(8) as starters:
        addresses = list(starters.map(lambda _: bench.server().ensure(), range(8)))

    assert len({address.url for address in addresses}) == 1
    assert len(bench.starts) == 1
    assert ServerClient(addresses[0]).health() == "1.18.33"
    assert bench.server().running() == addresses[0]
    assert bench.server().missing() == frozenset()


def test_it_is_seen_as_it_is(bench: ServerBench) -> None:
    address = bench.server().ensure()

    seen = bench.server().seen()

    assert seen is not None
    assert (seen.url, seen.version, seen.is_ours) == (address.url, "1.18.33", True)
    assert [str(seen.pid)] == bench.starts
    assert (seen.at_work, seen.live_runs, seen.is_used, seen.is_outdated) == (0, 0, False, False)
    assert seen.memory > 1_000_000
    assert seen.ends_at is not None
    assert seen.since is not None


def test_its_password_is_in_one_private_file_and_nowhere_else(bench: ServerBench) -> None:
    password = bench.server().ensure().password

    assert len(password) == 64
    files = [path for path in bench.folder.path.iterdir() if path.is_file()]
    assert [path.name for path in files if password in path.read_text()] == ["server.json"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    lines = [Path(f"/proc/{process.pid}/cmdline") for process in everyone()]
    assert not [line for line in lines if line.exists() and password.encode() in line.read_bytes()]


def test_it_ends_by_itself_when_nobody_has_use_for_it(bench: ServerBench) -> None:
    first = bench.server().ensure()

    bench.have(idle="0.2")
    bench.await_end()

    eventually(lambda: "nobody has use for the server" in bench.folder.last_words())
    bench.have(idle="600")
    assert bench.server().ensure() != first
    assert len(bench.starts) == 2


def test_it_stays_while_a_session_is_at_work(bench: ServerBench) -> None:
    bench.server().ensure()
    bench.have("busy", idle="0.1")
    asked = bench.folder.looked_at()

    eventually(lambda: bench.folder.looked_at() > asked)  # the keeper put off the end
    assert bench.server().running()
    bench.lose("busy")
    bench.await_end()


def test_it_stays_while_a_run_is_alive(bench: ServerBench) -> None:
    address = bench.server().ensure()
    runs = runs_in(bench.folder.runs, supervisor=("/nobody",))
    with runs.reserve(order_in(bench.play), "hello"):
        bench.have(idle="0.1")
        asked = bench.folder.looked_at()
        eventually(lambda: bench.folder.looked_at() > asked)

        assert bench.server().running() == address
        with pytest.raises(BusyError, match=r"1 run\(s\) alive, 0 session"):
            bench.server().stop(force=False)
    bench.await_end()


def test_it_stays_where_nobody_can_tell_who_has_use_for_it(bench: ServerBench) -> None:
    bench.have(idle="0")
    bench.folder.runs.touch()
    bench.server().ensure()
    for _ in range(2):  # once it is seen to have looked twice, it has looked for who uses it
        bench.folder.facts.unlink()
        eventually(bench.folder.read)

    with pytest.raises(EnvironmentUnfitError, match="runs: cannot be listed"):
        bench.server().seen()
    with pytest.raises(EnvironmentUnfitError, match="runs: cannot be listed"):
        bench.server().stop(force=False)


def test_who_comes_with_other_keys_has_one_that_was_started_with_them(bench: ServerBench) -> None:
    bench.have(key="old")
    first = bench.server().ensure()
    assert bench.server().ensure() == first

    bench.have(key="new")
    second = bench.server().ensure()

    assert second != first
    assert bench.server().ensure() == second
    assert len(bench.starts) == 2
    spelled = bench.folder.facts.read_text()
    assert "old" not in spelled
    assert "new" not in spelled


def awaited(server: KeptServer) -> list[str]:
    """What was told while the server was waited for."""
    return [told.reason for told in server.attempts() if isinstance(told, ServerAwaited)]


def test_why_one_is_replaced_is_told_without_the_key(bench: ServerBench) -> None:
    bench.have(key="a-secret")
    server = bench.server(notice=60.0)
    assert awaited(server) == []

    bench.have(key="another-secret")
    of_the_key = awaited(server)
    bench.have(program="installed anew")
    of_the_program = awaited(server)

    words = "opencode's server was started with another A_KEY: a new one is started"
    assert of_the_key == [words]
    assert of_the_program == [
        "opencode's server is of another opencode than the installed one: a new one is started"
    ]
    assert awaited(server) == []


@pytest.mark.parametrize("is_keeper_killed", [False, True])
def test_who_meets_one_that_hangs_is_told_what_is_waited_for(
    bench: ServerBench, *, is_keeper_killed: bool
) -> None:
    bench.have("patience")
    bench.server().ensure()
    os.kill(bench.facts.opencode.pid, signal.SIGSTOP)
    if is_keeper_killed:
        os.kill(bench.facts.keeper.pid, signal.SIGKILL)

    told = next(filter(None, bench.server().attempts()))

    after = "another one takes its place after 45 s, at most 40 s in all"
    assert told == ServerAwaited(f"opencode's server does not answer: {after}")


def test_who_waits_for_a_start_is_told(bench: ServerBench) -> None:
    told = awaited(bench.server(notice=0.0))

    assert told == ["opencode's server is being started, at most 40 s in all"]


def test_one_with_other_keys_is_taken_as_it_is_while_somebody_uses_it(bench: ServerBench) -> None:
    first = bench.server().ensure()
    runs = runs_in(bench.folder.runs, supervisor=("/nobody",))
    order = order_in(bench.play)
    with runs.reserve(order, "hello"):
        bench.have(key="new")
        assert bench.server().ensure() == first
        mine = bench.server(run_id=order.run_id)
        bench.have("busy")
        assert mine.ensure() == first
        bench.lose("busy")
        assert mine.ensure() != first


def test_one_whose_keeper_was_killed_is_not_taken_over_with_other_keys(bench: ServerBench) -> None:
    bench.have(key="old")
    first = bench.server().ensure()
    os.kill(bench.facts.keeper.pid, signal.SIGKILL)
    eventually(lambda: not bench.keepers())

    bench.have(key="new")

    assert bench.server().ensure() != first
    assert len(bench.starts) == 2


def test_a_run_with_an_opencode_of_its_own_has_no_use_for_it(bench: ServerBench) -> None:
    bench.server().ensure()
    runs = runs_in(bench.folder.runs, supervisor=("/nobody",))
    with runs.reserve(order_in(bench.play, engine=Engine.RUN), "hello"):
        bench.have(idle="0.1")
        bench.await_end()


def order_in(directory: Path, *, engine: Engine = Engine.SERVER) -> RunOrder:
    return RunOrder(
        run_id=RunId("20260314T150926-abcdef"),
        verb=RunVerb.START,
        issue_ref=None,
        session_id=None,
        directory=str(directory),
        engine=engine,
        placed_at=datetime.now(UTC),
    )


def test_a_killed_keeper_is_followed_by_another_of_the_same_server(bench: ServerBench) -> None:
    address = bench.server().ensure()
    killed = bench.facts.keeper
    os.kill(killed.pid, signal.SIGKILL)
    eventually(lambda: not lives(killed))

    assert bench.server().running() == address
    seen = bench.server().seen()
    assert seen is not None
    assert (seen.is_used, seen.ends_at) == (False, None)
    assert bench.server().ensure() == address
    assert bench.facts.keeper != killed
    assert len(bench.starts) == 1
    bench.have(idle="0.1")
    bench.await_end()


def test_a_keeper_that_is_killed_while_its_server_starts_is_followed_by_another(
    bench: ServerBench,
) -> None:
    bench.have("kills its keeper")

    address = bench.server().ensure()

    assert bench.server().running() == address
    assert [str(pid) for pid in bench.living()] == bench.starts[-1:]
    assert len(bench.starts) == 2


def test_one_that_is_busy_when_its_keeper_is_killed_is_waited_for_and_taken_over(
    bench: ServerBench,
) -> None:
    first = bench.server().ensure()
    bench.have("patience", "hangs")
    os.kill(bench.facts.keeper.pid, signal.SIGKILL)
    eventually(lambda: not lives(bench.facts.keeper))
    (bench.play / "waiting").unlink(missing_ok=True)

    with ThreadPoolExecutor(1) as waiting:
        address = waiting.submit(bench.server().ensure)
        eventually((bench.play / "waiting").exists)
        bench.lose("hangs")

    assert address.result() == first
    assert len(bench.starts) == 1


def test_a_killed_server_is_followed_by_another(bench: ServerBench) -> None:
    first = bench.server().ensure()
    os.kill(bench.facts.opencode.pid, signal.SIGKILL)
    eventually(lambda: not bench.folder.facts.exists())

    assert bench.server().running() is None
    assert bench.server().ensure() != first
    assert len(bench.starts) == 2


def test_a_killed_server_that_was_taken_over_is_followed_by_another_as_soon_as_one_is_needed(
    bench: ServerBench,
) -> None:
    first = bench.server().ensure()
    bench.have("patience")
    os.kill(bench.facts.keeper.pid, signal.SIGKILL)
    eventually(lambda: not lives(bench.facts.keeper))
    assert bench.server().ensure() == first
    os.kill(bench.facts.opencode.pid, signal.SIGKILL)

    assert bench.server().ensure() != first


def test_when_both_were_killed_there_is_another(bench: ServerBench) -> None:
    first = bench.server().ensure()
    for process in (bench.facts.keeper, bench.facts.opencode):
        os.kill(process.pid, signal.SIGKILL)
    eventually(lambda: not lives(bench.facts.keeper))

    assert bench.server().ensure() != first


@pytest.mark.parametrize("is_keeper_killed", [False, True])
def test_a_server_that_hangs_is_replaced(bench: ServerBench, *, is_keeper_killed: bool) -> None:
    first = bench.server().ensure()
    hanging = bench.facts.opencode
    if is_keeper_killed:
        os.kill(bench.facts.keeper.pid, signal.SIGKILL)
    os.kill(hanging.pid, signal.SIGSTOP)

    assert bench.server().ensure() != first
    assert not lives(hanging)


def test_one_of_another_version_is_replaced_by_who_needs_one(bench: ServerBench) -> None:
    first = bench.server().ensure()
    outdated = bench.facts.opencode
    bench.have(program="installed anew", version="1.19.0")

    assert bench.server().ensure() != first
    assert bench.facts.version == "1.19.0"
    assert not lives(outdated)


def test_one_of_another_version_stays_until_nobody_needs_it(bench: ServerBench) -> None:
    first = bench.server().ensure()
    bench.have("busy")
    bench.have(program="installed anew", version="1.19.0")

    seen = bench.server().seen()
    assert seen is not None
    assert (seen.is_used, seen.is_outdated) == (True, True)
    assert bench.server().ensure() == first
    bench.lose("busy")
    bench.await_end()
    bench.server().ensure()
    assert bench.facts.version == "1.19.0"


def test_an_outdated_one_without_a_keeper_is_not_taken_over(bench: ServerBench) -> None:
    first = bench.server().ensure()
    os.kill(bench.facts.keeper.pid, signal.SIGKILL)
    eventually(lambda: not lives(bench.facts.keeper))
    bench.have(program="installed anew")

    assert bench.server().ensure() != first
    assert len(bench.living()) == 1


@pytest.fixture
def innocent() -> Iterator[Process]:
    sleeping = subprocess.Popen(["sleep", "300"])
    found = look_at(sleeping.pid)
    assert found is not None
    yield found
    sleeping.kill()
    sleeping.wait()


def test_a_number_that_another_process_has_by_now_is_not_touched(
    bench: ServerBench, innocent: Process
) -> None:
    bench.server().ensure()
    known = bench.facts
    bench.server().stop(force=True)
    someone = Process(innocent.pid, innocent.started - 1)
    bench.folder.write(replace(known, opencode=someone, keeper=someone))

    assert bench.server().running() is None
    assert not bench.server().stop(force=True)
    bench.folder.write(replace(known, opencode=someone, keeper=someone))
    assert bench.server().ensure() != known.address
    assert lives(innocent)


def test_what_an_earlier_boot_left_is_not_believed(bench: ServerBench, innocent: Process) -> None:
    bench.server().ensure()
    known = bench.facts
    bench.server().stop(force=True)
    before = Place(here().host, "another boot", here().namespace)
    bench.folder.write(replace(known, opencode=innocent, keeper=innocent, place=before))

    assert not bench.server().stop(force=True)
    bench.folder.write(replace(known, opencode=innocent, keeper=innocent, place=before))
    assert bench.server().ensure() != known.address
    assert lives(innocent)


def test_one_that_is_kept_in_another_container_is_refused_in_words(bench: ServerBench) -> None:
    bench.server().ensure()
    elsewhere = Place("bento", "another boot", "pid:[1]")
    os.kill(bench.facts.keeper.pid, signal.SIGSTOP)  # it would put its own facts back
    bench.folder.write(replace(bench.facts, place=elsewhere))

    with pytest.raises(EnvironmentUnfitError, match="bento"):
        bench.server().ensure()
    assert bench.server().running() is None


ENDLESS = b'{"keeper": {"pid": 1e999, "started": 1}}'


@pytest.mark.parametrize(
    "content", [None, b"", b"{", b"[]", b'{"url": 1}', b"\xff", b"[" * 9999, ENDLESS]
)
def test_a_file_that_was_lost_is_written_again(bench: ServerBench, content: bytes | None) -> None:
    address = bench.server().ensure()
    if content is None:
        bench.folder.facts.unlink()
    else:
        bench.folder.facts.write_bytes(content)

    assert bench.server().ensure() == address
    assert len(bench.starts) == 1


def test_one_that_does_not_start_tells_its_last_words(bench: ServerBench) -> None:
    bench.have("fails")

    with pytest.raises(EnvironmentUnfitError, match="nothing works today"):
        bench.server().ensure()

    assert not bench.living()
    bench.lose("fails")
    assert bench.server().ensure()


@pytest.mark.parametrize(
    ("how", "lack"),
    [("lacks", "GET /question"), ("open", "a password"), ("old", "metadata of sessions")],
)
def test_one_that_lacks_what_is_needed_is_ended_and_remembered(
    bench: ServerBench, how: str, lack: str
) -> None:
    bench.have(how)

    with pytest.raises(EnvironmentUnfitError, match=lack):
        bench.server().ensure()

    assert lack in (bench.server().missing() or ())
    assert not bench.living()
    with pytest.raises(EnvironmentUnfitError, match=lack):
        bench.server().ensure()
    assert len(bench.starts) == 1
    bench.have(program="installed anew")
    assert bench.server().missing() is None


def test_stopping_ends_everything_it_started(bench: ServerBench) -> None:
    bench.have("has a child")
    bench.server().ensure()
    child = int((bench.play / "child").read_text())
    assert look_at(child)

    assert bench.server().stop(force=False)

    assert look_at(child) is None
    assert not bench.living()
    assert bench.server().seen() is None
    assert not bench.server().stop(force=False)


def test_one_that_is_used_is_stopped_by_force_alone(bench: ServerBench) -> None:
    bench.server().ensure()
    bench.have("busy")

    with pytest.raises(BusyError, match=r"0 run\(s\) alive, 1 session"):
        bench.server().stop(force=False)
    assert bench.server().running()

    assert bench.server().stop(force=True)
    assert not bench.living()


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
def test_a_keeper_that_does_not_obey_is_no_obstacle(
    bench: ServerBench, number: signal.Signals
) -> None:
    bench.server().ensure()
    os.kill(bench.facts.keeper.pid, number)

    assert bench.server(keeper=0.5).stop(force=True)

    assert not bench.living()


def test_a_keeper_that_is_told_to_end_takes_the_server_along(bench: ServerBench) -> None:
    bench.server().ensure()
    os.kill(bench.facts.keeper.pid, signal.SIGTERM)

    bench.await_end()


def test_a_keeper_that_cannot_hide_its_server_ends_it_all_the_same(bench: ServerBench) -> None:
    bench.server().ensure()
    keeper = bench.facts.keeper.pid
    os.kill(keeper, signal.SIGSTOP)
    bench.folder.facts.unlink()
    bench.folder.facts.mkdir()

    os.kill(keeper, signal.SIGTERM)
    os.kill(keeper, signal.SIGCONT)

    eventually(lambda: not bench.keepers())
    assert not bench.living()


def test_who_waits_in_vain_is_told_what_helps(bench: ServerBench) -> None:
    bench.server().ensure()
    os.kill(bench.facts.opencode.pid, signal.SIGSTOP)
    os.kill(bench.facts.keeper.pid, signal.SIGSTOP)

    with pytest.raises(BusyError) as refusal:
        bench.server(ready=0.1).ensure()

    assert refusal.value.hint == "kugetsu server restart --force"


def test_with_its_store_a_server_goes_too(bench: ServerBench) -> None:
    bench.server().ensure()
    known, mark = bench.facts, bench.folder.mark
    bench.have("busy")
    deleted = bench.folder.path.rename(bench.play / "deleted")  # else its keeper writes meanwhile
    shutil.rmtree(deleted)

    eventually(lambda: not lives(known.keeper))
    assert not [one.pid for one in everyone() if run_of(one.pid) == mark]


def test_a_log_does_not_grow_for_ever(bench: ServerBench) -> None:
    bench.server().ensure()
    with bench.folder.log.open("ab") as log:
        log.write(b"x" * 2_000_000)

    eventually(lambda: bench.folder.log.stat().st_size < 1_000_000)


def test_a_log_that_somebody_deleted_ends_no_server(bench: ServerBench) -> None:
    address = bench.server().ensure()
    bench.folder.log.unlink()

    for _ in range(2):  # once it is seen to have looked twice, it has looked for the log
        bench.folder.facts.unlink()
        eventually(bench.folder.read)

    assert bench.server().running() == address
    assert len(bench.starts) == 1


def test_a_folder_that_cannot_be_written_ends_no_server(bench: ServerBench) -> None:
    address = bench.server().ensure()
    in_the_way = bench.folder.facts.with_suffix(".new")
    in_the_way.mkdir()
    bench.folder.facts.unlink()
    eventually(lambda: "server.new: Is a directory" in bench.folder.last_words())

    in_the_way.rmdir()

    eventually(bench.folder.read)
    assert bench.server().running() == address
    assert len(bench.starts) == 1


def test_facts_survive_their_spelling(bench: ServerBench) -> None:
    bench.server().ensure()

    assert facts_of(spell_facts(bench.facts)) == bench.facts
    assert bench.facts.address.password not in repr(bench.facts)
