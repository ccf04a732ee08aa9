"""`opencode serve` as it is called for a store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.opencode.command import Command, environment_in


def serve_command(
    program: Path, address: ServerAddress, directory: Path, environment: Mapping[str, str]
) -> Command:
    """The call that answers at that address, and lets in who knows the password.

    Words of an option apart: opencode takes a host or a port from the user's configuration where it
    does not find them so. The password goes along in the environment, which others cannot read.
    """
    parts = urlsplit(address.url)
    words = ("serve", "--hostname", str(parts.hostname), "--port", str(parts.port))
    known = environment_in(directory, environment)
    secret = {
        "OPENCODE_SERVER_USERNAME": address.username,
        "OPENCODE_SERVER_PASSWORD": address.password,
    }
    return Command((str(program), *words), directory, {**known, **secret})
