from __future__ import annotations

import pytest

from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.opencode.needs import with_need
from kugetsu_tui.opencode.parts import explain_error

pytestmark = pytest.mark.fast

_CONNECT = (
    "Cannot connect to API: Unable to connect. Is the computer able to access the url? (cause: …)"
)
_NONE = "(opencode auth login adds one; kugetsu-tui --demo needs none)"


def test_without_a_login_and_without_a_network_both_ways_out_are_named() -> None:
    """As opencode 1.18.33 reports it in a new home."""
    error: JsonObject = {
        "name": "APIError",
        "data": {
            "message": _CONNECT,
            "isRetryable": True,
            "metadata": {"url": "https://opencode.ai/zen/v1/chat/completions"},
        },
    }

    words = explain_error(error)

    assert words.startswith("opencode's free model cannot be reached: is there a network?")
    assert "opencode auth login" in words
    assert "kugetsu-tui --demo" in words
    assert with_need(_CONNECT, provider="opencode") == words


@pytest.mark.parametrize(
    ("said", "provider", "words"),
    [
        (
            _CONNECT,
            "llm.example:8080",
            "llm.example:8080 cannot be reached: is there a network, is its address right?",
        ),
        (
            "No providers are available",
            "",
            f"No providers are available {_NONE}",
        ),
        ("out of credits", "opencode", "out of credits"),
    ],
)
def test_what_opencode_lacks_is_said_beside_its_words(said: str, provider: str, words: str) -> None:
    assert with_need(said, provider=provider) == words
