"""A reply as the pieces of OpenAI's streaming format, `chat.completion.chunk`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from kugetsu_tui.demo.reply import Ending, Reply
from kugetsu_tui.demo.tool_call import ToolCall
from kugetsu_tui.domain.json_value import Json, JsonObject

_AT_ONCE = 16_384
"""Characters in a piece where nobody watches."""


def pieces(reply: Reply, *, turn: str) -> Iterator[tuple[float, JsonObject]]:
    """The chunks, each with the seconds to wait before it; `turn` makes the call's id its own."""
    yield 0.0, _chunk({"role": "assistant", "content": ""})
    if reply.thought:
        yield 0.0, _chunk({"reasoning_content": reply.thought})
    words = _split(reply)
    for word in words:
        yield reply.lasting / len(words), _chunk({"content": word})
    if reply.ending is not Ending.COMPLETE:
        return
    if reply.call:
        yield 0.0, _chunk({"tool_calls": [_call(reply.call, f"call_{turn}")]})
    yield 0.0, _chunk({}, finish="tool_calls" if reply.call else reply.finish)
    yield 0.0, _usage(reply)


def _split(reply: Reply) -> list[str]:
    if reply.lasting:
        return re.findall(r"\s*\S+\s*", reply.text)
    return [reply.text[at : at + _AT_ONCE] for at in range(0, len(reply.text), _AT_ONCE)]


def _chunk(delta: JsonObject, finish: str | None = None) -> JsonObject:
    return _envelope([{"index": 0, "delta": delta, "finish_reason": finish}], None)


def _usage(reply: Reply) -> JsonObject:
    answered = len(reply.text) // 4 + 1
    return _envelope(
        [], {"prompt_tokens": 100, "completion_tokens": answered, "total_tokens": 100 + answered}
    )


def _envelope(choices: Json, usage: Json) -> JsonObject:
    return {
        "id": "chatcmpl-demo",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "demo",
        "choices": choices,
        "usage": usage,
    }


def _call(call: ToolCall, call_id: str) -> Json:
    function: Json = {"name": call.tool, "arguments": json.dumps(call.arguments)}
    return {"index": 0, "id": call_id, "type": "function", "function": function}
