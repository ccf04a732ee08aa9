"""What a setting takes."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.setting import SettingKind
from kugetsu_tui.domain.settings import SETTINGS, complaint, settings_of

pytestmark = pytest.mark.fast

SPANS = [key for key, setting in SETTINGS.items() if setting.kind is SettingKind.SPAN]
TEXTS = [key for key, setting in SETTINGS.items() if setting.kind is SettingKind.TEXT]


@pytest.mark.parametrize("key", SPANS)
@pytest.mark.parametrize("value", ["soon", "0", "0m", "-5m", "5 m"])
def test_a_span_is_above_zero(key: str, value: str) -> None:
    assert complaint(key, value)
    with pytest.raises(ValueError, match=value):
        settings_of({key: value})


@pytest.mark.parametrize("key", SPANS)
@pytest.mark.parametrize("value", ["90", "1.5s", "10m", "2h", "7d", ""])
def test_every_span_in_any_unit_is_taken(key: str, value: str) -> None:
    assert complaint(key, value) == ""
    settings_of({key: value})


@pytest.mark.parametrize("key", SPANS)
def test_no_limit_is_for_those_that_have_none_by_themselves(key: str) -> None:
    assert bool(complaint(key, "none")) is (SETTINGS[key].default != "none")


@pytest.mark.parametrize("key", [*TEXTS, "keys.start", "no.such"])
def test_text_is_taken_as_it_is(key: str) -> None:
    assert complaint(key, "anything") == ""


@pytest.mark.parametrize("key", TEXTS)
@pytest.mark.parametrize("value", ["", "none"])
def test_no_text_is_no_choice(key: str, value: str) -> None:
    assert settings_of({key: value}) == settings_of({})


@pytest.mark.parametrize("value", ["opus", "/opus", "anthropic/", " / "])
def test_a_model_has_its_provider(value: str) -> None:
    assert "provider/model" in complaint("runs.model", value)


@pytest.mark.parametrize("value", ["a/b", "openrouter/anthropic/claude", "none", ""])
def test_a_model_may_hold_more_slashes(value: str) -> None:
    assert complaint("runs.model", value) == ""


@pytest.mark.parametrize(
    "value", ["scratch", "u/r", "h/u/r, u/r", "https://h/u/r", "h/u/r#14", "h//r", "h/u/"]
)
def test_what_is_no_repository_gets_no_permission(value: str) -> None:
    assert "host/user/repo" in complaint("runs.auto", value)


def test_repositories_are_told_apart_in_small_letters() -> None:
    words = "h/U/R, gitlab.example:8443/a/b/c"

    assert complaint("runs.auto", words) == ""
    assert settings_of({"runs.auto": words}).auto == {"h/u/r", "gitlab.example:8443/a/b/c"}


@pytest.mark.parametrize("value", ["none", ""])
def test_no_repositories_are_no_choice(value: str) -> None:
    assert complaint("runs.auto", value) == ""
    assert settings_of({"runs.auto": value}) == settings_of({})


def test_every_default_is_taken() -> None:
    assert not any(complaint(key, setting.default) for key, setting in SETTINGS.items())


@pytest.mark.parametrize("key", [key for key, setting in SETTINGS.items() if setting.options])
def test_a_setting_of_a_few_words_takes_no_other(key: str) -> None:
    assert complaint(key, "banana")
    assert not any(complaint(key, word) for word in SETTINGS[key].options)


def test_a_command_is_split_once_and_no_shell_ever_sees_it() -> None:
    chosen = settings_of({"notify.command": "say 'a b' $HOME; rm"})

    assert chosen.notify_command == ("say", "a b", "$HOME;", "rm")
    assert settings_of({"notify.command": "none"}).notify_command == ()
    assert "No closing quotation" in complaint("notify.command", "say 'a")
    assert "names no program" in complaint("notify.command", "'' a")


def test_several_words_are_taken_in_their_order_and_each_once() -> None:
    chosen = settings_of({"screen.columns": " cost, state,"})

    assert chosen.columns == ("cost", "state")
    assert complaint("screen.columns", "cost,state,cost") == "each of them once"
    assert "'tokenz' is none of" in complaint("screen.columns", "cost,tokenz")
    assert settings_of({"screen.columns": "none"}).columns == ()


@pytest.mark.parametrize(
    "url",
    [
        "here",
        "http://",
        "http://:80",
        "http://foo..bar:80",
        f"https://{'a' * 70}.example",
        "http://a b:80",
        "http://localhost/日",
        "http://localhost/a b",
        "http://localhost/\x7f",
    ],
)
def test_an_address_that_nobody_can_be_asked_at_is_none(url: str) -> None:
    assert "is no address such as http://127.0.0.1:4096" in complaint("server.url", url)


@pytest.mark.parametrize(
    "url",
    ["", "none", "http://127.0.0.1:4096/", "https://[::1]:80/a/b", "http://bücher.example:80"],
)
def test_an_address_that_somebody_may_answer_at_is_taken(url: str) -> None:
    assert complaint("server.url", url) == ""


def test_an_address_is_no_place_for_a_password() -> None:
    assert "OPENCODE_SERVER_PASSWORD" in complaint("server.url", "http://me:secret@localhost")
