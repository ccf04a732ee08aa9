"""The server that runs are given to, for whoever needs one; a list does not."""

from __future__ import annotations

from collections.abc import Mapping

from kugetsu_tui.commands.ports import Server
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.opencode.server.serving import ServingOpencode
from kugetsu_tui.opencode.server.users_server import UsersServer, users_address
from kugetsu_tui.runs.server.folder import ServerFolder
from kugetsu_tui.runs.server.kept_server import KeptServer
from kugetsu_tui.runs.server.opencode import Opencode as Serving
from kugetsu_tui.settings import places
from kugetsu_tui.settings.layers import Layers
from kugetsu_tui.wiring import own_program
from kugetsu_tui.wiring.opencode_here import find_program


def server_of(
    layers: Layers,
    environment: Mapping[str, str],
    flags: Mapping[str, str],
    run_id: RunId | None = None,
) -> Server:
    """The user's own server, where one is set; else that of the store, perhaps for one run."""
    settings, _ = layers.load()
    if settings.server_url:
        return UsersServer(users_address(settings.server_url, environment))
    return KeptServer(
        folder=ServerFolder(places.store_folder(environment) / "server"),
        keeper=(*own_program(flags), "--keep-server"),
        opencode=serving_of(layers, environment),
        idle_timeout=settings.server_idle_timeout,
        run_id=run_id,
    )


def serving_of(layers: Layers, environment: Mapping[str, str]) -> Serving:
    return ServingOpencode(lambda: find_program(layers.load()[0], environment), environment)
