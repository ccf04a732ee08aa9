"""`settings`: what people change most, changed where it is seen at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from textual.content import Content

from kugetsu_tui.commands.change_settings import SettingsShown
from kugetsu_tui.domain.setting import KEYS, Choice, Origin, SettingKind
from kugetsu_tui.domain.settings import SETTINGS, complaint, settings_of
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.pick import Item, PickDialog, holding
from kugetsu_tui.tui.dialogs.press_key import KeyDialog
from kugetsu_tui.tui.dialogs.write_value import ValueDialog
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.flows.wear_theme import KEY as THEME
from kugetsu_tui.tui.keys.keymap import Keymap, keymap_of
from kugetsu_tui.tui.keys.spelling import spelled
from kugetsu_tui.tui.widgets.cells import fitted
from kugetsu_tui.tui.widgets.look import Tone, toned

_SECTIONS = ("screen", "notify", "opencode", "runs")
"""What people change most comes first."""
_NAME_WIDTH, _VALUE_WIDTH = 22, 16


async def change_settings(stage: Stage) -> None:
    """One after another, until the list is left."""
    at = ""
    while True:
        shown = await stage.do("reading the settings", stage.commands.change_settings)
        stage.settle(settings_of({key: choice.value for key, choice in shown.choices.items()}))
        items = list(_items(shown.choices, stage.keymap))
        picked = await stage.ask(PickDialog("settings", partial(holding, items), at=at))
        if picked is None:
            return
        at = picked
        if (value := await _value(stage, at, shown)) is not None:
            changed = await stage.do("saving", partial(stage.commands.change_settings, at, value))
            for warning in changed.warnings:
                if warning.startswith(at):
                    stage.warn(warning)


def _items(choices: Mapping[str, Choice], keymap: Keymap) -> Iterator[Item[str]]:
    for name in sorted(SETTINGS, key=_place):
        choice = choices[name]
        about = SETTINGS[name].summary
        yield Item(name, _line(name, choice.value, choice.origin, about), about=about)
    for key in keymap.keys.values():
        dotted = f"{KEYS}{key.id}"
        origin = choices[dotted].origin if dotted in choices else Origin.DEFAULT
        words = _line(dotted, spelled(key.keys), origin, key.summary)
        yield Item(dotted, words, about=key.summary)


def _place(name: str) -> int:
    section = name.partition(".")[0]
    return _SECTIONS.index(section) if section in _SECTIONS else len(_SECTIONS)


def _line(name: str, value: str, origin: Origin, summary: str) -> Content:
    is_chosen = origin is not Origin.DEFAULT
    return Content.assemble(
        toned(f"{fitted(name, _NAME_WIDTH)} ", Tone.PLAIN),
        toned(
            f"{fitted(clean_line(value) or '–', _VALUE_WIDTH)} ",
            Tone.STRONG if is_chosen else Tone.MUTED,
            "bold" if is_chosen else "",
        ),
        toned(f"{summary}  {'' if origin is Origin.DEFAULT else f'({origin})'}", Tone.MUTED),
    )


async def _value(stage: Stage, key: str, shown: SettingsShown) -> str | None:
    if key.startswith(KEYS):
        return await _key(stage, key.removeprefix(KEYS), shown.choices)
    choice, setting = shown.choices[key], SETTINGS[key]
    if key == THEME:
        return await stage.ask(
            _words(key, stage.themes, choice.value or stage.theme, try_on=stage.try_theme)
        )
    if setting.options and setting.kind is not SettingKind.WORDS:
        return await stage.ask(_words(key, setting.options, choice.value))
    about = [setting.summary]
    if setting.options:
        about.append(f"of {', '.join(setting.options)}")
    if setting.default or setting.example:
        about.append(f"default: {setting.default}" if setting.default else f"as {setting.example}")
    return await stage.ask(
        ValueDialog(key, choice.value, about=about, complaint=partial(complaint, key))
    )


def _words(
    key: str,
    words: Sequence[str],
    at: str,
    *,
    try_on: Callable[[str], None] | None = None,
) -> PickDialog[str]:
    items = [Item(word, Content(word)) for word in words]
    return PickDialog(key, partial(holding, items), at=at, try_on=try_on)


async def _key(stage: Stage, name: str, choices: Mapping[str, Choice]) -> str | None:
    others = {
        key.removeprefix(KEYS): choice.value
        for key, choice in choices.items()
        if key.startswith(KEYS)
    }

    def why_not(key: str) -> str:
        mine = f"{KEYS}{name}: "
        warnings = keymap_of({**others, name: key}).warnings
        return next((words for words in warnings if words.startswith(mine)), "")

    return await stage.ask(KeyDialog(name, stage.keymap.keys[name].keys, complaint=why_not))
