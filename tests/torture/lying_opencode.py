"""Stands for an opencode that does not do what it says; honest where no lie is asked for.

A prompt `#lie NAME` chooses one. Run as `-I -S FILE run …`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.torture import honest_opencode as honest

WORDS = "línea 🦊 done"
HUGE = 200_000_000
"""Characters of a line that are as many bytes."""


@dataclass
class Session:
    id: str

    def say(self, text: str = WORDS) -> None:
        honest.tell(self.id, "text", text=text)

    def finish(self) -> None:
        honest.finish(self.id)

    def answer(self) -> None:
        """As the honest one does it, in the stream and in the database."""
        honest.answer(self.id, WORDS)

    def fail(self, words: str) -> None:
        error = {"name": "APIError", "data": {"message": words}}
        line = {"type": "error", "sessionID": self.id, "error": error}
        print(json.dumps(line), flush=True)


def exits_with_nothing(session: Session) -> None:
    """It said nothing but its name."""


def announces_and_leaves(session: Session) -> None:
    session.say("I will look into it.")


def success_without_keeping_it(session: Session) -> None:
    """The stream says that it has answered; the database has never heard of that."""
    session.say()
    session.finish()


def error_after_success(session: Session) -> None:
    session.answer()
    session.fail("out of luck")
    sys.exit(1)


def error_and_code_0(session: Session) -> None:
    session.fail("no credit left")


def torn_json(session: Session) -> None:
    session.say("half of it")
    os.write(1, b'{"type":"step_finish","sessionID":"' + session.id.encode() + b'","part":{"rea')


def two_sessions(session: Session) -> None:
    session.say("mine")
    other = Session("ses_other")
    other.say("not mine")
    other.finish()


def huge_line(session: Session) -> None:
    """And what that took of its supervisor, which is its parent."""
    os.write(1, b'{"type":"text","sessionID":"' + session.id.encode() + b'","part":{"text":"')
    for _ in range(HUGE // 1_000_000):
        os.write(1, b"x" * 1_000_000)
    os.write(1, b'"}}\n')
    session.answer()
    status = Path(f"/proc/{os.getppid()}/status").read_text()
    Path("peak").write_text(status.partition("VmHWM:")[2].split()[0])


def deaf(session: Session) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _hang()


def leaves_the_tree(session: Session) -> None:
    subprocess.Popen(["setsid", "setsid", "sleep", "3000"])
    _hang()


def killed_before_the_first_word(session: Session) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def answers_byte_by_byte(session: Session) -> None:
    line = {"type": "text", "sessionID": session.id, "part": {"text": WORDS}}
    for byte in json.dumps(line, ensure_ascii=False).encode() + b"\n":
        os.write(1, bytes([byte]))
    honest.keep_answer(session.id, WORDS)
    session.finish()


def locked(session: Session) -> None:
    print("Error: database is locked", file=sys.stderr)
    sys.exit(1)


def silent_success() -> None:
    """Not even a session."""


def killed_before_it_named_what_it_made() -> None:
    honest.keep_session("ses_unnamed", str(Path.cwd()))
    os.kill(os.getpid(), signal.SIGKILL)


def session_that_is_a_path() -> None:
    session = Session("../../../etc/cron.d/x")
    honest.announce(session.id)
    session.say()
    session.finish()


def session_of_another_project() -> None:
    session = Session("ses_stray")
    honest.announce(session.id)
    session.answer()


def the_base_itself() -> None:
    session = Session("ses_base")
    honest.announce(session.id)
    session.answer()


NAMED: Mapping[str, Callable[[Session], None]] = {
    lie.__name__: lie
    for lie in (
        exits_with_nothing,
        announces_and_leaves,
        success_without_keeping_it,
        error_after_success,
        error_and_code_0,
        torn_json,
        two_sessions,
        huge_line,
        deaf,
        leaves_the_tree,
        killed_before_the_first_word,
        answers_byte_by_byte,
        locked,
    )
}
"""Told in a fork that opencode has made and named."""
UNNAMED: Mapping[str, Callable[[], None]] = {
    lie.__name__: lie
    for lie in (
        silent_success,
        killed_before_it_named_what_it_made,
        session_that_is_a_path,
        session_of_another_project,
        the_base_itself,
    )
}


def _hang() -> None:
    while True:
        time.sleep(60)


def main() -> None:
    if sys.argv[1:2] != ["run"]:
        honest.main()
        return
    words, prompt = honest.words_of(sys.argv[2:]), sys.stdin.read()
    lie = prompt.removeprefix("#lie ") if prompt.startswith("#lie ") else ""
    if unnamed := UNNAMED.get(lie):
        unnamed()
        return
    session = Session(honest.begin(words, prompt))
    if lie:
        NAMED[lie](session)
    else:
        session.answer()


if __name__ == "__main__":
    main()
