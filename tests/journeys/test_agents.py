"""An agent, a script, cron: who has nothing but the page that `kugetsu skill` prints."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.demo.model import ScriptedModel
from tests.journeys.kugetsu import PROGRAM, Kugetsu, issue
from tests.markdown import blocks
from tests.opencode_home import World, sibling

pytestmark = [pytest.mark.opencode, pytest.mark.jq]

_SKILL = files("kugetsu_tui.batch").joinpath("skills/kugetsu/SKILL.md").read_text("utf-8")
_README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
_PATIENCE = 200


@pytest.fixture
def shop(world: World) -> Iterator[Kugetsu]:
    """A kugetsu at `~/.local/bin`, opencode where its installer puts it, a checkout at `~/src`."""
    home, repo = world.home, world.home / "src" / "shop"
    shutil.copytree(world.repo, repo)
    remote = ("remote", "set-url", "origin", "https://github.com/acme/shop.git")
    subprocess.run(["git", *remote], cwd=repo, check=True)
    for link, program in (
        (home / ".local" / "bin" / "kugetsu", PROGRAM),
        (home / ".opencode" / "bin" / "opencode", world.program),
    ):
        link.parent.mkdir(parents=True)
        link.symlink_to(program)
    path = f"{home / '.local' / 'bin'}:{world.environment['PATH']}"
    environment = {**world.environment, "PATH": path, "PWD": str(repo)}
    with Kugetsu(replace(world, repo=repo, environment=environment)) as kugetsu:
        kugetsu("adopt", "14", sibling(world))
        kugetsu("init", "--adopt", world.base)
        yield kugetsu


def _run(script: str, kugetsu: Kugetsu) -> str:
    """What the script printed, as an agent's shell would run it, but ending at a failure."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=kugetsu.world.repo,
        env=kugetsu.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_every_example_of_the_skill_does_what_the_page_says(shop: Kugetsu) -> None:
    shop("destroy", "14", "-y")

    by_command = {block: _run(block, shop) for block in blocks(_SKILL, "sh")}

    def printed_by(words: str) -> str:
        (out,) = (out for block, out in by_command.items() if words in block)
        return out

    skill = shop.world.home / ".agents" / "skills" / "kugetsu" / "SKILL.md"
    assert skill.read_text() == _SKILL
    assert "Alice could not log in" in printed_by("start github.com/acme/shop#14")
    assert "README says what the project does" in printed_by("continue 14 - --json")
    assert "modified login.py +" in printed_by("kugetsu diff 14")
    transcript = (shop.world.repo / "transcript.md").read_text()
    assert "Alice could not log in" in transcript
    in_background = printed_by("--detach --json").splitlines()
    assert in_background[0].startswith("ses_")
    assert "■ answered" in in_background
    assert "sleeps 40 ms" in in_background[-1]
    assert "github.com/acme/shop#16" in printed_by("kugetsu stop 16")
    board = printed_by('// "(base)"').splitlines()
    assert board[0].split("\t")[:2] == ["idle", "(base)"]
    assert board[1].split("\t")[:2] == ["idle", "github.com/acme/shop#14"]
    assert printed_by("kugetsu run tasks.tsv").splitlines() == [
        f"github.com/acme/shop#{number}\tdone\t" for number in (21, 22)
    ]
    assert board[-2:] == ["0", "0"]
    lines = [json.loads(line) for line in printed_by('["continue", "15"').splitlines()]
    assert [(each["verb"], each["exit"]) for each in lines] == [
        *(("list", 0), ("show", 0), ("continue", 0)),
    ]
    assert printed_by("kugetsu show 99").splitlines()[:2] == ["exit code 3", "not_found"]
    assert "two lines\nof a message" in _all_prompts(shop)
    without = printed_by("opencode run")
    assert "Alice could not log in" in without or "mended already" in without
    assert "Gatekeeper is three small files" in without
    rows = shop.data("list")["sessions"]
    refs = [None, *(f"github.com/acme/shop#{number}" for number in (14, 15, 21, 22, 16))]
    assert [row["issue_ref"] for row in rows] == refs, "undo took back what destroy removed"


