"""What a server can be asked for: found by asking.

Its own list, `GET /doc`, names two routes of dozens in opencode 1.14, and takes 0.7 s to make in
1.18.
"""

from __future__ import annotations

from kugetsu_tui.domain.errors import ServerRefusedError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.opencode.server.http import is_understood

PASSWORD = "a password"  # noqa: S105 - its name
"""Missing where anybody is let in."""

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
    return frozenset(missing | ({PASSWORD} if _lets_anybody_in(address) else set()))


def _lets_anybody_in(address: ServerAddress) -> bool:
    try:
        is_understood(replace(address, password=""), "GET", "/global/health", patience=_PATIENCE)
    except ServerRefusedError:
        return False
    return True
