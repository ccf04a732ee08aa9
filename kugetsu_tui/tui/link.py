"""How much the way to the terminal carries. Settled before anything is drawn."""

from __future__ import annotations

FEW_FRAMES = 10
"""A second, where few are asked for."""


class Link:
    """One a process, as there is one terminal."""

    is_spared = False
    """Few frames are asked for: growing text comes in bigger steps, too."""


LINK = Link()
