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
    details: str = ""
    """What else its help says: what comes of it, and what it refuses."""


_ISSUE = "github.com/shoko/kugetsu#14"
_RUN = (
    "[--detach] [--engine E] [--auto] [--model P/M] [--agent A] [--start-timeout S] "
    "[--idle-timeout S] [--timeout S]"
)

VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            name="init",
            summary="Make the base session that every issue's session is forked from.",
            usage="[--force] [--message TEXT] [--adopt SESSION] [--dir DIR]",
            example="kugetsu init --message 'Read README.md and remember how the tests are run.'",
            details=(
                "On a terminal it opens opencode: tell it what every issue should know, leave "
                "with ctrl+c. Without a terminal it needs --message, which opencode answers, "
                "or --adopt (else exit 5). A second base is exit 4 unless --force; the forks "
                "of the first keep working."
            ),
        ),
        Verb(
            name="start",
            summary="Fork the base session for an issue and give it its first message.",
            usage=f"REF MESSAGE [--replace] {_RUN}",
            example=f"kugetsu start {_ISSUE} 'fix the login bug'",
            details=(
                "It works in the base's directory, and names it. The answer goes to stdout, "
                "progress to stderr. Ctrl+c stops the run (130); a closed terminal does not. "
                "No base: exit 3. An issue that has a session: exit 4, unless its start failed "
                "or --replace is given."
            ),
        ),
        Verb(
            name="continue",
            summary="Send the next message to an issue's session.",
            usage=f"REF [MESSAGE] [--wait | --queue] {_RUN}",
            example=f"kugetsu continue {_ISSUE} 'now add a test'",
            details=(
                "Like start, in the session that the issue has. Without a message, on a "
                "terminal, it opens opencode's screen on it. A run in progress: exit 75; "
                "or --wait for its end, or --queue the message behind it."
            ),
        ),
        Verb(
            name="run",
            summary="Give many issues their messages, from a file, and follow them to their ends.",
            usage=f"FILE [--jobs N] [--keep-going] [--resume] [--retries N] {_RUN}",
            example="kugetsu run tasks.tsv --keep-going",
            details=(
                "A line is REF, a tab and MESSAGE, or a JSON object: ref and message, and if you "
                "like model, agent, engine, timeout and auto. Empty lines and # comments are "
                "passed over. An issue without a session is started, any other continued. A line "
                "that is no task: exit 2, and nothing is begun. Where one fails nothing else "
                "begins, unless --keep-going; exit 1. Ctrl+c stops all of them (130); --detach "
                "leaves them to the queue. With --json, a line for each result: line, issue_ref, "
                "fate (done, failed, on its way, skipped, not begun), verb, run_id, session_id, "
                "state, answer, reason, tries; then one that counts them."
            ),
        ),
        Verb(
            name="resume",
            summary="Open an issue's session in opencode's own screen.",
            usage="REF",
            example=f"kugetsu resume {_ISSUE}",
            details=(
                "Needs a terminal (ssh -t). Leave opencode with ctrl+c; the session stays tracked."
            ),
        ),
        Verb(
            name="list",
            summary="Show every session and what it does now.",
            usage="[--filter EXPR] [--order O] [--kind K] [--state S] [--repo R] [--since 2d]"
            " [--all]",
            example="kugetsu list --state failed --since 2d",
            details=(
                "The base comes first. With --json, data.sessions holds them: issue_ref, type, "
                "session_id, state, why, created_at, updated_at, directory, title, model, "
                "messages, tokens, cost, changed_files, run_id, auto, queued_messages. Messages, "
                "tokens, cost and files are a fork's own, without what it copied from the base. "
                "--filter '/words' looks inside all transcripts, and adds the line that was found."
            ),
        ),
        Verb(
            name="show",
            summary="Show one session: facts, last messages, todos and changed files.",
            usage="REF",
            example=f"kugetsu show {_ISSUE}",
        ),
        Verb(
            name="browse",
            summary="Open an issue in the browser, or print its address.",
            usage="REF",
            example=f"kugetsu browse {_ISSUE}",
            details=(
                "The address is printed in any case, and opened where there is a screen for a "
                "browser: $BROWSER, or the desktop's own. Over SSH it is only printed."
            ),
        ),
        Verb(
            name="log",
            summary="Show what a session's latest run said and did.",
            usage="REF [--run RUN] [--follow]",
            example=f"kugetsu log {_ISSUE} --follow",
            details=(
                "With --follow --json there is an envelope for each event; the last one's type "
                "is ended."
            ),
        ),
        Verb(
            name="transcript",
            summary="Show everything that was said and done in a session, sub-agents included.",
            usage="REF [--format text|markdown|json]",
            example=f"kugetsu transcript {_ISSUE} --format markdown",
        ),
        Verb(
            name="diff",
            summary="Show what a session changed, file by file.",
            usage="REF [--git]",
            example=f"kugetsu diff {_ISSUE}",
        ),
        Verb(
            name="answer",
            summary="Show what a session waits for, or answer it.",
            usage="REF [once|always|reject] [--message TEXT] [--choice TEXT]… [--ask ID]",
            example=f"kugetsu answer {_ISSUE} once",
            details=(
                "Without an answer it shows the exact command, diff or question. once allows it "
                "this time, always also what it names, until opencode's server ends; reject ends "
                "the turn, with --message the model goes on. --choice answers a question, once "
                "for each in their order, 'ONE,TWO' where several may be chosen. What is no "
                "longer asked is refused (4). Who decided is in the log."
            ),
        ),
        Verb(
            name="stop",
            summary="End runs and everything they started.",
            usage="REF… | --all [--queued]",
            example=f"kugetsu stop {_ISSUE}",
            details=(
                "One result for each, and the highest of their exit codes; where there was nothing "
                "to end, it says so and that is no failure. Messages that wait behind a run go "
                "with it; --queued takes only those, and starts that wait for a slot."
            ),
        ),
        Verb(
            name="prune",
            summary="Name orphaned session files, or move them to the trash.",
            usage="[--force]",
            example="kugetsu prune --force",
            details="Without --force it only names them; undo takes them back.",
        ),
        Verb(
            name="destroy",
            summary="Untrack issues, or the base; the conversation stays in opencode.",
            usage="REF… [-y] [--purge] [--force] | --base [-y]",
            example=f"kugetsu destroy {_ISSUE} -y",
            details=(
                "undo takes it back, but not what --purge deleted. A running one is exit 75, "
                "or --force."
            ),
        ),
        Verb(
            name="forget",
            summary="Erase what is kept here of an issue's ended runs: messages, answers, logs.",
            usage="REF [-y]",
            example=f"kugetsu forget {_ISSUE} -y",
            details=(
                "The session stays tracked, and opencode keeps the conversation: destroy --purge "
                "deletes that. It cannot be taken back. A run in progress is exit 75."
            ),
        ),
        Verb(
            name="adopt",
            summary="Track a session that opencode already has.",
            usage="REF SESSION",
            example=f"kugetsu adopt {_ISSUE} ses_0123456789abcdef",
            details=("A session that is tracked under another issue is exit 4, which names it."),
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
            usage="[--filter EXPR] [--order O] [--kind K] [--all]",
            example="kugetsu watch --json",
            details=("With --json, a line each time, shaped like list's. It ends with ctrl+c."),
        ),
        Verb(
            name="doctor",
            summary="Compare index, records, opencode and processes, and name each mismatch.",
            usage="[--fix [-y] | --restore | --rebuild [--force]]",
            example="kugetsu doctor",
            details=(
                "Each finding names its repair. Exit 1 where there is a problem. --fix asks for "
                "each that it can mend; it never decides between two sessions, and what it "
                "removes goes to the trash."
            ),
        ),
        Verb(
            name="server",
            summary="Show, end or restart the one server of opencode that runs may share.",
            usage="[status|stop|restart] [--force]",
            example="kugetsu server status",
        ),
        Verb(
            name="settings",
            summary="Show or change settings: limits, colours, keys, notifications.",
            usage="[KEY [VALUE]] | --example",
            example="kugetsu settings runs.silent-after 10m",
        ),
        Verb(
            name="ssh",
            summary="Let a user of this machine log in over SSH, by key; without --apply, plan it.",
            usage="setup [USER] [--key FILE] [--port N] [--sudo] [--keep-others] [--root DIR]"
            " [--apply]",
            example="kugetsu ssh setup kugetsu --key id_ed25519.pub --apply",
        ),
        Verb(
            name="completion",
            summary="Print the completion script of a shell.",
            usage="bash|zsh|fish",
            example="kugetsu completion bash",
            details=(
                'bash, zsh: eval "$(kugetsu completion bash)"   fish: kugetsu completion fish '
                "| source"
            ),
        ),
        Verb(
            name="man",
            summary="Print the whole manual: verbs, settings, exit codes, JSON, files.",
            usage="",
            example="kugetsu man",
        ),
        Verb(
            name="skill",
            summary="Print what a coding agent has to know, as an Agent Skill (SKILL.md).",
            usage="",
            example="kugetsu skill",
            details=(
                "mkdir -p ~/.agents/skills/kugetsu && kugetsu skill > "
                "~/.agents/skills/kugetsu/SKILL.md"
            ),
        ),
        Verb(
            name="help",
            summary="Explain kugetsu: its verbs, and on the screen its keys.",
            usage="[VERB]",
            example="kugetsu help start",
        ),
    )
}