def _all_prompts(kugetsu: Kugetsu) -> str:
    return "\n".join(text for said in kugetsu.prompts().values() for text in said)


def test_the_envelope_on_the_page_is_the_one_that_comes(kugetsu: Kugetsu) -> None:
    (told,) = (json.loads(block) for block in blocks(_SKILL, "json"))

    came = json.loads(kugetsu("show", issue(99), "--json").out)

    assert list(came) == list(told)
    assert list(came["error"]) == list(told["error"])
    assert {**came, "error": None} == {**told, "error": None}
    assert came["error"]["code"] == told["error"]["code"]


def test_the_lines_for_cron_work_in_its_poor_environment(
    shop: Kugetsu, model: ScriptedModel
) -> None:
    """cron: no profile, no terminal, `PATH=/usr/bin:/bin`, the command by `/bin/sh`."""
    home = shop.world.home
    (home / ".config" / "opencode").mkdir(parents=True)
    config = shop.world.environment["OPENCODE_CONFIG_CONTENT"]
    (home / ".config" / "opencode" / "opencode.json").write_text(config)
    (home / ".local" / "share").mkdir()
    (home / ".local" / "share" / "opencode").symlink_to(home / "data" / "opencode")
    (line,) = blocks(_SKILL, "cron")
    (also,) = blocks(_README, "cron")
    command = line.split(maxsplit=5)[5]

    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=home,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "shoko"},
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE,
        check=False,
    )

    log = (home / "kugetsu.log").read_text()
    assert done.returncode == 0, log
    assert "Gatekeeper is three small files" in log
    assert "%" not in line + also, "cron takes it for a line feed"
    assert also.split("'")[::2] == line.split("'")[::2], "one line for both pages"


def test_the_lines_of_the_readme_are_answered_one_by_one(shop: Kugetsu) -> None:
    (block,) = (block for block in blocks(_README, "sh") if "printf" in block)

    answers = [json.loads(line) for line in _run(block, shop).splitlines()]

    assert [(each["verb"], each["ok"]) for each in answers] == [
        *(("list", True), ("show", True), ("continue", True)),
    ]


def test_the_tasks_of_the_readme_are_done(shop: Kugetsu) -> None:
    (tasks,) = blocks(_README, "tsv")
    (shop.world.repo / "tasks.tsv").write_text(tasks)

    lines = _run(f"{VERBS['run'].example} --json", shop).splitlines()

    told = [json.loads(line)["data"] for line in lines]
    assert [result["fate"] for result in told[:-1]] == ["done"] * 3
    assert told[-1]["done"] == 3
    assert "two\nlines" in _all_prompts(shop)


def test_a_program_converses_line_by_line(kugetsu: Kugetsu) -> None:
    with subprocess.Popen(
        [PROGRAM],
        cwd=kugetsu.world.repo,
        env=kugetsu.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as batch:
        assert batch.stdin is not None
        assert batch.stdout is not None

        def ask(*words: str) -> dict[str, object]:
            assert batch.stdin is not None
            assert batch.stdout is not None
            batch.stdin.write(json.dumps(words) + "\n")
            batch.stdin.flush()
            answer: dict[str, object] = json.loads(batch.stdout.readline())
            return answer

        started = ask("start", issue(21), "#model: say one\nwhatever")
        shown = ask("show", issue(21))
        unknown = ask("show", issue(22))
        batch.stdin.close()

    assert (started["ok"], shown["ok"], unknown["exit"]) == (True, True, 3)
    assert batch.returncode == 3


def test_ctrl_c_stops_the_run_and_leaves_the_lines_behind_it(kugetsu: Kugetsu) -> None:
    lines = kugetsu.world.home / "lines"
    lines.write_text(f'["start", "{issue(23)}", "#model: hang"]\nlist\n')
    with lines.open() as stdin:
        batch = kugetsu.begin(stdin=stdin.fileno())
        batch.until_it_says("session ses_")
        batch.signal(signal.SIGINT)
        ended = batch.ended()

    (answer,) = map(json.loads, ended.out.splitlines())
    assert (answer["verb"], answer["exit"], ended.status) == ("start", 130, 130)
    assert kugetsu.row(issue(23))["state"] == "stopped"
