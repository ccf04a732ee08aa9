from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.errors import BadReferenceError
from kugetsu_tui.domain.issue_ref import LONGEST, IssueRef, complete, repository_of_remote

pytestmark = pytest.mark.fast

HOSTS = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,15}[a-z0-9])?(:[1-9][0-9]{0,4})?", fullmatch=True)
SEGMENTS = st.from_regex(r"[A-Za-z0-9._][A-Za-z0-9._-]{0,15}", fullmatch=True).filter(
    lambda segment: segment not in {".", ".."}
)
PATHS = st.lists(SEGMENTS, min_size=2, max_size=5).map("/".join)
NUMBERS = st.integers(1, 9_999_999_999)
REFS = st.builds(IssueRef, HOSTS, PATHS, NUMBERS)


@given(REFS)
def test_what_is_printed_is_read_back_as_the_same(ref: IssueRef) -> None:
    assert IssueRef.parse(str(ref)) == ref


@given(st.text(max_size=60))
def test_any_text_is_a_reference_or_refused(text: str) -> None:
    try:
        ref = IssueRef.parse(text)
    except BadReferenceError:
        return
    assert IssueRef.parse(str(ref)) == ref


@given(REFS, st.sampled_from(" \t\n\r\0\x1b\x7f\x85\u00a0\u2028é１"), st.integers(0, 80))
def test_no_blank_control_or_foreign_character_passes_anywhere(
    ref: IssueRef, foreign: str, place: int
) -> None:
    text = str(ref)
    with pytest.raises(BadReferenceError):
        IssueRef.parse(text[:place] + foreign + text[place:])


@pytest.mark.parametrize(
    "text",
    [
        "github.com/shoko/kugetsu#14",
        "codeberg.org/u/r.js#1",
        "git.example.org:3000/u/r#7",
        "gitlab.com/group/sub-group/repo#14",
        "github.com/u/.github#2",
        "localhost/u/r#1",
        "h/u/...#1",
    ],
)
def test_a_reference_is_kept_as_it_is(text: str) -> None:
    assert str(IssueRef.parse(text)) == text


def test_the_host_is_folded_and_nothing_else() -> None:
    assert str(IssueRef.parse("GitHub.COM/Shoko/Kugetsu#14")) == "github.com/Shoko/Kugetsu#14"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "#14",
        "14",
        "h/u/r",
        "h/u/r#",
        "h/u/r#0",
        "h/u/r#01",
        "h/u/r#-1",
        "h/u/r#+1",
        "h/u/r#x",
        "h/u/r#1x",
        "h/u/r#1.0",
        "h/u/r#1#2",
        "h/u/r#１４",
        "h/u/r#٣",
        "h/u/r#12345678901",
        "h/r#1",
        "u#1",
        "/u/r#1",
        "h//r#1",
        "h/u/#1",
        "h/u/r/#1",
        "h/../r#1",
        "h/u/..#1",
        "h/./r#1",
        "../u/r#1",
        "h/u/r#1\n",
        "\nh/u/r#1",
        "h/u/r #1",
        "h/u u/r#1",
        "h/u/r#1 ",
        "h/u/r\t#1",
        "h/u/r\0#1",
        "h/u/\x1b[31mr#1",
        "h/u/r\x7f#1",
        "h/ü/r#1",
        "hö/u/r#1",
        "-h/u/r#1",
        "--force/u/r#1",
        "h/-u/r#1",
        "h/u/-r#1",
        "h-/u/r#1",
        "h./u/r#1",
        ".h/u/r#1",
        "h:/u/r#1",
        "h:x/u/r#1",
        "h/u\\r/x#1",
        "h/u/r%2F#1",
        "h/u/$(x)#1",
        "h/u/r;ls#1",
        "\ud800/u/r#1",
    ],
)
def test_what_is_no_reference_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadReferenceError) as refusal:
        IssueRef.parse(text)

    assert refusal.value.exit_code == 2
    assert "host/user/repo#14" in refusal.value.hint


