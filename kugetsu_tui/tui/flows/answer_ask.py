"""`answer`: what a session waits for, shown whole, and answered there."""

from __future__ import annotations

from functools import partial
from string import ascii_lowercase

from kugetsu_tui.commands.answer_ask import AnswerRequest, AsksShown, ask_text, question_text
from kugetsu_tui.domain.ask import Ask, AskKind, Question, Reply
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.errors import ConflictError
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.answer_ask import WORDS, AnswerDialog, Offer
from kugetsu_tui.tui.flows.stage import Stage

_ONCE, _ALWAYS, _NO = "o", "a", "n"
_REPLIES = {_ONCE: Reply.ONCE, _ALWAYS: Reply.ALWAYS, _NO: Reply.REJECT}
_BOARD = "the board"
_CHOICES = "123456789" + "".join(letter for letter in ascii_lowercase if letter not in {_NO, WORDS})
"""Keys of the choices, in their order; for what is beyond them there are other words."""


async def answer_ask(stage: Stage) -> None:
    """Where the selected session asks nothing, the first one that does is meant."""
    row = _waiting(stage)
    shown = await stage.do(
        "looking at what is asked", partial(stage.commands.answer.pending, row.key)
    )
    request = await _request(stage, shown)
    if request is not None:
        answer = partial(stage.commands.answer, request)
        stage.show(await stage.do("answering", answer))


def _waiting(stage: Stage) -> Row:
    row = stage.selected
    if row is None or row.state is not SessionState.WAITING:
        waiting = (each for each in stage.roster.board if each.state is SessionState.WAITING)
        if (row := next(waiting, None)) is None:
            raise ConflictError("answer: no session waits for anything")
        stage.select(row.key)
    return row


async def _request(stage: Stage, shown: AsksShown) -> AnswerRequest | None:
    ask = shown.asks[0]
    if ask.kind is AskKind.PERMISSION:
        return await _permission(stage, shown, ask)
    answers: list[tuple[str, ...]] = []
    for question in ask.questions:
        chosen = await _chosen(stage, shown, question)
        if chosen is None:
            return None
        if not chosen:
            return _answer(shown, ask, reply=Reply.REJECT)
        answers.append(chosen)
    return _answer(shown, ask, answers=tuple(answers))


async def _permission(stage: Stage, shown: AsksShown, ask: Ask) -> AnswerRequest | None:
    given = await stage.ask(
        AnswerDialog(
            f"{shown.issue_ref} asks",
            ask_text(ask),
            [Offer(_ONCE, "once"), Offer(_ALWAYS, "always"), Offer(_NO, "no")],
            words="no, with words",
        )
    )
    if given is None:
        return None
    if given.words:
        return _answer(shown, ask, reply=Reply.REJECT, message=given.words)
    return _answer(shown, ask, reply=_REPLIES[given.keys[0]])


async def _chosen(stage: Stage, shown: AsksShown, question: Question) -> tuple[str, ...] | None:
    """The answers; empty where it is to stay unanswered, nothing where the dialog was left."""
    labels = dict(zip(_CHOICES, (choice.label for choice in question.choices), strict=False))
    given = await stage.ask(
        AnswerDialog(
            f"{shown.issue_ref} asks",
            question_text(question, labels),
            [Offer(_NO, "no answer")],
            choices=[Offer(key, clean_line(label, 40)) for key, label in labels.items()],
            words="in your own words" if question.is_custom else "",
            several=question.is_multiple,
        )
    )
    if given is None:
        return None
    own = (given.words,) if given.words else ()
    return (*(labels[key] for key in given.keys if key in labels), *own)


def _answer(
    shown: AsksShown,
    ask: Ask,
    *,
    reply: Reply | None = None,
    message: str = "",
    answers: tuple[tuple[str, ...], ...] = (),
) -> AnswerRequest:
    return AnswerRequest(
        ref=shown.issue_ref,
        reply=reply,
        message=message,
        answers=answers,
        ask_id=ask.id,
        by=_BOARD,
    )
