"""kugetsu at the far end of an SSH connection: no profile, often no terminal, cut at any time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from shlex import join

import pytest

from tests.journeys.kugetsu import ENGINE, PROGRAM, Kugetsu, Run, eventually, is_alive, issue
from tests.journeys.sshd import HOST, Sshd, serving
from tests.journeys.tmux import Terminal, terminal

pytestmark = [pytest.mark.opencode, pytest.mark.sshd]

REF = issue(14)
SCREEN = PROGRAM.with_name("kugetsu-tui")


@pytest.fixture
def box(kugetsu: Kugetsu, tmp_path: Path) -> Iterator[Sshd]:
    """Where that kugetsu lives, with opencode where its own installer puts it."""
    world = kugetsu.world
    installed = world.home / ".opencode" / "bin" / "opencode"
    installed.parent.mkdir(parents=True)
    installed.symlink_to(world.program)
    ours = ("HOME", "XDG_", "TMPDIR", "OPENCODE_", "npm_config_offline", "NO_PROXY", "no_proxy")
    given = kugetsu.environment.items()
    variables = {name: value for name, value in given if name.startswith((*ours, "KUGETSU_"))}
    with serving(tmp_path / "sshd", variables) as server:
        yield server


@pytest.fixture
def client(kugetsu: Kugetsu, box: Sshd, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of 80×24 at the near end."""
    environment = {**kugetsu.environment, "HOME": str(tmp_path)}
    with terminal(tmp_path, cwd=tmp_path, environment=environment, columns=80, rows=24) as opened:
        yield opened


def far(*words: str | Path) -> str:
    """A line for the far end's shell."""
    return join([str(PROGRAM), *map(str, words)])


def test_every_verb_works_without_a_terminal_and_without_a_profile(
    kugetsu: Kugetsu, box: Sshd
) -> None:
    ssh = box.argv(HOST)

    assert kugetsu("command -v opencode", by=ssh).status != 0
    listed = kugetsu(far("list"), by=ssh)
    assert (listed.status, kugetsu.world.base in listed.out) == (0, True), listed.err
    started = kugetsu(far("start", REF, "#model: say from afar"), by=ssh)
    assert (started.status, started.out) == (0, "from afar\n"), started.err
    continued = kugetsu(far("continue", REF, "-"), by=ssh, stdin="#model: say it's é".encode())
    assert (continued.status, continued.out) == (0, "it's é\n"), continued.err
    assert kugetsu(far("continue", REF, "#model: hang", "--detach"), by=ssh).status == 0
    assert "it's é" in kugetsu(far("show", REF), by=ssh).out
    refused = kugetsu(far("continue", REF, "x", "--json"), by=ssh)
    assert (refused.status, json.loads(refused.out)["error"]["code"]) == (75, "busy")
    stopped = kugetsu(far("stop", REF), by=ssh)
    assert (stopped.status, "stopped" in stopped.out) == (0, True), stopped.err
    assert "■ stopped" in kugetsu(far("log", REF), by=ssh).out
    for words in (("resume", REF), ("init", "--force")):
        refused = kugetsu(far(*words), by=ssh)
        assert (refused.status, "hint: " in refused.err) == (5, True), refused
    board = kugetsu(str(SCREEN), by=ssh)
    assert (board.status, f"{REF}" in board.out, "stopped" in board.out) == (0, True, True), board
    eventually(lambda: not kugetsu.everybody())


def test_a_poor_environment_does_no_harm(kugetsu: Kugetsu, box: Sshd) -> None:
    for prefix in (
        "LC_ALL=C",
        "TERM=never-heard-of-it",
        "env -u TERM -u LANG LC_ALL=POSIX PYTHONUTF8=0 PYTHONCOERCECLOCALE=0",
        'env -u HOME KUGETSU_DIR="$HOME/.kugetsu"',
        'env -i HOME="$HOME" XDG_DATA_HOME="$XDG_DATA_HOME"',
    ):
        ended = kugetsu(f"{prefix} {far('list')}", by=box.argv(HOST))
        assert (ended.status, ended.err) == (0, ""), (prefix, ended)
        assert kugetsu.world.base in ended.out, (prefix, ended)
        assert kugetsu(f"{prefix} {far('help')}", by=box.argv(HOST)).status == 0, prefix


def test_a_loop_over_lines_keeps_its_lines(kugetsu: Kugetsu, box: Sshd, tmp_path: Path) -> None:
    refs = [issue(1), issue(2)]
    lines = tmp_path / "lines"
    lines.write_text("".join(f"{ref} #model: say heard {ref}\n" for ref in refs))
    here = f'{PROGRAM} start "$ref" "$message"'
    there = join(map(str, box.argv(HOST)))
    afar = f'printf %s "$message" | {there} "{PROGRAM} continue \'$ref\' -"'

    for call in (here, afar):
        loop = f"while read -r ref message; do {call} || exit; done < {lines}"
        ended = kugetsu(loop, by=("sh", "-c"))
        assert (ended.status, ended.out.splitlines()) == (0, [f"heard {ref}" for ref in refs]), (
            ended
        )


