"""A chosen few of the damages; all of them: `python -m tests.torture broken-files`."""

from __future__ import annotations

from pathlib import Path

from tests.torture.broken_files import Place, wrong

CHOSEN = {
    "a pipe": ("run", "journal", "message", "log", "trash", "settings", "notebook"),
    "deep lists": ("run", "journal", "notebook"),
}
"""What hangs and what breaks a parser; other tests have these for index and records."""


def test_a_damaged_file_is_told_in_words_and_left_as_it_is(tmp_path: Path) -> None:
    place = Place.made(tmp_path / "home")
    files = place.files()

    found = [
        f"{which}, {damage}: {what}"
        for damage, names in CHOSEN.items()
        for which in names
        for what in wrong(place, files[which], damage)
    ]

    assert not found, "\n".join(found)
