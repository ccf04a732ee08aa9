"""The user's browser, and where there is none."""

from __future__ import annotations

import threading
import time
import warnings
from pathlib import Path

import pytest

from kugetsu_tui.terminals.browser import DesktopBrowser

pytestmark = pytest.mark.fast

URL = "https://github.com/shoko/kugetsu/issues/14"


def program(folder: Path, name: str) -> Path:
    path = folder / name
    part, whole = folder / "opened.part", folder / "opened"
    path.write_text(f'#!/bin/sh\nprintf %s "$*" > {part}\nmv {part} {whole}\n')
    path.chmod(0o755)
    return path


def opened(folder: Path) -> str:
    deadline = time.monotonic() + 30
    while not (folder / "opened").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return (folder / "opened").read_text()


def test_the_users_own_choice_is_used_even_over_ssh(tmp_path: Path) -> None:
    named = program(tmp_path, "my browser")
    environment = {
        "BROWSER": f"'{named}' --new-tab:lynx",
        "SSH_TTY": "/dev/pts/1",
        "PATH": "/usr/bin:/bin",
    }

    assert DesktopBrowser(environment).open(URL)
    assert opened(tmp_path) == f"--new-tab {URL}"


def test_where_there_is_no_room_for_a_thread_it_opens_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    named = program(tmp_path, "browser")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # nobody waits for it
        monkeypatch.setattr(threading.Thread, "start", refuse)

        assert DesktopBrowser({"BROWSER": str(named), "PATH": "/usr/bin:/bin"}).open(URL)
    assert opened(tmp_path) == URL


def test_the_desktop_knows_one(tmp_path: Path) -> None:
    program(tmp_path, "xdg-open")

    assert DesktopBrowser({"DISPLAY": ":0", "PATH": f"{tmp_path}:/usr/bin:/bin"}).open(URL)
    assert opened(tmp_path) == URL


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ":0", "PATH": "/nowhere"},
        {"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"},
        {"BROWSER": "/nowhere/to/be/found"},
        {"BROWSER": ""},
        {"BROWSER": "/opt/somebody's/browser"},
    ],
)
def test_there_may_be_none(environment: dict[str, str]) -> None:
    assert not DesktopBrowser(environment).open(URL)
