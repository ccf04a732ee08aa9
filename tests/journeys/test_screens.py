"""init and resume, typed into a real terminal, with opencode's own screen in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.journeys.kugetsu import PROGRAM, Kugetsu, eventually, issue
from tests.journeys.tmux import Terminal, terminal

pytestmark = [pytest.mark.opencode, pytest.mark.tmux]

REF = issue(14)
READY = "Ask anything"


@pytest.fixture
def screen(newcomer: Kugetsu, tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path, cwd=newcomer.world.repo, environment=newcomer.environment) as opened:
        yield opened


def test_init_takes_the_session_that_was_begun_in_opencodes_screen(
    newcomer: Kugetsu, screen: Terminal
) -> None:
    kugetsu = newcomer
    before = modes(screen)

    screen.enter(f"{PROGRAM} init; echo left with $?")
    screen.until_it_shows(READY)
    screen.type("C-c")
    shown = screen.until_it_shows("left with 1")
    assert "no session was created" in shown
    assert not (kugetsu.store / "index.json").exists()

    screen.enter(f"clear; {PROGRAM} init; echo left with $?")
    screen.until_it_shows(READY)
    screen.type("-l", "#model: say I am the base")
    screen.until_it_shows("#model: say I am the base")
    screen.type("Enter")
    base = eventually(lambda: answered(kugetsu, "I am the base"))
    screen.type("C-c")
    shown = screen.until_it_shows("left with 0")

    said = f"base session {base} works in {kugetsu.world.repo}"
    assert "".join(said.split()) in "".join(shown.split()), "also where a line is too long"
    assert kugetsu.index() == {"base": base, "issues": {}}
    assert modes(screen) == before
    again = kugetsu("init", "--message", "again")
    assert (again.status, base in again.err) == (4, True), again.err


def test_a_message_typed_on_the_board_makes_the_base(newcomer: Kugetsu, screen: Terminal) -> None:
    kugetsu = newcomer

    screen.enter(f"{PROGRAM}-tui; echo left with $?")
    screen.until_it_shows("make the base")
    screen.type("i")
    screen.until_it_shows("a message typed here")
    screen.type("m")
    screen.until_it_shows("the base's first message")
    screen.type("-l", "#model: say I am the base")
    screen.until_it_shows("#model: say I am the base")
    screen.type("C-s")
    screen.until_it_shows("base session ses_")
    screen.type("q")
    screen.until_it_shows("left with 0")

    assert kugetsu.index() == {"base": answered(kugetsu, "I am the base"), "issues": {}}


def test_resume_holds_the_session_and_gives_the_terminal_back_whole(
    newcomer: Kugetsu, screen: Terminal
) -> None:
    kugetsu = newcomer
    kugetsu("init", "--adopt", kugetsu.world.base)
    assert kugetsu("start", REF, "#model: say first").status == 0
    session = kugetsu.record(REF)["opencode_session_id"]
    before = modes(screen)

    screen.enter(f"{PROGRAM} resume {REF}; echo left with $?")
    screen.until_it_shows("first")
    assert kugetsu.row(REF)["state"] == "open"
    meanwhile = kugetsu("continue", REF, "#model: say meanwhile")
    queued = ["meanwhile"] * kugetsu.is_served
    if kugetsu.is_served:
        assert (meanwhile.status, meanwhile.out) == (0, "meanwhile\n"), meanwhile.err
    else:
        assert (meanwhile.status, "open in opencode's own screen" in meanwhile.err) == (75, True)
    screen.type("-l", "#model: say second")
    screen.until_it_shows("#model: say second")
    screen.type("Enter")
    said = ["first", *queued, "second"]
    eventually(lambda: kugetsu.answers()[session] == said)
    screen.type("C-c")
    screen.until_it_shows("left with 0")
    assert modes(screen) == before
    assert kugetsu.row(REF)["state"] == "idle"
    assert kugetsu.prompts()[session] == [f"#model: say {each}" for each in said]

    screen.enter(f"clear; {PROGRAM} resume {REF}; echo left with $?")
    screen.until_it_shows("second")
    (opencode,) = opencodes(kugetsu)
    opencode.kill()
    screen.until_it_shows("left with")
    assert modes(screen) == before
    assert kugetsu.row(REF)["state"] == "idle"
    assert kugetsu("continue", REF, "#model: say third").out == "third\n"


def test_closing_the_window_ends_opencode_and_frees_the_session(
    newcomer: Kugetsu, screen: Terminal
) -> None:
    kugetsu = newcomer
    kugetsu("init", "--adopt", kugetsu.world.base)
    assert kugetsu("start", REF, "#model: say first").status == 0
    screen.enter(f"{PROGRAM} resume {REF}")
    eventually(lambda: "alternate_on=1" in screen.modes())
    assert kugetsu.row(REF)["state"] == "open"

    screen.close()

    eventually(lambda: not kugetsu.everybody())
    assert kugetsu.row(REF)["state"] == "idle"
    assert kugetsu("continue", REF, "#model: say free again").out == "free again\n"


def test_ctrl_c_typed_at_a_start_stops_its_run(newcomer: Kugetsu, screen: Terminal) -> None:
    kugetsu = newcomer
    kugetsu("init", "--adopt", kugetsu.world.base)
    screen.enter(f"{PROGRAM} start {REF} '#model: hang'; echo left with $?")
    screen.until_it_shows("· session ses_")
    screen.type("C-c")
    screen.until_it_shows("left with 130")
    assert kugetsu.row(REF)["state"] == "stopped"
    assert not opencodes(kugetsu)


@pytest.mark.parametrize(
    ("words", "hints"),
    [(("init",), ("--message", "--adopt")), (("resume", REF), ("kugetsu continue",))],
)
def test_without_a_terminal_the_way_that_needs_none_is_named(
    words: tuple[str, ...], hints: tuple[str, ...], newcomer: Kugetsu
) -> None:
    kugetsu = newcomer
    assert kugetsu("adopt", REF, kugetsu.world.base).status == 0
    before = kugetsu.index()

    refused = kugetsu(*words)

    assert (refused.status, refused.out) == (5, "")
    assert all(hint in refused.err for hint in hints), refused.err
    assert kugetsu.index() == before
    assert kugetsu.row(REF)["state"] == "idle"


def modes(screen: Terminal) -> str:
    """The line discipline and everything that escape sequences set."""
    screen.enter("clear")
    eventually(lambda: "those were" not in screen.screen())
    screen.enter("stty -a; echo those were $((20 + 1))")
    shown = screen.until_it_shows("those were 21")
    return shown.rpartition("those")[0].partition("speed")[2] + screen.modes()


def answered(kugetsu: Kugetsu, answer: str) -> str | None:
    for session, said in kugetsu.answers().items():
        if said == [answer]:
            return session
    return None


def opencodes(kugetsu: Kugetsu) -> list[psutil.Process]:
    return [process for process in kugetsu.everybody() if _is_opencode(process)]


def _is_opencode(process: psutil.Process) -> bool:
    try:
        return process.name().startswith("opencode")
    except psutil.NoSuchProcess:
        return False
