"""A call of opencode: what is executed, where, and in which environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.git_variables import OF_A_REPOSITORY

_OURS = "KUGETSU_"
_FOR_EVERYBODY = frozenset({"KUGETSU_DIR", "KUGETSU_OPENCODE"})
"""What the user set for us holds for a kugetsu that opencode starts, too."""
_HEEDED = re.compile(
    r"PATH|VIRTUAL_ENV|SSH_AUTH_SOCK|NODE_\w+|(?:AWS|AZURE|GOOGLE|VERTEX)_\w+"
    r"|\w+_(?:KEY|TOKEN|SECRET|URL|ENDPOINT|PROXY)"
    r"|OPENCODE_(?:CONFIG|PERMISSION|MODELS|DISABLE|ENABLE|EXPERIMENTAL)\w*",
    re.IGNORECASE,
)
"""Variables that decide what opencode can reach and may do, and what its tools find. Others differ
from one window to the next, and nothing depends on them."""


@frozen
class Command:
    """A program call, ready to be executed."""

    argv: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str]


def environment_in(directory: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for an opencode in that directory, without what steers our own processes.

    opencode takes `PWD` for its directory, not what the system says; and its tools would have git
    work on the repository of a hook that called us, not on the directory's.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if (not name.startswith(_OURS) or name in _FOR_EVERYBODY) and name not in OF_A_REPOSITORY
    }
    return {**kept, "PWD": str(directory)}


def heeded(environment: Mapping[str, str]) -> Mapping[str, str]:
    """What of an environment makes an opencode another one."""
    return {name: value for name, value in environment.items() if _HEEDED.fullmatch(name)}
