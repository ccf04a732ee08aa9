"""`opencode run` as a run calls it: the message comes on stdin, the answer as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from kugetsu_tui.domain.run import RunOrder, RunVerb
from kugetsu_tui.opencode.command import Command, environment_in
from kugetsu_tui.opencode.parts import parse_object

_NOBODY_ANSWERS = "acp"
"""opencode's own name for a client that is not asked questions.

It offers the tools `question` and `plan` to `cli`, `app` and `desktop` alone, whatever the user's
configuration allows. In a fork nobody would answer them, and the run would hang for ever.
"""
_ALLOW_ALL = "--dangerously-skip-permissions"
"""What `--auto` was called at first, and later versions still understand."""
_ALLOWS_QUESTIONS = "OPENCODE_ENABLE_QUESTION_TOOL"


def run_command(program: Path, order: RunOrder, environment: Mapping[str, str]) -> Command:
    """The call that carries out the order; the message, and nothing else, goes to its stdin.

    Args:
        program: opencode.
        order: what to do.
        environment: ours.

    Raises:
        ConflictError: the order names no session; opencode would make a new one.
    """
    directory = Path(order.directory)
    argv = [str(program), "run", "--format", "json", "--print-logs", "--log-level", "INFO"]
    argv += ["--dir", str(directory), "--session", order.session()]
    argv += ["--fork"] if order.verb is RunVerb.START else []
    argv += ["--model", order.model] if order.model else []
    argv += ["--agent", order.agent] if order.agent else []
    argv += [_ALLOW_ALL] if order.is_auto else []
    return Command(tuple(argv), directory, _environment(order, directory, environment))


def _environment(
    order: RunOrder, directory: Path, environment: Mapping[str, str]
) -> dict[str, str]:
    inherited = environment_in(directory, environment)
    inherited.pop(_ALLOWS_QUESTIONS, None)
    return {
        **inherited,
        "OPENCODE_CLIENT": _NOBODY_ANSWERS,
        "OPENCODE_PERMISSION": _permissions(inherited.get("OPENCODE_PERMISSION", "")),
        "KUGETSU_RUN_ID": order.run_id,
    }


def _permissions(chosen: str) -> str:
    """The user's own rules, and no questions, last: opencode obeys the last rule that fits.

    What is no JSON object is left out: opencode does not obey it either.
    """
    rules = {name: rule for name, rule in parse_object(chosen).items() if name != "question"}
    return json.dumps({**rules, "question": "deny"})
