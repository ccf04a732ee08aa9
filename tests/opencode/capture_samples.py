"""Writes `samples/`: what the real opencode prints, which the tests of its readers read.

    python -m tests.opencode.capture_samples NAME...

Only the paths of the world in which it ran are replaced.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory

from kugetsu_tui.demo.model import ScriptedModel
from tests import opencode_home
from tests.opencode_home import World

FOLDER = Path(__file__).parent / "samples"
TODOS = (
    '{"todos": [{"content": "look", "status": "completed", "priority": "high"}, '
    '{"content": "mend", "status": "in_progress", "priority": "medium"}]}'
)
EDIT = '{"filePath": "README.md", "oldString": "# Gatekeeper", "newString": "# The Gatekeeper"}'


@dataclass(frozen=True, slots=True)
class Scene:
    """What is asked of opencode: `#model:` lines, more words, more variables."""

    lines: tuple[str, ...]
    words: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    base: str = opencode_home.BASE
    patience: float = 120


SCENES: Mapping[str, Scene] = {
    "answered": Scene(("say hello there",)),
    "bash": Scene(("bash echo hello; echo oops >&2", "say it said hello")),
    "bash_ticking": Scene(("bash for i in 1 2 3; do echo $i; sleep 1; done", "say slept")),
    "bash_sleep": Scene(("bash sleep 20", "say slept")),
    "drop": Scene(("drop",)),
    "edit": Scene(("read README.md", f"call edit {EDIT}", "say edited")),
    "empty": Scene(("empty",)),
    "error_400": Scene(("error 400",)),
    "error_401": Scene(("error 401",)),
    "error_429_once": Scene(("error 429 1", "say at last")),
    "error_500": Scene(("error 500",)),
    "error_500_twice": Scene(("error 500 2", "say at last")),
    "escapes": Scene(("escapes",)),
    "length": Scene(("length",)),
    "no_message": Scene(()),
    "permission_rejected": Scene(("read /etc/hostname", "say never")),
    "question_denied": Scene(
        ("question Go on?", "say after"), (), {"OPENCODE_PERMISSION": '{"question":"deny"}'}
    ),
    "question_hangs": Scene(("question Go on?",), patience=15),
    "subagent": Scene(("task #model: bash echo below", "say the part is done")),
    "subagent_sleep": Scene(("task #model: bash sleep 8", "say done")),
    "subagent_rejected": Scene(("task #model: read /etc/hostname", "say so be it")),
    "thinking": Scene(("think let me see",), ("--thinking",)),
    "todos": Scene((f"call todowrite {TODOS}", "say noted")),
    "tool_failed": Scene(("read nothing.txt", "say so be it")),
    "unknown_agent": Scene(("say x",), ("--agent", "nope")),
    "unknown_model": Scene(("say x",), ("--model", "demo/nope")),
    "unknown_session": Scene(("say x",), base="ses_nope00000000000000000000"),
    "unknown_tool": Scene(("call nope {}", "say so be it")),
}


def capture(world: World, name: str) -> None:
    scene = SCENES[name]
    there = replace(world, base=scene.base)
    message = "\n".join(f"#model: {line}" for line in scene.lines)
    try:
        done = there.ask(message, *scene.words, patience=scene.patience, **scene.variables)
        stdout, stderr, end = done.stdout, done.stderr, f"exit {done.returncode}"
    except TimeoutExpired as error:
        stdout, stderr, end = _decoded(error.stdout), _decoded(error.stderr), "killed"
    for suffix, text in ((".jsonl", stdout), (".stderr", stderr)):
        scrubbed = text.replace(str(world.home.parent), "/tmp/sample")
        (FOLDER / f"{name}{suffix}").write_text(scrubbed)
    print(f"{name}: {end}")


def _decoded(output: bytes | None) -> str:
    return (output or b"").decode()


def main(names: list[str]) -> None:
    with TemporaryDirectory() as folder, ScriptedModel() as model:
        world = opencode_home.prepare(Path(folder).resolve(), opencode_home.program(), model.url)
        for name in names or SCENES:
            capture(world, name)


if __name__ == "__main__":
    main(sys.argv[1:])
