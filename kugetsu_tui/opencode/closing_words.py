"""What opencode's screen says when it is left."""

from __future__ import annotations

import re

from kugetsu_tui.domain.session import SessionId

_LEFT_THE_SCREEN = "\x1b[?1049l"
_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC
    r"|\x1b[ -/]*[0-~]"
)
_CONTINUE = re.compile(r"opencode -s (ses_\w+)")


def session_named(closing_words: str) -> SessionId | None:
    """The session it offers to continue; none where it was left without one, or killed.

    Only what follows the full screen counts: a conversation may well contain such a line. The
    last one counts: the title, which the model wrote, stands before it.
    """
    _, left, goodbye = closing_words.rpartition(_LEFT_THE_SCREEN)
    named = _CONTINUE.findall(_SEQUENCE.sub("", goodbye)) if left else []
    return SessionId(named[-1]) if named else None
