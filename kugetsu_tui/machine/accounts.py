"""The users of a system, and the keys that let them in."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress

from kugetsu_tui.domain.account import Account
from kugetsu_tui.domain.errors import CannotSaveError
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.machine.system import System

_KEYS = "authorized_keys"
_UNUSABLE = ("!", "*")
"""What a password field begins with where none is right (shadow(5))."""
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def accounts(system: System) -> Sequence[Account]:
    """All in its passwd file. Raises `EnvironmentUnfitError` where that cannot be read."""
    fields = _passwords(system)
    found = []
    for line in system.read("/etc/passwd").splitlines():
        name, _, uid, _, _, home, shell, *_ = [*line.split(":"), *[""] * 7]
        if not uid.isdecimal():
            continue
        field = fields.get(name, "*")
        found.append(
            Account(
                name=name,
                uid=int(uid),
                home=home,
                shell=shell or "/bin/sh",
                has_password=not field.startswith(_UNUSABLE),
                is_locked=field.startswith("!"),
                has_keys=bool(_keys_in(system, home)),
            )
        )
    return found


def add_account(system: System, name: str) -> None:
    """With a home and a shell. Its password is none that can be typed, yet it is not locked."""
    system.run("useradd", "--create-home", "--shell", "/bin/bash", "--password", "*", name)


def keys_of(system: System, account: Account) -> Sequence[str]:
    """The lines of its `authorized_keys`; none where there is no such file.

    Raises:
        EnvironmentUnfitError: it cannot be read.
    """
    return _keys_in(system, account.home)


def put_keys(system: System, account: Account, lines: Sequence[str]) -> None:
    """Replace its `authorized_keys`.

    The folder is the user's: it is entered without following links, which could lead root's pen
    anywhere.

    Raises:
        CannotSaveError: the system refused, or something else is in the folder's place.
    """
    try:
        at_home = os.open(system.path(account.home), _DIRECTORY)
        group = os.fstat(at_home).st_gid
        try:
            _make_folder(at_home, account.uid, group)
            folder = os.open(".ssh", _DIRECTORY, dir_fd=at_home)
        finally:
            os.close(at_home)
        try:
            _replace(folder, "".join(f"{line}\n" for line in lines), account.uid, group)
        finally:
            os.close(folder)
    except OSError as error:
        where = clean_line(f"{account.home}/.ssh/{_KEYS}")
        raise CannotSaveError(f"ssh: {where}: {error.strerror}") from error


def _make_folder(at_home: int, owner: int, group: int) -> None:
    try:
        os.stat(".ssh", dir_fd=at_home, follow_symlinks=False)
    except FileNotFoundError:
        os.mkdir(".ssh", 0o700, dir_fd=at_home)
        os.chown(".ssh", owner, group, dir_fd=at_home, follow_symlinks=False)


def _replace(folder: int, text: str, owner: int, group: int) -> None:
    new = f"{_KEYS}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with suppress(FileNotFoundError):
        os.unlink(new, dir_fd=folder)
    with os.fdopen(os.open(new, flags, 0o600, dir_fd=folder), "wb") as file:
        file.write(text.encode(errors="surrogateescape"))
        os.fchown(file.fileno(), owner, group)
    os.fchmod(folder, 0o700)
    os.rename(new, _KEYS, src_dir_fd=folder, dst_dir_fd=folder)


def _keys_in(system: System, home: str) -> Sequence[str]:
    lines = system.read(f"{home}/.ssh/{_KEYS}").splitlines()
    return tuple(line for line in lines if line.strip())


def _passwords(system: System) -> Mapping[str, str]:
    pairs = (line.split(":") for line in system.read("/etc/shadow").splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1}
