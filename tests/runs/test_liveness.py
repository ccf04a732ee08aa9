"""Who is still there: the table of decisions, and places near and far."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.run import Liveness
from kugetsu_tui.runs.liveness import decide
from kugetsu_tui.runs.lock import LockState
from kugetsu_tui.runs.place import Distance, Place, distance

pytestmark = pytest.mark.fast

HELD, FREE, NO_LOCK = LockState.HELD, LockState.FREE, LockState.UNKNOWN
HERE, EARLIER, ELSEWHERE = Distance.HERE, Distance.EARLIER, Distance.ELSEWHERE


@pytest.mark.parametrize(
    ("lock", "where", "supervisor_lives", "opencode_lives", "liveness"),
    [
        (HELD, HERE, True, True, Liveness.WATCHED),
        (HELD, HERE, False, False, Liveness.WATCHED),
        (HELD, EARLIER, False, False, Liveness.ELSEWHERE),
        (HELD, ELSEWHERE, False, False, Liveness.ELSEWHERE),
        (FREE, HERE, True, True, Liveness.UNWATCHED),
        (FREE, HERE, True, False, Liveness.GONE),
        (FREE, HERE, False, False, Liveness.GONE),
        (FREE, EARLIER, False, False, Liveness.GONE),
        (FREE, ELSEWHERE, False, False, Liveness.UNKNOWN),
        (NO_LOCK, HERE, True, True, Liveness.WATCHED),
        (NO_LOCK, HERE, False, True, Liveness.UNWATCHED),
        (NO_LOCK, HERE, False, False, Liveness.GONE),
        (NO_LOCK, ELSEWHERE, False, False, Liveness.UNKNOWN),
    ],
)
def test_the_lock_is_heard_first_and_doubt_is_never_death(
    lock: LockState,
    where: Distance,
    supervisor_lives: bool,
    opencode_lives: bool,
    liveness: Liveness,
) -> None:
    decided = decide(lock, where, supervisor_lives=supervisor_lives, opencode_lives=opencode_lives)

    assert decided is liveness


@pytest.mark.parametrize(
    ("now", "how_far"),
    [
        (Place("box", "boot", "pid:[1]"), HERE),
        (Place("renamed", "boot", "pid:[1]"), HERE),
        (Place("box", "next boot", "pid:[1]"), EARLIER),
        (Place("box", "boot", "pid:[2]"), EARLIER),
        (Place("other", "boot", "pid:[2]"), ELSEWHERE),
        (Place("other", "other boot", "pid:[1]"), ELSEWHERE),
    ],
)
def test_a_process_number_counts_in_one_boot_and_one_namespace(
    now: Place, how_far: Distance
) -> None:
    assert distance(Place("box", "boot", "pid:[1]"), now) is how_far
