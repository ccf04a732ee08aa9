"""Help, manual and SKILL.md: whole, and in step with what the program does."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from kugetsu_tui.batch.exit_codes import EXIT_CODES
from kugetsu_tui.batch.manual import ENVELOPE, ENVIRONMENT, FILES, RUN_KEYS, SESSION_KEYS, STATES
from kugetsu_tui.batch.parser import parser_for
from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.errors import ExitCode
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.domain.settings import SETTINGS
from kugetsu_tui.store.layout import Layout
from tests.batch.calling import call
from tests.commands import BASE, FORK, ISSUE
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast

_ROOT = Path(__file__).parents[2]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_FOLDER = files("kugetsu_tui.batch").joinpath("skills", "kugetsu")
_SKILL = _FOLDER.joinpath("SKILL.md").read_text(encoding="utf-8")
_CODES = re.compile(r"^\| ([0-9]+(?:\+n)?) \| (.+) \|$", re.MULTILINE)


@pytest.fixture
def stage() -> Stage:
    return Stage(Path("/"))


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_the_help_of_a_verb_explains_every_word_it_takes(verb: str) -> None:
    parser = parser_for(verb)

    for action in parser._actions:
        assert action.help, (verb, action.dest)
    page = parser.format_help()
    assert VERBS[verb].summary in page
    assert max(map(len, page.splitlines())) <= 100


def test_the_manual_holds_the_help_of_every_verb_and_every_table(stage: Stage) -> None:
    code, out, err = call(stage, "man")

    assert (code, err) == (0, "")
    for verb in VERBS:
        assert parser_for(verb).format_help().rstrip() in out
    words = " ".join(out.split())
    settings = {key: setting.summary for key, setting in SETTINGS.items()}
    for table in (EXIT_CODES, settings, ENVIRONMENT, FILES, ENVELOPE, SESSION_KEYS, RUN_KEYS):
        for name, meaning in table.items():
            assert f"{name} {meaning}" in words
    assert max(map(len, out.splitlines())) <= 100


def test_every_exit_code_has_a_meaning() -> None:
    assert set(EXIT_CODES) == {*(str(int(code)) for code in ExitCode), "128+n"}


@pytest.mark.parametrize("page", [_README, _SKILL], ids=["README", "SKILL"])
def test_a_page_has_the_one_table_of_exit_codes(page: str) -> None:
    assert dict(_CODES.findall(page)) == EXIT_CODES


def test_every_state_has_a_meaning_and_agents_know_it() -> None:
    assert set(STATES) == set(SessionState)
    for state in SessionState:
        assert f"`{state}`" in _SKILL
        assert f"`{state}`" in _README


def test_every_variable_that_is_ours_is_in_the_manual() -> None:
    sources = (path.read_text("utf-8") for path in (_ROOT / "kugetsu_tui").rglob("*.py"))
    ours = {name for text in sources for name in re.findall(r'"(KUGETSU_[A-Z_]+[A-Z])"', text)}

    assert ours - {"KUGETSU_RUN_ID"} <= set(ENVIRONMENT)
    assert "KUGETSU_DIR" in ours


def test_every_file_of_the_store_is_in_the_manual() -> None:
    layout = Layout.of(Path("~/.kugetsu"))

    named = {name.rstrip("/") for name in FILES}
    for path in (layout.index, layout.last_index, layout.sessions, layout.trash, layout.lock):
        assert str(path) in named


def test_the_keys_that_are_told_are_the_keys_there_are(stage: Stage) -> None:
    stage.base(BASE)
    stage.track(ISSUE, FORK)

    data = json.loads(call(stage, "list", "--json")[1])

    assert set(data) == set(ENVELOPE)
    assert set(data["data"]["sessions"][0]) == _keys(SESSION_KEYS)
    for key in (*ENVELOPE, *_keys(SESSION_KEYS), *_keys(RUN_KEYS)):
        assert f"`{key}`" in _SKILL or f'"{key}"' in _SKILL, key


def test_the_keys_of_a_run_are_those_that_are_told(stage: Stage) -> None:
    stage.base(BASE)
    stage.track(ISSUE, FORK)
    stage.runs.at_launch = lambda order: stage.runs.known.update(
        {order.run_id: run_seen(order.run_id, session_id=FORK)}
    )

    data = json.loads(call(stage, "continue", ISSUE, "hello", "--json")[1])["data"]

    assert set(data) == _keys(RUN_KEYS)
    assert stage.clock.now == NOW


def _keys(table: dict[str, str]) -> set[str]:
    return {key for keys in table for key in keys.split(", ")}


def test_help_is_given_whatever_else_is_said(stage: Stage) -> None:
    for words in (("start", "--help"), ("start", "x", "-h", "--nope"), ("help", "start")):
        code, out, _ = call(stage, *words)

        assert (code, out) == (0, parser_for("start").format_help())
    assert call(stage, "--help")[1] == call(stage, "help")[1]


def test_nothing_said_on_a_terminal_is_answered_with_help(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    assert call(stage) == (2, call(stage, "help")[1], "")


def test_behind_two_dashes_help_is_a_word(stage: Stage) -> None:
    assert call(stage, "show", "--", "--help")[0] == 2


@pytest.mark.parametrize("words", [("help",), ("man",), ("skill",), ("completion", "zsh")])
def test_a_page_is_an_envelope_for_programs(words: tuple[str, ...], stage: Stage) -> None:
    plain, enveloped = call(stage, *words), call(stage, *words, "--json")

    assert json.loads(enveloped[1])["data"]["text"].rstrip("\n") == plain[1].rstrip("\n")


def test_the_skill_is_printed_to_the_letter(stage: Stage) -> None:
    assert call(stage, "skill") == (0, _SKILL, "")


def test_the_front_matter_is_as_agent_skills_want_it() -> None:
    """The rules of https://agentskills.io/specification."""
    fence, front, body = _SKILL.split("---\n", 2)
    facts = _front_matter(front)

    assert fence == ""
    assert set(facts) == {"name", "description", "license", "compatibility", "metadata"}
    assert facts["name"] == _FOLDER.name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(facts["name"]))
    assert 0 < len(str(facts["description"])) <= 1024
    assert 0 < len(str(facts["compatibility"])) <= 500
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert facts["license"] == project["license"]
    assert facts["metadata"] == {"author": "The kugetsu-tui authors", "version": project["version"]}
    assert len(body.splitlines()) < 500


def _front_matter(text: str) -> dict[str, object]:
    """The little YAML that the front matter uses: scalars, a folded one, one mapping."""
    facts: dict[str, object] = {}
    name = ""
    for line in text.splitlines():
        if found := re.fullmatch(r"([a-z]+): ?(.*)", line):
            name, value = found.groups()
            assert ": " not in value, "YAML would take that for a mapping"
            facts[name] = "" if value == ">-" else value or {}
        elif isinstance(mapping := facts[name], dict):
            key, _, value = line.strip().partition(": ")
            mapping[key] = value.strip('"')
        else:
            facts[name] = f"{facts[name]} {line.strip()}".strip()
    return facts
