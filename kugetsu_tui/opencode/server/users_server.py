"""A server that the user has already: used, and never started or ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from kugetsu_tui.domain.errors import ConflictError, KugetsuError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.server import USER, ServerAddress, ServerSeen, unfit
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.opencode.server.routes import PASSWORD


@frozen
class UsersServer:
    address: ServerAddress

    def ensure(self, tell: Callable[[str], object] = lambda _: None) -> ServerAddress:
        """It, as it can be used; it is not waited for.

        Raises:
            ServerUnreachableError, ServerRefusedError: it does not answer, or lets nobody in.
            EnvironmentUnfitError: it lacks what runs need.
        """
        del tell
        client = ServerClient(self.address)
        client.health()
        if missing := client.missing() - {PASSWORD}:  # whom it lets in is its owner's business
            raise unfit(missing)
        return self.address

    def attempts(self) -> Iterator[ServerAddress]:
        yield self.ensure()

    def missing(self) -> frozenset[str] | None:
        return ServerClient(self.address).missing()

    def running(self) -> ServerAddress | None:
        return self.address

    def seen(self) -> ServerSeen | None:
        try:
            version = ServerClient(self.address).health()
        except KugetsuError:
            version = ""
        return ServerSeen(url=self.address.url, version=version, is_ours=False)

    def ending_tools(self, commands: Sequence[str]) -> AbstractContextManager[None]:
        """Its processes are its owner's, and may be another machine's."""
        del commands
        return nullcontext()

    def stop(self, *, force: bool) -> bool:
        """Raises `ConflictError`: who started it ends it."""
        del force
        raise ConflictError(
            f"{self.address.url} is a server of your own: kugetsu does not end it",
            hint="kugetsu settings server.url '' has kugetsu start its own",
        )


def users_address(url: str, environment: Mapping[str, str]) -> ServerAddress:
    """The address in the setting, with opencode's own variables for who is let in."""
    return ServerAddress(
        url.rstrip("/"),
        environment.get("OPENCODE_SERVER_USERNAME") or USER,
        environment.get("OPENCODE_SERVER_PASSWORD", ""),
    )
