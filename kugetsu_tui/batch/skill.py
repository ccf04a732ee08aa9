"""What a coding agent has to know to work with this program (agentskills.io)."""

from __future__ import annotations

from pathlib import Path

_PAGE = Path(__file__).parent / "skills" / "kugetsu" / "SKILL.md"
"""In a folder of the skill's own name, as the specification wants it."""


def skill_page() -> str:
    return _PAGE.read_text(encoding="utf-8")
