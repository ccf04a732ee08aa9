"""The terminal is lent to programs of all manners, and is whole afterwards."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import NoTerminalError
from kugetsu_tui.terminals.hand_over import hand_over
from tests.terminals.lending import EVERYTHING_ON, child_of, is_alive, lent_to, python, told
from tests.terminals.outer_terminal import books, outer_terminal


@pytest.mark.parametrize("status", [0, 7])
def test_an_exit_status_is_passed_on(status: int) -> None:
    with lent_to(python(f"say(b'hello'); sys.exit({status})")) as terminal:
        before = terminal.line_discipline()
        end = told(terminal)
        assert terminal.wait_for_exit() == 0
        assert (end.exit_status, end.signal) == (status, None)
        assert end.modes_whole
        assert terminal.line_discipline() == before
        assert not books(terminal.output)


def test_the_books_find_what_a_killed_program_leaves_without_us() -> None:
    script = f"import os, signal; os.write(1, b'{EVERYTHING_ON}'); os.kill(os.getpid(), 9)"
    with outer_terminal([sys.executable, "-c", script]) as terminal:
        terminal.wait_for_exit()
        assert books(terminal.output) >= {"mode 1049", "mode 2004", "kitty keys", "cursor"}


def test_a_killed_program_leaves_nothing_behind() -> None:
    script = f"tty.setraw(0); say(b'{EVERYTHING_ON}'); os.kill(os.getpid(), 9)"
    with lent_to(python(script)) as terminal:
        end = told(terminal)
        assert (end.exit_status, end.signal) == (None, signal.SIGKILL)
        assert end.modes_whole
        assert not books(terminal.output)


def test_a_killed_program_on_the_main_screen_leaves_nothing_behind() -> None:
    script = "tty.setraw(0); say(b'\\x1b[?2004h\\x1b[?1003h\\x1b[3;9r'); os.kill(os.getpid(), 9)"
    with lent_to(python(script)) as terminal:
        assert told(terminal).modes_whole
        assert not books(terminal.output)


def test_key_flags_of_the_shell_before_us_stay() -> None:
    with lent_to(python("say(b'hello')"), shell=r"printf '\033[>1u'") as terminal:
        told(terminal)
        assert books(terminal.output) == {"kitty keys"}


def test_replies_that_come_after_the_program_died_reach_nobody() -> None:
    script = f"tty.setraw(0); say(b'{EVERYTHING_ON}'); os.kill(os.getpid(), 9)"
    with lent_to(python(script)) as terminal:
        terminal.latency = 0.3
        assert told(terminal).left_in_the_line == ""


def test_a_terminal_that_never_answers_is_given_back_all_the_same() -> None:
    with lent_to(python("say(b'hello')")) as terminal:
        terminal.latency = 3600.0
        assert told(terminal).modes_whole


def test_a_signal_that_comes_while_the_terminal_is_taken_back_counts() -> None:
    with lent_to(python("say(b'hello')")) as terminal:
        terminal.latency = 3600.0
        terminal.wait_for(b"\x1b[c")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 128 + signal.SIGTERM


def test_a_program_that_fails_at_once_has_its_words_shown() -> None:
    with lent_to(python("say(b'no such session'); sys.exit(1)")) as terminal:
        end = told(terminal)
        assert b"no such session" in terminal.output.split(b"TOLD")[0]
        assert end.closing_words == "no such session"


def test_a_program_that_let_go_of_its_terminal_may_take_its_time_to_exit() -> None:
    with lent_to(python("os.closerange(0, 3); time.sleep(0.5); sys.exit(4)")) as terminal:
        assert told(terminal).exit_status == 4


def test_only_the_end_of_a_long_output_is_kept() -> None:
    with lent_to(python("say(b'x' * 50_000 + b'bye')")) as terminal:
        end = told(terminal)
        assert terminal.output.count(b"x") > 50_000
        assert len(end.closing_words) == 16 * 1024
        assert end.closing_words.endswith("xbye")


def test_the_program_starts_with_our_size_and_hears_of_changes() -> None:
    script = """
def size(*_): say(b'<%dx%d>' % tuple(os.get_terminal_size(0)))
signal.signal(signal.SIGWINCH, size); size()
while True: time.sleep(0.1)
"""
    with lent_to(python(script), size=(33, 99)) as terminal:
        terminal.wait_for(b"<99x33>")
        terminal.resize(30, 100)
        terminal.wait_for(b"<100x30>")
        assert b"<80x24>" not in terminal.output


def test_the_program_gets_our_own_keys_for_erase_and_the_rest() -> None:
    script = "say(b'erase=%s;' % termios.tcgetattr(0)[6][termios.VERASE])"
    with lent_to(python(script), shell="stty erase '#'") as terminal:
        terminal.wait_for(b"erase=#;")


POLITE = "say(b'PID=%d;' % os.getpid())\nwhile True: time.sleep(0.1)\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_to_us_ends_the_program_and_then_us(number: signal.Signals) -> None:
    with lent_to(python(f"say(b'{EVERYTHING_ON}')\n" + POLITE)) as terminal:
        before = terminal.line_discipline()
        pid = child_of(terminal)
        terminal.process.send_signal(number)
        end = told(terminal)
        assert end.error.endswith(f"closed, because of {number.name}")
        assert terminal.wait_for_exit() == 128 + number
        assert not is_alive(pid)
        assert end.modes_whole
        assert terminal.line_discipline() == before
        assert not books(terminal.output)


def test_a_program_that_will_not_go_is_killed() -> None:
    deaf = "for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\n"
    with lent_to(python(f"say(b'{EVERYTHING_ON}')\n" + deaf + POLITE)) as terminal:
        pid = child_of(terminal)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 128 + signal.SIGTERM
        assert not is_alive(pid)
        assert not books(terminal.output)


@pytest.mark.parametrize("deaf", ["", "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"])
def test_what_a_program_says_when_it_is_told_to_go_is_shown(deaf: str) -> None:
    script = """
