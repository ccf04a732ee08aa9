from __future__ import annotations

import pytest

from kugetsu_tui.batch.parser import SHORT, parser_for, split_verb, unjoined
from kugetsu_tui.batch.verb_calls import CALLS
from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.moment import ENDLESS

pytestmark = pytest.mark.fast


def test_every_verb_has_a_parser_and_a_call() -> None:
    assert set(CALLS) == set(VERBS)
    for verb in VERBS:
        assert VERBS[verb].example.split()[1] == verb
        assert VERBS[verb].example in parser_for(verb).format_help()


def test_the_usage_of_a_verb_names_every_flag_it_takes() -> None:
    for verb in VERBS:
        parser = parser_for(verb)
        told = parser.format_help().partition("\n\n")[0]
        for action in parser._actions:
            shown = {flag for flag in action.option_strings if flag in told}
            is_rare = set(action.option_strings) & {
                *("--help", "--start-timeout", "--idle-timeout", "--quiet", "--set"),
            }
            assert shown or is_rare or not action.option_strings, (verb, action.option_strings)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_flags_may_stand_before_the_verb(verb: str) -> None:
    assert split_verb(["--json", "-q", verb, "x"]) == (verb, ["--json", "-q", "x"])


@pytest.mark.parametrize("message", ["--force it", "-", "two words", "- a list", 'say "hi"'])
def test_a_message_is_taken_as_it_is(message: str) -> None:
    parsed = parser_for("start").understand(["h/u/r#1", message])

    assert parsed.message == message


@pytest.mark.parametrize("message", ["-q", "--json", "--help me", "-x"])
def test_any_message_is_taken_after_two_dashes(message: str) -> None:
    parsed = parser_for("start").understand(["h/u/r#1", "--", message])

    assert parsed.message == message


@pytest.mark.parametrize("flags", [("--json",), ("-q", "--debug"), ("--json", "-q", "--debug")])
@pytest.mark.parametrize("verb", sorted(VERBS))
def test_options_may_stand_between_the_words(verb: str, flags: tuple[str, ...]) -> None:
    takes = [action for action in parser_for(verb)._actions if not action.option_strings]
    words = [next(iter(action.choices or ("h/u/r#1",))) for action in takes]
    behind = parser_for(verb).understand([*words, *flags])

    for place in range(len(words)):
        mixed = [*words[:place], *flags, *words[place:]]
        assert parser_for(verb).understand(mixed) == behind


@pytest.mark.parametrize(
    ("verb", "words", "name", "value"),
    [
        ("continue", ["14", "--detach", "now add a test"], "message", "now add a test"),
        ("continue", ["14", "--queue", "--detach", "--json", "now"], "message", "now"),
        ("continue", ["14", "--model", "a/b", "now"], "message", "now"),
        ("continue", ["14", "--model=a/b", "now"], "message", "now"),
        ("continue", ["14", "--model", "a/b", "--", "--now"], "message", "--now"),
        ("continue", ["--", "14", "-q"], "message", "-q"),
        ("continue", ["--json", "--", "14", "-q"], "message", "-q"),
        ("continue", ["14", "--detach", "-1"], "message", "-1"),
        ("answer", ["14", "--message", "no", "reject"], "reply", "reject"),
        ("answer", ["14", "--message", "- not so", "reject"], "message", "- not so"),
        ("answer", ["14", "--choice", "-1", "--choice", ""], "choice", ["-1", ""]),
        ("list", ["--filter", "-state:failed"], "filter", "-state:failed"),
        ("list", ["--filter", "a=b", "--json"], "filter", "a=b"),
        ("settings", ["runs.keep", "--json", "5"], "value", "5"),
        ("stop", ["14", "--json", "15"], "refs", ["14", "15"]),
        ("destroy", ["14", "-y", "15", "--purge", "16"], "refs", ["14", "15", "16"]),
        ("ssh", ["setup", "--port", "22", "bob"], "user", "bob"),
    ],
)
def test_an_option_takes_no_word_from_those_behind_it(
    verb: str, words: list[str], name: str, value: object
) -> None:
    assert vars(parser_for(verb).understand(words))[name] == value


@pytest.mark.parametrize(
    ("words", "apart"),
    [
        (["14", "-qy", "15"], ["14", "-q", "-y", "15"]),
        (["-fq", "--", "-qy"], ["-f", "-q", "--", "-qy"]),
        (["14", "-quick fix"], ["14", "-quick fix"]),
        (["-", "-1", "--yq"], ["-", "-1", "--yq"]),
    ],
)
def test_short_flags_may_be_joined(words: list[str], apart: list[str]) -> None:
    assert unjoined(words) == apart


def test_every_short_flag_is_known_and_takes_no_value() -> None:
    short = {
        flag: action
        for verb in VERBS
        for action in parser_for(verb)._actions
        for flag in action.option_strings
        if not flag.startswith("--")
    }

    assert {flag[1:] for flag in short} == set(SHORT)
    assert all(action.nargs == 0 for action in short.values())


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_what_an_option_may_be_is_told_in_its_own_words(verb: str) -> None:
    for action in parser_for(verb)._actions:
        if action.choices and action.option_strings:
            with pytest.raises(UsageError) as caught:
                parser_for(verb).understand([f"{action.option_strings[0]}=foo"])
            assert all(repr(str(choice)) in caught.value.message for choice in action.choices)


@pytest.mark.parametrize("limit", ["none", "0", "0s"])
@pytest.mark.parametrize("option", ["--timeout", "--idle-timeout"])
def test_a_run_may_be_without_a_limit(option: str, limit: str) -> None:
    parsed = parser_for("continue").understand(["h/u/r#1", "hi", option, limit])

    assert vars(parsed)[option.removeprefix("--").replace("-", "_")] == ENDLESS


@pytest.mark.parametrize(
    ("verb", "words", "helps"),
    [
        ("start", [], "shell takes an unquoted #14 for a comment"),
        ("start", ["h/u/r#1", "fix", "the", "bug"], "quotes"),
        ("start", ["h/u/r#1", "-quick fix"], "-- before one that begins with a dash"),
        ("start", ["h/u/r#1", "hi", "--timeout", "soon"], "--help"),
        ("start", ["h/u/r#1", "hi", "--start-timeout", "0"], "--help"),
        ("start", ["h/u/r#1", "hi", "--model", "sonnet"], "--help"),
        ("list", ["--filter", "--json"], "--help"),
        ("list", ["--filter", "--"], "--help"),
        ("list", ["--filter"], "--help"),
        ("continue", ["h/u/r#1", "hi", "--nope"], "--help"),
    ],
)
def test_a_complaint_says_what_helps(verb: str, words: list[str], helps: str) -> None:
    with pytest.raises(UsageError) as caught:
        parser_for(verb).understand(words)

    assert helps in caught.value.hint


def test_an_unknown_verb_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="dance"):
        parser_for("dance")
