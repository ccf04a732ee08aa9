"""What a run asks and what is said to it, as JSON."""

from __future__ import annotations

from kugetsu_tui.domain.ask import Ask, AskKind, Choice, Decision, Question, Reply
from kugetsu_tui.domain.json_value import Json, JsonObject, list_of, object_of, text_of, texts_of
from kugetsu_tui.domain.session import SessionId


def spell_ask(ask: Ask) -> JsonObject:
    return {
        "id": ask.id,
        "session_id": ask.session_id,
        "directory": ask.directory,
        "kind": ask.kind.value,
        "permission": ask.permission,
        "patterns": ask.patterns,
        "always": ask.always,
        "detail": ask.detail,
        "questions": [
            {
                "header": question.header,
                "text": question.text,
                "choices": [
                    {"label": choice.label, "description": choice.description}
                    for choice in question.choices
                ],
                "multiple": question.is_multiple,
                "custom": question.is_custom,
            }
            for question in ask.questions
        ],
    }


def ask_of(value: Json) -> Ask:
    """Raises `ValueError` where the value is no ask."""
    keys = object_of(value)
    ask_id, session_id = text_of(keys.get("id")), text_of(keys.get("session_id"))
    if ask_id is None or session_id is None:
        raise ValueError("no ask")
    return Ask(
        id=ask_id,
        session_id=SessionId(session_id),
        directory=text_of(keys.get("directory")) or "",
        kind=AskKind(text_of(keys.get("kind")) or ""),
        permission=text_of(keys.get("permission")) or "",
        patterns=texts_of(keys.get("patterns")),
        always=texts_of(keys.get("always")),
        detail=text_of(keys.get("detail")) or "",
        questions=tuple(_question(object_of(each)) for each in list_of(keys.get("questions"))),
    )


def spell_decision(decision: Decision) -> JsonObject:
    return {
        "reply": decision.reply.value,
        "message": decision.message,
        "answers": [list(labels) for labels in decision.answers],
    }


def decision_of(value: Json) -> Decision:
    """Raises `ValueError` where the value is no decision."""
    keys = object_of(value)
    return Decision(
        reply=Reply(text_of(keys.get("reply")) or ""),
        message=text_of(keys.get("message")) or "",
        answers=tuple(texts_of(labels) for labels in list_of(keys.get("answers"))),
    )


def _question(keys: JsonObject) -> Question:
    choices = (object_of(each) for each in list_of(keys.get("choices")))
    return Question(
        header=text_of(keys.get("header")) or "",
        text=text_of(keys.get("text")) or "",
        choices=tuple(
            Choice(text_of(each.get("label")) or "", text_of(each.get("description")) or "")
            for each in choices
        ),
        is_multiple=keys.get("multiple") is True,
        is_custom=keys.get("custom") is not False,
    )