def leave(*_): say(b'goodbye'); sys.exit(0)
signal.signal(signal.SIGHUP, leave); signal.signal(signal.SIGTERM, leave)
"""
    with lent_to(python(script + deaf + POLITE)) as terminal:
        child_of(terminal)
        terminal.process.send_signal(signal.SIGTERM)
        terminal.wait_for_exit()
        assert b"goodbye" in terminal.output


def test_a_signal_that_we_ignore_is_ignored_while_the_terminal_is_lent() -> None:
    with lent_to(["sh", "-c", "echo ready; cat"], shell="trap '' HUP") as terminal:
        terminal.wait_for(b"ready")
        terminal.process.send_signal(signal.SIGHUP)
        terminal.type(b"still here\r\x04")
        assert told(terminal).exit_status == 0
        assert b"still here\r\nstill here" in terminal.output


def test_keys_typed_before_the_program_is_there_are_for_the_program() -> None:
    with lent_to(["head", "-n1"]) as terminal:
        terminal.type(b"early\r")
        assert told(terminal).closing_words.endswith("early\r\n")


@pytest.mark.parametrize("shell", [":", "trap '' HUP"], ids=["signal", "no signal"])
def test_a_closed_terminal_ends_the_program_and_us(shell: str) -> None:
    """With the signal, and without: then the end of the input says it."""
    with lent_to(python(POLITE), shell=shell) as terminal:
        pid = child_of(terminal)
        terminal.close()
        assert terminal.process.wait(timeout=20) == 128 + signal.SIGHUP
        assert not is_alive(pid)


def test_a_job_left_behind_does_not_keep_the_terminal() -> None:
    script = """
signal.signal(signal.SIGHUP, signal.SIG_IGN)
job = os.fork()
job or time.sleep(3600)
say(b'PID=%d;' % job)
"""
    with lent_to(python(script)) as terminal:
        try:
            assert told(terminal).exit_status == 0
        finally:
            os.kill(child_of(terminal), signal.SIGKILL)


def test_a_flood_of_keys_and_a_flood_of_pictures_do_not_wait_for_each_other() -> None:
    script = """
tty.setraw(0)
say(b'ready')
heard = 0
while heard < 120_000:
    heard += len(os.read(0, 1000))
    say(b'.' * 5000)
say(b'heard it all')
"""
    with lent_to(python(script)) as terminal:
        terminal.wait_for(b"ready")
        terminal.type(b"k" * 120_000)
        terminal.wait_for(b"heard it all")
        assert told(terminal).exit_status == 0


def test_a_program_that_suspends_itself_is_continued() -> None:
    """As opencode does at ctrl+z; its own SIGTSTP has no effect in a session without a shell."""
    script = """
whole = termios.tcgetattr(0)
tty.setraw(0); say(b'ready')
assert os.read(0, 1) == b'\\x1a'
signal.signal(signal.SIGCONT, lambda *_: (tty.setraw(0), say(b'awake')))
termios.tcsetattr(0, termios.TCSANOW, whole)
os.kill(0, signal.SIGTSTP)
say(b'<' + os.read(0, 1) + b'>')
"""
    with lent_to(python(script)) as terminal:
        terminal.wait_for(b"ready")
        terminal.type(b"\x1a")
        terminal.wait_for(b"awake")
        terminal.type(b"k")
        terminal.wait_for(b"<k>")
        assert told(terminal).exit_status == 0


def test_the_program_works_where_it_was_told_and_knows_it(tmp_path: Path) -> None:
    where = {"LENDER_DIRECTORY": str(tmp_path)}
    with lent_to(python("say(repr(dict(os.environ)).encode())"), environment=where) as terminal:
        assert f"'PWD': '{tmp_path}'" in told(terminal).closing_words
    with lent_to(["/bin/pwd", "-P"], environment=where) as terminal:
        assert told(terminal).closing_words == f"{tmp_path.resolve()}\r\n"


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_the_program_does_not_inherit_what_python_ignores() -> None:
    with lent_to(["grep", "SigIgn", "/proc/self/status"]) as terminal:
        assert told(terminal).closing_words.split() == ["SigIgn:", "0" * 16]


def test_a_program_without_words_may_have_blanks_and_quotes_in_its_path(tmp_path: Path) -> None:
    program = tmp_path / 'it\'s a "program"'
    program.write_text("#!/bin/sh\necho started\n")
    program.chmod(0o755)
    with lent_to([str(program)]) as terminal:
        assert told(terminal).closing_words == "started\r\n"


@pytest.mark.parametrize(
    ("command", "directory"), [("no-such-program", "/"), ("true", "/no/such/directory")]
)
def test_what_cannot_be_started_is_refused_once_and_by_name(command: str, directory: str) -> None:
    with lent_to([command], environment={"LENDER_DIRECTORY": directory}) as terminal:
        end = told(terminal)
        assert end.error.startswith(f"{command}: cannot be started: ")
        assert end.modes_whole
        assert terminal.wait_for_exit() == 5
        assert not books(terminal.output)


def test_without_a_terminal_nothing_is_started(tmp_path: Path) -> None:
    with pytest.raises(NoTerminalError, match="needs a terminal"):
        hand_over(["touch", "made"], directory=tmp_path, environment={"TERM": "dumb"})
    assert not list(tmp_path.iterdir())
