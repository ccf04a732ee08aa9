"""What the way in tells Textual about how to draw."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.settings import Frames, Motion, Settings
from kugetsu_tui.tui.face import drawing

SSH = {"SSH_CONNECTION": "10.0.0.7 50022 10.0.0.8 22"}


@pytest.mark.parametrize(
    ("frames", "environment", "is_few"),
    [
        (Frames.FULL, SSH, False),
        (Frames.FEW, {}, True),
        (Frames.AUTO, SSH, True),
        (Frames.AUTO, {}, False),
    ],
)
def test_few_frames_are_drawn_on_request(
    frames: Frames, environment: dict[str, str], *, is_few: bool
) -> None:
    assert ("TEXTUAL_FPS" in dict(drawing(Settings(frames=frames), environment))) is is_few


@pytest.mark.parametrize(
    ("motion", "environment", "is_still"),
    [
        (Motion.AUTO, SSH, True),
        (Motion.AUTO, {"SSH_TTY": "/dev/pts/3"}, True),
        (Motion.AUTO, {}, False),
        (Motion.ON, SSH, False),
        (Motion.OFF, {}, True),
    ],
)
def test_nothing_glides_over_ssh_unless_that_is_asked_for(
    motion: Motion, environment: dict[str, str], *, is_still: bool
) -> None:
    told = dict(drawing(Settings(motion=motion), environment))

    assert (told.get("TEXTUAL_ANIMATIONS") == "none") is is_still
