"""What a session at work wants to know from a person before it goes on."""

from __future__ import annotations

from enum import StrEnum

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.text import clean_line

_LINE_CAP = 300


class AskKind(StrEnum):
    PERMISSION = "permission"
    QUESTION = "question"


class Reply(StrEnum):
    """What may be said to a permission that is asked for; opencode's own words."""

    ONCE = "once"
    ALWAYS = "always"
    """Also for whatever fits the same patterns, until the server ends."""
    REJECT = "reject"


@frozen
class Choice:
    """One of the answers that are offered."""

    label: str
    description: str = ""


@frozen(kw_only=True)
class Question:
    """One of the questions of an ask; texts are the model's own, and not clean."""

    header: str
    text: str
    choices: tuple[Choice, ...] = ()
    is_multiple: bool = False
    """More than one of them may be chosen."""
    is_custom: bool = True
    """An answer in other words is taken too."""


@frozen(kw_only=True)
class Decision:
    """What is said to an ask."""

    reply: Reply = Reply.REJECT
    """To a permission; `REJECT` with nothing else leaves questions unanswered."""
    message: str = ""
    """To the model, with a permission that is rejected: then it goes on."""
    answers: tuple[tuple[str, ...], ...] = ()
    """To each of the questions, in their order: labels that were chosen, or other words."""

    @property
    def words(self) -> str:
        """In a line."""
        chosen = "; ".join(", ".join(labels) for labels in self.answers)
        return ": ".join(filter(None, (chosen or self.reply, self.message)))


@frozen(kw_only=True)
class Ask:
    """It waits until it is answered, or its turn is ended. Texts are not clean."""

    id: str
    session_id: SessionId
    """Who asks; it may be a sub-agent's session."""
    directory: str
    """Where that session works: opencode looks for the ask there, and nowhere else."""
    kind: AskKind
    permission: str = ""
    """What it is about, as opencode's settings call it: `bash`, `edit`, `external_directory`."""
    patterns: tuple[str, ...] = ()
    """What exactly is to be allowed."""
    always: tuple[str, ...] = ()
    """What `Reply.ALWAYS` would allow."""
    detail: str = ""
    """The command, the diff, the URL or the file: what has to be seen before it is allowed."""
    questions: tuple[Question, ...] = ()

    @property
    def deed(self) -> str:
        """What it may, if it is allowed to."""
        return _DEEDS.get(self.permission, self.permission)


_DEEDS = {
    "external_directory": "go outside its directory",
    "doom_loop": "go on, although it repeats itself",
    "webfetch": "fetch from the web",
    "websearch": "search the web",
}
"""Permissions of opencode (1.18) whose names are no verbs."""


def ask_words(ask: Ask) -> str:
    """What is asked, in one clean line; the whole of it is in `Ask.detail`."""
    if ask.kind is AskKind.QUESTION:
        return clean_line(" · ".join(question.text for question in ask.questions), _LINE_CAP)
    first, _, rest = ask.detail.strip().partition("\n")
    lines = f" (and {rest.count(chr(10)) + 1} more lines)" if rest else ""
    what = first if ask.permission in {"bash", ""} else ", ".join(ask.patterns) or first
    return clean_line(f"may it {ask.deed}: {what}", _LINE_CAP) + lines
