"""The users of a system, and the keys that let them in."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kugetsu_tui.domain.account import Account
from kugetsu_tui.domain.errors import CannotSaveError, EnvironmentUnfitError
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.machine.system import System

_KEYS = "authorized_keys"
_UNUSABLE = ("!", "*")
"""What a password field begins with where none is right (shadow(5))."""
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MOST = 1_000_000
"""Bytes of keys that are read; sshd(8) itself knows no limit."""


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
                has_keys=_has_keys(system, home),
            )
        )
    return found


def add_account(system: System, name: str) -> None:
    """With a home and a shell. Its password is none that can be typed, yet it is not locked."""
    system.run("useradd", "--create-home", "--shell", "/bin/bash", "--password", "*", name)


def keys_of(system: System, account: Account) -> Sequence[str]:
    """The lines of its `authorized_keys`; none where there is no such file.

    Raises:
        EnvironmentUnfitError: it cannot be read, or is no file of its own.
    """
    try:
        return _keys_in(system, account.home)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        where = clean_line(f"{account.home}/.ssh/{_KEYS}")
        raise EnvironmentUnfitError(
            f"ssh: {where}: {error.strerror}", hint="put a plain file there"
        ) from error


def put_keys(system: System, account: Account, lines: Sequence[str]) -> None:
    """Replace its `authorized_keys`.

    The folder is the user's: it is entered without following links, which could lead root's pen
    anywhere.

    Raises:
        CannotSaveError: the system refused, or something else is in the folder's place.
    """
    try:
        with _entered(system.path(account.home)) as at_home:
            group = os.fstat(at_home).st_gid
            _make_folder(at_home, account.uid, group)
            with _entered(".ssh", beneath=at_home) as folder:
                _replace(folder, "".join(f"{line}\n" for line in lines), account.uid, group)
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


@contextmanager
def _entered(folder: Path | str, *, beneath: int | None = None) -> Iterator[int]:
    descriptor = os.open(folder, _DIRECTORY, dir_fd=beneath)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _has_keys(system: System, home: str) -> bool:
    """Whoever's keys cannot be read is counted among those who would be locked out."""
    with suppress(OSError):
        return bool(_keys_in(system, home))
    return False


def _keys_in(system: System, home: str) -> Sequence[str]:
    """The user could have left a link there, which would lead root's eyes anywhere, or a pipe."""
    with (
        _entered(system.path(home)) as at_home,
        _entered(".ssh", beneath=at_home) as folder,
        os.fdopen(os.open(_KEYS, _FILE, dir_fd=folder), "rb") as file,
    ):
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        text = file.read(_MOST).decode(errors="surrogateescape")
    return tuple(line for line in text.splitlines() if line.strip())


def _passwords(system: System) -> Mapping[str, str]:
    pairs = (line.split(":") for line in system.read("/etc/shadow").splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1}
