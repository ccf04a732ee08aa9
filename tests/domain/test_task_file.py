"""Files of tasks, as people and programs write them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.moment import ENDLESS
from kugetsu_tui.domain.run import Engine
from kugetsu_tui.domain.task_file import Misread, Task, parse_tasks

pytestmark = pytest.mark.fast


def test_a_line_is_a_reference_a_tab_and_a_message_or_json() -> None:
    text = (
        "# Monday\n"
        "\n"
        "h/u/r#1\tfix it\tall of it\r\n"
        '  {"ref": "h/u/r#2", "message": "two\\nlines", "model": "p/m", "agent": "plan",'
        ' "engine": "server", "timeout": "5m", "auto": true}\n'
        "#14\tthe number alone\n"
        "#15 is for later\n"
        "  # and so is this"
    )

    assert parse_tasks(text) == (
        Task(line=3, ref="h/u/r#1", message="fix it\tall of it"),
        Task(
            line=4,
            ref="h/u/r#2",
            message="two\nlines",
            model="p/m",
            agent="plan",
            engine=Engine.SERVER,
            timeout=300.0,
            is_auto=True,
        ),
        Task(line=5, ref="#14", message="the number alone"),
    )


@pytest.mark.parametrize("spelled", ["none", "0", "0s"])
def test_a_task_may_be_without_a_limit(spelled: str) -> None:
    (task,) = parse_tasks(json.dumps({"ref": "r", "message": "x", "timeout": spelled}))

    assert isinstance(task, Task)
    assert task.timeout == ENDLESS


def test_a_mark_that_a_spreadsheet_begins_with_is_no_part_of_the_reference() -> None:
    assert parse_tasks("\ufeffh/u/r#1\tfix it") == (Task(line=1, ref="h/u/r#1", message="fix it"),)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("h/u/r#1 fix it", "neither JSON nor a reference, a tab and a message"),
        ('{"ref": "h/u/r#1"', "no JSON"),
        ('{"ref": "h/u/r#1", "message": 7}', "message: no text"),
        ('{"message": "x"}', "no ref"),
        ('{"ref": "r", "message": ""}', "no message"),
        ("\tfix it", "neither JSON nor a reference, a tab and a message"),
        ('{"ref": "r", "message": "x", "prompt": "y"}', "unknown: prompt"),
        ('{"ref": "r", "message": "x", "engine": "warp"}', "engine: none of"),
        ('{"ref": "r", "message": "x", "timeout": "soon"}', "timeout: no time span"),
        ('{"ref": "r", "message": "x", "auto": 1}', "auto: neither true nor false"),
        ('{"ref": "r", "message": "x", "model": "sonnet"}', "model: 'sonnet' is no provider/model"),
        ('{"ref": "r", "message": "x", "model": "a/\\u0000"}', "model: holds a NUL character"),
        ('{"ref": "r", "message": "x", "agent": "a\\u0000"}', "agent: holds a NUL character"),
        ('{"ref": "r", "message": "\\ud800"}', "message: holds half a character"),
        ('{"a":' * 100_000, "no JSON"),
    ],
)
def test_what_is_no_task_is_named_with_its_line(line: str, why: str) -> None:
    (misread,) = parse_tasks(f"\n{line}\n")

    assert isinstance(misread, Misread)
    assert misread.line == 2
    assert why in misread.why


@given(message=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_json_carries_any_message(message: str) -> None:
    (task,) = parse_tasks(json.dumps({"ref": "r", "message": message}))

    assert isinstance(task, Task)
    assert task.message == message
