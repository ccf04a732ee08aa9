"""What a server can be asked for: found by asking.

Its own list, `GET /doc`, names two routes of dozens in opencode 1.14, and takes 0.7 s to make in
1.18. Asked were opencode 1.3.2, 1.14.34, 1.15.0, 1.15.13, 1.17.0 and 1.18.33.
"""

from __future__ import annotations

from kugetsu_tui.domain.errors import ServerRefusedError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.opencode.server.http import call, is_understood

PASSWORD = "a password"  # noqa: S105 - its name
"""Missing where anybody is let in."""
METADATA = "metadata of sessions"
"""Missing up to opencode 1.15.0, whose server also works on a session in its own directory instead
of the session's."""

_BAD_REQUEST = 400

_PATIENCE = 20.0
"""Seconds for a question; the first wakes an instance."""


@frozen
class _Probe:
    """A question whose answer changes nothing: nothing is called like that."""

    method: str
    path: str
    body: JsonObject | None = None


_PROBES = (
    _Probe("GET", "/global/health"),
    _Probe("GET", "/session/status"),
    _Probe("GET", "/permission"),
    _Probe("GET", "/question"),
    _Probe("GET", "/session/ses_0"),
    _Probe("PATCH", "/session/ses_0", {"title": "none"}),
    _Probe("POST", "/session/ses_0/fork", {}),
    _Probe("POST", "/session/ses_0/abort"),
    _Probe("POST", "/session/ses_0/prompt_async", {"parts": []}),
    _Probe("POST", "/permission/per_0/reply", {"reply": "reject"}),
    _Probe("POST", "/question/que_0/reply", {"answers": []}),
    _Probe("POST", "/question/que_0/reject"),
)


def missing_from(address: ServerAddress) -> frozenset[str]:
    """What this server lacks, that runs given to it need; routes as `POST /session/ses_0/fork`.

    Raises:
        ServerUnreachableError: it does not answer.
        ServerRefusedError: it does not let one in.
    """
    missing = {
        f"{probe.method} {probe.path}"
        for probe in _PROBES
        if not is_understood(address, probe.method, probe.path, probe.body, patience=_PATIENCE)
    }
    if not _keeps_metadata(address):
        missing.add(METADATA)
    if _lets_anybody_in(address):
        missing.add(PASSWORD)
    return frozenset(missing)


def _keeps_metadata(address: ServerAddress) -> bool:
    """Who does refuses metadata that are no object, before it looks for the session."""
    try:
        call(address, "PATCH", "/session/ses_0", {"metadata": "none"}, patience=_PATIENCE)
    except ServerRefusedError as error:
        return error.status == _BAD_REQUEST
    return False


def _lets_anybody_in(address: ServerAddress) -> bool:
    try:
        is_understood(replace(address, password=""), "GET", "/global/health", patience=_PATIENCE)
    except ServerRefusedError:
        return False
    return True
