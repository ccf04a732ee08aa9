"""The verbs, on a world of fakes."""

from __future__ import annotations

from kugetsu_tui.domain.session import SessionId

REPOSITORY = "github.com/shoko/kugetsu"
ISSUE = f"{REPOSITORY}#14"
OTHER = f"{REPOSITORY}#15"
BASE = SessionId("ses_base")
FORK = SessionId("ses_fork")
SECOND = SessionId("ses_second")
