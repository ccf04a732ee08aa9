"""What has to be true while everybody is killed, and after; each tells what is not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from tests.torture.ledger import Belief, Ledger
from tests.torture.sandbox import CANARY, PATIENCE, UNTRACKED, Sandbox

_AT_WORK = {"pending", "queued", "running", "waiting", "retrying", "silent"}
_DOCUMENTED = {*range(8), 70, 75, 124} | {128 + number for number in range(1, 65)}
"""Exit codes that the README explains."""
_LAST_WRITE = "github.com/after/storm#1"


def look(store: Path) -> tuple[Mapping[str, str], list[str]]:
    """The map from issue to file now; and I1: the index and every record is whole at any time."""
    try:
        index = json.loads((store / "index.json").read_bytes())
        issues = index["issues"]
        if not all(isinstance(file, str) for file in issues.values()):
            return {}, [f"I1 the index is misshapen: {issues}"]
    except (OSError, ValueError, KeyError, AttributeError) as error:
        return {}, [f"I1 the index cannot be read: {error!r}"]
    return issues, [
        complaint for file in issues.values() for complaint in _torn(store / "sessions" / file)
    ]


def _torn(record: Path) -> Iterator[str]:
    try:
        json.loads(record.read_bytes())
    except FileNotFoundError:
        return  # untracked since the index was read
    except ValueError as error:
        yield f"I1 {record.name} cannot be read: {error}"


def list_is_json(status: int, out: bytes, err: bytes) -> Iterator[str]:
    """I12: a list succeeds and is one envelope, whatever is going on."""
    try:
        envelope = json.loads(out)
    except ValueError:
        envelope = {}
    if status != 0 or not envelope.get("ok"):
        yield f"I12 list ended with {status}: {out[-300:]!r} {err[-300:]!r}"


def exit_is_documented(status: int, err: str) -> Iterator[str]:
    """I13, of one call: a code that the README explains, and words instead of a traceback."""
    code = 128 - status if status < 0 else status
    if code not in _DOCUMENTED or "Traceback" in err:
        yield f"I13 ended with {code}: {err[-500:]}"


def acknowledged_is_stored(sandbox: Sandbox, ledger: Ledger) -> Iterator[str]:
    """I2: what was answered is so.

    Which session an issue has, `list` says: of a run whose supervisor was killed between hearing
    it and storing it, only the run's own files know.
    """
    issues = _index(sandbox)["issues"]
    sessions = {row["issue_ref"]: row["session_id"] for row in sandbox.rows()}
    for issue in ledger.issues:
        if issue.belief is Belief.UNSURE:
            continue
        if (issue.ref in issues) != (issue.belief is Belief.TRACKED):
            yield f"I2 {issue.ref}: said to be {issue.belief.name}, and is not"
        elif issue.told_session and issue.told_session != (kept := sessions.get(issue.ref)):
            yield f"I2 {issue.ref}: said to have {issue.told_session}, has {kept}"


def entries_resolve(sandbox: Sandbox) -> Iterator[str]:
    """I4 and I5: every entry has one whole record of its own, also what nobody answered for."""
    issues = _index(sandbox)["issues"]
    if len(set(issues.values())) != len(issues):
        yield f"I5 two issues share a record: {issues}"
    for ref, file in issues.items():
        record = _record(sandbox, file)
        if record.get("issue_ref") != ref or record.get("type") != "forked":
            yield f"I4 {ref}: its record is no record of it: {record}"


def next_write_succeeds(sandbox: Sandbox) -> Iterator[str]:
    """I6: nothing has to be mended first."""
    done = sandbox.call("adopt", _LAST_WRITE, UNTRACKED)
    if done.returncode != 0 or _LAST_WRITE not in _index(sandbox)["issues"]:
        yield f"I6 the next writer is refused: {done.returncode}: {done.stderr}"


def runs_have_processes(sandbox: Sandbox) -> Iterator[str]:
    """I7: once all was ended that ends by itself, nobody is left, and no issue is said to work."""
    deadline = time.monotonic() + PATIENCE
    while rows := [row for row in sandbox.rows() if row["state"] in _AT_WORK]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    if left := sandbox.until_quiet():
        yield f"I7 still there: {[process.cmdline() for process in left]}"
    for row in rows:
        yield f"I7 {row['issue_ref']}: said to be {row['state']}, and nobody works on it"


def descriptors() -> int:
    """That the harness itself has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def harness_is_clean(before: int) -> Iterator[str]:
    """I8: no zombie, no descriptor is left of all that was started."""
    if children := psutil.Process().children():
        yield f"I8 children are left: {children}"
    if (now := descriptors()) > before:
        yield f"I8 {now - before} descriptors are left"


def canaries_live(sandbox: Sandbox, ledger: Ledger) -> Iterator[str]:
    """I9: what other programs keep in our files is as it was."""
    files = {"index.json": _index(sandbox), "base.json": _record(sandbox, "base.json")}
    issues = _index(sandbox)["issues"]
    files |= {
        issue.ref: _record(sandbox, issues[issue.ref])
        for issue in ledger.issues
        if issue.bears_canary
    }
    for name, document in files.items():
        if any(document.get(key) != value for key, value in CANARY.items()):
            yield f"I9 {name} lost what is not ours: {document}"


def leftovers_are_few(sandbox: Sandbox, kills: int) -> Iterator[str]:
    """I10, before anybody mends: at most one temporary file for each kill."""
    if len(left := temporary_files(sandbox)) > kills:
        yield f"I10 {len(left)} temporary files after {kills} kills"


def doctor_mends(sandbox: Sandbox) -> Iterator[str]:
    """I10: one call leaves no temporary file, and nothing to mend but runs that came to nothing."""
    sandbox.call("doctor", "--fix", "-y")
    done = sandbox.call("doctor", "--json")
    for finding in json.loads(done.stdout)["data"]["findings"]:
        if finding["problem"] and not finding["kind"].startswith("run_"):
            yield f"I10 doctor --fix left: {finding}"
    if left := temporary_files(sandbox):
        yield f"I10 temporary files are left: {left}"


def temporary_files(sandbox: Sandbox) -> list[Path]:
    return list(sandbox.store.rglob(".kugetsu-*"))


def modes_are_private(sandbox: Sandbox) -> Iterator[str]:
    """I11: for their owner alone, all of them."""
    for path in (sandbox.store, *sandbox.store.rglob("*")):
        mode, wanted = path.lstat().st_mode & 0o777, 0o700 if path.is_dir() else 0o600
        if mode != wanted:
            yield f"I11 {path}: {mode:o}"


def nobody_spoke_of_a_traceback(sandbox: Sandbox) -> Iterator[str]:
    """I13, of everything that was written anywhere: command lines, supervisors, crash reports."""
    logs = [*(sandbox.home / "said").glob("*"), *sandbox.store.rglob("*.log")]
    logs += (sandbox.home / "state").rglob("*.log")
    for log in logs:
        if "Traceback" in (text := log.read_text(errors="replace")) or "crash" in log.name:
            yield f"I13 {log}: {text[-800:]}"


def _index(sandbox: Sandbox) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((sandbox.store / "index.json").read_bytes())
    return document


def _record(sandbox: Sandbox, file: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads((sandbox.store / "sessions" / file).read_bytes())
    except (OSError, ValueError) as error:
        return {"opencode_session_id": f"{file}: {error!r}"}
    return document
