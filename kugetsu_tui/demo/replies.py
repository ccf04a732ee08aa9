"""What the model answers: to tests what their directives say, to people something sensible."""

from __future__ import annotations

import re
from collections.abc import Callable

from kugetsu_tui.demo.conversation import Conversation
from kugetsu_tui.demo.directive import MARK, directives, obey
from kugetsu_tui.demo.reply import Reply
from kugetsu_tui.demo.sample_repository import BUG, MENDED
from kugetsu_tui.demo.tool_call import bash, edit, question, read, todos
from kugetsu_tui.domain.frozen import frozen, replace

_SLOWLY = 20.0
"""Seconds that an answer takes which was asked for slowly."""
_PER_WORD = 0.04
"""Seconds for a word of any other: as fast as a real model, and over soon."""
_TITLE_WORDS = 6

_UNKNOWN = """\
I am the built-in demo model: I follow a script and understand next to nothing.
Ask me to fix the login bug, to look into the flaky test, to improve the README, or what this \
repository does. Add "slowly" and I take my time; say "ask me first" and I ask a question; say \
"fail with 500" or "fail with 401" and I do."""


@frozen
class _Topic:
    """Something that the model has an answer to."""

    words: str
    """A regular expression that a prompt on the topic contains."""
    title: str
    replies: Callable[[Conversation], list[Reply]]
    """Tool calls, and at the end the answer; one for each time the model is asked in a turn."""


def reply_to(asked: Conversation, *, refused: int) -> Reply:
    """Decides on a reply; `refused` is how often this request was refused already.

    Raises:
        UnknownDirectiveError: see `kugetsu_tui.demo.directive`.
    """
    if asked.wants_title:
        return Reply(text=_title(asked.prompt))
    if script := directives(asked.prompt):
        return obey(script, step=asked.steps, refused=refused)
    if failure := re.search(r"\bfail with ([45]\d\d)\b", asked.prompt, re.IGNORECASE):
        return Reply(status=int(failure[1]))
    return _at_a_pace(_in_words(asked), asked.prompt)


def _title(prompt: str) -> str:
    if topic := _topic(prompt):
        return topic.title
    lines = (line for line in prompt.split("\n") if not line.startswith(MARK))
    words = [word for line in lines for word in line.split()]
    return " ".join(words[:_TITLE_WORDS]) or "Demo conversation"


def _topic(prompt: str) -> _Topic | None:
    found = (each for each in _TOPICS if re.search(each.words, prompt, re.IGNORECASE))
    return next(found, None)


def _in_words(asked: Conversation) -> Reply:
    topic = _topic(asked.prompt)
    replies = topic.replies(asked) if topic else [Reply(text=_UNKNOWN)]
    possible = [each for each in replies if not each.call or each.call.tool in asked.tools]
    return possible[min(asked.steps, len(possible) - 1)]


def _at_a_pace(reply: Reply, prompt: str) -> Reply:
    is_slow = "slowly" in prompt.lower() and not reply.call
    return replace(reply, lasting=_SLOWLY if is_slow else _PER_WORD * len(reply.text.split()))


def _ask(_: Conversation) -> list[Reply]:
    shall_i = question("Shall I change the files?", "Go ahead", "Only say what is wrong")
    return [
        Reply(text="One thing first.", call=shall_i),
        Reply(text="That is as far as I go: I am only the demo model."),
    ]


def _mend_login(asked: Conversation) -> list[Reply]:
    look = Reply(text="Let me look at how the password is checked.", call=read("login.py"))
    if asked.results and BUG not in asked.results[0]:
        return [look, Reply(text="It is mended already: passwords are compared as they are.")]
    return [
        look,
        Reply(
            text="The given password is lower-cased.", call=edit("login.py", old=BUG, new=MENDED)
        ),
        Reply(
            text="Alice could not log in: `may_enter` lower-cased the password she typed before "
            "comparing it, and hers has a capital W. It now compares the password as it is. "
            "A test with a capital letter would have caught this."
        ),
    ]


def _explain_flaky(_: Conversation) -> list[Reply]:
    return [
        Reply(call=todos(find_out_when_it_fails="in_progress", propose_a_cure="pending")),
        Reply(
            text="Two things to do. First, what changed lately.",
            call=bash("git log --oneline -3"),
        ),
        Reply(call=read("test_login.py")),
        Reply(call=todos(find_out_when_it_fails="completed", propose_a_cure="completed")),
        Reply(
            text="`test_a_visit_is_fresh_at_first` sleeps 40 ms and then expects a visit to be "
            "younger than 50 ms. On a busy machine it is not. Hand the time to `is_fresh` as "
            "an argument, and the test needs neither a clock nor a sleep."
        ),
    ]


def _improve_readme(_: Conversation) -> list[Reply]:
    return [
        Reply(text="Let me read it first.", call=read("README.md")),
        Reply(
            text="The README says what the project does and how to run its tests. It lacks an "
            "example of use and the one figure that people ask for: how long a visit lasts."
        ),
    ]


def _describe(_: Conversation) -> list[Reply]:
    return [
        Reply(call=bash("ls -1")),
        Reply(
            text="Gatekeeper is three small files: `login.py` decides who may come in and for "
            "how long, `test_login.py` checks it, and the README says so."
        ),
    ]


_TOPICS = (
    _Topic(r"\bask me\b", "A question first", _ask),
    _Topic(r"\blog[ -]?in\b|\bpassword", "Login refuses a good password", _mend_login),
    _Topic(r"\bflak", "A test that fails now and then", _explain_flaky),
    _Topic(r"\breadme\b", "A better README", _improve_readme),
    _Topic(r"\bwhat (does|is) this\b|\brepo(sitory)?\b", "What the repository does", _describe),
)
