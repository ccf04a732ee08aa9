"""Every verb, named and worded once: for help, footer, palette and README."""

from __future__ import annotations

from kugetsu_tui.domain.frozen import frozen


@frozen(kw_only=True)
class Verb:
    """One thing that can be asked for, from either face."""

    name: str
    summary: str
    """One sentence."""
    usage: str
    """The arguments, after the verb."""
    example: str
    """A whole command line that works as it stands, given its issue."""


_ISSUE = "github.com/shoko/kugetsu#14"

VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            name="init",
            summary="Make the base session that every issue's session is forked from.",
            usage="[--force] [--message TEXT] [--adopt SESSION] [--dir DIR]",
            example="kugetsu init --message 'Read README.md and remember how the tests are run.'",
        ),
        Verb(
            name="start",
            summary="Fork the base session for an issue and give it its first message.",
            usage="REF MESSAGE [--detach] [--replace] [--model P/M] [--agent A] [--timeout S]",
            example=f"kugetsu start {_ISSUE} 'fix the login bug'",
        ),
        Verb(
            name="continue",
            summary="Send the next message to an issue's session.",
            usage="REF [MESSAGE] [--detach] [--wait] [--model P/M] [--agent A] [--timeout S]",
            example=f"kugetsu continue {_ISSUE} 'now add a test'",
        ),
        Verb(
            name="resume",
            summary="Open an issue's session in opencode's own screen.",
            usage="REF",
            example=f"kugetsu resume {_ISSUE}",
        ),
        Verb(
            name="list",
            summary="Show every session and what it does now.",
            usage="[--state S] [--repo R] [--since 2d] [--all]",
            example="kugetsu list --state failed --since 2d",
        ),
        Verb(
            name="show",
            summary="Show one session: facts, last messages, todos and changed files.",
            usage="REF",
            example=f"kugetsu show {_ISSUE}",
        ),
        Verb(
            name="log",
            summary="Show what a session's latest run said and did.",
            usage="REF [--follow]",
            example=f"kugetsu log {_ISSUE} --follow",
        ),
        Verb(
            name="stop",
            summary="End runs and everything they started.",
            usage="REF… | --all",
            example=f"kugetsu stop {_ISSUE}",
        ),
        Verb(
            name="prune",
            summary="Move orphaned session files to the trash; without --force, only name them.",
            usage="[--force]",
            example="kugetsu prune --force",
        ),
        Verb(
            name="destroy",
            summary="Untrack issues, or the base; the conversation stays in opencode.",
            usage="REF… [-y] [--purge] [--force] | --base [-y]",
            example=f"kugetsu destroy {_ISSUE} -y",
        ),
        Verb(
            name="adopt",
            summary="Track a session that opencode already has.",
            usage="REF SESSION",
            example=f"kugetsu adopt {_ISSUE} ses_0123456789abcdef",
        ),
        Verb(
            name="undo",
            summary="Take back what destroy or prune removed.",
            usage="[REF]",
            example="kugetsu undo",
        ),
        Verb(
            name="trash",
            summary="Show what undo can take back.",
            usage="",
            example="kugetsu trash",
        ),
        Verb(
            name="watch",
            summary="Show the board again at each change.",
            usage="[--all]",
            example="kugetsu watch --json",
        ),
        Verb(
            name="doctor",
            summary="Compare index, records, opencode and processes, and name each mismatch.",
            usage="",
            example="kugetsu doctor",
        ),
        Verb(
            name="settings",
            summary="Show or change settings.",
            usage="[KEY [VALUE]] | --example",
            example="kugetsu settings runs.silent-after 10m",
        ),
        Verb(
            name="completion",
            summary="Print the completion script of a shell.",
            usage="bash|zsh|fish",
            example="kugetsu completion bash",
        ),
        Verb(
            name="help",
            summary="Explain kugetsu, or one of its verbs.",
            usage="[VERB]",
            example="kugetsu help start",
        ),
    )
}
