"""What opencode may ask, made up."""

from __future__ import annotations

from kugetsu_tui.domain.ask import Ask, AskKind, Choice, Question
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.session import SessionId


def permission(
    detail: str = "rm -rf build", *, ask_id: str = "per_1", session_id: str = "ses_1"
) -> Ask:
    """A command that opencode wants to run."""
    return Ask(
        id=ask_id,
        session_id=SessionId(session_id),
        directory="/",
        kind=AskKind.PERMISSION,
        permission="bash",
        patterns=(detail,),
        always=("rm *",),
        detail=detail,
    )


def question(*choices: str, text: str = "Which way?", **more: bool) -> Ask:
    """A question of the model's."""
    asked = Question(
        header="Way", text=text, choices=tuple(Choice(choice) for choice in choices), **more
    )
    return Ask(
        id="que_1",
        session_id=SessionId("ses_1"),
        directory="/",
        kind=AskKind.QUESTION,
        questions=(asked,),
    )


def questions(*asks: Ask) -> Ask:
    """All their questions, asked at once."""
    return replace(asks[0], questions=tuple(each for ask in asks for each in ask.questions))