def test_a_reference_holds_255_bytes_and_no_more() -> None:
    longest = f"h/u/{'r' * (LONGEST - len('h/u/#1'))}#1"

    assert str(IssueRef.parse(longest)) == longest
    with pytest.raises(BadReferenceError, match="longer than 255 bytes"):
        IssueRef.parse(longest.replace("#1", "r#1"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("h/u/r", "no #number"),
        ("h/u/r#0", "from 1 on"),
        ("h/u r/x#1", "blanks"),
        ("-x/u/r#1", "dash"),
        ("h/r#1", "missing"),
        ("h/u/r!#1", "made of letters"),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(BadReferenceError, match=why):
        IssueRef.parse(text)


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("https://github.com/shoko/kugetsu/issues/14", "github.com/shoko/kugetsu#14"),
        ("https://github.com/shoko/kugetsu/issues/14/", "github.com/shoko/kugetsu#14"),
        ("https://github.com/u/r/pull/7", "github.com/u/r#7"),
        ("https://github.com/u/r/pull/7/files", "github.com/u/r#7"),
        ("https://github.com/u/r/pull/7/files?w=1#diff-0", "github.com/u/r#7"),
        ("https://github.com/u/r/issues/14#issuecomment-3", "github.com/u/r#14"),
        ("https://github.com/u/r/issues/14?q=is%3Aopen", "github.com/u/r#14"),
        ("http://GitHub.com/u/R/issues/14", "github.com/u/R#14"),
        ("HTTPS://github.com/u/r/issues/14", "github.com/u/r#14"),
        ("https://github.com:443/u/r/issues/14", "github.com/u/r#14"),
        ("http://example.org:80/u/r/issues/1", "example.org/u/r#1"),
        ("http://example.org:443/u/r/issues/1", "example.org:443/u/r#1"),
        ("https://user:secret@example.org/u/r/issues/1", "example.org/u/r#1"),
        ("https://gitlab.com/u/r/-/issues/14", "gitlab.com/u/r#14"),
        ("https://gitlab.com/g/s/t/r/-/issues/14", "gitlab.com/g/s/t/r#14"),
        ("https://gitlab.com/g/s/r/-/work_items/14", "gitlab.com/g/s/r#14"),
        ("https://gitlab.com/g/s/r/issues/14", "gitlab.com/g/s/r#14"),
        ("https://codeberg.org/u/r/issues/3", "codeberg.org/u/r#3"),
        ("https://git.example.org:3000/u/r/pulls/3", "git.example.org:3000/u/r#3"),
        ("https://github.com/u/issues/issues/5", "github.com/u/issues#5"),
        ("https://github.com/pull/r/pull/5", "github.com/pull/r#5"),
    ],
)
def test_a_pasted_url_is_the_issue_it_shows(url: str, ref: str) -> None:
    assert str(IssueRef.parse(url)) == ref


@given(HOSTS, PATHS, NUMBERS, st.sampled_from(["", "/", "?a=b", "#c", "?a=b#c"]))
def test_the_url_of_any_issue_is_understood(host: str, path: str, number: int, tail: str) -> None:
    ref = f"{host.removesuffix(':443')}/{path}#{number}"

    assert str(IssueRef.parse(f"https://{host}/{path}/-/issues/{number}{tail}")) == ref


@pytest.mark.parametrize(
    "url",
    [
        "https://gitlab.com/u/r/-/merge_requests/14",
        "https://gitlab.com/g/s/r/-/merge_requests/14/diffs",
    ],
)
def test_a_merge_request_is_no_issue(url: str) -> None:
    with pytest.raises(BadReferenceError, match="merge request"):
        IssueRef.parse(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/u/r",
        "https://github.com/u/r/issues",
        "https://github.com/u/r/issues/new",
        "https://github.com/u/r/issues/0",
        "https://github.com/u/r/issues/014",
        "https://github.com/u/issues/5",
        "https://github.com/u/../issues/5",
        "https://github.com/u/r/commit/5",
        "https://[::1]/u/r/issues/5",
        "https:///u/r/issues/5",
        "ftp://github.com/u/r/issues/5",
        "file:///u/r/issues/5",
        "https://github.com/u/r/issues/5\n",
        "https://github.com/u/r/issues/5?x=\x1b]52",
        "https://github.com/u/r r/issues/5",
        f"https://github.com/u/{'r' * 255}/issues/5",
    ],
)
def test_a_url_of_anything_else_is_refused(url: str) -> None:
    with pytest.raises(BadReferenceError):
        IssueRef.parse(url)


