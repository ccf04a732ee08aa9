"""The addresses of issues."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.errors import BadReferenceError
from kugetsu_tui.domain.issue_ref import IssueRef
from kugetsu_tui.domain.issue_url import issue_url

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("ref", "url"),
    [
        ("github.com/shoko/kugetsu#14", "https://github.com/shoko/kugetsu/issues/14"),
        ("codeberg.org/shoko/kugetsu#14", "https://codeberg.org/shoko/kugetsu/issues/14"),
        ("git.fbrns.co/shoko/kugetsu#14", "https://git.fbrns.co/shoko/kugetsu/issues/14"),
        ("gitlab.com/shoko/kugetsu#14", "https://gitlab.com/shoko/kugetsu/-/issues/14"),
        ("git.example.org/a/b/c#14", "https://git.example.org/a/b/c/-/issues/14"),
        ("git.example.org:8443/a/b#1", "https://git.example.org:8443/a/b/issues/1"),
        ("localhost:3000/a/b#1", "http://localhost:3000/a/b/issues/1"),
    ],
)
def test_every_forge_has_its_issues_somewhere(ref: str, url: str) -> None:
    assert issue_url(ref) == url
    assert str(IssueRef.parse(url)) == ref


def test_what_is_no_reference_has_no_address() -> None:
    with pytest.raises(BadReferenceError):
        issue_url("/etc/passwd")
