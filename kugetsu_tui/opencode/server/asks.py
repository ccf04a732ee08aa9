"""opencode's JSON about permissions and questions, in this program's words."""

from __future__ import annotations

from kugetsu_tui.domain.ask import Ask, AskKind, Choice, Question
from kugetsu_tui.domain.json_value import JsonObject, list_of, object_of, text_of, texts_of
from kugetsu_tui.domain.session import session_id_of

_DETAILS = ("command", "diff", "url", "filepath")
"""Keys of a permission's metadata that show what is to be allowed, the most telling first."""


def permission_of(fields: JsonObject, *, directory: str) -> Ask | None:
    """What `GET /permission` lists and `permission.asked` tells; nothing where it is neither."""
    session_id = session_id_of(text_of(fields.get("sessionID")) or "")
    ask_id = text_of(fields.get("id"))
    if session_id is None or ask_id is None:
        return None
    metadata = object_of(fields.get("metadata"))
    patterns = texts_of(fields.get("patterns"))
    details = (text_of(metadata.get(key)) for key in _DETAILS)
    return Ask(
        id=ask_id,
        session_id=session_id,
        directory=directory,
        kind=AskKind.PERMISSION,
        permission=text_of(fields.get("permission")) or "",
        patterns=patterns,
        always=texts_of(fields.get("always")),
        detail=next(filter(None, details), None) or "\n".join(patterns),
    )


def question_of(fields: JsonObject, *, directory: str) -> Ask | None:
    """What `GET /question` lists and `question.asked` tells; nothing where it is neither."""
    session_id = session_id_of(text_of(fields.get("sessionID")) or "")
    ask_id = text_of(fields.get("id"))
    if session_id is None or ask_id is None:
        return None
    return Ask(
        id=ask_id,
        session_id=session_id,
        directory=directory,
        kind=AskKind.QUESTION,
        questions=tuple(_question(object_of(each)) for each in list_of(fields.get("questions"))),
    )


def _question(fields: JsonObject) -> Question:
    choices = (object_of(each) for each in list_of(fields.get("options")))
    return Question(
        header=text_of(fields.get("header")) or "",
        text=text_of(fields.get("question")) or "",
        choices=tuple(
            Choice(text_of(each.get("label")) or "", text_of(each.get("description")) or "")
            for each in choices
        ),
        is_multiple=fields.get("multiple") is True,
        is_custom=fields.get("custom") is not False,
    )
