"""The keys of the screen: what a user's choice calls them, and what they are without one."""

from __future__ import annotations

from collections.abc import Mapping

from kugetsu_tui.domain.setting import KEYS

BINDINGS: Mapping[str, str] = {
    "start": "s",
    "continue": "c",
    "resume": "r",
    "answer": "y",
    "stop": "x",
    "destroy": "d",
    "undo": "u",
    "init": "i",
    "browse": "b",
    "adopt": "a",
    "prune": "p",
    "open": "enter",
    "back": "escape",
    "section": "right",
    "section-back": "left",
    "pane": "tab",
    "copy": "Y",
    "mark": "space",
    "mark-all": "A",
    "seen": "S",
    "filter": "slash",
    "repository": "R",
    "order": "o",
    "kind": "t",
    "range": "T",
    "layout": "l",
    "messages": "m",
    "refresh": "f5",
    "palette": "ctrl+p",
    "settings": "comma",
    "help": "question_mark",
    "suspend": "ctrl+z",
    "quit": "q",
    "move.up": "up,k",
    "move.down": "down,j",
    "move.page-up": "pageup",
    "move.page-down": "pagedown",
    "move.first": "g,home",
    "move.last": "G,end",
    "read.fold": "enter",
    "read.search": "slash",
    "read.match": "n",
    "read.match-back": "N",
    "read.user": "U",
    "read.user-back": "u",
    "read.turn": "z",
    "read.turns": "Z",
    "read.follow": "f",
    "read.sideways": "l",
    "read.sideways-back": "h",
    "read.part-all": "1",
    "read.part-yours": "2",
    "read.part-answers": "3",
    "read.part-thoughts": "4",
    "read.part-tools": "5",
    "read.part-files": "6",
    "read.part-shell": "7",
    "read.part-tasks": "8",
    "read.part-web": "9",
    "read.part-other": "0",
}
"""Binding id → keys by Textual's names, comma-separated. What they do, the screen knows."""

CHOOSABLE: Mapping[str, str] = {f"{KEYS}{name}": keys for name, keys in BINDINGS.items()}
"""The same by the dotted keys of settings."""
