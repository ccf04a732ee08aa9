"""The real opencode against the scripted model, each time in a fork of the base."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from subprocess import CompletedProcess
from typing import Any

import pytest

from kugetsu_tui.demo.model import ScriptedModel
from tests.opencode_home import World

pytestmark = pytest.mark.opencode


def events(done: CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_answer_arrives(world: World, model: ScriptedModel) -> None:
    done = world.ask("#model: say here I am")

    began, said, ended = events(done)
    assert said["part"]["text"] == "here I am"
    assert ended["part"]["reason"] == "stop"
    assert done.returncode == 0
    (request,) = (each for each in model.requests if each.session_id == began["sessionID"])
    assert request.text == "#model: say here I am"


def test_a_tool_runs_in_this_worlds_repository(world: World) -> None:
    done = world.ask("#model: bash pwd\n#model: say that was it")

    (tool,) = (each["part"] for each in events(done) if each["type"] == "tool_use")
    assert tool["state"]["output"] == f"{world.repo}\n"
    assert events(done)[-2]["part"]["text"] == "that was it"
    with closing(sqlite3.connect(world.database)) as database:
        directories = database.execute("SELECT DISTINCT directory FROM session").fetchall()
    assert directories == [(str(world.repo),)]


def test_a_refusal_ends_the_run(world: World) -> None:
    done = world.ask("#model: error 401")

    (error,) = events(done)
    assert error["error"]["data"]["statusCode"] == 401
    assert done.returncode == 1


def test_people_get_the_login_bug_mended(world: World) -> None:
    done = world.ask("Please fix the login bug")

    tools = [each["part"]["tool"] for each in events(done) if each["type"] == "tool_use"]
    assert tools == ["read", "edit"], done.stderr
    assert "strip().lower()" not in (world.repo / "login.py").read_text()
