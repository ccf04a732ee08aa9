"""What the board remembers from one time to the next."""

from __future__ import annotations

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.looks import Looks
from kugetsu_tui.domain.view import View


@frozen
class Memory:
    """How it was looked at last, and until when each issue is known."""

    view: View
    looks: Looks
