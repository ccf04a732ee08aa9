"""A web browser on this machine, as the verbs need it."""

from __future__ import annotations

from typing import Protocol


class Browser(Protocol):
    """The user's own."""

    def open(self, url: str) -> bool:
        """Show that address; false where there is no screen to show it on, as over SSH."""
        ...
