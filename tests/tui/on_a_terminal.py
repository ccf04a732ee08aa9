"""A process of its own that shows a screen on a world of fakes: for tests on a real terminal.

python -m tests.tui.on_a_terminal SCENE [HOW]
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.conversation import Todo
from kugetsu_tui.domain.errors import EndedBySignalError, RunFailedError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.terminals.hand_over import hand_over
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.face import run_face
from kugetsu_tui.tui.widgets.one_liners import Masthead
from tests import scenes
from tests.scenes import BASE, Scene
from tests.terminals.lending import EVERYTHING_ON, python

SECRET = "hunter2-in-a-local-variable"
OPENED = "THE SCREEN OF OPENCODE"
ASKED = "THE DISK IS ASKED"


def has_a_bug(_scene: Scene) -> None:
    """Have the first frame fail, with a secret in reach."""

    def render(self: Masthead) -> str:
        password = f"{SECRET}{self.size.width}"
        raise RuntimeError(f"a bug near {password[:3]}")

    Masthead.render = render  # type: ignore[method-assign, assignment]


def opens(scene: Scene) -> None:
    """Have opencode's screen say that it is there."""
    kept = scene.conversations.kept
    kept[BASE] = replace(kept[BASE], directory=str(Path.cwd()))

    def speak() -> None:
        sys.stdout.write(OPENED)
        sys.stdout.flush()

    scene.opencode.while_open = speak


def is_refused(scene: Scene) -> None:
    opens(scene)
    scene.opencode.screen_refusal = RunFailedError("opencode: it fell over")


def is_told_to_end(scene: Scene) -> None:
    opens(scene)
    scene.opencode.screen_refusal = EndedBySignalError("closed", signal=signal.SIGHUP)


def hands_over(scene: Scene) -> None:
    """Have opencode's screen be a program that leaves the terminal in any state when it dies."""
    opens(scene)
    script = f"tty.setraw(0); say(b'{EVERYTHING_ON}PID=%d;' % os.getpid()); time.sleep(600)"

    def lend() -> None:
        hand_over(python(script), directory=Path.cwd(), environment=os.environ)

    scene.opencode.while_open = lend


def breaks_when_told(_scene: Scene) -> None:
    """Have a bug come with SIGUSR1, with a secret in reach, whatever is shown."""
    mount = KugetsuApp.on_mount

    def break_down() -> None:
        password = SECRET
        raise RuntimeError(f"a bug near {password[:3]}")

    def on_mount(self: KugetsuApp) -> None:
        mount(self)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self.call_later, break_down)

    KugetsuApp.on_mount = on_mount  # type: ignore[method-assign]


def has_a_disk_that_never_answers(scene: Scene) -> None:
    """Have whoever looks at todos wait for ever."""

    def never(_session_id: SessionId) -> Sequence[Todo]:
        os.write(1, ASKED.encode())
        Event().wait()
        return ()

    scene.conversations.todos = never  # type: ignore[method-assign, assignment]


def has_a_disk_that_never_takes(scene: Scene) -> None:
    """Have whoever writes down how the board was looked at wait for ever."""

    def never(_memory: Memory) -> None:
        os.write(1, ASKED.encode())
        Event().wait()

    scene.notebook.write = never  # type: ignore[method-assign, assignment]


def wears_the_terminals_colours(scene: Scene) -> None:
    scene.settings = replace(scene.settings, theme="kugetsu-terminal")


def leaves_the_mouse_alone(scene: Scene) -> None:
    scene.settings = replace(scene.settings, has_mouse=False)


HOW: Mapping[str, Callable[[Scene], None]] = {
    made.__name__: made
    for made in (
        *(has_a_bug, opens, is_refused, is_told_to_end, hands_over, breaks_when_told),
        *(has_a_disk_that_never_answers, has_a_disk_that_never_takes),
        wears_the_terminals_colours,
        leaves_the_mouse_alone,
    )
}

if __name__ == "__main__":
    shown = scenes.SCENES[sys.argv[1]]()
    for how in sys.argv[2:]:
        HOW[how](shown)
    sys.exit(run_face(Commands.of(shown.world)))
