"""The turns of a transcript in plain words, in Markdown and as data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.transcript import Entry, PartKind, Turn

_INDENT = "  "


def turn_text(turn: Turn, depth: int) -> str:
    """For people: who and when, then each entry; a sub-agent's stand further in."""
    lines = [f"── {turn.role}, {spell_moment(turn.at)}"]
    for entry in _told(turn):
        if entry.title:
            lines.append(_headline(entry))
        text = f"(thinks) {entry.text}" if entry.kind is PartKind.THINKING else entry.text
        lines += [f"  {line}" if entry.title else line for line in text.split("\n") if text]
    return "\n".join(_INDENT * depth + line for line in [*lines, ""])


def turn_markdown(turn: Turn, depth: int) -> str:
    """A heading, a level lower for each sub-agent; code and tools fenced."""
    blocks = [f"{'#' * min(depth + 2, 6)} {turn.role}, {spell_moment(turn.at)}"]
    for entry in _told(turn):
        if entry.title:
            blocks.append(f"**{_escaped(_headline(entry))}**")
        blocks += [_markdown(passage, entry) for passage in entry.passages]
    return "\n\n".join([*blocks, ""])


def spell_turn(turn: Turn, depth: int) -> JsonObject:
    """As data, bookkeeping included."""
    return {
        "id": turn.place.message_id,
        "role": turn.role,
        "at": spell_moment(turn.at),
        "depth": depth,
        "is_over": turn.is_over,
        "entries": [
            {
                "id": entry.id,
                "kind": entry.kind,
                "at": spell_moment(entry.at),
                "title": entry.title,
                "text": entry.text,
                "status": entry.status or None,
                "remark": entry.remark,
                "session_id": entry.child,
            }
            for entry in turn.entries
        ],
    }


def _told(turn: Turn) -> Iterator[Entry]:
    return (entry for entry in turn.entries if not entry.is_noise)


def _headline(entry: Entry) -> str:
    told = " – ".join(filter(None, (entry.status, entry.remark)))
    return f"[{entry.title}] {told}".rstrip()


def _markdown(passage: Passage, entry: Entry) -> str:
    match passage.form:
        case Form.MARKDOWN:
            return passage.text
        case Form.WORDS if entry.kind is PartKind.THINKING:
            return "\n".join(f"> {line}" for line in passage.text.split("\n"))
        case Form.WORDS:
            return passage.text
        case _:
            longest = max(map(len, re.findall("`+", passage.text)), default=0)
            fence = "`" * max(longest + 1, 3)
            language = "diff" if passage.form is Form.DIFF else passage.language
            return f"{fence}{language}\n{passage.text}\n{fence}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text)
