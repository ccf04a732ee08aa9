"""Plays flows, one of a kind at a time, and tells what they were refused."""

from __future__ import annotations

from kugetsu_tui.domain.errors import SIGNALLED, EndedBySignalError, KugetsuError
from kugetsu_tui.tui.flows.catalogue import Flow
from kugetsu_tui.tui.screens.board_stage import BoardStage


class Player:
    """Knows which are being played."""

    def __init__(self, stage: BoardStage) -> None:
        self._stage = stage
        self._playing: set[str] = set()

    def play(self, name: str, flow: Flow) -> None:
        """Play it, unless it is being played; keys wait for its question."""
        if name not in self._playing:
            self._stage.hold.begin()
            self._stage.screen.run_worker(self._follow(name, flow), group="flow")

    async def _follow(self, name: str, flow: Flow) -> None:
        stage = self._stage
        self._playing.add(name)
        try:
            await flow(stage)
        except EndedBySignalError as error:
            stage.screen.app.exit(return_code=SIGNALLED + error.signal)
        except KugetsuError as error:
            stage.refuse(error)
        finally:
            self._playing.discard(name)
            stage.hold.end(stage.screen.app)
