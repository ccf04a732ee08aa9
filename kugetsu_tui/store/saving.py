"""A set of changes made durable, in an order that a crash may cut anywhere.

Everything is written beside its place first, so that a full disk changes nothing. Then records
take their places, then the index that names them; what it no longer names is deleted last. A cut
leaves the old map or the new one, and at worst a record that nothing names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from kugetsu_tui.store.atomic_write import StagedFile, make_private_folder, sync_folder
from kugetsu_tui.store.damage import move_away
from kugetsu_tui.store.json_text import spell_object
from kugetsu_tui.store.layout import Layout
from kugetsu_tui.store.refusal import cannot_save
from kugetsu_tui.store.regular_file import is_there

Warn = Callable[[str], None]
_EMPTY_INDEX = spell_object({"base": None, "issues": {}})


class Changes:
    """What is to be written and deleted, by file name; it is filled step by step."""

    def __init__(self) -> None:
        self.trash: dict[str, bytes] = {}
        self.records: dict[str, bytes] = {}
        self.index: bytes | None = None
        self.anew_at: datetime | None = None
        """When the index that is there, and cannot be understood, was found to be in its way."""
        self.gone_records: set[str] = set()
        self.gone_trash: set[str] = set()

    def __bool__(self) -> bool:
        return self.index is not None or any(
            (self.trash, self.records, self.gone_records, self.gone_trash)
        )


def save(layout: Layout, changes: Changes, warn: Warn) -> None:
    """Make the changes. Only for who holds the lock.

    Args:
        layout: the store.
        changes: what is to be written and deleted.
        warn: told what went wrong once the changes were stored.

    Raises:
        CannotSaveError: the system refused; says whether anything is stored by now.
    """
    saving = _Saving(layout, warn)
    try:
        saving.run(changes)
    except OSError as error:
        raise cannot_save(layout.root, error, changed=saving.has_begun) from error
    finally:
        saving.discard()


class _Saving:
    """One set of changes on its way to the disk."""

    def __init__(self, layout: Layout, warn: Warn) -> None:
        self._layout = layout
        self._warn = warn
        self._staged: list[StagedFile] = []
        self._visible: list[StagedFile] = []

    @property
    def has_begun(self) -> bool:
        """Whether anything new is where readers find it."""
        return any(file.is_placed for file in self._visible)

    def run(self, changes: Changes) -> None:
        layout = self._layout
        if changes.anew_at is None:
            self._begin_index()
        trash = self._stage(layout.trash, changes.trash)
        records = self._stage(layout.sessions, changes.records)
        index, copy = self._stage_index(changes)
        self._visible = records + index
        self._place(trash)
        self._place(records)
        if index and changes.anew_at is not None:
            move_away(layout.index, changes.anew_at)  # readers miss it until the new one is there
        self._place(index)
        with self._as_warning():
            for file in copy:
                file.place()
            for gone in (
                *(layout.sessions / name for name in changes.gone_records - changes.records.keys()),
                *(layout.trash / name for name in changes.gone_trash),
            ):
                gone.unlink(missing_ok=True)

    def discard(self) -> None:
        """Leave no temporary file; one that cannot be deleted either does no harm."""
        for file in self._staged:
            with suppress(OSError):
                file.discard()

    def _begin_index(self) -> None:
        """Records without any index would count as damage: the first one comes before them."""
        if not is_there(self._layout.index):
            self._place([self._write(self._layout.index, _EMPTY_INDEX)])

    def _stage(self, folder: Path, contents: Mapping[str, bytes]) -> list[StagedFile]:
        if contents:
            make_private_folder(folder)
        return [self._write(folder / name, content) for name, content in contents.items()]

    def _stage_index(self, changes: Changes) -> tuple[list[StagedFile], list[StagedFile]]:
        """The index, where its link leads if it is a good one; and the copy to mend it from."""
        content, index = changes.index, self._layout.index
        if content is None:
            return [], []
        if changes.anew_at is None:
            index = index.resolve(strict=True)
        copy = self._write(self._layout.last_index, content, durable=False)
        return [self._write(index, content)], [copy]

    def _write(self, target: Path, content: bytes, *, durable: bool = True) -> StagedFile:
        file = StagedFile(target)
        self._staged.append(file)
        file.write(content, durable=durable)
        return file

    def _place(self, files: Sequence[StagedFile]) -> None:
        """Let files of one folder take their places."""
        for file in files:
            file.place()
        for file in files[:1]:
            with self._as_warning():
                sync_folder(file.target.parent)

    @contextmanager
    def _as_warning(self) -> Iterator[None]:
        """The changes are stored: what fails now must not be taken for their failure."""
        try:
            yield
        except OSError as error:
            self._warn(f"{self._layout.root}: saved, but perhaps not for good: {error}")
