"""An issue on a forge, written `instance/user/repo#number`.

Patterns are compiled when they are first asked: here, that would be 2 of the 80 ms `list` may take.
"""

from __future__ import annotations

import re
from typing import Self

from kugetsu_tui.domain.errors import BadReferenceError
from kugetsu_tui.domain.frozen import frozen

LONGEST = 255
"""Bytes in a reference: what one file name holds on every file system we meet."""

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
_SEGMENT = r"(?!\.{1,2}(?:/|$|#))[A-Za-z0-9._][A-Za-z0-9._-]*"
_SHAPE = (
    rf"(?P<instance>{_HOST})/(?P<path>{_SEGMENT}(?:/{_SEGMENT})+)#(?P<number>[1-9][0-9]{{0,9}})"
)
_URL = r"(?i:(?P<scheme>https?)://(?:[^/@?#]*@)?(?P<host>[^/?#]+)/(?P<path>[^?#]+)(?:[?#].*)?)"
_ISSUE_PATH = (
    r"(?P<repo>.+?)/(?:-/)?(?P<kind>issues|work_items|pull|pulls|merge_requests)"
    r"/(?P<number>[1-9][0-9]{0,9})(?:/.*)?"
)
_REMOTE_URL = r"(?i:(?P<scheme>https?|ssh|git)://(?:[^/@]*@)?(?P<host>[^/:@]+)(?::(?P<port>[0-9]+))?/(?P<path>.+))"
_REMOTE_SCP = r"(?:[^/:@]*@)?(?P<host>[^/:@]+):(?!//)(?P<path>.+)"
_BLANK = r"[\s\x00-\x20\x7f-\x9f]"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_EXAMPLE = "an issue is written host/user/repo#14, or its URL is pasted"
COMMENT_HINT = "a shell takes an unquoted #14 for a comment: write 14 or '#14'"


@frozen
class IssueRef:
    """The key of everything: one issue, one session."""

    instance: str
    """Host, in lower case, with its port where that is not the scheme's own."""
    path: str
    """`user/repo`, or `group/sub-group/repo`."""
    number: int

    def __str__(self) -> str:
        return f"{self.instance}/{self.path}#{self.number}"

    @property
    def repository(self) -> str:
        """`instance/user/repo`."""
        return f"{self.instance}/{self.path}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference or a pasted issue URL.

        Raises:
            BadReferenceError: the text is neither, or could be read in two ways.
        """
        if "://" in text and not re.search(_BLANK, text):
            return cls._from_url(text)
        if len(text.encode(errors="replace")) > LONGEST:
            raise BadReferenceError(f"{text[:40]!r}…: longer than {LONGEST} bytes", hint=_EXAMPLE)
        if (found := re.fullmatch(_SHAPE, text)) is None:
            raise BadReferenceError(f"{text!r}: {_complaint(text)}", hint=_EXAMPLE)
        return cls(found["instance"].lower(), found["path"], int(found["number"]))

    @classmethod
    def _from_url(cls, text: str) -> Self:
        url = re.fullmatch(_URL, text)
        issue = re.fullmatch(_ISSUE_PATH, url["path"]) if url else None
        if url is None or issue is None:
            raise BadReferenceError(f"{text!r}: not the URL of an issue", hint=_EXAMPLE)
        if issue["kind"] == "merge_requests":
            raise BadReferenceError(
                f"{text!r}: a merge request's number is not an issue's",
                hint="name the issue that the merge request closes",
            )
        host = url["host"].removesuffix(_DEFAULT_PORTS[url["scheme"].lower()])
        return cls.parse(f"{host}/{issue['repo']}#{issue['number']}")


def _complaint(text: str) -> str:
    repository, mark, number = text.partition("#")
    if re.search(_BLANK, text):
        return "holds blanks or control characters"
    if text.startswith("-"):
        return "begins with a dash"
    if not mark:
        return "there is no #number"
    if not re.fullmatch("[1-9][0-9]{0,9}", number):
        return "after # comes a number from 1 on, in plain digits"
    if repository.count("/") < len(("user", "repo")):
        return "host, user or repository is missing"
    return "host, user and repository are made of letters, digits, '.', '_' and '-'"


def complete(text: str, repository: str | None) -> IssueRef:
    """Read a reference as people shorten it inside a checkout: `14`, `#14`, `user/repo#14`.

    Args:
        text: what was typed.
        repository: the checkout's own `instance/user/repo`, where there is one.

    Raises:
        BadReferenceError: the text is no reference, or nothing is there to complete it from.
    """
    number = text.removeprefix("#")
    if re.fullmatch(r"[1-9][0-9]{0,9}", number):
        if repository is None:
            raise BadReferenceError(
                f"{text!r}: no git remote here says which repository is meant", hint=_EXAMPLE
            )
        return IssueRef.parse(f"{repository}#{number}")
    host = repository.partition("/")[0] if repository else ""
    is_short = re.fullmatch(rf"(?P<user>{_SEGMENT})/{_SEGMENT}#[0-9]+", text)
    if host and is_short and is_short["user"].lower() != host:
        return IssueRef.parse(f"{host}/{text}")
    return IssueRef.parse(text)


def repository_of_remote(url: str) -> str | None:
    """`instance/user/repo` of a git remote's URL, where it names one (git-fetch, "GIT URLS").

    Knows `https://host/user/repo.git`, `ssh://git@host:22/user/repo` and `git@host:user/repo.git`;
    a port is kept where it belongs to the web address.
    """
    text = url.strip()
    if found := re.fullmatch(_REMOTE_URL, text):
        web = _DEFAULT_PORTS.get(found["scheme"].lower())
        port = f":{found['port']}" if found["port"] and web else ""
        host = f"{found['host']}{'' if port == web else port}"
    elif found := re.fullmatch(_REMOTE_SCP, text):
        host = found["host"]
    else:
        return None
    path = found["path"].strip("/").removesuffix(".git")
    repository = f"{host.lower()}/{path}"
    return repository if re.fullmatch(_SHAPE, f"{repository}#1") else None
