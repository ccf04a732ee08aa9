"""What one request to the scripted model says, in OpenAI's chat-completions words."""

from __future__ import annotations

from collections.abc import Sequence

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, JsonObject, object_of, text_of

_TITLE_AGENT = "title generator"
"""opencode (1.0 to 1.18) opens the system prompt of its title agent with these words."""


@frozen(kw_only=True)
class Conversation:
    """The end of a conversation: what was asked last, and what was done about it since."""

    prompt: str
    """The last user message; a fork's copied ones lie before it and do not count."""
    results: tuple[str, ...]
    """What the tools answered since then, in order."""
    steps: int
    """How often the model has spoken since then."""
    messages: int
    tools: frozenset[str]
    wants_title: bool

    @classmethod
    def read(cls, body: JsonObject) -> Conversation:
        """Reads the body of a `POST /chat/completions`; what is missing reads as empty."""
        messages = _objects(body.get("messages"))
        asked = max(
            (at for at, message in enumerate(messages) if message.get("role") == "user"), default=-1
        )
        since = messages[asked + 1 :]
        system = " ".join(_text(each) for each in messages if each.get("role") == "system")
        return cls(
            prompt=_text(messages[asked]) if asked >= 0 else "",
            results=tuple(_text(each) for each in since if each.get("role") == "tool"),
            steps=sum(each.get("role") == "assistant" for each in since),
            messages=len(messages),
            tools=frozenset(_tool_name(each) for each in _objects(body.get("tools"))),
            wants_title=_TITLE_AGENT in system,
        )


def _objects(value: Json) -> list[JsonObject]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [object_of(each) for each in value]


def _text(message: JsonObject) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    return "\n".join(text_of(part.get("text")) or "" for part in _objects(content))


def _tool_name(tool: JsonObject) -> str:
    return text_of(object_of(tool.get("function")).get("name")) or ""
