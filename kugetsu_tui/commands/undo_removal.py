"""Take back what destroy and prune removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import BASE_LABEL
from kugetsu_tui.domain.errors import BadReferenceError, NotFoundError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.domain.trash import Removed
from kugetsu_tui.report.report import Report, Success, Table


def removed_label(removed: Removed) -> str:
    """What people call it."""
    return BASE_LABEL if removed.is_base else removed.key or removed.file


@frozen
class Undone(Success):
    verb: ClassVar[str] = "undo"

    removed: Removed
    others: tuple[Removed, ...] = ()
    """What was removed together with it."""

    def report(self) -> Report:
        labels = [removed_label(one) for one in (self.removed, *self.others)]
        return Report(headline="\n".join(f"{label} is back" for label in labels))

    def data(self) -> JsonObject:
        return {
            "restored": _spell(self.removed),
            "also_restored": [_spell(one) for one in self.others],
        }


@frozen
class TrashListed(Success):
    verb: ClassVar[str] = "trash"

    removed: Sequence[Removed]

    def report(self) -> Report:
        if not self.removed:
            return Report(headline="the trash is empty")
        rows = tuple(
            (
                removed_label(one),
                (one.record and one.record.session_id) or "–",
                spell_moment(one.removed_at),
            )
            for one in self.removed
        )
        return Report(table=Table(("WHAT", "SESSION_ID", "REMOVED"), rows))

    def data(self) -> JsonObject:
        return {"trash": [_spell(one) for one in self.removed]}


def _went_with(one: Removed, removed: Removed) -> bool:
    """What one call removes has one moment."""
    return one.removed_at == removed.removed_at and one.name != removed.name


def _spell(removed: Removed) -> JsonObject:
    return {
        "issue_ref": removed.key,
        "file": removed.file,
        "session_id": removed.record.session_id if removed.record else None,
        "is_base": removed.is_base,
        "removed_at": spell_moment(removed.removed_at),
    }


@frozen
class UndoRemoval:
    store: Store
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(store=world.store, resolve=ResolveRef.of(world))

    def trash(self) -> TrashListed:
        """What can be taken back, the newest first."""
        return TrashListed(self.store.trash())

    def __call__(self, ref: str | None = None) -> Undone:
        """Take back the newest removal, with all that went at once, or the newest of one issue.

        Raises:
            NotFoundError: there is nothing to take back.
            ConflictError: an issue is tracked again by now; nothing was taken back.
        """
        trash = self.store.trash()
        wanted = self._label(ref, trash) if ref is not None else None
        for removed in trash:
            if wanted is None or removed_label(removed) == wanted:
                others = [one for one in trash if _went_with(one, removed)] if not wanted else []
                with self.store.edit() as draft:
                    for one in (removed, *others):
                        draft.restore(one)
                return Undone(removed, tuple(others))
        if ref is None:
            raise NotFoundError("undo: the trash is empty")
        raise NotFoundError(
            f"{clean_line(ref)}: nothing of it is in the trash", hint="kugetsu trash"
        )

    def _label(self, ref: str, trash: Sequence[Removed]) -> str:
        """What is meant, as the trash calls it."""
        if ref == "base":
            return BASE_LABEL
        try:
            return self.resolve.among([removed_label(one) for one in trash], ref)
        except BadReferenceError:
            return ref
