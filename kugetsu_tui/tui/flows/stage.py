"""What a flow may ask of the screen it plays on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.report.report import Outcome
from kugetsu_tui.tui.dialogs.dialog import Dialog, Draft
from kugetsu_tui.tui.keys.key import Context
from kugetsu_tui.tui.keys.keymap import Keymap
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.roster import Roster

T = TypeVar("T")
Told = TypeVar("Told", bound=Outcome)


class Stage(Protocol):
    """The screen as flows know it."""

    @property
    def commands(self) -> Commands: ...

    @property
    def keymap(self) -> Keymap: ...

    @property
    def clock(self) -> Callable[[], datetime]: ...

    @property
    def selected(self) -> Row | None: ...

    @property
    def marked(self) -> Sequence[Row]:
        """The rows that verbs over many are to take."""
        ...

    @property
    def filter(self) -> str:
        """The words that rows have to pass."""
        ...

    def narrow(self, words: str) -> None:
        """Show only the rows that pass these."""
        ...

    def unmark(self, *, but: Collection[str] = ()) -> None:
        """Forget the marks, but for those of these rows."""
        ...

    @property
    def roster(self) -> Roster:
        """The board that is shown."""
        ...

    def draft(self, name: str) -> Draft:
        """What was typed under that name and not sent."""
        ...

    async def ask(self, dialog: Dialog[T]) -> T | None:
        """The answer; nothing where the question was left."""
        ...

    async def do(self, doing: str, call: Callable[[], T]) -> T:
        """Call it beside the screen, which says meanwhile what is being done."""
        ...

    def say(self, doing: str) -> None:
        """Say how far it is; from any thread."""
        ...

    def write(self, words: str) -> None:
        """Say it on the bare terminal, while a call has that."""
        ...

    async def hand_over(self, call: Callable[[], T]) -> T:
        """Give the call the whole terminal, and take it back after.

        Raises:
            NoTerminalError: there is none to give.
        """
        ...

    def select(self, key: str) -> None:
        """Put the cursor on the row of that key, as soon as there is one."""
        ...

    def show(self, outcome: Outcome) -> None:
        """Tell what came of it, also where it failed."""
        ...

    def tell(self, words: str) -> None:
        """Tell what was done."""
        ...

    @property
    def told(self) -> Sequence[tuple[str, Tone]]:
        """All that was told in passing, the newest first; each with its time and its tone."""
        ...

    def copy(self, words: str) -> None:
        """Bring the words to the clipboard of the user's terminal."""
        ...

    def warn(self, words: str) -> None:
        """Tell something that deserves a look."""
        ...

    @property
    def context(self) -> Context:
        """Where the keys are."""
        ...

    @property
    def senseless(self) -> Collection[str]:
        """The keys of that place that have nothing to do in this part of it."""
        ...

    @property
    def theme(self) -> str:
        """The colours that are worn."""
        ...

    @property
    def themes(self) -> Sequence[str]:
        """All there are, ours first."""
        ...

    def try_theme(self, name: str) -> None:
        """Wear it until another is worn."""
        ...

    def settle(self, settings: Settings) -> None:
        """Let these hold from now on."""
        ...

    def words(self, error: KugetsuError) -> str:
        """The refusal in a line, with the key that helps."""
        ...


async def insist(
    stage: Stage, question: Callable[[str], Dialog[T]], doing: str, act: Callable[[T], Told]
) -> Told | None:
    """Ask until the answer is accepted or the question is left; what came of it, if anything.

    Args:
        stage: the screen.
        question: the dialog, given the words of the refusal before.
        doing: what is being done with the answer.
        act: what is done with it; a refusal brings the question back.
    """
    refusal = ""
    while (answer := await stage.ask(question(refusal))) is not None:
        try:
            outcome = await stage.do(doing, partial(act, answer))
        except KugetsuError as error:
            refusal = stage.words(error)
        else:
            stage.show(outcome)
            return outcome
    return None
