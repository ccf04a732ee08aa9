"""Both faces can do the same, and say it in the same sentence."""

from __future__ import annotations

import re

from kugetsu_tui.batch.verb_calls import CALLS
from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.tui.flows.catalogue import FLOWS
from kugetsu_tui.tui.keys.key import Group
from kugetsu_tui.tui.keys.keymap import keymap_of
from kugetsu_tui.tui.keys.table import EVERY_KEY
from kugetsu_tui.tui.screens.palette import everything

_FLOW = re.compile(r"flow\('([\w-]+)'\)")


def test_a_key_that_does_something_is_a_verb_and_has_its_sentence() -> None:
    for key in EVERY_KEY:
        if flow := _FLOW.fullmatch(key.action):
            assert flow[1] == key.id
            assert key.summary == VERBS[key.id].summary
        else:
            assert key.id not in VERBS
            assert key.group is not Group.WORK


def test_whatever_the_screen_can_play_is_a_verb_of_the_command_line() -> None:
    assert set(FLOWS) <= set(VERBS)
    assert set(CALLS) == set(VERBS)


def test_every_verb_is_found_on_the_screen_by_its_name_and_sentence() -> None:
    pressed: list[str] = []
    entries = everything(keymap_of({}), (), press=pressed.append, wear=pressed.append)
    offered = {entry.words.plain.split()[0]: entry for entry in entries}

    for verb in VERBS.values():
        entry = offered[verb.name]
        assert verb.summary in entry.words.plain
        entry.answer()
        assert pressed[-1] == f"flow('{verb.name}')"
