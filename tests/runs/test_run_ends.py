"""How runs end: opencode is not believed, and nobody waits for ever."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import pytest

from kugetsu_tui.domain.run import RunOutcome, RunVerb
from kugetsu_tui.domain.run_event import ErrorReported, Said
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs.process_table import carriers, look_at
from tests.runs.conftest import BASE, Bench, eventually

MINE = SessionId("ses_mine")
LATER = (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("program", "outcome", "reason"),
    [
        ("pass", RunOutcome.FAILED, "opencode ended without an answer"),
        ("name('ses_new'); say('I will…')", RunOutcome.FAILED, "opencode ended without an answer"),
        (
            "name('ses_new'); tell('error_reported', message='no credit left')",
            RunOutcome.FAILED,
            "no credit",
        ),
        ("name('ses_new'); finish('tool-calls')", RunOutcome.FAILED, "after a tool call"),
        (
            "os.write(2, b'Session not found\\n'); sys.exit(1)",
            RunOutcome.FAILED,
            "Session not found",
        ),
        ("sys.exit(3)", RunOutcome.FAILED, "exit code 3"),
        ("answer(); sys.exit(1)", RunOutcome.ANSWERED, "opencode then ended with exit code 1"),
        ('os.write(1, b\'{"event": "sa\'); sys.exit(0)', RunOutcome.FAILED, "without an answer"),
        ("os.kill(os.getpid(), 9)", RunOutcome.INTERRUPTED, "signal 9"),
        ("answer(); os.kill(os.getpid(), 15)", RunOutcome.ANSWERED, "signal 15"),
    ],
)
def test_only_an_answer_is_an_answer(
    bench: Bench, program: str, outcome: RunOutcome, reason: str
) -> None:
    end = bench.end(bench.play(program))

    assert end.outcome is outcome
    assert reason in end.reason


def test_the_database_outweighs_the_stream(bench: Bench) -> None:
    end = bench.end(bench.play("database(finish='stop'); name('ses_new')"))

    assert end.outcome is RunOutcome.ANSWERED


def test_a_database_that_cannot_be_read_leaves_the_stream(bench: Bench) -> None:
    end = bench.end(bench.play("database(unreadable=1); answer()"))

    assert end.outcome is RunOutcome.ANSWERED


def test_an_opencode_that_is_not_there_is_a_failure_with_words(bench: Bench) -> None:
    order = bench.order()
    bench.directory.rmdir()

    end = bench.end(bench.launch(order, "Fix it."))

    assert end.outcome is RunOutcome.FAILED
    assert "could not be started" in end.reason
    assert str(bench.directory) in end.reason


def test_lines_may_be_split_anywhere(bench: Bench) -> None:
    run_id = bench.play(
        'line = \'{"at":"2026-01-01T00:00:00Z","event":"said","text":"é🦊"}\\n\'.encode()\n'
        "for byte in line * 2: os.write(1, bytes([byte])); time.sleep(0.0005)"
    )

    assert bench.events(run_id)[:-1] == [Said("é🦊"), Said("é🦊")]


def test_an_answer_of_five_megabytes_is_told_whole(bench: Bench) -> None:
    run_id = bench.play(
        "name('ses_new'); say('\\x1b€' * 1_000_000 + 'x' * 2_000_000); finish('stop')"
    )

    said = [event for event in bench.events(run_id) if isinstance(event, Said)]

    assert said == [Said("\x1b€" * 1_000_000 + "x" * 2_000_000)]


def test_a_line_of_200_megabytes_is_left_out_in_little_memory(bench: Bench) -> None:
    run_id = bench.play(
        "name('ses_new')\n"
        "for _ in range(200): os.write(1, b'x' * 1_000_000)\n"
        "os.write(1, b'\\n'); finish('stop')\n"
        "status = Path(f'/proc/{os.getppid()}/status').read_text()\n"
        "Path('peak').write_text(status.partition('VmHWM:')[2].split()[0])"
    )

    assert bench.end(run_id).outcome is RunOutcome.ANSWERED
    assert "too long" in bench.runs.log(run_id)
    assert int(bench.noted("peak")) < 120_000


@pytest.mark.parametrize("stranger", ["ses_other", BASE])
def test_a_second_session_is_an_error_and_never_adopted(bench: Bench, stranger: str) -> None:
    run_id = bench.play(
        f"name('ses_new'); name('{stranger}'); name('{stranger}'); name('ses_new'); hang()"
    )
    bench.noted("hangs")
    bench.runs.stop(run_id)

    errors = [event for event in bench.events(run_id) if isinstance(event, ErrorReported)]
    assert len(errors) == 1
    assert stranger in errors[0].message
    assert bench.seen(run_id).session_id == "ses_new"


def test_a_fork_is_never_its_own_base(bench: Bench) -> None:
    run_id = bench.play(f"name('{BASE}'); say('done'); finish('stop')")

    assert "which is not this run's session" in bench.end(run_id).reason
    assert bench.end(run_id).outcome is RunOutcome.FAILED
    assert bench.seen(run_id).session_id is None


def test_a_session_of_another_directory_is_an_error_and_never_adopted(bench: Bench) -> None:
    run_id = bench.play("database(directory='/elsewhere'); answer()")

    end = bench.end(run_id)

    assert end.outcome is RunOutcome.FAILED
    assert "opencode names ses_new, which is not this run's session" in end.reason
    assert bench.seen(run_id).session_id is None


def test_a_directory_may_be_reached_by_another_name(bench: Bench) -> None:
    other = bench.directory.with_name("linked")
    other.symlink_to(bench.directory)

    end = bench.end(bench.play(f"database(directory={str(other)!r}); answer()"))

    assert end.outcome is RunOutcome.ANSWERED


def test_a_log_that_quotes_a_session_names_none(bench: Bench) -> None:
    run_id = bench.play(
        "name('ses_new'); log('session_named', session_id='ses_spoof'); finish('stop')"
    )

    assert not [event for event in bench.events(run_id) if isinstance(event, ErrorReported)]


def test_starting_has_its_own_limit(bench: Bench) -> None:
    run_id = bench.play("os.write(2, b'x'); hang()", bench.order(start_timeout=0.5))

    end = bench.end(run_id)

    assert end.outcome is RunOutcome.TIMED_OUT
    assert "did not name a session within 0.5 s" in end.reason
    assert not carriers(run_id)


def test_a_session_that_is_continued_has_started_once_the_database_has_news_of_it(
    bench: Bench,
) -> None:
    order = bench.order(verb=RunVerb.CONTINUE, session_id=MINE)
    run_id = bench.play(f"database(activity='{LATER}'); hang()", order)

    assert eventually(lambda: bench.seen(run_id).session_id) == MINE


def test_silence_ends_a_run_that_was_given_an_idle_limit(bench: Bench) -> None:
    run_id = bench.play("name('ses_new'); hang()", bench.order(idle_timeout=0.5))

    end = bench.end(run_id)

    assert end.outcome is RunOutcome.TIMED_OUT
    assert "no sign of life for 0.5 s" in end.reason


def test_a_silent_tool_is_no_silence(bench: Bench) -> None:
    run_id = bench.play(
        "database(tool=1); name('ses_new'); time.sleep(3.5); finish('stop')",
        bench.order(idle_timeout=3.0),
    )

    assert bench.end(run_id).outcome is RunOutcome.ANSWERED


def test_a_log_line_is_a_sign_of_life(bench: Bench) -> None:
    run_id = bench.play(
        "name('ses_new')\n"
        "for _ in range(12): time.sleep(0.3); os.write(2, b'LOG x\\n')\n"
        "finish('stop')",
        bench.order(idle_timeout=3.0),
    )

    assert bench.end(run_id).outcome is RunOutcome.ANSWERED


def test_the_time_that_was_given_is_all_there_is(bench: Bench) -> None:
    run_id = bench.play(
        "name('ses_new')\nwhile True: say('tick'); time.sleep(0.05)", bench.order(timeout=0.6)
    )

    end = bench.end(run_id)

    assert end.outcome is RunOutcome.TIMED_OUT
    assert "0.6 s" in end.reason


def test_everything_is_gone_after_a_time_out_also_what_is_deaf_or_left_the_tree(
    bench: Bench,
) -> None:
    order = bench.order(idle_timeout=0.3)
    run_id = bench.play("deaf(); background(own_session=True); name('ses_new'); hang()", order)

    bench.end(run_id)

    assert look_at(int(bench.noted("background"))) is None
    assert not carriers(run_id)


def test_a_finished_turn_whose_opencode_does_not_exit_is_an_answer(bench: Bench) -> None:
    run_id = bench.play("name('ses_new'); database(finish='stop'); hang()")

    end = bench.end(run_id)

    assert end.outcome is RunOutcome.ANSWERED
    assert end.reason == "opencode did not exit by itself"
    assert not carriers(run_id)


def test_an_unfinished_turn_is_not_cut(bench: Bench) -> None:
    run_id = bench.play(
        "name('ses_new'); database(finish='tool-calls'); time.sleep(1.2); database(finish='stop')"
    )

    assert bench.end(run_id).reason == ""


def test_what_an_opencode_that_exits_leaves_running_is_left_alone(bench: Bench) -> None:
    run_id = bench.play("background(); answer()")

    end = bench.end(run_id)

    assert end.outcome is RunOutcome.ANSWERED
    assert bench.process("background") in carriers(run_id)


def test_what_an_opencode_that_is_killed_leaves_running_is_ended(bench: Bench) -> None:
    run_id = bench.play("background(own_session=True); os.kill(os.getpid(), 9)")

    end = bench.end(run_id)

    assert end.signal == signal.SIGKILL
    assert not carriers(run_id)


def test_a_supervisor_that_is_told_to_end_by_nobody_we_know_was_interrupted(bench: Bench) -> None:
    run_id = bench.play("name('ses_new'); hang()")
    bench.noted("hangs")

    bench.kill(bench.supervisor(run_id), signal.SIGTERM)

    assert bench.end(run_id).outcome is RunOutcome.INTERRUPTED
    assert not carriers(run_id)
