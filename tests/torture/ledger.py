"""What the writers of a storm were told, which is what has to be true afterwards."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

_FAILED, _NOT_FOUND, _CONFLICT, _BUSY = 1, 3, 4, 75
"""The exit codes with which a verb may refuse while others work and are killed."""
_SESSION_OF = {"adopt", "start"}
"""Verbs whose success says which session the issue has."""


class Belief(Enum):
    TRACKED = auto()
    UNTRACKED = auto()
    UNSURE = auto()
    """Whoever changed it was killed before it answered."""


@dataclass
class Issue:
    """One that a single writer works on."""

    ref: str
    session: str
    """Of opencode; to be adopted."""
    belief: Belief = Belief.UNTRACKED
    told_session: str | None = None
    """That the issue was last said to have; none where nobody can tell."""
    destroys: int = 0
    """How often it was asked for that nobody track it."""
    bears_canary: bool = False

    def next_words(self, chance: random.Random, *, with_runs: bool) -> list[str]:
        """What may be asked of it now."""
        runs = [["continue", self.ref, "wait 0.05", "--detach"], ["stop", self.ref]]
        runs.append(["forget", self.ref, "-y"])
        if self.bears_canary:
            return chance.choice(runs)
        tracked = [["destroy", self.ref, "-y"]] * 3 + runs * with_runs
        untracked = [["adopt", self.ref, self.session]] * 3 + [["undo", self.ref]]
        untracked += [["start", self.ref, "wait 0.05", "--detach"]] * with_runs
        both = [["adopt", self.ref, self.session], ["destroy", self.ref, "-y"]]
        match self.belief:
            case Belief.TRACKED:
                return chance.choice(tracked)
            case Belief.UNTRACKED:
                return chance.choice(untracked)
            case Belief.UNSURE:
                return chance.choice(both)


@dataclass
class Ledger:
    issues: Sequence[Issue]
    may_wait_in_vain: bool = False
    """So many want the lock that its deadline may come."""
    complaints: list[str] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    """Verbs that succeeded."""
    refused: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    waits: list[float] = field(default_factory=list)
    """Seconds until an answer came."""

    def note_sent(self, issue: Issue, words: Sequence[str]) -> None:
        if words[0] == "destroy":
            issue.destroys += 1

    def note_silence(self, issue: Issue, words: Sequence[str]) -> None:
        self.unanswered += 1
        if words[0] in {"adopt", "start", "destroy", "undo"}:
            issue.belief, issue.told_session = Belief.UNSURE, None

    def note_answer(self, issue: Issue, words: Sequence[str], told: dict[str, Any]) -> None:
        """Believe it, or complain where it contradicts what was told before."""
        verb, before = words[0], issue.belief
        if told["ok"]:
            self.answered[verb] += 1
            now = _after(verb, before)
        elif "locked" in told["error"]["message"] and not self.may_wait_in_vain:
            self.complaints.append(f"I6 {words}: {told['error']}")
            return
        elif (code := told["exit"]) in {_FAILED, _NOT_FOUND, _CONFLICT, _BUSY}:
            self.refused[f"{verb} {told['error']['code']}"] += 1
            now = _after_refusal(verb, code, before)
        else:
            self.complaints.append(f"I13 {words}: {told['error']}")
            return
        is_denied = told["exit"] in {_NOT_FOUND, _CONFLICT}
        if is_denied and now is not before and before is not Belief.UNSURE:
            self.complaints.append(f"I2 {issue.ref} was {before.name}, and yet: {told}")
        if now is not before or verb in _SESSION_OF:
            data = told["data"] if told["ok"] and verb in _SESSION_OF else {}
            issue.told_session = (data or {}).get("session_id")
        issue.belief = now


def _after(verb: str, before: Belief) -> Belief:
    match verb:
        case "adopt" | "start" | "undo" | "continue":
            return Belief.TRACKED
        case "destroy":
            return Belief.UNTRACKED
        case _:
            return before


def _after_refusal(verb: str, code: int, before: Belief) -> Belief:
    match verb, code:
        case (("destroy" | "continue" | "stop"), 3):  # not found
            return Belief.UNTRACKED
        case (("adopt" | "start" | "undo"), 4):  # a conflict
            return Belief.TRACKED
        case "start", 1:  # the run failed; its place was on disk before opencode ran
            return Belief.TRACKED
        case _:
            return before
