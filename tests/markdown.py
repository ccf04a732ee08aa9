"""The code blocks of a page."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """The code blocks in that language, in order."""
    return [code for name, code in _BLOCK.findall(page) if name == language]
