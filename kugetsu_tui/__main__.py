"""`python -m kugetsu_tui`."""

from __future__ import annotations

import sys

from kugetsu_tui.entry import kugetsu_tui

sys.exit(kugetsu_tui())
