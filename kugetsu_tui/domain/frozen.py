"""Immutable values whose definition costs next to nothing.

`@frozen` makes of a class what `@dataclass(frozen=True, slots=True)` would, and type checkers know
it as that (PEP 681). The standard module takes 6 ms to import and 0.4 ms for each class (CPython
3.11): a quarter of what `kugetsu list`, which defines sixty, may take in all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Final, NoReturn, Protocol, TypeVar, cast, dataclass_transform, overload

_Class = TypeVar("_Class", bound=type)
_Some = TypeVar("_Some")
_T = TypeVar("_T")

_HANDFUL = 8
"""Values of a class; to compile an `__init__` takes as long as making a hundred without it."""


class _MadeBy:
    """Stands for a default that is made anew for each value."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], object]) -> None:
        self.make: Final = make


def field(*, default_factory: Callable[[], _T]) -> _T:
    """A default that is made anew for each value."""
    return cast("_T", _MadeBy(default_factory))


class _Initializer(Protocol):
    def __call__(self, value: object, /, *args: object, **fields: object) -> None: ...


class _Value:
    """What all values have in common; their own class fills in the names of their fields."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()
    _fields_of: Callable[[object], object]

    def __setattr__(self, name: str, _: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be deleted")

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return bool(self._fields_of(self) == self._fields_of(other))

    def __hash__(self) -> int:
        return hash(self._fields_of(self))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({fields})"


@overload
def frozen(plain: _Class, /) -> _Class: ...
@overload
def frozen(*, kw_only: bool = False) -> Callable[[_Class], _Class]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(
    plain: _Class | None = None, /, *, kw_only: bool = False
) -> _Class | Callable[[_Class], _Class]:
    """Make the class one of immutable values: its annotated names are the fields.

    Args:
        plain: the class, where nothing is asked for.
        kw_only: the fields are given by name only.
    """
    if plain is not None:
        return _made_of(plain, kw_only=False)
    return lambda plain: _made_of(plain, kw_only=kw_only)


def _made_of(plain: _Class, *, kw_only: bool) -> _Class:
    annotations: Mapping[str, str] = vars(plain).get("__annotations__", {})
    names = tuple(name for name, kind in annotations.items() if not kind.startswith("ClassVar"))
    defaults = {name: vars(plain)[name] for name in names if name in vars(plain)}
    replaced = {*names, "__dict__", "__weakref__"}
    members = {name: what for name, what in vars(plain).items() if name not in replaced}
    own = {
        "__slots__": names,
        "__match_args__": names,
        "_fields_of": attrgetter(*names) if names else type,
    }
    bases = (*(base for base in plain.__bases__ if base is not object), _Value)
    made = type(plain)(plain.__name__, bases, {**members, **own})
    type.__setattr__(made, "__init__", _initialized_later(made, defaults, kw_only=kw_only))
    return made


def _initialized_later(
    made: type, defaults: Mapping[str, object], *, kw_only: bool
) -> _Initializer:
    """An `__init__` for a handful of values; then, or where it is called wrongly, the real one.

    Most classes that a verb loads have one value or none: theirs would be a tenth of what it takes.
    """
    names: tuple[str, ...] = vars(made)["__match_args__"]
    left = iter(range(_HANDFUL))

    def __init__(self: object, /, *args: object, **fields: object) -> None:  # noqa: N807 - it is one
        given = {**dict(zip(names, args, strict=False)), **fields}
        values = {**defaults, **given}
        is_right = len(given) == len(args) + len(fields) and values.keys() == frozenset(names)
        if is_right and not (kw_only and args) and next(left, None) is not None:
            for name, value in values.items():
                object.__setattr__(self, name, value.make() if type(value) is _MadeBy else value)
            return
        setters = {name: vars(made)[name].__set__ for name in names}
        initialize = _initializer(defaults, setters, kw_only=kw_only)
        type.__setattr__(made, "__init__", initialize)
        initialize(self, *args, **fields)

    return __init__


def _initializer(
    defaults: Mapping[str, object],
    setters: Mapping[str, Callable[[object, object], None]],
    *,
    kw_only: bool,
) -> _Initializer:
    """`__init__` with the fields as its parameters, as fast as if it had been written by hand."""
    known: dict[str, object] = {}
    parameters, lines = ["self", *(["*"] if kw_only and setters else [])], ["pass"]
    for name, setter in setters.items():
        known[f"_set_{name}"] = setter
        given = name
        if name in defaults:
            known[f"_default_{name}"] = default = defaults[name]
            parameters.append(f"{name}=_default_{name}")
            if isinstance(default, _MadeBy):
                known[f"_make_{name}"] = default.make
                given = f"_make_{name}() if {name} is _default_{name} else {name}"
        else:
            parameters.append(name)
        lines.append(f"_set_{name}(self, {given})")
    source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines)
    exec(source, known)  # noqa: S102 - made of our own field names, as in the standard library
    return cast("_Initializer", known["__init__"])


def replace(old: _Some, **changes: object) -> _Some:
    """The same value, but for the fields that are named.

    Raises:
        TypeError: there is no such field.
    """
    names = cast("type[_Value]", type(old)).__match_args__
    fields = {name: getattr(old, name) for name in names if name not in changes}
    return type(old)(**fields, **changes)
