"""A machine with opencode and nothing else: no provider, no key, no network."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.journeys.kugetsu import Kugetsu, issue

pytestmark = pytest.mark.opencode

REF = issue(1)
_OFFLINE: Mapping[str, str] = {
    **dict.fromkeys(
        ("OPENCODE_CONFIG_CONTENT", "OPENCODE_MODELS_PATH", "NO_PROXY", "no_proxy"), ""
    ),
    **dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY"), "http://127.0.0.1:9"),
}
"""opencode as it comes, and nobody at the only way out."""


def test_the_free_model_that_cannot_be_reached_is_explained_at_once(kugetsu: Kugetsu) -> None:
    start = kugetsu.begin("start", REF, "hello", variables=_OFFLINE)

    start.until_it_says("opencode's free model cannot be reached: is there a network?")
    start.until_it_says("opencode auth login adds a provider; kugetsu-tui --demo needs neither")
    assert "opencode's free model" in kugetsu.in_state(REF, "retrying")["why"]
    kugetsu("stop", REF)


@pytest.mark.parametrize(
    ("variables", "options", "words"),
    [
        (
            {"OPENCODE_CONFIG_CONTENT": '{"enabled_providers": []}'},
            (),
            "No providers are available (opencode auth login adds one; kugetsu-tui --demo",
        ),
        (
            {"OPENCODE_CONFIG_CONTENT": ""},
            ("--model", "anthropic/claude-sonnet-4-5"),
            "(opencode models lists them, opencode auth login adds a provider's)",
        ),
    ],
    ids=["no provider", "no key for the model"],
)
def test_what_opencode_lacks_is_said_and_the_start_may_be_repeated(
    variables: Mapping[str, str], options: tuple[str, ...], words: str, kugetsu: Kugetsu
) -> None:
    refused = kugetsu("start", REF, "hello", *options, variables={**_OFFLINE, **variables})
    if kugetsu.is_served:
        assert kugetsu("server", "stop").status == 0, "it has the surroundings of its first run"
    again = kugetsu("start", REF, "#model: say here I am")

    assert refused.status == 1
    assert words in refused.err
    assert f"then kugetsu start '{REF}' MESSAGE" in refused.err
    assert (again.status, again.out) == (0, "here I am\n"), again.err
