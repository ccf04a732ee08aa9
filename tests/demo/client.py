"""A client of the scripted model, as small as it can be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from kugetsu_tui.demo.model import ScriptedModel

Message = dict[str, Any]

TOOL_RESULT: tuple[Message, ...] = (
    {"role": "assistant", "content": "", "tool_calls": [{"id": "call_1"}]},
    {"role": "tool", "tool_call_id": "call_1", "content": "a result"},
)


@dataclass
class Answer:
    """A streamed answer, put together."""

    text: str = ""
    thought: str = ""
    tool: str = ""
    arguments: Message = field(default_factory=dict)
    finish: str | None = None


def user(*lines: str) -> Message:
    return {"role": "user", "content": "\n".join(lines)}


def post(
    model: ScriptedModel,
    messages: Sequence[Message],
    *,
    session: str = "",
    tools: Sequence[str] = (),
) -> HTTPResponse:
    """Sends a conversation and returns when there are headers."""
    connection = HTTPConnection(urlsplit(model.url).netloc, timeout=30)
    offered = [{"type": "function", "function": {"name": name}} for name in tools]
    body = json.dumps({"model": "demo", "stream": True, "messages": messages, "tools": offered})
    connection.request("POST", "/v1/chat/completions", body, {"X-Session-Id": session})
    return connection.getresponse()


def ask(model: ScriptedModel, *messages: Message, tools: Sequence[str] = ()) -> Answer:
    """Sends a conversation and reads the answer to its end."""
    response = post(model, messages, tools=tools)
    assert response.status == 200, response.read()
    *chunks, done, nothing = response.read().decode().split("\n\n")
    assert (done, nothing) == ("data: [DONE]", "")
    answer = Answer()
    for chunk in chunks:
        for choice in json.loads(chunk.removeprefix("data: "))["choices"]:
            _take(answer, choice)
    return answer


def _take(answer: Answer, choice: Message) -> None:
    delta = choice["delta"]
    answer.text += delta.get("content", "")
    answer.thought += delta.get("reasoning_content", "")
    for call in delta.get("tool_calls", []):
        answer.tool = call["function"]["name"]
        answer.arguments = json.loads(call["function"]["arguments"])
    answer.finish = choice["finish_reason"]
