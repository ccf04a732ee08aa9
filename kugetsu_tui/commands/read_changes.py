"""The files that a session changed, and what it changed in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Checkout, Conversations, Transcripts
from kugetsu_tui.commands.read_transcript import ReadTranscript
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.conversation import FileChange
from kugetsu_tui.domain.errors import NotFoundError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.report.report import Report, Success


@frozen(kw_only=True)
class Changed:
    """One file, with its changes turn by turn."""

    file: FileChange
    patches: tuple[str, ...] = ()
    """As opencode kept them; empty where it kept none."""


@frozen(kw_only=True)
class Changes(Success):
    verb: ClassVar[str] = "diff"

    issue_ref: str | None
    session_id: SessionId
    files: tuple[Changed, ...]
    uncommitted: str = ""
    """What git says of these files now, against the last commit."""
    is_asked_of_git: bool = False

    def report(self) -> Report:
        if self.is_asked_of_git:
            return Report(body=self.uncommitted.rstrip("\n"))
        patches = [patch.rstrip("\n") for changed in self.files for patch in changed.patches]
        return Report(body="\n".join(patches), warnings=tuple(self._warnings()))

    def _warnings(self) -> Iterator[str]:
        for changed in self.files:
            if not changed.patches:
                yield f"{changed.file.path}: opencode kept no diff of it; try --git"

    def data(self) -> JsonObject:
        return {
            "issue_ref": self.issue_ref,
            "session_id": self.session_id,
            "files": [
                {
                    "path": changed.file.path,
                    "additions": changed.file.additions,
                    "deletions": changed.file.deletions,
                    "status": changed.file.status,
                    "patches": changed.patches,
                }
                for changed in self.files
            ],
            "uncommitted": self.uncommitted,
        }


@frozen
class ReadChanges:
    conversations: Conversations
    transcripts: Transcripts
    checkout: Checkout
    read_transcript: ReadTranscript

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            conversations=world.conversations,
            transcripts=world.transcripts,
            checkout=world.checkout,
            read_transcript=ReadTranscript.of(world),
        )

    def __call__(self, ref: str, *, git: bool = False) -> Changes:
        """What a tracked session changed.

        Args:
            ref: the issue.
            git: show what git has uncommitted of these files instead of opencode's own record.

        Raises:
            NotFoundError: nobody tracks it, or opencode no longer has its session.
        """
        key, session_id = self.read_transcript.session_of(ref)
        return self.of_session(key, session_id, git=git)

    def of_session(self, key: str | None, session_id: SessionId, *, git: bool = False) -> Changes:
        """The same for any session that opencode has."""
        conversation = self.conversations.sessions([session_id]).get(session_id)
        if conversation is None:
            raise NotFoundError(f"{key or session_id}: opencode no longer has its session")
        files = tuple(self._files(session_id))
        paths = [changed.file.path for changed in files]
        return Changes(
            issue_ref=key,
            session_id=session_id,
            files=files,
            uncommitted=self._uncommitted(Path(conversation.directory), paths),
            is_asked_of_git=git,
        )

    def _files(self, session_id: SessionId) -> Iterator[Changed]:
        patches: dict[str, list[str]] = {}
        for found in self.transcripts.patches(session_id):
            patches.setdefault(found.path, []).extend([found.patch] if found.patch else [])
        for change in self.conversations.changes(session_id):
            yield Changed(file=change, patches=tuple(patches.pop(change.path, ())))
        for path, left in patches.items():
            yield Changed(file=_counted(path, left), patches=tuple(left))

    def _uncommitted(self, directory: Path, paths: Sequence[str]) -> str:
        return self.checkout.diff(directory, paths) if paths else ""


def _counted(path: str, patches: Sequence[str]) -> FileChange:
    """A file that opencode has not summed up, by the lines of its diffs."""
    lines = [line for patch in patches for line in patch.split("\n")]
    added = sum(line.startswith("+") and not line.startswith("+++") for line in lines)
    gone = sum(line.startswith("-") and not line.startswith("---") for line in lines)
    return FileChange(path, added, gone, "")
