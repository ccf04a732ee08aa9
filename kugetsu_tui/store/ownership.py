"""Whose the store is: nobody else may have written what this program believes and runs."""

from __future__ import annotations

import pwd
import stat
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.text import clean_line

ROOT = 0
_WRITERS = stat.S_IWGRP | stat.S_IWOTH


def require_ours(path: Path, *, user: int) -> None:
    """Refuse a file or folder that others own or may write; where it is a link, what that leads to.

    Args:
        path: may be missing.
        user: the number of the user who is to own it.

    Raises:
        EnvironmentUnfitError: it belongs to somebody else, or somebody else may write there.
    """
    try:
        about = path.stat()
    except OSError:
        return  # nothing to believe; who opens it tells why it cannot
    shown = clean_line(str(path))
    if about.st_uid != user:
        raise EnvironmentUnfitError(
            f"{shown}: belongs to {_name(about.st_uid)}, and this is {_name(user)}: nothing is read"
            " or written",
            hint=f"sudo -u {quote(_name(about.st_uid))} kugetsu …, or take it over: "
            f"sudo chown -R {user} {quote(shown)}",
        )
    if about.st_mode & _WRITERS:
        raise EnvironmentUnfitError(
            f"{shown}: others may write there: nothing is read or written",
            hint=f"chmod go-w {quote(shown)}",
        )


def require_own_place(folder: Path, *, user: int, environment: Mapping[str, str]) -> None:
    """Refuse to make a store as root where the user who called sudo has, or would have, theirs.

    Args:
        folder: where the store is, or would be made; of one that cannot be looked at, who opens it
            tells why.
        user: the number of the user that this process runs as.
        environment: sudo names its caller there (sudo(8), "SUDO_UID").

    Raises:
        EnvironmentUnfitError: a second store would be made, or one that its user cannot read.
    """
    if user != ROOT or _exists(folder, unsure=True):
        return
    above = next(parent for parent in folder.parents if _exists(parent, unsure=False))
    owner = above.stat().st_uid
    if owner == ROOT and (caller := _caller(environment)) is not None:
        theirs = Path(caller.pw_dir) / folder.name
        owner = caller.pw_uid if _exists(theirs, unsure=False) else owner
    if owner != ROOT:
        raise EnvironmentUnfitError(
            f"{clean_line(str(folder))}: as root this would be a second store, beside"
            f" {_name(owner)}'s: nothing was made",
            hint=f"call it as {_name(owner)}, without sudo; or set KUGETSU_DIR",
        )


def _caller(environment: Mapping[str, str]) -> pwd.struct_passwd | None:
    """Who called sudo; nobody where it was not sudo, or where root called it."""
    number = environment.get("SUDO_UID", "")
    if not number.isascii() or not number.isdigit() or int(number) == ROOT:
        return None
    try:
        return pwd.getpwuid(int(number))
    except (KeyError, OverflowError):
        return None


def _exists(path: Path, *, unsure: bool) -> bool:
    """Whether it is there; `unsure` where it cannot be looked at."""
    try:
        return path.exists()
    except OSError:
        return unsure


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"
