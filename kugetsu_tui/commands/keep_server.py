"""Look at the server of opencode, end it, or have another in its place."""

from __future__ import annotations

from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Clock, Server
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.moment import spell_age, spell_moment
from kugetsu_tui.domain.server import ServerSeen
from kugetsu_tui.report.report import Report, Success, Table

_MEGABYTE = 1024 * 1024


@frozen(kw_only=True)
class ServerShown(Success):
    verb: ClassVar[str] = "server"

    server: ServerSeen | None
    """None: there is none now."""
    was_ended: bool = False
    ends_in: float | None = None
    """Seconds until it ends by itself, unless somebody has use for it before."""

    def report(self) -> Report:
        if self.server is None:
            ended = "the server was ended; " if self.was_ended else "no server runs; "
            return Report(headline=f"{ended}the next run that needs one starts it")
        return Report(table=Table(("SERVER", self.server.url), tuple(self._rows(self.server))))

    def _rows(self, server: ServerSeen) -> list[tuple[str, str]]:
        rows = [("opencode", server.version or "it does not answer")]
        if not server.is_ours:
            return [*rows, ("kept by", "you: it is in the setting server.url")]
        at_work = "not known" if server.at_work is None else str(server.at_work)
        rows += [
            ("process", str(server.pid)),
            ("since", spell_moment(server.since) if server.since else ""),
            ("sessions at work", at_work),
            ("runs alive", str(server.live_runs)),
            ("memory", f"{server.memory // _MEGABYTE} MB"),
            ("ends by itself", self._end(server)),
        ]
        return rows

    def _end(self, server: ServerSeen) -> str:
        if server.is_outdated:
            return "as soon as nobody needs it: opencode was installed anew"
        if self.ends_in is not None:
            return f"in {spell_age(max(self.ends_in, 1))}, unless it is used before"
        if server.is_used:
            return "not while it is used"
        return "once a run has used it: its keeper was killed"

    def data(self) -> JsonObject:
        server = self.server
        return {
            "running": server is not None,
            "ended": self.was_ended,
            "url": server.url if server else None,
            "version": (server.version or None) if server else None,
            "ours": server.is_ours if server else None,
            "pid": server.pid if server else None,
            "since": spell_moment(server.since) if server and server.since else None,
            "at_work": server.at_work if server else None,
            "live_runs": server.live_runs if server else None,
            "memory_bytes": server.memory if server else None,
            "ends_at": spell_moment(server.ends_at) if server and server.ends_at else None,
            "outdated": server.is_outdated if server else None,
        }


@frozen
class KeepServer:
    server: Server
    clock: Clock

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(server=world.server(), clock=world.clock)

    def status(self) -> ServerShown:
        """How it does; looking does not put off its end."""
        return self._shown(was_ended=False)

    def stop(self, *, force: bool) -> ServerShown:
        """End it and everything it started.

        Raises:
            BusyError: runs use it, and `force` is not given.
            ConflictError: it is the user's own.
        """
        return ServerShown(server=None, was_ended=self.server.stop(force=force))

    def restart(self, *, force: bool) -> ServerShown:
        """End it, and start the one that is installed now. Raises as `stop` does.

        Raises:
            EnvironmentUnfitError: there is none to be had.
        """
        was_ended = self.server.stop(force=force)
        self.server.ensure()
        return self._shown(was_ended=was_ended)

    def _shown(self, *, was_ended: bool) -> ServerShown:
        seen = self.server.seen()
        ends_at = seen.ends_at if seen else None
        ends_in = (ends_at - self.clock()).total_seconds() if ends_at else None
        return ServerShown(server=seen, was_ended=was_ended, ends_in=ends_in)
