"""Every exit code, really produced."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping

import pytest

from kugetsu_tui.batch.exit_codes import EXIT_CODES
from tests.journeys.kugetsu import PROGRAM, Ended, Kugetsu, issue

pytestmark = pytest.mark.opencode

_BUG = """
from kugetsu_tui.commands.list_sessions import ListSessions
ListSessions.of = None
"""


def _answered(kugetsu: Kugetsu) -> Ended:
    return kugetsu("list", "--json")


def _failed(kugetsu: Kugetsu) -> Ended:
    return kugetsu("start", issue(401), "#model: error 401", "--json")


def _misspelt(kugetsu: Kugetsu) -> Ended:
    return kugetsu("lsit", "--json")


def _unknown(kugetsu: Kugetsu) -> Ended:
    return kugetsu("show", issue(404), "--json")


def _there_already(kugetsu: Kugetsu) -> Ended:
    return kugetsu("init", "--adopt", kugetsu.world.base, "--json")


def _no_opencode(kugetsu: Kugetsu) -> Ended:
    nowhere = {"KUGETSU_OPENCODE": "/nowhere/opencode"}
    return kugetsu("start", issue(405), "hello", "--json", variables=nowhere)


def _damaged(kugetsu: Kugetsu) -> Ended:
    store = kugetsu.world.home / "damaged"
    store.mkdir(mode=0o700)
    (store / "index.json").write_text("{")
    return kugetsu("list", "--json", variables={"KUGETSU_DIR": str(store)})


def _unwritable(kugetsu: Kugetsu) -> Ended:
    to_a_full_disk = ("sh", "-c", 'exec "$0" "$@" > /dev/full', PROGRAM)
    return kugetsu("list", "--json", by=to_a_full_disk)


def _bug(kugetsu: Kugetsu) -> Ended:
    folder = kugetsu.world.home / "bug"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_BUG)
    return kugetsu("list", "--json", variables={"PYTHONPATH": str(folder)})


def _busy(kugetsu: Kugetsu) -> Ended:
    at_work = kugetsu.begin("start", issue(75), "#model: hang")
    at_work.until_it_says("session ses_")
    refused = kugetsu("continue", issue(75), "hello", "--json")
    kugetsu("stop", issue(75))
    return refused


def _late(kugetsu: Kugetsu) -> Ended:
    return kugetsu("start", issue(124), "#model: hang", "--timeout", "4s", "--json")


def _signalled(kugetsu: Kugetsu) -> Ended:
    watch = kugetsu.begin("watch", "--json")
    watch.until_it_says('"sessions"')
    watch.signal(signal.SIGTERM)
    return watch.ended()


_PRODUCED: Mapping[str, Callable[[Kugetsu], Ended]] = {
    "0": _answered,
    "1": _failed,
    "2": _misspelt,
    "3": _unknown,
    "4": _there_already,
    "5": _no_opencode,
    "6": _damaged,
    "7": _unwritable,
    "70": _bug,
    "75": _busy,
    "124": _late,
    "128+n": _signalled,
}


def test_there_is_a_way_to_every_code() -> None:
    assert set(_PRODUCED) == set(EXIT_CODES)


@pytest.mark.parametrize("code", _PRODUCED)
def test_the_code_is_what_the_process_and_the_envelope_end_with(
    code: str, crowded: Kugetsu
) -> None:
    ended = _PRODUCED[code](crowded)

    wanted = 128 + signal.SIGTERM if code == "128+n" else int(code)
    assert ended.status == wanted, ended.err
    assert "Traceback" not in ended.err
    if ended.out and wanted < 128:
        envelope = json.loads(ended.out)
        assert (envelope["exit"], envelope["ok"]) == (wanted, wanted == 0)
