"""Named worlds, each a moment that a user knows: for tests of the screen and for pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kugetsu_tui.domain.conversation import (
    Conversation,
    FileChange,
    FilePatch,
    Message,
    Part,
    TextPart,
    Todo,
    ToolPart,
)
from kugetsu_tui.domain.errors import DamagedError, NoOpencodeError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.looks import Looks
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome, RunSeen, RunVerb
from kugetsu_tui.domain.run_event import (
    Ended,
    Journalled,
    Retrying,
    RunEvent,
    Said,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import RunId, SessionId, SessionType
from kugetsu_tui.domain.transcript import PartKind
from kugetsu_tui.domain.view import View
from tests.asks import permission
from tests.fakes import NOW, FakeRuns, Stage, run_seen
from tests.talks import DIFF, conversation, said, turn

HOME = Path("/home/shoko/src/kugetsu")
BASE = SessionId("ses_5c1e9a70bffeQz4mT8wLk2VnRd")
LOGIN, FLAKY, DOCS = (f"github.com/shoko/kugetsu#{number}" for number in (14, 17, 21))
RATE, CACHE = "github.com/shoko/kugetsu#23", "git.example.org/tools/indexer#7"
DEPLOY = "github.com/shoko/kugetsu#26"
LOST, PARSER = "github.com/shoko/kugetsu#9", "git.example.org/tools/indexer#12"


class LiveRuns(FakeRuns):
    """The journal of a run at work does not end before the run does."""

    def journal(self, run_id: RunId, *, follow: bool) -> Iterator[Journalled | None]:
        told = 0
        while True:
            entries = [entry for entry in self.journals.get(run_id, ()) if entry]
            yield from entries[told:]
            told = len(entries)
            seen = self.known.get(run_id)
            if not follow or seen is None or not seen.is_at_work:
                return
            time.sleep(0.02)
            yield None


@dataclass
class Scene(Stage):
    """A world whose runs go on."""

    directory: Path = HOME

    def __post_init__(self) -> None:
        super().__post_init__()
        self.runs = LiveRuns(self.clock)

    def issue(
        self,
        key: str,
        title: str,
        *,
        model: str = "anthropic/claude-sonnet-4-5",
        tokens: int = 0,
        updated: timedelta = timedelta(minutes=2),
    ) -> SessionId:
        """Track an issue whose session opencode has; returns the session."""
        session_id = SessionId(f"ses_5c{len(self.conversations.kept):02}b4f10ffe{_tail(key)}")
        self.track(key, session_id, created_at="2026-03-12T09:41:07+00:00")
        self._tell(session_id, title, model=model, tokens=tokens, updated=updated)
        return session_id

    def stray(self, number: int, title: str, directory: str = "/home/shoko/notes") -> SessionId:
        """Have opencode keep a session that nobody tracks."""
        session_id = SessionId(f"ses_4f{number:04}a2c0ffe{_tail(title)}")
        self.converse(session_id, title=title)
        self._tell(session_id, title, updated=timedelta(days=number))
        kept = self.conversations.kept
        kept[session_id] = replace(kept[session_id], directory=directory)
        return session_id

    def long_talk(self, session_id: SessionId, turns: int = 120) -> None:
        """Have much been said in a session, questions and answers by turns."""
        self.transcripts.told[session_id] = [
            turn(
                number,
                "user",
                said(f"u{number}", f"Question number {number}?", PartKind.USER),
            )
            if number % 2 == 0
            else turn(number, "assistant", said(f"a{number}", _ANSWER.format(number=number)))
            for number in range(turns)
        ]

    def at_work(self, key: str, run: RunSeen, *events: RunEvent, asked: str) -> None:
        """Have a run of it, and what it said until now."""
        run_id = run.order.run_id
        self.have_run(key, run)
        self.runs.messages[run_id] = asked
        self.runs.journals[run_id] = [Journalled(NOW, event) for event in events]

    def _tell(
        self,
        session_id: SessionId,
        title: str,
        *,
        updated: timedelta,
        model: str = "anthropic/claude-sonnet-4-5",
        tokens: int = 0,
    ) -> Conversation:
        kept = self.conversations.kept
        kept[session_id] = replace(
            kept[session_id],
            title=title,
            updated_at=NOW - updated,
            model=model,
            tokens=tokens,
            cost=tokens * 3e-6,
        )
        return kept[session_id]


def _tail(text: str) -> str:
    return "".join(character for character in text if character.isalnum() and character.isascii())[
        -10:
    ]


def _end(outcome: RunOutcome, ago: timedelta, reason: str = "") -> RunEnd:
    return RunEnd(outcome=outcome, at=NOW - ago, reason=reason)


def _run(name: str, *, ago: timedelta, quiet: timedelta = timedelta(), **more: object) -> RunSeen:
    seen = run_seen(name, verb=RunVerb.CONTINUE, last_sign=NOW - quiet, **more)  # type: ignore[arg-type]
    return replace(seen, order=replace(seen.order, placed_at=NOW - ago))


_ANSWER = """\
Answer number {number} takes a **while**, and wraps where the pane is narrow, as answers do:

