"""What people type for an issue."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.domain.errors import BadReferenceError, NotFoundError
from tests.commands import BASE, FORK, ISSUE, OTHER
from tests.fakes import Stage

pytestmark = pytest.mark.fast


@pytest.fixture
def tracked(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK)
    return stage


@pytest.mark.parametrize(
    "text",
    [
        ISSUE,
        "14",
        "#14",
        "shoko/kugetsu#14",
        "GitHub.com/shoko/kugetsu#14",
        "github.com/Shoko/Kugetsu#14",
        "https://github.com/shoko/kugetsu/pull/14/files",
        FORK,
    ],
)
def test_a_tracked_issue_is_found_by(tracked: Stage, text: str) -> None:
    assert ResolveRef.of(tracked.world).tracked(text) == ISSUE


def test_an_issue_that_is_tracked_is_no_new_one_in_another_case(tracked: Stage) -> None:
    assert ResolveRef.of(tracked.world).new("github.com/Shoko/kugetsu#14") == ISSUE


def test_of_two_that_differ_in_case_alone_the_exact_one_is_meant(tracked: Stage) -> None:
    other = "github.com/Shoko/kugetsu#14"
    tracked.track(other, None)

    assert ResolveRef.of(tracked.world).tracked(other) == other
    assert ResolveRef.of(tracked.world).new(ISSUE) == ISSUE


def test_an_exact_key_comes_before_the_grammar(tracked: Stage) -> None:
    tracked.track("14", None)
    tracked.track("GitHub.com/Odd key#0", None)

    assert ResolveRef.of(tracked.world).tracked("14") == "14"
    assert ResolveRef.of(tracked.world).tracked("GitHub.com/Odd key#0") == "GitHub.com/Odd key#0"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (OTHER, f"did you mean {ISSUE}?"),
        ("15", f"did you mean {ISSUE}?"),
        ("example.org/quite/else#999", "kugetsu list shows what is tracked"),
    ],
)
def test_what_nobody_tracks_names_the_nearest_that_somebody_does(
    tracked: Stage, text: str, hint: str
) -> None:
    with pytest.raises(NotFoundError) as refusal:
        ResolveRef.of(tracked.world).tracked(text)

    assert refusal.value.hint == hint
    assert refusal.value.remedy == "start"


def test_a_session_that_nobody_tracks_may_be_adopted(tracked: Stage) -> None:
    with pytest.raises(NotFoundError) as refusal:
        ResolveRef.of(tracked.world).tracked("ses_nobody")

    assert refusal.value.hint == "kugetsu adopt REF ses_nobody"
    assert refusal.value.remedy == "adopt"


@pytest.mark.parametrize("text", ["base", "(base)", BASE])
def test_the_base_is_no_issue_and_is_found_where_it_may_be_meant(tracked: Stage, text: str) -> None:
    tracked.base(BASE)
    resolve = ResolveRef.of(tracked.world)

    assert resolve.tracked_or_base(text) is None
    assert resolve.tracked_or_base("14") == ISSUE
    with pytest.raises(NotFoundError, match="it is the base session") as refusal:
        resolve.tracked(text)
    assert "kugetsu resume base" in refusal.value.hint


def test_no_reference_is_a_usage_error_that_names_the_nearest(tracked: Stage) -> None:
    with pytest.raises(BadReferenceError) as refusal:
        ResolveRef.of(tracked.world).tracked("github.com/shoko/kugetsu-14")

    assert refusal.value.hint == f"did you mean {ISSUE}?"


def test_foreign_keys_are_cleaned_before_they_are_shown(stage: Stage) -> None:
    stage.track("github.com/shoko/\x1b[31mkugetsu#14", None)

    with pytest.raises(NotFoundError) as refusal:
        ResolveRef.of(stage.world).tracked(ISSUE)

    assert "\x1b" not in refusal.value.hint


def test_outside_a_checkout_a_number_says_what_is_missing(tracked: Stage) -> None:
    tracked.checkout.remotes = ()

    with pytest.raises(BadReferenceError, match="no git remote here"):
        ResolveRef.of(tracked.world).tracked("7")
