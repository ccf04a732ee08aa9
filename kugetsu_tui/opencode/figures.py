"""Messages, changed files, tokens and cost of sessions, without what forks copied from their base.

A fork holds its base's messages under new names but with their old times (1.2 to 1.18): what is
older than the session itself is copied. opencode counts the copies' tokens for the fork as well.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping

from kugetsu_tui.domain.figures import Figures
from kugetsu_tui.domain.session import SessionId

_COUNTS = """
SELECT session.id, sum(message.time_created >= session.time_created),
       sum(message.time_created < session.time_created), min(message.time_created),
       max(CASE WHEN message.time_created < session.time_created THEN message.time_created END)
FROM session JOIN message ON message.session_id = session.id
WHERE session.id IN (SELECT value FROM json_each(?)) GROUP BY session.id
"""
"""Answered from an index alone, without a look at any message."""

_CHANGED_FILES = """
SELECT session.id, count(DISTINCT json_extract(diff.value, '$.file'))
FROM session JOIN message ON message.session_id = session.id
JOIN json_each(
  CASE WHEN instr(data, '"diffs"') AND json_valid(data) THEN data END, '$.summary.diffs'
) AS diff
WHERE session.id IN (SELECT value FROM json_each(?))
AND message.time_created >= session.time_created AND diff.type = 'object'
GROUP BY session.id
"""

_SPENT = """
SELECT coalesce(sum(
  coalesce(json_extract(data, '$.tokens.input'), 0)
  + coalesce(json_extract(data, '$.tokens.output'), 0)
  + coalesce(json_extract(data, '$.tokens.reasoning'), 0)
  + coalesce(json_extract(data, '$.tokens.cache.read'), 0)
  + coalesce(json_extract(data, '$.tokens.cache.write'), 0)
), 0), coalesce(sum(json_extract(data, '$.cost')), 0)
FROM message WHERE session_id = ? AND time_created <= ? AND json_valid(data)
"""


def figures_of(
    connection: sqlite3.Connection, ids: Collection[SessionId]
) -> Mapping[SessionId, Figures]:
    """The figures of those sessions; one without messages is not among them.

    Forks of one base at one time hold the same copies: their tokens are added up once.
    """
    named = (json.dumps(list(ids)),)
    files = dict(connection.execute(_CHANGED_FILES, named).fetchall())
    spent: dict[tuple[int, int, int], tuple[int, float]] = {}
    found: dict[SessionId, Figures] = {}
    for session_id, own, copied, first, last in connection.execute(_COUNTS, named).fetchall():
        tokens, cost = 0, 0.0
        if copied:
            copies = (copied, first, last)
            if copies not in spent:
                spent[copies] = connection.execute(_SPENT, (session_id, last)).fetchone()
            tokens, cost = spent[copies]
        found[session_id] = Figures(
            messages=own,
            changed_files=files.get(session_id, 0),
            copied_tokens=int(tokens),
            copied_cost=float(cost),
        )
    return found
