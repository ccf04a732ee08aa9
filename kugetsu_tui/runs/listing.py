"""The names in a folder of runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from kugetsu_tui.domain.errors import EnvironmentUnfitError


def names_in(folder: Path) -> Sequence[str]:
    """In their order; none where nothing was ever put there.

    Raises:
        EnvironmentUnfitError: it cannot be told which.
    """
    try:
        return sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise EnvironmentUnfitError(
            f"{folder}: cannot be listed: {error.strerror}", hint=f"ls -ld {quote(str(folder))}"
        ) from error
