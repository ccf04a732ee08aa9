from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.record import LONGEST_NAME, RESERVED_FILES
from kugetsu_tui.domain.record_file import record_file

pytestmark = pytest.mark.fast

SEGMENT = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,12}", fullmatch=True)
REFS = st.builds(
    lambda segments, number: f"{'/'.join(segments)}#{number}",
    st.lists(st.sampled_from(["a", "A", "b", "a-b", "A-b"]) | SEGMENT, min_size=3, max_size=4),
    st.integers(1, 99),
)
KEYS = REFS | st.text(min_size=1, max_size=300)
"""References, and whatever else an index may hold as a key."""


def named(keys: list[str]) -> dict[str, str]:
    """The keys, each given a file after the other."""
    taken: dict[str, str] = {}
    files = {}
    for key in keys:
        files[key] = record_file(key, taken)
        taken[files[key].casefold()] = key
    return files


def test_a_name_is_spelled_as_earlier_programs_spelled_it() -> None:
    assert record_file("github.com/shoko/kugetsu#14", {}) == "github.com-shoko-kugetsu-14.json"


def test_references_that_earlier_programs_gave_one_file_get_three() -> None:
    files = named(["h/a-b/c#1", "h/a/b-c#1", "h/A/b-c#1"])

    assert files["h/a-b/c#1"] == "h-a-b-c-1.json"
    assert len({file.casefold() for file in files.values()}) == 3


def test_an_issue_keeps_the_name_that_is_its_own() -> None:
    assert record_file("h/a/b#1", {"h-a-b-1.json": "h/a/b#1"}) == "h-a-b-1.json"


def test_a_name_with_a_digest_that_is_taken_too_is_passed_over() -> None:
    key = "h/a/b#1"
    taken = {"h-a-b-1.json": "another"}
    second = record_file(key, taken)
    third = record_file(key, {**taken, second.casefold(): "a third"})

    assert len({"h-a-b-1.json", second, third}) == 3


@pytest.mark.parametrize("key", ["base", "Base", "pm-agent"])
def test_reserved_names_are_given_to_no_issue(key: str) -> None:
    assert record_file(key, {}).casefold() not in RESERVED_FILES


def test_two_long_references_that_end_differently_get_two_names() -> None:
    keys = [f"h/{'u' * 230}/{'r' * 10}{end}#1" for end in "ab"]

    files = named(keys)

    assert len(set(files.values())) == 2
    assert all(len(file) == LONGEST_NAME for file in files.values())


@given(st.lists(KEYS, unique=True, max_size=12))
def test_no_two_issues_share_a_name_on_any_file_system(keys: list[str]) -> None:
    files = named(keys)

    assert len({file.casefold() for file in files.values()}) == len(keys)


@given(KEYS)
def test_a_name_is_short_plain_and_cannot_lead_out_of_its_folder(key: str) -> None:
    file = record_file(key, {})

    assert len(file) <= LONGEST_NAME
    assert file.endswith(".json")
    assert file.isascii()
    assert not set(file) & set("/\\ \0\n")


@given(REFS, st.lists(REFS, max_size=5))
def test_a_name_depends_on_nothing_but_the_reference_and_what_is_taken(
    key: str, others: list[str]
) -> None:
    taken = {file.casefold(): owner for owner, file in named(others).items()}

    assert record_file(key, taken) == record_file(key, dict(reversed(taken.items())))
