"""Where things live on this machine; nothing is made here.

platformdirs is loaded by those who need it: it takes 5 of the 80 ms that `list` may take. So
what every verb and every run ask for is told without it where there is nothing to guess.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path

from kugetsu_tui.domain.errors import EnvironmentUnfitError

_APP = "kugetsu"
_CURE = "set HOME, or KUGETSU_DIR to the store's folder"


def store_folder(environment: Mapping[str, str]) -> Path:
    """The store: `KUGETSU_DIR`, else `~/.kugetsu`.

    Raises:
        EnvironmentUnfitError: neither says where, or it is relative to what is no longer there.
    """
    named = environment.get("KUGETSU_DIR", "")
    if not named:
        return home(environment) / f".{_APP}"
    if named == "~" or named.startswith("~/"):  # quoted, so that no shell expanded it
        return home(environment) / named[2:]
    if named.startswith("~"):
        raise EnvironmentUnfitError(f"KUGETSU_DIR: {named!r} is no path", hint=_CURE)
    try:
        return Path(named).absolute()
    except OSError as error:
        raise EnvironmentUnfitError(
            f"KUGETSU_DIR: {named!r}: the current directory cannot be used: {error.strerror}",
            hint="cd to a directory that exists, or name the whole path",
        ) from error


def home(environment: Mapping[str, str]) -> Path:
    """The user's home, as HOME says, or where it is not set, the user database.

    Raises:
        EnvironmentUnfitError: it is no absolute path, or the database does not know this user.
    """
    named = environment["HOME"] if "HOME" in environment else _home_on_record()
    if not named.startswith("/"):
        why = f"{named!r} is no absolute path" if named else "HOME is empty"
        raise EnvironmentUnfitError(f"the home directory is unknown: {why}", hint=_CURE)
    return Path(named)


def config_file(environment: Mapping[str, str]) -> Path:
    """The user's settings. Raises `EnvironmentUnfitError`, as the two below, for want of a home."""
    if sys.platform == "linux":
        return _on_linux(environment, "XDG_CONFIG_HOME", ".config") / "config.toml"
    _require_place(environment, "XDG_CONFIG_HOME")
    from platformdirs import user_config_path  # noqa: PLC0415 - see above

    return user_config_path(_APP) / "config.toml"


def data_folder(environment: Mapping[str, str]) -> Path:
    """What this program installs for itself."""
    if sys.platform == "linux":
        return _on_linux(environment, "XDG_DATA_HOME", ".local/share")
    _require_place(environment, "XDG_DATA_HOME")
    from platformdirs import user_data_path  # noqa: PLC0415 - see above

    return user_data_path(_APP)


def log_folder(environment: Mapping[str, str]) -> Path:
    """Where a crash leaves its report."""
    _require_place(environment, "XDG_STATE_HOME")
    from platformdirs import user_log_path  # noqa: PLC0415 - see above

    return user_log_path(_APP)


def notebook_file(environment: Mapping[str, str]) -> Path:
    """What the board remembers of this store; another store has a notebook of its own."""
    _require_place(environment, "XDG_STATE_HOME")
    from platformdirs import user_state_path  # noqa: PLC0415 - see above

    store = zlib.crc32(os.fsencode(store_folder(environment)))
    return user_state_path(_APP) / f"board-{store:08x}.json"


def _on_linux(environment: Mapping[str, str], variable: str, usual: str) -> Path:
    """What platformdirs would say there (XDG base directory specification)."""
    named = environment.get(variable, "")
    return (Path(named) if named.startswith("/") else home(environment) / usual) / _APP


def _require_place(environment: Mapping[str, str], variable: str) -> None:
    """Refuse where platformdirs would have to guess; it reads this process's environment."""
    if not environment.get(variable, "").startswith("/"):
        home(environment)


def _home_on_record() -> str:
    import pwd  # noqa: PLC0415 - few need it

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError as error:
        why = "HOME is not set, and the user database does not know this user"
        raise EnvironmentUnfitError(f"the home directory is unknown: {why}", hint=_CURE) from error
