"""The one server: started, shown, taken over, ended; and one that the user has already."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.server.client import ServerClient
from tests.journeys.kugetsu import Kugetsu, arguments_of, eventually, is_alive, issue
from tests.opencode_home import VERSION

pytestmark = pytest.mark.opencode


def kept(kugetsu: Kugetsu) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((kugetsu.store / "server" / "server.json").read_text())
    return told


def shown(kugetsu: Kugetsu, **variables: str) -> dict[str, Any]:
    done = kugetsu("server", "--json", variables=variables)
    data: dict[str, Any] = json.loads(done.out)["data"]
    return data


def test_a_server_lives_from_its_start_to_its_end(kugetsu: Kugetsu) -> None:
    """Its user's configuration would have it answer to the whole network, and announce itself."""
    config = {"server": {"hostname": "0.0.0.0", "port": 4096, "mdns": True}}
    folder = kugetsu.world.home / "config" / "opencode"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "opencode.json").write_text(json.dumps(config))
    assert not shown(kugetsu)["running"]

    assert kugetsu("server", "restart").status == 0

    seen = shown(kugetsu)
    assert (seen["running"], seen["version"], seen["at_work"]) == (True, VERSION, 0)
    serving = psutil.Process(seen["pid"])
    heard = {link.laddr.ip for link in serving.net_connections("inet") if link.status == "LISTEN"}
    assert heard == {"127.0.0.1"}
    password = str(kept(kugetsu)["password"])
    assert not [who for who in psutil.process_iter() if password in "".join(arguments_of(who))]
    assert password not in (kugetsu.store / "server" / "server.log").read_text()

    opencode_knows_its_sessions(kugetsu)
    os.kill(kept(kugetsu)["keeper"]["pid"], signal.SIGKILL)
    assert shown(kugetsu)["pid"] == serving.pid
    assert kugetsu("server", "stop").status == 0
    eventually(lambda: not serving.is_running() or serving.status() == psutil.STATUS_ZOMBIE)
    assert not shown(kugetsu)["running"]


def test_one_whose_keeper_was_killed_is_named_by_the_doctor_and_ended(kugetsu: Kugetsu) -> None:
    assert kugetsu("server", "restart").status == 0
    told = kept(kugetsu)
    server, keeper = (psutil.Process(told[who]["pid"]) for who in ("opencode", "keeper"))
    assert kugetsu("doctor").status == 0
    keeper.kill()
    eventually(lambda: not is_alive(keeper))

    named = kugetsu("doctor")
    mended = kugetsu("doctor", "--fix", "-y")

    assert (named.status, "repair: kugetsu server stop\n" in named.out) == (1, True), named.out
    assert (mended.status, is_alive(server)) == (0, False), mended.out
    assert kugetsu("doctor").status == 0


def opencode_knows_its_sessions(kugetsu: Kugetsu) -> None:
    told = kept(kugetsu)
    client = ServerClient(ServerAddress(str(told["url"]), password=str(told["password"])))
    assert client.fork(SessionId(kugetsu.world.base)).startswith("ses_")


def test_a_server_of_the_users_own_is_used_and_never_ended(kugetsu: Kugetsu) -> None:
    assert kugetsu("server", "restart").status == 0
    told = kept(kugetsu)
    own = {
        "KUGETSU_SERVER_URL": f"{told['url']}/",
        "OPENCODE_SERVER_PASSWORD": str(told["password"]),
    }

    seen = shown(kugetsu, **own)
    refused = kugetsu("server", "stop", "--force", variables=own)

    assert (seen["url"], seen["ours"], seen["version"]) == (told["url"], False, VERSION)
    assert refused.status == 4
    assert "a server of your own" in refused.err
    assert shown(kugetsu, **{**own, "OPENCODE_SERVER_PASSWORD": ""})["version"] is None
    assert shown(kugetsu)["running"]
    kugetsu("server", "stop")


def test_a_store_that_was_lost_is_found_again_in_what_opencode_was_told(kugetsu: Kugetsu) -> None:
    kugetsu("server", "restart")
    told = kept(kugetsu)
    client = ServerClient(ServerAddress(told["url"], password=told["password"]))
    first, second = (client.fork(SessionId(kugetsu.world.base)) for _ in range(2))
    client.describe(first, title="the gate", metadata={"kugetsu": {"issue_ref": issue(1)}})
    client.describe(second, metadata={"kugetsu": {"issue_ref": issue(2)}})
    kugetsu("server", "stop")
    shutil.rmtree(kugetsu.store)

    plan = kugetsu("doctor", "--rebuild")
    assert (plan.status, kugetsu.store.exists()) == (0, False)
    assert f"{issue(1)}  {first}" in plan.out
    assert kugetsu("doctor", "--rebuild", "--force").status == 0

    assert (kugetsu.row(issue(1))["session_id"], kugetsu.row(issue(2))["session_id"]) == (
        first,
        second,
    )
    assert kugetsu.row(issue(1))["title"] == "the gate"


def test_where_opencode_is_missing_there_is_no_server(kugetsu: Kugetsu) -> None:
    done = kugetsu("server", "restart", variables={"KUGETSU_OPENCODE": "/nowhere/opencode"})

    assert done.status == 5
    assert "/nowhere/opencode" in done.err
    assert not Path(kugetsu.store / "server" / "server.json").exists()