def test_a_cut_connection_ends_the_call_and_not_its_run(kugetsu: Kugetsu, box: Sshd) -> None:
    start = kugetsu.begin(far("start", REF, "#model: hang"), by=box.argv(HOST))
    start.until_it_says("· session ses_")
    watch = kugetsu.begin(far("watch"), by=box.argv(HOST))
    watch.until_it_says(REF)
    log = kugetsu.begin(far("log", REF, "--follow"), by=box.argv(HOST))
    log.until_it_says("· session ses_")
    run = kugetsu.run(REF)

    box.cut()

    eventually(lambda: nobody_but(run, kugetsu))
    assert is_alive(run.opencode), "else they may have left because it has"
    assert "running" in kugetsu(far("list"), by=box.argv(HOST)).out
    assert kugetsu(far("stop", REF), by=box.argv(HOST)).status == 0
    eventually(lambda: not kugetsu.everybody())


@pytest.mark.tmux
def test_a_board_whose_connection_is_cut_in_a_dialog_is_gone_and_its_run_goes_on(
    kugetsu: Kugetsu, box: Sshd, client: Terminal
) -> None:
    assert kugetsu("start", REF, "#model: hang", "--detach").status == 0
    run = kugetsu.run(REF)
    board = login(box, f"LC_ALL=C TERM=never-heard-of-it {SCREEN}")
    client.enter(board)
    client.until_it_shows("gatekeeper#14")
    client.type("s")
    client.until_it_shows("start an issue")
    assert not nobody_but(run, kugetsu)

    box.cut()

    eventually(lambda: nobody_but(run, kugetsu))
    assert is_alive(run.opencode)
    client.renew()
    client.enter(board)
    client.until_it_shows("running")
    client.type("q")
    client.until_it_shows("goes on: kugetsu list")
    assert kugetsu(far("stop", REF), by=box.argv(HOST)).status == 0
    eventually(lambda: not kugetsu.everybody())


@pytest.mark.tmux
def test_opencodes_own_screen_ends_with_the_connection_and_frees_its_session(
    kugetsu: Kugetsu, box: Sshd, client: Terminal
) -> None:
    assert kugetsu("start", REF, "#model: say first").status == 0
    client.enter(login(box, join([str(SCREEN), REF])))
    client.until_it_shows("first")
    client.type("r")
    client.until_it_shows("Built-in demo model")
    eventually(lambda: kugetsu.row(REF)["state"] == "open")

    box.cut()

    eventually(lambda: not kugetsu.everybody())
    assert f"\n{REF} " in kugetsu(far("list", "--state", "idle"), by=box.argv(HOST)).out
    assert kugetsu("continue", REF, "#model: say free again").out == "free again\n"


@pytest.mark.tmux
@pytest.mark.skipif(ENGINE == "run", reason="there nothing is asked")
def test_what_some_of_twenty_issues_ask_is_answered_on_a_board_at_the_far_end(
    kugetsu: Kugetsu, box: Sshd, client: Terminal
) -> None:
    asking = {3, 9, 15}
    said = {n: f"bash echo {n}" if n in asking else f"say answer {n}" for n in range(1, 21)}
    lines = "".join(f"{issue(n)}\t#model: {what}\n" for n, what in said.items())
    rules = {"OPENCODE_PERMISSION": json.dumps({"bash": "ask"})}
    left = kugetsu("run", "-", "--detach", stdin=lines.encode(), variables=rules)
    assert left.status == 0, left.err

    client.enter(login(box, str(SCREEN)))
    for to_come in (3, 2, 1):
        client.until_it_shows(f"⚑ {to_come} waiting")
        client.type("y")
        client.until_it_shows("o once")
        while "o once" in client.screen():  # at first it takes no answer
            client.type("o")
    client.until_it_shows("• 20 unseen")
    client.type("q")

    rows = {row["issue_ref"]: row["state"] for row in kugetsu.data("list")["sessions"]}
    assert Counter(rows[issue(n)] for n in said) == {"idle": 20}
    assert all(kugetsu.prompts()[kugetsu.record(issue(n))["opencode_session_id"]] for n in said)
    eventually(lambda: not kugetsu.everybody())


def login(box: Sshd, line: str) -> str:
    """What to type here, so that the far shell runs the line on a terminal."""
    return join(map(str, box.argv("-t", HOST, line)))


def nobody_but(run: Run, kugetsu: Kugetsu) -> bool:
    """Of everybody at the far end, those of the run are left."""
    return set(kugetsu.everybody()) == set(run.everybody())
