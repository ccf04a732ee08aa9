"""What people type for an issue, turned into the key it is tracked under."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Self

from kugetsu_tui.commands.ports import Checkout, Store
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import BASE_LABEL
from kugetsu_tui.domain.errors import BadReferenceError, NotFoundError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.issue_ref import complete
from kugetsu_tui.domain.record import Index, Record
from kugetsu_tui.domain.session import session_id_of
from kugetsu_tui.domain.text import clean_line

_NEAREST = 3


@frozen
class ResolveRef:
    store: Store
    checkout: Checkout

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(store=world.store, checkout=world.checkout)

    def new(self, text: str) -> str:
        """The key for an issue that may not be tracked yet.

        Raises:
            BadReferenceError: the text is no reference.
        """
        return self.among(self.store.index().issues, text)

    def among(self, keys: Collection[str], text: str) -> str:
        """The key as it is spelled among these, where it is one of them.

        Raises:
            BadReferenceError: the text is no reference.
        """
        if text in keys:
            return text
        return _as_tracked(str(complete(text, self._repository_here(text))), keys)

    def tracked_or_base(self, text: str) -> str | None:
        """The key of a tracked issue, or nothing for the base: by `base`, or by its session id.

        Raises:
            NotFoundError: nobody tracks it; names the nearest that somebody does.
            BadReferenceError: the text is no reference.
        """
        index = self.store.index()
        return None if _is_base(text, index) else self.tracked(text)

    def tracked(self, text: str) -> str:
        """The key of a tracked issue, by reference, URL, shortened reference or session id.

        An exact key of the index always matches, whatever the grammar says of it.

        Raises:
            NotFoundError: nobody tracks it; names the nearest that somebody does.
            BadReferenceError: the text is no reference.
        """
        return self._tracked(text, self.store.index())

    def all_tracked(self, texts: Iterable[str]) -> Sequence[str]:
        """The keys of tracked issues, each once; the index is read once. Raises as `tracked`."""
        index = self.store.index()
        return tuple(dict.fromkeys(self._tracked(text, index) for text in texts))

    def _tracked(self, text: str, index: Index) -> str:
        if text in index.issues:
            return text
        if _is_base(text, index):
            raise NotFoundError(
                f"{clean_line(text)}: it is the base session, and no issue's",
                hint="kugetsu resume base, kugetsu destroy --base, or kugetsu start REF MESSAGE",
            )
        if session_id_of(text):
            return self._by_session(text, index)
        try:
            key = _as_tracked(str(complete(text, self._repository_here(text))), index.issues)
        except BadReferenceError as error:
            near = nearest(text, index.issues)
            if not near:
                raise
            raise BadReferenceError(error.message, hint=f"did you mean {near}?") from error
        if key not in index.issues:
            raise not_tracked(key, index.issues)
        return key

    def _repository_here(self, text: str) -> str | None:
        if text.count("/") > 1:
            return None
        return next(iter(self.checkout.repositories(self.checkout.current_directory())), None)

    def _by_session(self, session_id: str, index: Index) -> str:
        records = self.store.records(index)
        for key, record in records.items():
            if isinstance(record, Record) and record.session_id == session_id:
                return key
        raise NotFoundError(
            f"{session_id}: not tracked", hint=f"kugetsu adopt REF {session_id}", remedy="adopt"
        )


def _is_base(text: str, index: Index) -> bool:
    return text not in index.issues and text in {"base", BASE_LABEL, index.base}


def _as_tracked(key: str, keys: Collection[str]) -> str:
    """The key as it is tracked: forges take upper and lower case for one, so it is one issue."""
    if key in keys:
        return key
    folded = key.casefold()
    return next((known for known in keys if known.casefold() == folded), key)


def not_tracked(text: str, keys: Iterable[str]) -> NotFoundError:
    """The refusal for something nobody tracks, with the nearest matches."""
    near = nearest(text, keys)
    hint = f"did you mean {near}?" if near else "kugetsu list shows what is tracked"
    return NotFoundError(f"{clean_line(text)}: not tracked", hint=hint, remedy="start")


def nearest(text: str, keys: Iterable[str]) -> str:
    """The keys most like the text, in words; empty where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a refusal needs it

    near = get_close_matches(text, list(keys), n=_NEAREST)
    return " or ".join(clean_line(key) for key in near)
