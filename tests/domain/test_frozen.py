from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest

from kugetsu_tui.domain.frozen import field, frozen, replace

pytestmark = pytest.mark.fast


def _classes() -> list[Callable[..., object]]:
    """A new class, whose `__init__` is not compiled yet, and one that has had many values."""

    def define() -> Callable[..., object]:
        @frozen
        class Point:
            unit: ClassVar[str] = "m"

            x: int
            y: int = 2
            names: list[str] = field(default_factory=list)

        return Point

    old = define()
    for _ in range(100):
        old(1)
    return [define(), old]


@pytest.fixture(params=[0, 1], ids=["the first value", "one of many"])
def point(request: pytest.FixtureRequest) -> Callable[..., object]:
    made: Callable[..., object] = _classes()[request.param]
    return made


def test_a_value_is_made_by_place_or_by_name(point: Callable[..., object]) -> None:
    assert repr(point(1)) == "Point(x=1, y=2, names=[])"
    assert point(1, 3, ["a"]) == point(names=["a"], y=3, x=1) != point(1, 3)


def test_a_default_is_made_anew_for_each_value(point: Callable[..., object]) -> None:
    first, second = point(1), point(1)

    assert first.names is not second.names  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("args", "fields"),
    [((), {}), ((1, 2, [], 4), {}), ((1,), {"x": 1}), ((1,), {"z": 1}), ((), {"y": 1})],
    ids=["nothing", "too many", "one twice", "an unknown one", "one missing"],
)
def test_a_wrong_call_is_a_type_error(
    point: Callable[..., object], args: tuple[object, ...], fields: dict[str, object]
) -> None:
    with pytest.raises(TypeError):
        point(*args, **fields)

    assert repr(point(1)) == "Point(x=1, y=2, names=[])"


@pytest.mark.parametrize("made_before", [0, 100])
def test_fields_by_name_only_are_given_by_name_only(made_before: int) -> None:
    @frozen(kw_only=True)
    class Named:
        x: int

    for x in range(made_before):
        Named(x=x)

    with pytest.raises(TypeError):
        Named(1)  # type: ignore[call-arg]


def test_a_value_never_changes(point: Callable[..., object]) -> None:
    value = point(1)

    with pytest.raises(AttributeError, match=r"Point\.x cannot be changed"):
        value.x = 2  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"Point\.x cannot be deleted"):
        del value.x  # type: ignore[attr-defined]
    assert repr(replace(value, x=2)) == "Point(x=2, y=2, names=[])"
    assert repr(value) == "Point(x=1, y=2, names=[])"
