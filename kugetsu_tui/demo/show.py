"""`kugetsu-tui --demo`."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from kugetsu_tui.demo.model import ScriptedModel
from kugetsu_tui.demo.sample_world import SampleWorld, sample_world
from kugetsu_tui.domain.errors import KugetsuError, NoOpencodeError, NoTerminalError
from kugetsu_tui.domain.text import clean
from kugetsu_tui.tui.face import run_face
from kugetsu_tui.wiring import build_world

STORY: Sequence[tuple[str, tuple[str, ...]]] = (
    ("a demo: the model is played", ()),
    ("look at what runs", ("move.down", "move.up")),
    ("opens the whole answer", ("open",)),
    ("goes back", ("back",)),
    ("starts 17: why is it flaky?", ("start",)),
    ("stop, untrack, undo", ("stop", "destroy", "undo")),
    ("ends it, nothing is kept", ("quit",)),
)
"""What is to be seen and what to press, short enough for 80 columns."""


def show_demo(*, has_terminal: bool) -> int:
    """The screen on a sample world; returns its exit code.

    Raises:
        NoTerminalError: there is nobody to show it to.
        EnvironmentUnfitError: opencode is missing and cannot be installed.
    """
    if not has_terminal:
        raise NoTerminalError("the demo is a screen, and there is no terminal", hint="ssh -t")
    program = _opencode()
    complaints: list[str] = []  # the screen is drawn on stderr
    with (
        ScriptedModel() as model,
        sample_world(program, model_url=model.url, warn=complaints.append) as world,
    ):
        population = threading.Thread(target=_populate, args=(world, complaints.append))
        population.start()
        try:
            exit_code = run_face(world.commands, story=STORY)
        finally:
            world.is_over.set()
            population.join()
    for complaint in complaints:
        _say(complaint)
    return exit_code


def _opencode() -> Path:
    """The user's own, or one that is installed into our data folder and stays there."""
    opencode = build_world(_say).opencode
    try:
        return opencode.program()
    except NoOpencodeError:
        return opencode.install(_say)


def _populate(world: SampleWorld, complain: Callable[[str], None]) -> None:
    try:
        world.populate()
    except KugetsuError as error:
        complain(error.message)


def _say(words: str) -> None:
    sys.stderr.write(f"{clean(words)}\n")
