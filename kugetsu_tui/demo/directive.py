r"""The lines with which a test tells the scripted model what to do.

Each line is `#model: WHAT [ARGUMENT]`, and only the last user message is read. A line is good for
one request: the first answers the message, the next one the tool result that the first asked for,
and so on; when there are no more, the model says "Done." and stops.

    say TEXT             answers TEXT
    think TEXT           reasons TEXT, then answers "Done."
    bash COMMAND         calls the tool `bash`
    read PATH            calls the tool `read`
    question [TEXT]      calls the tool `question`, with the answers Yes and No
    task PROMPT          gives PROMPT to a sub-agent; it may begin with `#model:` itself
    call TOOL JSON       calls any tool with these arguments
    big BYTES            answers that many bytes, in lines
    escapes              answers what must never reach a terminal
    length               answers, and says that the limit of tokens was reached
    empty                answers nothing
    hang                 never answers, not even with headers
    hang-mid-stream      begins to answer and never goes on
    drop                 begins to answer and closes the connection
    error CODE           refuses with this HTTP status
    error CODE TIMES     refuses so many times; then the next line counts
    wait SECONDS         waits before it does what the next line says

`error CODE TIMES` and `wait` belong to the line after them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping

from kugetsu_tui.demo.reply import Ending, Reply
from kugetsu_tui.demo.tool_call import ToolCall, bash, question, read, task
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.json_value import object_of

MARK = "#model:"

_ESCAPES = (
    "before \x1b]52;c;cHduZWQ=\x07 \x1b]0;owned\x07 \x1b]8;;https://example.invalid\x1b\\link"
    "\x1b[2J\x1b[31mred \x9b31m\x9d0;c1\x9c \x00\x07\x08 \u202eesrever\u202c \u2066\u200b\ufeff "
    "[/nope] [@click=app.bell]press[/] [bold after"
)


class UnknownDirectiveError(Exception):
    """A `#model:` line that is not in the grammar."""


@frozen
class Directive:
    what: str
    argument: str


_LAST = Directive("say", "Done.")
"""What goes without saying at the end of a script."""


def directives(prompt: str) -> tuple[Directive, ...]:
    """The directives of a prompt, in order."""
    lines = (line.removeprefix(MARK) for line in prompt.split("\n") if line.startswith(MARK))
    words = (line.strip().partition(" ") for line in lines)
    return tuple(Directive(what, argument.strip()) for what, _, argument in words)


def obey(script: tuple[Directive, ...], *, step: int, refused: int) -> Reply:
    """The reply to the request number `step` of a turn, refused so often already.

    Raises:
        UnknownDirectiveError: the script is not in the grammar.
    """
    requests = list(_requests((*script, _LAST)))
    *before, directive = requests[min(step, len(requests) - 1)]
    wait = 0.0
    for each in before:
        match each.what, each.argument.split():
            case "wait", [seconds]:
                wait += float(seconds)
            case "error", [status, times]:
                if refused < int(times):
                    return Reply(wait=wait, status=int(status))
            case _:
                raise UnknownDirectiveError(f"{MARK} {each.what} {each.argument}")
    reply = _reply(directive)
    return replace(reply, wait=wait + reply.wait)


def _requests(script: tuple[Directive, ...]) -> Iterator[tuple[Directive, ...]]:
    """The lines of one request after the other: those that go before another, and that one."""
    lines: list[Directive] = []
    for directive in script:
        lines.append(directive)
        if not _goes_before(directive):
            yield tuple(lines)
            lines.clear()


def _goes_before(directive: Directive) -> bool:
    return directive.what == "wait" or (directive.what == "error" and " " in directive.argument)


def _reply(directive: Directive) -> Reply:
    if (make := _REPLIES.get(directive.what)) is None:
        raise UnknownDirectiveError(f"{MARK} {directive.what}")
    return make(directive.argument)


def _big(size: str) -> Reply:
    line = "All work and no play makes Jack a dull boy.\n"
    return Reply(text=(line * (int(size) // len(line) + 1))[: int(size)])


def _call(argument: str) -> Reply:
    tool, _, arguments = argument.partition(" ")
    return Reply(call=ToolCall(tool, object_of(json.loads(arguments or "{}"))))


_REPLIES: Mapping[str, Callable[[str], Reply]] = {
    "say": lambda text: Reply(text=text),
    "think": lambda text: Reply(thought=text, text="Done."),
    "bash": lambda command: Reply(call=bash(command)),
    "read": lambda path: Reply(call=read(path)),
    "question": lambda text: Reply(call=question(text or "Shall I go on?", "Yes", "No")),
    "task": lambda prompt: Reply(call=task(prompt)),
    "call": _call,
    "big": _big,
    "escapes": lambda _: Reply(text=_ESCAPES),
    "length": lambda _: Reply(text="This is as far as I", finish="length"),
    "empty": lambda _: Reply(),
    "hang": lambda _: Reply(wait=math.inf),
    "hang-mid-stream": lambda _: Reply(text="I was about to", ending=Ending.SILENT),
    "drop": lambda _: Reply(text="I was about to", ending=Ending.DROPPED),
    "error": lambda status: Reply(status=int(status)),
}
