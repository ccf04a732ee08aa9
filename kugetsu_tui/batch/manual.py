"""The whole manual on one page, out of the tables that the program itself goes by."""

from __future__ import annotations

from collections.abc import Iterator

from kugetsu_tui.batch.exit_codes import EXIT_CODES
from kugetsu_tui.batch.help_page import EVERY_VERB, SYNOPSIS
from kugetsu_tui.batch.paragraphs import paragraph, rows
from kugetsu_tui.batch.parser import parser_for
from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.domain.setting import KEYS
from kugetsu_tui.domain.settings import SETTINGS

ENVIRONMENT = {
    "KUGETSU_DIR": "the store's folder, instead of ~/.kugetsu",
    "KUGETSU_<SETTING>": "any setting, for one call: KUGETSU_RUNS_SILENT_AFTER=10m",
    "KUGETSU_OPENCODE": "the opencode to use, where the setting opencode.path names none",
    "HOME": "where the store and opencode's data are; where it is not set, the home that the "
    "user database knows; where it is no absolute path, and KUGETSU_DIR is not set: exit 5",
    "PATH": "where opencode is looked for, then in kugetsu's own folder, ~/.opencode/bin, "
    "~/.local/bin, ~/.bun/bin and npm's prefix",
    "TERM": "kugetsu-tui prints the list where it is unset or dumb",
    "XDG_CONFIG_HOME": "where kugetsu/config.toml is, instead of ~/.config",
    "XDG_DATA_HOME": "where opencode's database is, and an opencode that kugetsu installed, "
    "instead of ~/.local/share",
    "XDG_STATE_HOME": "where kugetsu/log has the report of a crash, instead of ~/.local/state",
    "OPENCODE_DB": "opencode's database, where that is moved",
}
"""What of the environment is heeded."""

FILES = {
    "~/.kugetsu/index.json": "which issue has which record, and the base's session id",
    "~/.kugetsu/index.json.last": "the last index that was good",
    "~/.kugetsu/sessions/": "a record for each session",
    "~/.kugetsu/runs/": "a folder for each run: message, journal.jsonl, stderr.log",
    "~/.kugetsu/server/": "the server that runs share: where it is, its password, its log",
    "~/.kugetsu/trash/": "what undo can take back",
    "~/.kugetsu/.lock": "held for milliseconds by whoever writes",
    "~/.config/kugetsu/config.toml": "the settings",
}
"""What is kept, and where."""

STATES = {
    SessionState.PENDING: "reserved: opencode has not named the session yet",
    SessionState.QUEUED: "waits for a slot; why says how many are before it",
    SessionState.RUNNING: "at work",
    SessionState.WAITING: "for a person: a permission, or an answer",
    SessionState.RETRYING: "the provider refused, opencode tries again",
    SessionState.SILENT: "at work, without a sign of life for a while",
    SessionState.OPEN: "open in opencode's own screen",
    SessionState.IDLE: "nobody is at work; its last run answered",
    SessionState.FAILED: "its last run did not answer; why says the reason",
    SessionState.STOPPED: "its last run was ended with stop",
    SessionState.INTERRUPTED: "its last run died before it could answer; nothing is sent again",
    SessionState.MISSING: "opencode does not have it any more",
    SessionState.DAMAGED: "its record cannot be read",
    SessionState.UNKNOWN: "a witness could not be asked",
}
ENVELOPE = {
    "version": "1; goes up if a key ever changes its meaning",
    "verb": "which verb answers; empty where the line could not be read",
    "ok": "true, or false with an error",
    "exit": "the exit code",
    "data": "what the verb found or did; null where it was refused",
    "error": "null, or {code, message, hint, changed}: code is a stable word, hint a command "
    "that helps, changed whether anything was stored before it failed",
}
SESSION_KEYS = {
    "issue_ref": "host/user/repo#14; null for the base and for what nobody tracks",
    "type": "base, forked, untracked or child",
    "session_id": "opencode's own name for it; null only while there is none yet",
    "state": "what it does now, see STATES",
    "why": "what the state rests on; after a failure, the reason",
    "created_at, updated_at, since": "ISO 8601 with an offset, or null",
    "directory, title, model": "as opencode has them",
    "messages, tokens, cost, changed_files": "its own, without what a fork copied from its base; "
    "in show, messages are the last ones themselves, and message_count is how many there are",
    "run_id": "its latest run; null where it had none",
    "auto": "true while a run works on it that gets every permission it asks for",
    "queued_messages": "how many messages wait behind its run",
}
"""Of every session in `data`."""
RUN_KEYS = {
    "issue_ref, session_id, run_id, directory": "which, and where",
    "state": "idle after an answer, else failed, stopped or interrupted; running with --detach",
    "answer": "the text of the last step",
    "reason": "why it failed, or what to mind although it answered",
    "warnings": "what to mind, in a line each",
}
"""Of `data` of start and continue."""

_REFERENCES = (
    "REF is host/user/repo#14 or the issue's URL (GitHub, GitLab, Gitea, Forgejo). Inside a "
    "checkout 14 and user/repo#14 are completed from its git remote. A session id serves wherever "
    "a tracked issue does; base is the base session for show, log, transcript, diff and resume. "
    "A shell takes an unquoted #14 for a comment."
)
_LINES = (
    "Without a verb, kugetsu reads commands from stdin: a line each, quoted as in a shell, or a "
    'JSON array of words (["start", "REF", "MESSAGE"]), in which a message may have line feeds. '
    "Blank lines and lines that begin with # say nothing; the last line counts also without a "
    "line feed. Each is done before the next is read and answered with one envelope, flushed at "
    "once. The exit code is the highest. A message cannot be - there, watch is refused, "
    "log --follow answers when the run has ended, ctrl+c ends it all."
)


def manual() -> str:
    """What `kugetsu man` prints."""
    return "\n\n".join(f"{title}\n\n{body.rstrip()}" for title, body in _chapters()) + "\n"


def _chapters() -> Iterator[tuple[str, str]]:
    yield (
        "KUGETSU",
        f"one issue, one opencode session\n\n{SYNOPSIS}\n{paragraph(_REFERENCES)}\n\n{EVERY_VERB}",
    )
    for verb in VERBS:
        yield verb.upper(), parser_for(verb).format_help()
    yield "COMMANDS FROM STDIN", paragraph(_LINES)
    yield "JSON", _json_words()
    yield "STATES", rows({str(state): meaning for state, meaning in STATES.items()})
    yield "EXIT CODES", rows(EXIT_CODES)
    yield "SETTINGS", _settings_words()
    yield "ENVIRONMENT", rows(ENVIRONMENT)
    yield "FILES", rows(FILES)


def _json_words() -> str:
    return (
        "With --json, stdout is one object, on one line, also for a refusal:\n\n"
        f"{rows(ENVELOPE)}\nEvery session in data (list, show, watch) has:\n\n"
        f"{rows(SESSION_KEYS)}\ndata of start and continue has:\n\n{rows(RUN_KEYS)}\n"
        "Keys are only ever added. Progress, warnings and errors in words go to stderr."
    )


def _settings_words() -> str:
    kept = {
        key: f"{setting.summary} (default: {setting.default or 'none'})"
        for key, setting in SETTINGS.items()
    }
    return rows({**kept, f"{KEYS}<verb>": "the keys of the screen, comma-separated"})
