"""Where an issue is to be seen on its forge."""

from __future__ import annotations

from kugetsu_tui.domain.issue_ref import IssueRef

_GITLAB = "gitlab"
_LEAST = 2
"""Names in `user/repo`; only GitLab has groups in groups."""
_LOCAL = ("localhost", "127.0.0.1")


def issue_url(text: str) -> str:
    """The address of an issue, given its reference.

    GitHub, Gitea and Forgejo have it under `/issues/`, and GitLab under `/-/issues/`. A reference
    does not keep the scheme: it is https everywhere but on this machine itself.

    Raises:
        BadReferenceError: an index may hold what is no reference.
    """
    ref = IssueRef.parse(text)
    is_gitlab = _GITLAB in ref.instance or ref.path.count("/") >= _LEAST
    scheme = "http" if ref.instance.partition(":")[0] in _LOCAL else "https"
    middle = "-/issues" if is_gitlab else "issues"
    return f"{scheme}://{ref.repository}/{middle}/{ref.number}"
