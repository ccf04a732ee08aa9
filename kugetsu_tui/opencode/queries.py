"""The questions to opencode's database, in SQL: all go through an index, none scans parts."""

from __future__ import annotations

from collections.abc import Collection

_COLUMNS = {
    "id": "''",
    "title": "''",
    "directory": "''",
    "time_created": "0",
    "time_updated": "0",
    "parent_id": "NULL",
    "model": "''",
    "agent": "''",
    "cost": "0.0",
    "time_archived": "NULL",
}
"""What is read of a session, and what stands for a column that this opencode does not have."""
_TOKENS = (
    "tokens_input",
    "tokens_output",
    "tokens_reasoning",
    "tokens_cache_read",
    "tokens_cache_write",
)

SESSION_COLUMNS = "SELECT name FROM pragma_table_info('session')"


def sessions(present: Collection[str], *, some: bool, children: bool = False) -> str:
    """Those named in a JSON list, or all top-level ones, the newest activity first.

    With `children`, instead of the top-level ones those of sub-agents.
    """
    tokens = " + ".join(f"coalesce({name}, 0)" for name in _TOKENS if name in present) or "0"
    columns = [
        f"coalesce({name}, {default})" if name in present else default
        for name, default in _COLUMNS.items()
    ]
    which = "parent_id IS NOT NULL" if children else "parent_id IS NULL"
    which += " ORDER BY time_updated DESC, id"
    if some:
        which = "id IN (SELECT value FROM json_each(?))"
    return f"SELECT {', '.join(columns)}, {tokens} FROM session WHERE {which}"  # noqa: S608 - our words


def issue_refs(present: Collection[str]) -> str:
    """What sessions are for, as it was told to opencode, where it has a column for that."""
    told = "metadata" if "metadata" in present else "NULL"
    at = "'$.kugetsu.issue_ref'"
    return (
        f"SELECT id, json_extract({told}, {at}) FROM session WHERE parent_id IS NULL"  # noqa: S608 - our words
        f" AND CASE WHEN json_valid({told}) THEN json_type({told}, {at}) END = 'text'"
        " ORDER BY time_created, id"
    )


LAST_MESSAGES = """
SELECT id, time_created, data FROM message WHERE session_id = ?
ORDER BY time_created DESC, id DESC LIMIT ?
"""

PARTS = """
SELECT message_id, data FROM part WHERE message_id IN (SELECT value FROM json_each(?))
ORDER BY message_id, id
"""

TURNS_BEFORE = """
SELECT id, time_created, data FROM message
WHERE session_id = ? AND (time_created, id) < (?, ?)
ORDER BY time_created DESC, id DESC LIMIT ?
"""
TURNS_SINCE = """
SELECT id, time_created, data FROM message
WHERE session_id = ? AND (time_created, id) >= (?, ?)
ORDER BY time_created, id LIMIT ?
"""
PARTS_OF_TURNS = """
SELECT message_id, id, time_created, data FROM part
WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY message_id, id
"""

LAST_TURN = """
SELECT time_created, data FROM message WHERE session_id = ? AND time_created >= ?
AND CASE WHEN json_valid(data) THEN json_extract(data, '$.role') END = 'assistant'
ORDER BY time_created DESC, id DESC LIMIT 1
"""

TODOS = "SELECT content, status FROM todo WHERE session_id = ? ORDER BY position"

CHANGES = """
SELECT json_extract(diff.value, '$.file'),
       CAST(coalesce(json_extract(diff.value, '$.additions'), 0) AS INTEGER),
       CAST(coalesce(json_extract(diff.value, '$.deletions'), 0) AS INTEGER),
       CAST(coalesce(json_extract(diff.value, '$.status'), '') AS TEXT)
FROM message JOIN session ON session.id = message.session_id
JOIN json_each(CASE WHEN json_valid(data) THEN json_extract(data, '$.summary.diffs') END) AS diff
WHERE session_id = ? AND message.time_created >= session.time_created
AND CASE WHEN diff.type = 'object' THEN json_type(diff.value, '$.file') END = 'text'
ORDER BY message.time_created, message.id, diff.id
"""
"""A fork holds copies of its base's messages, older than itself: their changes are not its own."""

PATCHES = """
SELECT json_extract(diff.value, '$.file'), coalesce(json_extract(diff.value, '$.patch'), '')
FROM message JOIN session ON session.id = message.session_id
JOIN json_each(CASE WHEN json_valid(data) THEN json_extract(data, '$.summary.diffs') END) AS diff
WHERE session_id = ? AND message.time_created >= session.time_created AND diff.type = 'object'
ORDER BY message.time_created, message.id, diff.id
"""
"""The same files, each with what was changed in it, turn by turn."""

TOOL_PATCHES = """
SELECT coalesce(json_extract(part.data, '$.state.metadata.filediff.file'),
                json_extract(part.data, '$.state.input.filePath')),
       coalesce(json_extract(part.data, '$.state.metadata.filediff.patch'), '')
FROM part JOIN message ON message.id = message_id JOIN session ON session.id = part.session_id
WHERE part.session_id = ? AND message.time_created >= session.time_created
AND CASE WHEN json_valid(part.data) THEN json_extract(part.data, '$.tool') END
    IN ('edit', 'multiedit', 'write')
AND json_extract(part.data, '$.state.status') = 'completed'
ORDER BY message.time_created, message.id, part.id
"""
"""What the tools themselves say they changed: outside git, opencode sums up no turn."""

_FAMILY = """
WITH RECURSIVE family(member) AS (
  VALUES (?) UNION SELECT id FROM session JOIN family ON parent_id = member
)
"""
"""A session and its sub-agents' sessions, theirs as well."""

LAST_ACTIVITY = f"""
{_FAMILY}
SELECT max(max(
  session.time_updated,
  coalesce(message.time_updated, 0),
  coalesce((SELECT max(time_updated) FROM part WHERE message_id = message.id), 0)
))
FROM family JOIN session ON session.id = member
LEFT JOIN message ON message.id = (
  SELECT id FROM message WHERE session_id = member ORDER BY time_created DESC, id DESC LIMIT 1
)
"""  # noqa: S608 - our words

RUNNING_TOOLS = f"""
{_FAMILY}
SELECT count(*) FROM family JOIN part ON message_id = (
  SELECT id FROM message WHERE session_id = member AND time_created >= ?
  ORDER BY time_created DESC, id DESC LIMIT 1
)
WHERE CASE WHEN json_valid(data) THEN
  json_extract(data, '$.state.status') = 'running' AND json_extract(data, '$.tool') IS NOT 'task'
END
"""  # noqa: S608 - our words
"""`task` runs for as long as its sub-agent waits for the provider: what counts are its tools."""
