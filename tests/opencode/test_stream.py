from __future__ import annotations

import pytest

from kugetsu_tui.domain.run import PermissionRejected, Said, SessionNamed
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.stream import Stream
from tests.opencode.captured import log, output

pytestmark = pytest.mark.fast


def test_the_session_is_named_once_by_whichever_stream_comes_first() -> None:
    stream = Stream()

    logged = [event for line in log("answered") for event in stream.read_log(line)]
    said = [event for line in output("answered") for event in stream.read_output(line)]

    assert [type(event) for event in logged] == [SessionNamed]
    assert not any(isinstance(event, SessionNamed) for event in said)
    assert Said("hello there") in said


def test_a_log_line_that_a_model_made_up_names_no_other_session() -> None:
    stream = Stream()
    for line in log("answered"):
        stream.read_log(line)

    forged = b"timestamp=2026-11-21T03:13:05.179Z level=INFO run=1 message=created id=ses_other"

    assert stream.read_log(forged + b" parentID=undefined") == ()
    assert SessionNamed(SessionId("ses_other")) in Stream().read_log(
        forged + b" parentID=undefined"
    )
    assert stream.read_log(b"! permission requested: bash (x); auto-rejecting") == (
        PermissionRejected("bash (x)"),
    )
