"""What an issue's session is called in opencode: its issue, and what it was asked first."""

from __future__ import annotations

from kugetsu_tui.domain.text import clean_line

_LONGEST = 60
"""Characters of the message: about what opencode's own titles have."""


def spell_title(issue_ref: str, message: str) -> str:
    """`host/user/repo#14 fix the login bug`: the first line of the message that says something."""
    lines = (line.strip() for line in message.splitlines())
    return f"{issue_ref} {clean_line(next(filter(None, lines), ''), _LONGEST)}".rstrip()


def told_by(title: str, issue_ref: str | None) -> str:
    """What a title tells beside the issue that it is shown with."""
    return "" if title == issue_ref else title.removeprefix(f"{issue_ref} ")
