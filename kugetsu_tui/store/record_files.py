"""The record files as they are, and as they will be once the changes are made."""

from __future__ import annotations

from datetime import datetime

from kugetsu_tui.domain.errors import DamagedError
from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.store.json_text import parse_object, spell_object
from kugetsu_tui.store.layout import Layout, is_record_name
from kugetsu_tui.store.reading import read_record
from kugetsu_tui.store.record_format import new_document, record_of, rewritten
from kugetsu_tui.store.regular_file import (
    MissingFileError,
    UnreadableError,
    is_there,
    read_regular,
)
from kugetsu_tui.store.saving import Changes
from kugetsu_tui.store.trash import LARGEST_CONTENT, Discarded, spell_discarded, trash_name


class RecordFiles:
    """What is written here is gathered in `changes`; what is overwritten goes to the trash."""

    def __init__(self, layout: Layout, now: datetime) -> None:
        self.changes = Changes()
        self._layout = layout
        self._now = now

    def record(self, file: str) -> Record | DamagedRecord:
        """What the file tells."""
        if file not in self.changes.records:
            return read_record(self._layout, file)
        try:
            return record_of(parse_object(self.changes.records[file]))
        except UnreadableError as error:
            return DamagedRecord(file, str(error))

    def is_occupied(self, file: str) -> bool:
        """Whether nothing new can be put there."""
        if file in self.changes.gone_records:
            return file in self.changes.records
        try:
            return not is_record_name(file) or is_there(self._layout.sessions / file)
        except OSError:
            return True

    def content(self, file: str) -> bytes | None:
        """What the file holds; none where there is none.

        Raises:
            DamagedError: it cannot be read.
        """
        if file in self.changes.records or file in self.changes.gone_records:
            return self.changes.records.get(file)
        try:
            return read_regular(str(self._layout.sessions / file), limit=LARGEST_CONTENT)
        except MissingFileError:
            return None
        except UnreadableError as error:
            raise DamagedError(f"{file}: {error}; it was left as it is") from error

    def write(self, file: str, record: Record) -> None:
        """Have the file tell of this record; what else it holds stays.

        Raises:
            DamagedError: what is there cannot even be moved to the trash.
        """
        self.changes.records[file] = spelled(self._document(file, record), file)

    def _document(self, file: str, record: Record) -> dict[str, Json]:
        content = self.content(file)
        if content is None:
            return new_document(record)
        try:
            return rewritten(parse_object(content), record)
        except UnreadableError:
            self.discard(Discarded(key=None, file=file, content=content))
            return new_document(record)

    def put_back(self, file: str, content: bytes) -> None:
        """Have the file hold this; what else it holds by now goes to the trash.

        Raises:
            DamagedError: what is there cannot even be moved to the trash.
        """
        self.keep_copy(file)
        self.changes.records[file] = content

    def keep_copy(self, file: str) -> None:
        """Put a copy of what the file holds, if it holds anything, into the trash.

        Raises:
            DamagedError: it cannot be read.
        """
        if (content := self.content(file)) is not None:
            self.discard(Discarded(key=None, file=file, content=content))

    def take(self, file: str) -> bytes | None:
        """What the file holds, which leaves its place; none where that has to stay there."""
        try:
            content = self.content(file)
        except DamagedError:
            return None
        self.give_up(file)
        return content

    def give_up(self, file: str) -> None:
        """Have the file leave its place; who asks for that has its content, or wants none."""
        self.changes.records.pop(file, None)
        self.changes.gone_records.add(file)

    def discard(self, thing: Discarded) -> None:
        """Put it into the trash."""
        self.changes.trash[trash_name(self._now)] = spell_discarded(thing, self._now)


def spelled(document: dict[str, Json], file: str) -> bytes:
    """The document as it is written to the file.

    Raises:
        DamagedError: it was read, but is nested deeper than can be written.
    """
    try:
        return spell_object(document)
    except UnreadableError as error:
        raise DamagedError(f"{file}: {error}; it was left as it is") from error
