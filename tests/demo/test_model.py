"""The scripted model over HTTP: each directive does what its line in the grammar says."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException, IncompleteRead, RemoteDisconnected

import pytest

from kugetsu_tui.demo.model import ScriptedModel
from tests.demo.client import TOOL_RESULT, Answer, ask, post, user

pytestmark = pytest.mark.fast


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as running:
        yield running


def test_it_says_what_it_is_told(model: ScriptedModel) -> None:
    assert ask(model, user("#model: say hello  you")) == Answer(text="hello  you", finish="stop")


def test_only_the_last_user_message_is_read(model: ScriptedModel) -> None:
    answer = ask(
        model,
        {"role": "system", "content": "#model: error 500"},
        user("#model: bash rm -r everything"),
        {"role": "assistant", "content": "#model: error 500"},
        user("#model: say only this"),
    )

    assert answer.text == "only this"


def test_a_directive_is_found_among_what_opencode_adds(model: ScriptedModel) -> None:
    answer = ask(
        model,
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "<system-reminder>\nPlan!\n</system-reminder>"},
                {"type": "text", "text": "Please.\n#model: say found\n"},
            ],
        },
    )

    assert answer.text == "found"


@pytest.mark.parametrize(
    ("line", "tool", "argument"),
    [
        ("bash echo 'a  b'", "bash", ("command", "echo 'a  b'")),
        ("read /etc/hostname", "read", ("filePath", "/etc/hostname")),
        ("task #model: say below", "task", ("prompt", "#model: say below")),
        ('call glob {"pattern": "*.py"}', "glob", ("pattern", "*.py")),
    ],
)
def test_it_calls_tools(
    model: ScriptedModel, line: str, tool: str, argument: tuple[str, str]
) -> None:
    answer = ask(model, user(f"#model: {line}"))

    assert (answer.tool, answer.finish) == (tool, "tool_calls")
    assert argument in answer.arguments.items()


def test_it_asks_a_question(model: ScriptedModel) -> None:
    answer = ask(model, user("#model: question Really?"))

    assert answer.tool == "question"
    assert answer.arguments["questions"][0]["question"] == "Really?"


def test_a_tool_result_is_answered_by_the_next_line_and_then_it_stops(
    model: ScriptedModel,
) -> None:
    script = user("#model: bash ls", "#model: bash pwd", "#model: say seen")

    answers = [ask(model, script, *TOOL_RESULT * times) for times in range(4)]

    assert [answer.tool or answer.text for answer in answers] == ["bash", "bash", "seen", "Done."]


def test_a_tool_result_without_another_line_is_answered(model: ScriptedModel) -> None:
    answer = ask(model, user("#model: bash ls"), *TOOL_RESULT)

    assert answer == Answer(text="Done.", finish="stop")


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_it_refuses(model: ScriptedModel, status: int) -> None:
    for _ in range(3):
        response = post(model, [user(f"#model: error {status}")])

        assert response.status == status
        assert (response.getheader("Retry-After") == "1") == (status == 429)


def test_it_refuses_so_many_times_in_each_session(model: ScriptedModel) -> None:
    script = [user("#model: error 500 2", "#model: say at last")]

    statuses = {
        session: [post(model, script, session=session).status for _ in range(4)]
        for session in ("one", "other")
    }

    assert statuses == {"one": [500, 500, 200, 500], "other": [500, 500, 200, 500]}


def test_a_request_for_a_title_gets_one_and_spends_no_refusal(model: ScriptedModel) -> None:
    prompt = user("The door is stuck", "#model: error 500 1")
    title_agent = {"role": "system", "content": "You are a title generator. You output ONLY"}

    refused = post(model, [prompt]).status
    title = ask(model, title_agent, user("Generate a title for this conversation:"), prompt)
    answered = post(model, [prompt]).status

    assert title == Answer(text="The door is stuck", finish="stop")
    assert (refused, answered) == (500, 200)


@pytest.mark.parametrize("line", ["nonsense", "call bash {", "error many", "wait long"])
def test_a_line_outside_the_grammar_is_refused(model: ScriptedModel, line: str) -> None:
    response = post(model, [user(f"#model: {line}", "#model: say x")])

    assert response.status == 400
    assert b"cannot read this" in response.read()


def test_it_waits_before_the_line_that_follows(model: ScriptedModel) -> None:
    assert ask(model, user("#model: wait 0.01", "#model: say now")).text == "now"


@pytest.mark.parametrize("line", ["hang", "wait 3600"])
def test_it_sends_nothing_while_it_hangs_and_closing_does_not_wait(line: str) -> None:
    with ThreadPoolExecutor() as threads:
        with ScriptedModel() as model:
            hanging = threads.submit(post, model, [user(f"#model: {line}")])
            _wait_for_requests(model, 1)

        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            hanging.result(timeout=30)


def test_it_hangs_in_mid_stream() -> None:
    with ScriptedModel() as model:
        response = post(model, [user("#model: hang-mid-stream")])
        begun = response.read(20)

    assert begun.startswith(b"data: {")
    with pytest.raises((HTTPException, ConnectionResetError)):
        response.read()


def test_it_drops_the_connection(model: ScriptedModel) -> None:
    response = post(model, [user("#model: drop")])

    with pytest.raises(IncompleteRead) as cut:
        response.read()
    assert b"I was about to" in cut.value.partial
    assert b"[DONE]" not in cut.value.partial


def test_it_says_that_the_limit_was_reached(model: ScriptedModel) -> None:
    assert ask(model, user("#model: length")).finish == "length"


def test_it_answers_nothing(model: ScriptedModel) -> None:
    assert ask(model, user("#model: empty")) == Answer(finish="stop")


def test_it_thinks_before_it_answers(model: ScriptedModel) -> None:
    assert ask(model, user("#model: think of it")) == Answer(
        text="Done.", thought="of it", finish="stop"
    )


def test_it_says_what_must_not_reach_a_terminal(model: ScriptedModel) -> None:
    text = ask(model, user("#model: escapes")).text

    for danger in ("\x1b]52;", "\x1b]0;", "\x1b[2J", "\x9b", "\u202e", "\0", "[/nope]", "[@click="):
        assert danger in text


def test_it_answers_as_much_as_is_wanted(model: ScriptedModel) -> None:
    assert len(ask(model, user("#model: big 5000000")).text) == 5_000_000


def test_it_keeps_a_record_of_requests(model: ScriptedModel) -> None:
    post(model, [user("before"), *TOOL_RESULT, user("#model: say yes\n")], session="ses_1")

    (request,) = model.requests
    assert request.text == "#model: say yes\n"
    assert request.messages == 4
    assert request.session_id == "ses_1"
    assert request.at <= time.time()


def test_it_starts_without_the_screen() -> None:
    program = "import sys, kugetsu_tui.demo.model; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert not {"textual", "asyncio", "platformdirs"} & set(done.stdout.split())


def _wait_for_requests(model: ScriptedModel, count: int) -> None:
    deadline = time.monotonic() + 30
    while len(model.requests) < count:
        assert time.monotonic() < deadline, "the request never came"
        time.sleep(0.01)
