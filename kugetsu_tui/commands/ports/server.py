"""The one server of opencode that runs may be given to, as the verbs need it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from kugetsu_tui.domain.run_event import ServerAwaited
from kugetsu_tui.domain.server import ServerAddress, ServerSeen


class Server(Protocol):
    """One for a store and a user; or one that the user has already, which is never ended."""

    def ensure(self, tell: Callable[[str], object] = ...) -> ServerAddress:
        """One that answers; it is started where there is none.

        Args:
            tell: told in a line, once, what is waited for where that takes long.
        """
        ...

    def attempts(self) -> Iterator[ServerAddress | ServerAwaited | None]:
        """The same for who looks after something else meanwhile.

        Nothing until it answers, but once what it waits for, where that takes long.
        """
        ...

    def running(self) -> ServerAddress | None:
        """Where it is, if there is one; nothing is started."""
        ...

    def missing(self) -> frozenset[str] | None:
        """What it lacks that runs need; nothing where that is not known yet."""
        ...

    def seen(self) -> ServerSeen | None:
        """How it does; nothing where there is none."""
        ...

    def ending_tools(self, commands: Sequence[str]) -> AbstractContextManager[None]:
        """While a turn is aborted: nothing is left afterwards of the tools of those commands."""
        ...

    def stop(self, *, force: bool) -> bool:
        """End it; says whether there was one. Raises `BusyError` unless forced."""
        ...
