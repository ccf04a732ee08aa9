"""What opencode lacks where it cannot even ask a model, said beside its own words.

Without a login and without settings, opencode (1.18) takes a free model at opencode.ai.
"""

from __future__ import annotations

_UNREACHABLE = "Cannot connect to API"
_OF_OPENCODE = frozenset({"opencode", "opencode.ai"})
_FREE_MODEL = (
    "opencode's free model cannot be reached: is there a network? "
    "(opencode auth login adds a provider; kugetsu-tui --demo needs neither)"
)
_NEEDS = {
    "Model not found": "opencode models lists them, opencode auth login adds a provider's",
    "No providers are available": "opencode auth login adds one; kugetsu-tui --demo needs none",
}


def with_need(said: str, *, provider: str = "") -> str:
    """The words, and what would help where they are about a model or provider that is not there.

    Args:
        said: what opencode reported, in a line.
        provider: opencode's name for it, or its host; empty where that was not told.
    """
    if said.startswith(_UNREACHABLE):
        if provider in _OF_OPENCODE:
            return _FREE_MODEL
        where = provider or "the provider"
        return f"{where} cannot be reached: is there a network, is its address right?"
    need = next((need for words, need in _NEEDS.items() if words in said), "")
    return f"{said} ({need})" if need else said
