"""Transcripts in opencode's database: in order, page by page, each part as what it is."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.conversation import FilePatch
from kugetsu_tui.domain.passages import Form
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.transcript import Entry, PartKind
from kugetsu_tui.opencode.database import Database
from kugetsu_tui.opencode.transcripts import DatabaseTranscripts
from tests.opencode.sample_database import SampleDatabase

pytestmark = pytest.mark.fast

DIFF = "--- a\n+++ a\n@@ -1,1 +1,1 @@\n-# sample\n+# Sample\n"


@pytest.fixture
def transcripts(sample: SampleDatabase) -> DatabaseTranscripts:
    return DatabaseTranscripts(Database(sample.path))


def of_tool(tool: str, **state: object) -> dict[str, object]:
    return {"type": "tool", "tool": tool, "state": {"status": "completed", **state}}


def entry(sample: SampleDatabase, transcripts: DatabaseTranscripts, part: object) -> Entry:
    """What a part of an assistant's message becomes."""
    session_id = sample.session()
    sample.part(sample.message(session_id, "assistant"), part)  # type: ignore[arg-type]
    ((found,),) = (turn.entries for turn in transcripts.since(session_id, None, limit=9))
    return found


def test_pages_are_in_order_and_join_without_a_gap(
    sample: SampleDatabase, transcripts: DatabaseTranscripts
) -> None:
    session_id = sample.session()
    for number in range(7):
        message_id = sample.message(session_id, "user", begun=number // 2)
        sample.part(message_id, {"type": "text", "text": f"{number}"})

    last = transcripts.before(session_id, None, limit=3)
    earlier = transcripts.before(session_id, last[0].place, limit=9)
    first = transcripts.since(session_id, None, limit=3)
    later = transcripts.since(session_id, first[-1].place, limit=9)

    def texts(turns: object) -> str:
        return "".join(turn.entries[0].text for turn in turns)  # type: ignore[attr-defined]

    assert texts(earlier) + texts(last) == texts(first) + texts(later)[1:] == "0123456"


def test_what_was_said_is_told_apart_by_who_said_it(
    sample: SampleDatabase, transcripts: DatabaseTranscripts
) -> None:
    session_id = sample.session()
    asked, answered = sample.message(session_id, "user"), sample.message(session_id, "assistant")
    sample.part(asked, {"type": "text", "text": "*fix* it"})
    sample.part(asked, {"type": "text", "text": "of a file", "synthetic": True})
    sample.part(answered, {"type": "step-start", "snapshot": "abc"})
    sample.part(answered, {"type": "reasoning", "text": "hm"})
    sample.part(answered, {"type": "text", "text": "Done:\n```py\nx\n```"})
    sample.part(answered, {"type": "text", "text": " "})

    entries = [e for turn in transcripts.since(session_id, None, limit=9) for e in turn.entries]

    assert [(e.kind, e.is_noise, [p.form for p in e.passages]) for e in entries] == [
        (PartKind.USER, False, [Form.WORDS]),
        (PartKind.OTHER, False, [Form.CODE]),
        (PartKind.OTHER, True, [Form.CODE]),
        (PartKind.THINKING, False, [Form.WORDS]),
        (PartKind.ANSWER, False, [Form.MARKDOWN]),
    ]


@pytest.mark.parametrize(
    ("tool", "state", "kind", "title", "remark"),
    [
        (
            "bash",
            {"input": {"command": "ls"}, "output": "a\nb\n", "metadata": {"exit": 0}},
            PartKind.SHELL,
            "bash ls",
            "2 lines",
        ),
        (
            "bash",
            {"input": {"command": "false"}, "output": "", "metadata": {"exit": 3}},
            PartKind.SHELL,
            "bash false",
            "exit 3",
        ),
        (
            "edit",
            {
                "input": {"filePath": "/repo/README.md"},
                "title": "README.md",
                "output": "ok",
                "metadata": {"diff": DIFF, "filediff": {"additions": 1, "deletions": 1}},
            },
            PartKind.FILE,
            "edit README.md",
            "+1 -1",
        ),
        (
            "read",
            {"status": "error", "input": {"filePath": "x"}, "error": "File not found: x"},
            PartKind.FILE,
            "read x",
            "File not found: x",
        ),
        ("webfetch", {"input": {"url": "http://x"}, "output": "x"}, PartKind.WEB, None, "x"),
        ("our_mcp_tool", {"input": {"a": 1}, "output": "1"}, PartKind.TOOL, "our_mcp_tool", "1"),
    ],
)
def test_a_tool_call_is_a_line_with_what_came_of_it(
    sample: SampleDatabase,
    transcripts: DatabaseTranscripts,
    tool: str,
    state: dict[str, object],
    kind: PartKind,
    title: str | None,
    remark: str,
) -> None:
    found = entry(sample, transcripts, of_tool(tool, **state))

    assert (found.kind, found.remark) == (kind, remark)
    assert title is None or found.title == title


def test_an_edit_holds_its_diff_and_a_written_file_its_text(
    sample: SampleDatabase, transcripts: DatabaseTranscripts
) -> None:
    edited = entry(sample, transcripts, of_tool("edit", metadata={"diff": DIFF}))
    assert [(p.form, p.text) for p in edited.passages] == [(Form.DIFF, DIFF)]


def test_a_task_names_its_sub_agents_session(
    sample: SampleDatabase, transcripts: DatabaseTranscripts
) -> None:
    state = {"input": {"description": "a part of it"}, "metadata": {"sessionId": "ses_child"}}

    assert entry(sample, transcripts, of_tool("task", **state)).child == "ses_child"


def test_a_message_that_failed_says_why(
    sample: SampleDatabase, transcripts: DatabaseTranscripts
) -> None:
    session_id = sample.session()
    error = {"name": "APIError", "data": {"message": "no", "statusCode": 401}}
    sample.message(session_id, "assistant", error=error)

    (turn,) = transcripts.since(session_id, None, limit=9)

    assert turn.is_over
    assert "refused: 401" in turn.entries[0].title


@pytest.mark.parametrize("part", ["torn{", "[]", '{"type": "tool", "state": 7}', "{}"])
def test_a_part_that_cannot_be_read_is_named_and_harms_nobody(
    sample: SampleDatabase, transcripts: DatabaseTranscripts, part: str
) -> None:
    assert entry(sample, transcripts, part).title


def test_the_base_s_changes_are_not_the_forks(
    sample: SampleDatabase, transcripts: DatabaseTranscripts
) -> None:
    fork = sample.session(created=10)
    for begun, patch in ((5, "of the base"), (11, DIFF)):
        diffs = [{"file": "README.md", "patch": patch, "additions": 1, "deletions": 1}]
        sample.message(fork, "user", begun=begun, summary={"diffs": diffs})

    assert transcripts.patches(fork) == [FilePatch("README.md", DIFF)]


def test_outside_git_the_tools_themselves_say_what_they_changed(
    sample: SampleDatabase, transcripts: DatabaseTranscripts
) -> None:
    session_id = sample.session()
    message_id = sample.message(session_id, "assistant")
    file = {"file": "/repo/README.md", "patch": DIFF}
    sample.part(message_id, of_tool("edit", metadata={"filediff": file}))
    sample.part(message_id, of_tool("write", input={"filePath": "/repo/new.py"}))
    sample.part(message_id, of_tool("read", input={"filePath": "/repo/old.py"}))
    sample.part(message_id, "torn{")

    assert transcripts.patches(session_id) == [
        FilePatch("/repo/README.md", DIFF),
        FilePatch("/repo/new.py", ""),
    ]


def test_a_session_that_nobody_has_said_anything_in_is_empty(
    transcripts: DatabaseTranscripts,
) -> None:
    assert not transcripts.before(SessionId("ses_gone"), None, limit=5)
