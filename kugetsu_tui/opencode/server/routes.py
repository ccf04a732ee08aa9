"""What a server can be asked for, as it says itself: versions tell less."""

from __future__ import annotations

import re

from kugetsu_tui.domain.json_value import JsonObject, object_of

NEEDED = (
    "GET /event",
    "GET /global/health",
    "GET /permission",
    "GET /question",
    "GET /session/status",
    "PATCH /session/{}",
    "POST /permission/{}/reply",
    "POST /question/{}/reject",
    "POST /question/{}/reply",
    "POST /session",
    "POST /session/{}/abort",
    "POST /session/{}/fork",
    "POST /session/{}/prompt_async",
)
"""What has to be there for runs to be given to a server."""

_PARAMETER = re.compile(r"\{\w*\}")


def routes_of(document: JsonObject) -> frozenset[str]:
    """The routes in an OpenAPI document, without the names of their parameters."""
    return frozenset(
        f"{method.upper()} {_PARAMETER.sub('{}', path)}"
        for path, methods in object_of(document.get("paths")).items()
        for method in object_of(methods)
    )
