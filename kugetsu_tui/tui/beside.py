"""Calls beside the screen: each in a thread of its own, so that none waits for another."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_GRACE = 1.0
"""Seconds that calls may still take, all together, when the program ends."""


class Beside(ThreadPoolExecutor):
    """What asyncio is given for its threads; it takes nothing else than a pool.

    A pool's few threads are soon all held by disks and databases that do not answer, and Python
    waits for them at the end, for ever. What verbs change is whole on disk at every moment: so a
    save may be cut, and getting opencode, which takes minutes, does not hold up who wants to leave.
    """

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._at_work: set[Thread] = set()

    def submit(self, call: Callable[P, T], /, *args: P.args, **words: P.kwargs) -> Future[T]:
        found: Future[T] = Future()
        found.set_running_or_notify_cancel()  # who leaves cannot take it back under the thread
        at_work = Thread(
            target=lambda: self._settle(found, partial(call, *args, **words), at_work), daemon=True
        )
        self._at_work.add(at_work)
        at_work.start()
        return found

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - as Python has it
        """Let them come to their ends, but wait no longer than is fair."""
        deadline = time.monotonic() + _GRACE
        for thread in tuple(self._at_work) if wait else ():
            thread.join(max(0.0, deadline - time.monotonic()))

    def _settle(self, found: Future[T], call: Callable[[], T], at_work: Thread) -> None:
        settle(found, call)
        self._at_work.discard(at_work)


def settle(found: Future[T], call: Callable[[], T]) -> None:
    """Call it, and let what came of it be known: it is raised where the result is asked for."""
    try:
        found.set_result(call())
    except BaseException as error:  # noqa: BLE001 - as above
        found.set_exception(error)
