"""Show what a session waits for, and answer it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, repeat
from shlex import quote
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Runs, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import require_record, run_at_work, tracked_record
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.ask import Ask, AskKind, Decision, Question, Reply
from kugetsu_tui.domain.errors import ConflictError, UsageError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Report, Success


@frozen(kw_only=True)
class AnswerRequest:
    ref: str
    reply: Reply | None = None
    """To a permission; `REJECT` also leaves questions unanswered."""
    message: str = ""
    """What the model is told with a no."""
    answers: tuple[tuple[str, ...], ...] = ()
    """To the questions, in their order; where there is one question, all are to that one."""
    ask_id: str | None = None
    """Which of them; else the oldest."""
    by: str
    """Who answers, for the journal."""

    @property
    def is_a_look(self) -> bool:
        return self.reply is None and not self.answers and not self.message


@frozen(kw_only=True)
class AsksShown(Success):
    verb: ClassVar[str] = "answer"

    issue_ref: str
    run_id: RunId
    asks: tuple[Ask, ...]
    """The oldest first; at least one."""
    since: datetime | None

    def report(self) -> Report:
        texts = [ask_text(ask) for ask in self.asks]
        return Report(body="\n\n".join([*texts, self._how(self.asks[0])]))

    def data(self) -> JsonObject:
        return {
            "issue_ref": self.issue_ref,
            "run_id": self.run_id,
            "since": spell_moment(self.since) if self.since else None,
            "asks": [_spell(ask) for ask in self.asks],
        }

    def _how(self, ask: Ask) -> str:
        choices = " ".join(["--choice TEXT"] * len(ask.questions))
        ways = "once|always|reject" if ask.kind is AskKind.PERMISSION else choices
        return f"kugetsu answer {quote(self.issue_ref)} {ways}"


@frozen(kw_only=True)
class AskAnswered(Success):
    verb: ClassVar[str] = "answer"

    issue_ref: str
    run_id: RunId
    ask: Ask
    decision: Decision

    def report(self) -> Report:
        return Report(headline=f"{self.issue_ref}: {clean_line(self.decision.words)}")

    def data(self) -> JsonObject:
        return {
            "issue_ref": self.issue_ref,
            "run_id": self.run_id,
            "ask": _spell(self.ask),
            "decision": self.decision.words,
        }


@frozen
class AnswerAsk:
    store: Store
    runs: Runs
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(store=world.store, runs=world.runs, resolve=ResolveRef.of(world))

    def __call__(self, request: AnswerRequest) -> AsksShown | AskAnswered:
        """Hand the answer on; without one, show what is asked.

        Raises:
            NotFoundError: nobody tracks it.
            ConflictError: nothing is asked, or that not any more.
            UsageError: it is no answer to what is asked.
            BusyError: somebody else is answering just now.
        """
        shown = self.pending(request.ref)
        if request.is_a_look and request.ask_id is None:
            return shown
        ask = self._meant(shown, request.ask_id)
        if request.is_a_look:
            return replace(shown, asks=(ask,))
        decision = _decision(ask, request)
        self.runs.answer(shown.run_id, ask, decision, by=request.by)
        return AskAnswered(
            issue_ref=shown.issue_ref, run_id=shown.run_id, ask=ask, decision=decision
        )

    def pending(self, ref: str) -> AsksShown:
        """What the issue's run waits for.

        Raises:
            NotFoundError: nobody tracks it.
            ConflictError: nothing is asked.
        """
        key = self.resolve.tracked(ref)
        run = run_at_work(require_record(key, tracked_record(key, self.store)), self.runs)
        if run is None or not run.asks:
            raise ConflictError(f"{key}: nothing is asked", hint=f"kugetsu log {quote(key)}")
        return AsksShown(
            issue_ref=key, run_id=run.order.run_id, asks=run.asks, since=run.waits_since
        )

    def _meant(self, shown: AsksShown, ask_id: str | None) -> Ask:
        for ask in shown.asks:
            if ask_id in {None, ask.id}:
                return ask
        raise ConflictError(
            f"{shown.issue_ref}: {clean_line(ask_id or '')} is no longer asked",
            hint=f"kugetsu answer {quote(shown.issue_ref)} shows what is",
        )


def ask_text(ask: Ask) -> str:
    """All of it, as a person has to see it before it is answered; not clean."""
    if ask.kind is AskKind.QUESTION:
        return "\n\n".join(question_text(question) for question in ask.questions)
    lines = [f"may it {ask.deed}?", "", ask.detail]
    if ask.patterns and ask.detail not in ask.patterns:
        lines += ["", *ask.patterns]
    lines += ["", f"always would allow: {', '.join(ask.always) or 'nothing more'}"]
    return "\n".join(lines)


def question_text(question: Question, marks: Iterable[str] = ()) -> str:
    """All of it, its choices behind these marks, as far as there are some; not clean."""
    choices = [
        f"  {mark} {choice.label}"
        + (f": {choice.description}" if choice.description not in {"", choice.label} else "")
        for mark, choice in zip(chain(marks, repeat("-")), question.choices, strict=False)
    ]
    notes = [
        *(["  several may be chosen"] if question.is_multiple else []),
        *(["  or in your own words"] if question.is_custom else []),
    ]
    return "\n".join([question.text or question.header, *choices, *notes])


def _decision(ask: Ask, request: AnswerRequest) -> Decision:
    if request.message and request.reply is not Reply.REJECT:
        raise UsageError("answer: a message goes with reject", hint="answer REF reject --message …")
    if request.reply is not None and request.answers:
        raise UsageError(f"answer: either {request.reply} or a choice, not both")
    if ask.kind is AskKind.PERMISSION:
        if request.reply is None:
            raise UsageError(
                "answer: it asks for a permission, there is nothing to choose",
                hint=f"kugetsu answer {quote(request.ref)} once|always|reject",
            )
        return Decision(reply=request.reply, message=request.message)
    if request.answers:
        return Decision(answers=_answers(ask.questions, request.answers))
    if request.reply is Reply.REJECT and not request.message:
        return Decision()
    raise UsageError(
        "answer: it asks a question",
        hint=f"kugetsu answer {quote(request.ref)} --choice TEXT, or reject",
    )


def _answers(
    questions: Sequence[Question], answers: tuple[tuple[str, ...], ...]
) -> tuple[tuple[str, ...], ...]:
    """The answers to the questions they belong to.

    Raises:
        UsageError: too many, too few, or none that is offered.
    """
    if len(questions) == 1:
        answers = (tuple(chain.from_iterable(answers)),)
    if len(answers) != len(questions):
        raise UsageError(
            f"answer: {len(questions)} question(s), {len(answers)} answer(s)",
            hint="--choice once for each question, in their order; several choices as 'ONE,TWO'",
        )
    return tuple(_answer(*pair) for pair in zip(questions, answers, strict=True))


def _answer(question: Question, said: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(chain.from_iterable(_chosen(question, words) for words in said)))
    if len(chosen) > 1 and not question.is_multiple:
        raise UsageError(
            f"answer: {clean_line(question.text or question.header)}: takes one answer",
            hint="--choice once",
        )
    return chosen


def _chosen(question: Question, said: str) -> tuple[str, ...]:
    """What is meant: a choice, several with commas between them, or other words."""
    labels = {choice.label.casefold(): choice.label for choice in question.choices}
    if said.casefold() in labels:
        return (labels[said.casefold()],)
    several = [part.strip().casefold() for part in said.split(",")]
    if question.is_multiple and all(part in labels for part in several):
        return tuple(labels[part] for part in several)
    if question.is_custom and said.strip():
        return (said,)
    offered = ", ".join(clean_line(choice.label) for choice in question.choices)
    raise UsageError(f"answer: {clean_line(said)}: is not offered", hint=f"one of {offered}")


def _spell(ask: Ask) -> JsonObject:
    return {
        "id": ask.id,
        "session_id": ask.session_id,
        "kind": ask.kind,
        "permission": ask.permission or None,
        "patterns": ask.patterns,
        "always": ask.always,
        "detail": ask.detail,
        "questions": [
            {
                "header": question.header,
                "question": question.text,
                "choices": [choice.label for choice in question.choices],
                "multiple": question.is_multiple,
                "custom": question.is_custom,
            }
            for question in ask.questions
        ],
    }
