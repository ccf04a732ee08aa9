"""Where opencode is: commands over SSH and cron jobs read no profile, so PATH alone misses it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from shlex import quote

from kugetsu_tui.domain.errors import NoOpencodeError
from kugetsu_tui.domain.text import clean_line

NAME = "opencode"
GET_IT = "npm install -g opencode-ai"
_INSTALLERS = (".opencode/bin", ".local/bin", ".bun/bin", ".npm-global/bin")
"""Under the home: where opencode's own script, bun, and npm without root put programs."""
_NPM_PREFIX = re.compile(r"^\s*prefix\s*=\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_SHARED = (Path("/usr/local/bin"), Path("/opt/homebrew/bin"))
"""npm's prefix where nobody chose one, for Linux and for Homebrew."""


PACKAGED = Path("node_modules/opencode-ai/bin/opencode.exe")
"""Where npm puts the program, on every system."""


def own_folder(data_folder: Path) -> Path:
    """Where we install opencode."""
    return data_folder / "opencode"


def find_opencode(
    *, configured: str | None, environment: Mapping[str, str], home: Path, data_folder: Path
) -> Path:
    """The first that can be executed: chosen, on PATH, ours, or where installers put it.

    Args:
        configured: the setting `opencode.path`; it outranks the variable `KUGETSU_OPENCODE`.
        environment: ours.
        home: the user's.
        data_folder: ours.

    Raises:
        NoOpencodeError: there is none, or what was chosen cannot be executed.
    """
    if configured:
        return _chosen(configured, home, by="the setting opencode.path", undo="kugetsu settings")
    if named := environment.get("KUGETSU_OPENCODE"):
        return _chosen(named, home, by="KUGETSU_OPENCODE", undo="unset KUGETSU_OPENCODE")
    candidates = tuple(_candidates(environment, home, data_folder))
    for candidate in candidates:
        if _complaint(candidate) is None:
            return candidate
    raise _missing(candidates)


def _chosen(text: str, home: Path, *, by: str, undo: str) -> Path:
    path = home / text[2:] if text.startswith("~/") else Path(text)
    complaint = _complaint(path) if path.is_absolute() else "it is no absolute path"
    if complaint:
        raise NoOpencodeError(f"opencode: {by} names {clean_line(text)}: {complaint}", hint=undo)
    return path


def _candidates(environment: Mapping[str, str], home: Path, data_folder: Path) -> Iterator[Path]:
    folders = environment.get("PATH", "").split(os.pathsep)
    yield from (Path(folder, NAME) for folder in folders if Path(folder).is_absolute())
    yield own_folder(data_folder) / PACKAGED
    yield from (home / folder / NAME for folder in _INSTALLERS)
    yield from (prefix / "bin" / NAME for prefix in _npm_prefixes(environment, home))
    yield from (folder / NAME for folder in _SHARED)


def _npm_prefixes(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    """What npm itself would say, without the third of a second that asking it takes."""
    for name in ("npm_config_prefix", "NPM_CONFIG_PREFIX"):
        if prefix := environment.get(name):
            yield home / prefix.removeprefix("~/")
    try:
        settings = (home / ".npmrc").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return  # most people have none
    for prefix in _NPM_PREFIX.findall(settings):
        yield home / prefix.replace("${HOME}", str(home)).removeprefix("~/")


def _complaint(path: Path) -> str | None:
    kind = _kind(path)
    if not kind:
        return "there is no such file"
    if kind == stat.S_IFDIR:
        return "that is a folder"
    if kind != stat.S_IFREG:
        return "that is no program"
    return None if os.access(path, os.X_OK) else "it is not executable"


def _kind(path: Path) -> int:
    """Of its mode; 0 where none is in sight: PATH may name folders that nobody may look into."""
    try:
        return stat.S_IFMT(path.stat().st_mode)
    except (OSError, ValueError):
        return 0


def _missing(candidates: tuple[Path, ...]) -> NoOpencodeError:
    for path in candidates:
        if _kind(path) == stat.S_IFREG:
            name = clean_line(str(path))
            return NoOpencodeError(
                f"opencode: {name}: it is not executable", hint=f"chmod +x {quote(name)}"
            )
    folders = dict.fromkeys(str(path.parent) for path in candidates)
    return NoOpencodeError(
        f"opencode: not found: looked in {clean_line(', '.join(folders))}", hint=GET_IT
    )
