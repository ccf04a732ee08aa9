"""The seed's own workflow, word for word: init, start, continue twice, list, prune, destroy."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from kugetsu_tui.demo.model import ScriptedModel
from tests.journeys.kugetsu import WITH_EACH_ENGINE, Kugetsu, issue

pytestmark = pytest.mark.opencode

REF = issue(14)
RECORD = "github.com-shoko-gatekeeper-14.json"
FIRST = "#model: say I have read it.\nRead README.md and remember how the tests are run."
START = "#model: bash echo mended > mended.txt\n#model: say mended\nfix the login bug"
CONTINUE = "#model: say tested\nnow add a test"
AGAIN = "#model: say pushed\nand push it"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


@WITH_EACH_ENGINE
def test_the_workflow_from_init_to_destroy(newcomer: Kugetsu, model: ScriptedModel) -> None:
    kugetsu, asked_before = newcomer, len(model.requests)

    init = kugetsu("init", "--message", FIRST)
    assert init.status == 0, init.err
    (base,) = kugetsu.prompts().keys() - {kugetsu.world.base}
    assert base in init.out
    assert kugetsu.index() == {"base": base, "issues": {}}
    assert_seed_format(kugetsu.store / "sessions" / "base.json", "base", None, base)

    start = kugetsu("start", REF, START)
    assert (start.status, start.out) == (0, "mended\n"), start.err
    assert f"{REF}: at work in {kugetsu.world.repo}" in start.err
    (session,) = kugetsu.prompts().keys() - {base}
    assert kugetsu.index() == {"base": base, "issues": {REF: RECORD}}
    assert_seed_format(kugetsu.store / "sessions" / RECORD, "forked", REF, session)
    assert (kugetsu.world.repo / "mended.txt").read_text() == "mended\n"

    for message, answer in ((CONTINUE, "tested\n"), (AGAIN, "pushed\n")):
        continued = kugetsu("continue", REF, message)
        assert (continued.status, continued.out) == (0, answer), continued.err
    prompts = kugetsu.prompts()
    assert prompts[session] == [*prompts[base], START, CONTINUE, AGAIN]
    assert [text.strip() for text in prompts[base]] == [FIRST]
    requests = model.requests[asked_before:]
    assert [asked.session_id for asked in requests if asked.text == AGAIN] == [session]
    assert_seed_format(kugetsu.store / "sessions" / RECORD, "forked", REF, session)

    header, rule, base_row, row = kugetsu("list").out.splitlines()
    assert header.split()[:4] == ["ISSUE_REF", "TYPE", "SESSION_ID", "CREATED"]
    assert set(rule) == {"-"}
    assert base_row.split()[:4] == ["(base)", "base", base, "N/A"]
    assert row.split()[:3] == [REF, "forked", session]
    assert row.split()[4] == "idle"

    orphan = an_orphan(kugetsu.store / "sessions")
    assert orphan.name in kugetsu("prune").out
    assert orphan.exists()
    pruned = kugetsu("prune", "--force")
    assert (pruned.status, orphan.name in pruned.out, orphan.exists()) == (0, True, False)
    assert kugetsu.index() == {"base": base, "issues": {REF: RECORD}}

    destroyed = kugetsu("destroy", REF, "-y")
    assert (destroyed.status, REF in destroyed.out) == (0, True), destroyed.err
    assert kugetsu.index() == {"base": base, "issues": {}}
    assert not (kugetsu.store / "sessions" / RECORD).exists()
    assert session in kugetsu.prompts(), "the conversation stays in opencode"
    assert kugetsu.is_deserted()


def assert_seed_format(file: Path, kind: str, ref: str | None, session: str) -> None:
    """The keys that the seed writes hold what it writes there."""
    record = json.loads(file.read_text())
    assert (record["type"], record["issue_ref"], record["opencode_session_id"]) == (
        *(kind, ref, session),
    )
    assert record["state"] == "idle"
    assert _TIME.fullmatch(record["created_at"])


def an_orphan(folder: Path) -> Path:
    """A record that no index names, older than any grace period."""
    orphan = folder / "github.com-shoko-gone-3.json"
    orphan.write_text('{"type": "forked", "opencode_session_id": "ses_gone", "state": "idle"}')
    os.utime(orphan, (0, 0))
    return orphan