- one thing
- and another

```python
def answer_{number}():
    return {number}
```"""


def empty() -> Scene:
    """The first start, with opencode installed."""
    return Scene()


def no_opencode() -> Scene:
    """The first start, without it."""
    scene = Scene()
    scene.opencode.refusal = NoOpencodeError(
        "opencode: not found: not in PATH, and nowhere that its installers put it",
        hint="kugetsu settings opencode.path PATH, or npm install -g opencode-ai",
    )
    return scene


def only_a_base() -> Scene:
    """Initialised, nothing started yet."""
    scene = Scene()
    scene.base(BASE)
    return scene


def busy_morning() -> Scene:
    """A base and seven issues, in about every state there is."""
    scene = Scene()
    scene.notebook.memory = Memory(View(), Looks(NOW - timedelta(days=1)))
    scene.checkout.remotes = ("github.com/shoko/kugetsu",)
    scene.base(BASE)
    scene._tell(BASE, "Read README.md and how tests run", updated=timedelta(days=3), tokens=48_200)
    login = scene.issue(LOGIN, "Fix the login bug", tokens=182_400)
    scene.issue(FLAKY, "Flaky test in the watcher", tokens=96_100, updated=timedelta(seconds=20))
    scene.issue(RATE, "Rate limit the API client", tokens=31_000)
    scene.issue(DOCS, "Document the settings file", tokens=64_800, updated=timedelta(hours=5))
    scene.issue(CACHE, "Cache the parsed grammar", tokens=12_300, updated=timedelta(minutes=31))
    scene.issue(PARSER, "Parser drops the last line", tokens=220_500, updated=timedelta(days=2))
    lost = scene.issue(LOST, "Rename the config keys", updated=timedelta(days=9))
    del scene.conversations.kept[lost]
    _work_on_login(scene, login)
    _others_at_work(scene)
    scene.stray(1, "Try the new grammar by hand")
    scene.stray(4, "What does this stack trace mean?", "/home/shoko/src/indexer")
    return scene


def asked_for_leave() -> Scene:
    """The busy morning, and one issue that waits for a permission."""
    scene = busy_morning()
    session_id = scene.issue(DEPLOY, "Deploy the docs to the bucket", tokens=57_900)
    run = _run(
        "run-deploy",
        ago=timedelta(minutes=8),
        session_id=session_id,
        asks=(permission("aws s3 sync ./site s3://docs"),),
    )
    scene.at_work(DEPLOY, run, SessionNamed(session_id), asked="deploy the docs")
    return scene


def _work_on_login(scene: Scene, session_id: SessionId) -> None:
    scene.at_work(
        LOGIN,
        _run("run-login", ago=timedelta(minutes=3, seconds=12), session_id=session_id),
        SessionNamed(session_id),
        Said("I'll look at how the session cookie is set before I change anything."),
        ToolUsed(tool="read", title="src/login/session.py", output="", is_error=False),
        ToolUsed(tool="grep", title="SameSite", output="3 matches", is_error=False),
        StepFinished(finish="tool-calls", tokens=18_240, cost=0.05),
        Said(
            "The cookie is written with SameSite=Strict, so the redirect back from the identity"
            " provider arrives without it and the login starts over.\n\nI'll set it to Lax and"
            " add a test that follows the redirect:\n\n    response.set_cookie(\n"
            '        "session", token, samesite="lax", secure=True,\n    )'
        ),
        ToolUsed(tool="edit", title="src/login/session.py", output="", is_error=False),
        ToolUsed(
            tool="bash",
            title="pytest tests/login -q",
            output="1 failed: test_redirect_keeps_the_session",
            is_error=True,
        ),
        asked="fix the login bug, and add a test for it",
    )
    scene.conversations.said[session_id] = [
        _message("user", "fix the login bug, and add a test for it", minutes=3),
        _message(
            "assistant",
            "I'll look at how the session cookie is set before I change anything.",
            ToolPart(tool="read", status="completed", title="src/login/session.py", output=""),
            minutes=2,
        ),
    ]
    child = SessionId("ses_5cchild")
    scene.transcripts.told[session_id] = list(conversation(child))
    scene.transcripts.told[child] = [
        turn(10, "user", said("c1", "Look for other cookies.", PartKind.USER)),
        turn(11, "assistant", said("c2", "There are none.")),
    ]
    scene.transcripts.patched[session_id] = [FilePatch("src/login/session.py", DIFF)]
    scene.conversations.planned[session_id] = [
        Todo("find where the cookie is written", "completed"),
        Todo("set SameSite to Lax", "in_progress"),
        Todo("test the redirect", "pending"),
    ]
    scene.conversations.changed[session_id] = [FileChange("src/login/session.py", 4, 1, "modified")]


def _message(role: str, text: str, *parts: Part, minutes: int) -> Message:
    at = NOW - timedelta(minutes=minutes)
    return Message(
        role=role,
        at=at,
        completed_at=at,
        finish="stop",
        error="",
        parts=(TextPart(text), *parts),
    )


def _others_at_work(scene: Scene) -> None:
    limit = "429 Too Many Requests, next attempt in 12 s"
    scene.at_work(
        RATE,
        _run("run-rate", ago=timedelta(minutes=1), retrying=limit),
        Retrying(limit),
        asked="rate limit the client",
    )
    scene.at_work(
        FLAKY,
        _run("run-flaky", ago=timedelta(minutes=22), quiet=timedelta(minutes=14)),
        Said("I'll run the suite in a loop until it fails."),
        asked="find out why the watcher's test is flaky",
    )
    rejected = "permission rejected, nobody was there to allow it: bash rm -rf cache"
    failed = _end(RunOutcome.FAILED, timedelta(minutes=31), rejected)
    scene.at_work(
        CACHE,
        _run("run-cache", ago=timedelta(minutes=40), end=failed),
        Ended(failed),
        asked="cache the grammar",
    )
    answered = _end(RunOutcome.ANSWERED, timedelta(hours=5))
    scene.at_work(
        DOCS,
        _run("run-docs", ago=timedelta(hours=6), end=answered),
        Said("Every setting now has a sentence and its default."),
        Ended(answered),
        asked="document the settings",
    )
    scene.have_run(
        PARSER,
        _run("run-parser", ago=timedelta(days=2), quiet=timedelta(days=2), liveness=Liveness.GONE),
    )


def damaged() -> Scene:
    """The index is cut in half; nothing was read before."""
    scene = Scene()
    scene.store.damage = DamagedError(
        "index: /home/shoko/.kugetsu/index.json: cut off in line 3",
        hint="cp /home/shoko/.kugetsu/index.json.last /home/shoko/.kugetsu/index.json",
    )
    return scene


CANARY = "\x1b]52;c;Y2FuYXJ5\x07\x1b[31m\x9b1m\x00"
"""What no terminal may ever be sent: it would fill the clipboard, colour the screen, ring."""


def evil() -> Scene:
    """Titles, answers and paths that mean harm, and some that are merely wide."""
    scene = Scene()
    scene.base(BASE)
    titles = (
        f"{CANARY}take over the clipboard",
        "[/nope] [@click=app.quit]press me[/] [bold]not bold",
        "日本語のタイトルはとても長いので切り取られるはずです、たぶん",
        "👨‍👩‍👧‍👦 family, ❤️ heart, 🇩🇪 flag and a very long tail that has to be cut somewhere",
        "right\u202eto left\u202c and zero\u200bwidth",
    )
    for number, title in enumerate(titles, start=1):
        scene.issue(f"github.com/shoko/kugetsu#{number}", title)
    key = "github.com/shoko/kugetsu#1"
    session_id = scene.record(key).session_id
    assert session_id is not None
    scene.at_work(
        key,
        _run("run-evil", ago=timedelta(minutes=1), session_id=session_id),
        Said(f"{CANARY}\n[/nope]\n{'wide 語' * 40}\n{'x' * 500}"),
        asked=f"do {CANARY}",
    )
    scene.conversations.said[session_id] = [_message("user", f"say {CANARY} [/]", minutes=1)]
    scene.store.files["github.com-shoko-kugetsu-5.json"] = DamagedRecord(
        "github.com-shoko-kugetsu-5.json", f"no JSON: {CANARY}"
    )
    return scene


def thousands(count: int = 10_000) -> Scene:
    """More issues than anybody has."""
    scene = Scene()
    scene.base(BASE)
    issues: dict[str, str] = {}
    for number in range(1, count + 1):
        key, file = f"github.com/shoko/repository-{number % 40}#{number}", f"{number}.json"
        session_id = SessionId(f"ses_{number:026}")
        scene.conversations.kept[session_id] = replace(
            scene.conversations.kept[BASE],
            session_id=session_id,
            title=f"Issue number {number}: make it better than it was",
            updated_at=NOW - timedelta(minutes=number),
            model="anthropic/claude-sonnet-4-5",
            tokens=number * 10,
        )
        scene.store.files[file] = Record(
            type=SessionType.FORKED, issue_ref=key, session_id=session_id, directory=str(HOME)
        )
        issues[key] = file
    scene.store.stored = replace(scene.store.stored, issues=issues)
    return scene


SCENES: Mapping[str, Callable[[], Scene]] = {
    "empty": empty,
    "no-opencode": no_opencode,
    "only-a-base": only_a_base,
    "busy-morning": busy_morning,
    "damaged": damaged,
    "evil": evil,
}
