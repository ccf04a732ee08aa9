"""The one JSON shape of every verb, for results and refusals alike."""

from __future__ import annotations

import json

from kugetsu_tui.domain.errors import ExitCode, KugetsuError, exit_code_of
from kugetsu_tui.domain.json_value import Json, JsonObject
from kugetsu_tui.report.report import Outcome

VERSION = 1


def succeeded(outcome: Outcome) -> JsonObject:
    """The envelope of an outcome, also of one that failed with something to show."""
    return _envelope(outcome.verb, outcome.failure, outcome.data())


def streamed(verb: str, data: JsonObject) -> JsonObject:
    """The envelope of one line of a stream."""
    return _envelope(verb, None, data)


def refused(verb: str, error: KugetsuError) -> JsonObject:
    """The envelope of a refusal."""
    return _envelope(verb, error, None)


def _envelope(verb: str, error: KugetsuError | None, data: JsonObject | None) -> JsonObject:
    return {
        "version": VERSION,
        "verb": verb,
        "ok": error is None,
        "exit": exit_code_of(error) if error else int(ExitCode.OK),
        "data": data,
        "error": _spell(error) if error else None,
    }


def _spell(error: KugetsuError) -> Json:
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "changed": error.changed,
    }


def line(document: JsonObject) -> str:
    """One line of ASCII JSON: safe for any terminal, locale and pipe."""
    # Values hold no circles; to look for them would be a tenth of it.
    return json.dumps(document, ensure_ascii=True, check_circular=False, separators=(", ", ": "))
