"""What a session has come to: its messages, changed files, tokens and cost."""

from __future__ import annotations

from kugetsu_tui.domain.frozen import frozen


@frozen(kw_only=True)
class Figures:
    """A session's own share; a fork begins with copies of its base's messages, which are not."""

    messages: int = 0
    changed_files: int = 0
    copied_tokens: int = 0
    """Of those that opencode counts for the session: spent by the base, before the fork."""
    copied_cost: float = 0.0
