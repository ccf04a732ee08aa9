"""The user's own choice of keys, as far as it can be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.keys.key import Context, Key
from kugetsu_tui.tui.keys.spelling import is_key, spelled, textual_name
from kugetsu_tui.tui.keys.table import EVERY_KEY

_EVERY = {key.id: key for key in EVERY_KEY}


@frozen
class Keymap:
    """The table with the user's own choices in it."""

    keys: Mapping[str, Key]
    chosen: Mapping[str, str]
    """Binding id → keys, for Textual; only those that work."""
    warnings: tuple[str, ...]
    """What of the choices could not be kept, in a line each."""

    def key_of(self, name: str) -> str:
        """The key of a verb as people write it; empty where it has none."""
        return spelled(self.keys[name].keys) if name in self.keys else ""

    def keys_in(self, context: Context) -> Sequence[Key]:
        """What works there, the context's own first: it takes its keys from all others."""
        own = [key for key in self.keys.values() if key.context is context]
        taken = {name for key in own for name in key.keys.split(",")}
        others = [key for key in self.keys.values() if key.context is not context]
        return [
            *own,
            *(
                key
                for key in others
                if key.context in {Context.ANYWHERE, Context.BOARD}
                and not taken & set(key.keys.split(","))
            ),
        ]

    def meanings(self, context: Context) -> Mapping[str, Sequence[Key]]:
        """What each key means there, the context's own meaning first; keys by Textual's names."""
        found: dict[str, list[Key]] = {}
        for key in sorted(self.keys.values(), key=lambda key: key.context is not context):
            if key.context in {context, Context.ANYWHERE, Context.BOARD}:
                for name in key.keys.split(","):
                    found.setdefault(name, []).append(key)
        return found


def keymap_of(choices: Mapping[str, str]) -> Keymap:
    """The user's choices, where they are known ids and keys, and take no key from another."""
    chosen, warnings = dict[str, str](), []
    for name, wanted in choices.items():
        keys = [textual_name(key) for key in wanted.split(",") if key.strip()]
        strange = [key for key in keys if not is_key(key)]
        if name not in _EVERY or not keys:
            warnings.append(f"keys.{clean_line(name)}: there is no such key to choose")
        elif strange:
            warnings.append(f"keys.{name}: {clean_line(strange[0])} is no key")
        else:
            chosen[name] = ",".join(keys)
    while clash := _clash(_with(chosen), chosen):
        name, other = clash
        warnings.append(f"keys.{name}: {spelled(chosen.pop(name))} is the key of {other} too")
    return Keymap(_with(chosen), chosen, tuple(warnings))


def _with(chosen: Mapping[str, str]) -> Mapping[str, Key]:
    return {
        name: replace(key, keys=chosen[name]) if name in chosen else key
        for name, key in _EVERY.items()
    }


def _clash(keys: Mapping[str, Key], chosen: Mapping[str, str]) -> tuple[str, str] | None:
    """A choice that shares a key with something else in the same place, and what that is."""
    for name in chosen:
        wanted, context = set(chosen[name].split(",")), keys[name].context
        for other in keys.values():
            is_near = other.id != name and other.context.meets(context)
            if is_near and wanted & set(other.keys.split(",")):
                return name, other.id
    return None
