"""Words into the clipboard of whoever sits at the terminal, however far away that is."""

from __future__ import annotations

from base64 import b64encode


def clipboard_sequence(words: str, *, is_tmux: bool, is_screen: bool) -> str:
    """OSC 52 (xterm's ctlseqs), as the terminal and what lies between let it through.

    tmux takes it for itself where `set-clipboard` is on, and hands it on wrapped where
    `allow-passthrough` is: it is sent both ways.
    """
    sequence = f"\x1b]52;c;{b64encode(words.encode(errors='replace')).decode()}\x07"
    if is_tmux:
        return sequence + "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return f"\x1bP{sequence}\x1b\\" if is_screen else sequence