@pytest.mark.parametrize("text", ["14", "#14", "shoko/kugetsu#14", "github.com/shoko/kugetsu#14"])
def test_inside_a_checkout_a_reference_may_be_shortened(text: str) -> None:
    assert str(complete(text, "github.com/shoko/kugetsu")) == "github.com/shoko/kugetsu#14"


def test_another_repository_on_the_same_host_is_named_without_the_host() -> None:
    assert str(complete("u/r#2", "git.example.org:3000/a/b")) == "git.example.org:3000/u/r#2"


def test_a_host_without_its_user_is_not_taken_for_a_user() -> None:
    with pytest.raises(BadReferenceError, match=r"'github\.com/kugetsu#14': host, user"):
        complete("github.com/kugetsu#14", "github.com/shoko/kugetsu")


def test_outside_a_checkout_a_number_alone_says_too_little() -> None:
    with pytest.raises(BadReferenceError, match="no git remote"):
        complete("14", None)


@pytest.mark.parametrize("text", ["0", "014", "##14", "-1", "u/r#0", "r#1", "u/..#1", "", "１４"])
def test_a_shortened_reference_is_as_strict(text: str) -> None:
    with pytest.raises(BadReferenceError):
        complete(text, "github.com/shoko/kugetsu")


@given(REFS, st.none() | st.just("github.com/shoko/kugetsu"))
def test_a_whole_reference_needs_no_completion(ref: IssueRef, repository: str | None) -> None:
    assert complete(str(ref), repository) == ref


@pytest.mark.parametrize(
    ("url", "repository"),
    [
        ("https://github.com/u/r.git", "github.com/u/r"),
        ("https://github.com/u/r", "github.com/u/r"),
        ("https://github.com/u/r/", "github.com/u/r"),
        ("https://github.com/u/r.git/", "github.com/u/r"),
        ("https://github.com/u/r.js.git", "github.com/u/r.js"),
        ("https://token@GitHub.com/U/R.git", "github.com/U/R"),
        ("https://u:p@github.com/u/r.git", "github.com/u/r"),
        ("https://github.com:443/u/r.git", "github.com/u/r"),
        ("https://git.example.org:3000/u/r.git", "git.example.org:3000/u/r"),
        ("http://git.example.org:80/u/r.git", "git.example.org/u/r"),
        ("git@github.com:u/r.git", "github.com/u/r"),
        ("git@github.com:/u/r.git", "github.com/u/r"),
        ("github.com:u/r", "github.com/u/r"),
        ("git@gitlab.com:g/s/r.git", "gitlab.com/g/s/r"),
        ("ssh://git@github.com/u/r.git", "github.com/u/r"),
        ("ssh://git@git.example.org:2222/u/r.git", "git.example.org/u/r"),
        ("git://git.example.org/u/r.git", "git.example.org/u/r"),
        (" https://github.com/u/r.git\n", "github.com/u/r"),
    ],
)
def test_a_remote_names_its_repository(url: str, repository: str) -> None:
    assert repository_of_remote(url) == repository


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/srv/git/r.git",
        "../r.git",
        "./u/r",
        "mirrors/u/r",
        "file:///srv/git/u/r.git",
        "https://github.com/r.git",
        "https://github.com/",
        "https://[::1]/u/r.git",
        "git@host:~u/r.git",
        "git@host:u/../r.git",
        "-oProxyCommand=x:u/r",
        "ext::sh -c x",
    ],
)
def test_a_remote_that_names_no_repository_on_a_host_names_none(url: str) -> None:
    assert repository_of_remote(url) is None


@given(st.text(max_size=60))
def test_whatever_a_remote_names_is_half_a_reference(url: str) -> None:
    repository = repository_of_remote(url)

    assert repository is None or IssueRef.parse(f"{repository}#1").repository == repository
