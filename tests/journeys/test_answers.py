"""Whatever the model answers, or does not: an honest state, words for it, and an exit code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import pytest

from tests.journeys.conftest import Unlucky
from tests.journeys.kugetsu import IS_SERVED, Ended, Kugetsu, eventually, is_alive, issue

pytestmark = pytest.mark.opencode

_NUMBERS = count(1)


@dataclass(frozen=True)
class Answered:
    ref: str
    ended: Ended
    row: dict[str, object]


def start(crowded: Kugetsu, message: str, *options: str) -> Answered:
    """What comes of such a message; whatever that is, nobody is left of the run."""
    (answered,) = starts(crowded, message, options=options)
    return answered


def starts(crowded: Kugetsu, *messages: str, options: Sequence[str] = ()) -> list[Answered]:
    """The same, of several at once: what they wait for, they wait for together."""
    begun = {ref: crowded.begin("start", ref, text, *options) for ref, text in _issues(messages)}
    ended = {ref: each.ended() for ref, each in begun.items()}
    eventually(lambda: not any(crowded.run(ref).everybody() for ref in ended))
    return [Answered(ref, each, crowded.row(ref)) for ref, each in ended.items()]


def test_a_provider_that_is_tried_again_is_seen_to_be(unlucky: Unlucky) -> None:
    def retrying() -> dict[str, str]:
        rows = unlucky.kugetsu.data("list", "--state", "retrying")["sessions"]
        return {row["issue_ref"]: row["why"] for row in rows}

    assert eventually(retrying) == {unlucky.ref: "the demo model refuses, as it was asked to"}
    words = "the provider refused, opencode may try again.*: the demo model refuses"
    assert eventually(lambda: re.search(words, unlucky.start.err))


def test_a_refusal_of_the_provider_is_told_by_its_number(crowded: Kugetsu) -> None:
    statuses = (400, 401, 429)
    refused = starts(crowded, *(f"#model: error {status}" for status in statuses))
    for status, answered in zip(statuses, refused, strict=True):
        words = f"the provider refused: {status} the demo model refuses, as it was asked to"
        words += " (opencode auth login)" if status == 401 else ""
        assert (answered.ended.status, answered.ended.out) == (1, "")
        assert f"kugetsu: {answered.ref}: {words}\n" in answered.ended.err
        assert (answered.row["state"], answered.row["why"]) == ("failed", words)


def test_a_provider_that_recovers_leaves_an_answer(crowded: Kugetsu) -> None:
    answered = start(crowded, "#model: error 500 1\n#model: say after all")
    assert (answered.ended.status, answered.ended.out) == (0, "after all\n")
    assert "the provider refused, opencode may try again" in answered.ended.err
    assert answered.row["state"] == "idle"


def test_a_model_that_falls_silent_is_ended_by_the_idle_timeout(crowded: Kugetsu) -> None:
    words = "no sign of life for 3 s"
    for answered in starts(
        crowded, "#model: hang", "#model: drop", options=("--idle-timeout", "3")
    ):
        assert answered.ended.status == 124, answered.ended.err
        assert f"kugetsu: {answered.ref}: {words}\n" in answered.ended.err
        assert (answered.row["state"], answered.row["why"]) == ("failed", words)


def test_a_tool_at_work_is_a_sign_of_life_also_in_a_sub_agent(crowded: Kugetsu) -> None:
    tool, sub_agent = "#model: bash sleep 12", "#model: task #model: bash sleep 12"
    messages = (f"{first}\n#model: say slept well" for first in (tool, sub_agent))
    for answered in starts(crowded, *messages, options=("--idle-timeout", "5")):
        assert (answered.ended.status, answered.ended.out) == (0, "slept well\n"), (
            answered.ended.err
        )


def test_a_run_that_takes_longer_than_it_may_is_ended_with_all_it_started(crowded: Kugetsu) -> None:
    answered = start(crowded, "#model: bash setsid sleep 30201 & sleep 30201", "--timeout", "8")
    assert answered.ended.status == 124
    assert f"kugetsu: {answered.ref}: ended after 8 s, the time it was given" in answered.ended.err
    assert answered.row["state"] == "failed"


def test_a_refused_permission_is_no_answer_although_opencode_says_so(unserved: Kugetsu) -> None:
    answered = start(unserved, "#model: read /etc/hostname\n#model: say never said")
    words = "permission rejected, nobody was there to allow it: external_directory (/etc/*)"
    assert (answered.ended.status, answered.row["state"]) == (1, "failed")
    assert f"kugetsu: {answered.ref}: {words}" in answered.ended.err
    assert answered.row["why"] == words
    assert unserved.record(answered.ref)["run_end"]["exit_status"] == 0


def test_an_answer_that_was_cut_is_shown_and_is_no_success(crowded: Kugetsu) -> None:
    answered = start(crowded, "#model: length")
    assert (answered.ended.status, answered.ended.out) == (1, "This is as far as I\n")
    assert "the answer was cut: the model's output limit was reached" in answered.ended.err
    assert answered.row["state"] == "failed"


def test_an_empty_answer_is_told_from_one(crowded: Kugetsu) -> None:
    answered = start(crowded, "#model: empty")
    assert answered.ended.status == 0
    assert "warning: the model answered without a word" in answered.ended.err
    assert answered.row["state"] == "idle"


def test_a_question_that_nobody_can_answer_does_not_hang_a_fork(unserved: Kugetsu) -> None:
    answered = start(unserved, "#model: question\n#model: say then I decide")
    assert (answered.ended.status, answered.ended.out) == (0, "then I decide\n")


def test_a_model_that_does_not_exist_is_named(crowded: Kugetsu) -> None:
    answered = start(crowded, "#model: say x", "--model", "demo/nope")
    assert answered.ended.status == 1
    assert "Model not found: demo/nope. (opencode models lists them" in answered.ended.err
    assert f"then kugetsu start '{answered.row['issue_ref']}' MESSAGE" in answered.ended.err
    assert answered.row["state"] == "failed"


def test_an_agent_that_does_not_exist_is_named(crowded: Kugetsu) -> None:
    answered = start(crowded, "#model: say x", "--agent", "plam")
    if IS_SERVED:
        assert (answered.ended.status, answered.ended.out) == (1, "")
        assert 'Agent not found: "plam"' in answered.ended.err
        return
    assert (answered.ended.status, answered.ended.out) == (0, "x\n")
    assert "opencode runs no agent 'plam' and goes on as its default one" in answered.ended.err
    assert "warning: answered by opencode's default agent: it runs no agent 'plam'" in (
        answered.ended.err
    )


def test_an_answer_of_five_megabytes_arrives_whole(crowded: Kugetsu) -> None:
    answered = start(crowded, "#model: big 5000000")
    assert answered.ended.status == 0
    assert answered.ended.out == f"{long_answer(5_000_000)}\n"
    assert long_answer(5_000_000) in crowded("show", answered.ref).out


def test_an_answer_that_nobody_took_from_opencode_in_time_arrives_all_the_same(
    unserved: Kugetsu,
) -> None:
    ((ref, message),) = _issues(["#model: wait 1\n#model: big 2000000"])
    begun = unserved.begin("start", ref, message)
    begun.until_it_says("· session ses_")
    run = unserved.run(ref)
    opencode = run.opencode

    run.supervisor.suspend()
    eventually(lambda: not is_alive(opencode))
    run.supervisor.resume()

    ended = begun.ended()
    assert (ended.status, ended.out == f"{long_answer(2_000_000)}\n") == (0, True), ended.err


def long_answer(size: int) -> str:
    line = "All work and no play makes Jack a dull boy.\n"
    return (line * (size // len(line) + 1))[:size]


def _issues(messages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """An issue of its own for each of them."""
    return ((issue(next(_NUMBERS)), message) for message in messages)
