"""What the model answers to people."""

from __future__ import annotations

import pytest

from kugetsu_tui.demo.conversation import Conversation
from kugetsu_tui.demo.replies import reply_to
from kugetsu_tui.demo.reply import Reply
from kugetsu_tui.demo.sample_repository import BUG, MENDED, SAMPLE_FILES
from kugetsu_tui.demo.tool_call import edit, read

pytestmark = pytest.mark.fast

TOOLS = frozenset({"bash", "read", "edit", "todowrite", "question"})
PROMPTS = (
    "Fix the login bug",
    "why is test_login flaky?",
    "improve the README",
    "What does this repo do?",
    "ask me first",
    "tell me a story",
)


def asked(
    prompt: str,
    results: tuple[str, ...] = (),
    tools: frozenset[str] = TOOLS,
    *,
    title: bool = False,
) -> Conversation:
    return Conversation(
        prompt=prompt,
        results=results,
        steps=len(results),
        messages=1,
        tools=tools,
        wants_title=title,
    )


def turn(prompt: str, result: str = "a result", tools: frozenset[str] = TOOLS) -> list[Reply]:
    """All replies of a turn, when each tool gives this result."""
    replies = [reply_to(asked(prompt, tools=tools), refused=0)]
    while replies[-1].call:
        assert len(replies) < 10, "the model never comes to an end"
        replies.append(reply_to(asked(prompt, (result,) * len(replies), tools), refused=0))
    return replies


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_turn_ends_with_an_answer(prompt: str) -> None:
    last = turn(prompt)[-1]

    assert last.text
    assert last.finish == "stop"
    assert reply_to(asked(prompt, ("more",) * 20), refused=0) == last


@pytest.mark.parametrize("prompt", PROMPTS)
def test_it_calls_no_tool_that_it_was_not_offered(prompt: str) -> None:
    (only,) = turn(prompt, tools=frozenset())

    assert only.call is None


def test_it_mends_the_bug_that_it_reads() -> None:
    calls = [reply.call for reply in turn("fix the login bug", result=SAMPLE_FILES["login.py"])]

    assert calls == [read("login.py"), edit("login.py", old=BUG, new=MENDED), None]


def test_it_does_not_mend_what_is_mended() -> None:
    look, answer = turn("fix the login bug", result="def may_enter(): ...")

    assert look.call == read("login.py")
    assert "already" in answer.text


def test_it_says_what_it_is_where_it_has_no_answer() -> None:
    assert "demo model" in turn("tell me a story")[-1].text


def test_it_answers_slowly_on_request() -> None:
    reply = reply_to(asked("tell me a story, slowly"), refused=0)

    assert reply.lasting == 20


@pytest.mark.parametrize("status", [401, 500])
def test_it_fails_on_request(status: int) -> None:
    assert reply_to(asked(f"please fail with {status}"), refused=0).status == status


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Fix the login bug, please", "Login refuses a good password"),
        ("Say something about the weather in Kyoto today", "Say something about the weather in"),
        ("#model: say x", "Demo conversation"),
    ],
)
def test_titles_are_short_and_about_the_matter(prompt: str, title: str) -> None:
    assert reply_to(asked(prompt, title=True), refused=0) == Reply(text=title)
