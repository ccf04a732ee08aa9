"""The tool calls that the model makes, with opencode's names for their arguments."""

from __future__ import annotations

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, JsonObject


@frozen
class ToolCall:
    tool: str
    arguments: JsonObject


def bash(command: str) -> ToolCall:
    return ToolCall("bash", {"command": command, "description": "Runs a command"})


def read(path: str) -> ToolCall:
    """A relative path is looked for in the session's directory."""
    return ToolCall("read", {"filePath": path})


def edit(path: str, *, old: str, new: str) -> ToolCall:
    return ToolCall("edit", {"filePath": path, "oldString": old, "newString": new})


def task(prompt: str) -> ToolCall:
    """Hands the prompt to a sub-agent."""
    what = {"description": "a part of it", "prompt": prompt, "subagent_type": "general"}
    return ToolCall("task", what)


def todos(**statuses: str) -> ToolCall:
    """A list of todos, each word with its status."""
    items: Json = [
        {"content": what.replace("_", " "), "status": status, "priority": "medium"}
        for what, status in statuses.items()
    ]
    return ToolCall("todowrite", {"todos": items})


def question(text: str, *answers: str) -> ToolCall:
    options: Json = [{"label": answer, "description": answer} for answer in answers]
    asked: Json = {"question": text, "header": "One question", "options": options}
    return ToolCall("question", {"questions": [asked]})
