"""argv, understood: one parser a verb, built only for the verb that was asked for."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from itertools import chain, islice
from typing import NoReturn

from kugetsu_tui.batch.arguments import add_arguments
from kugetsu_tui.commands.verbs import VERBS, Verb
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.issue_ref import COMMENT_HINT

_BRACKETS = r"\[[^]]*]"
EVERYWHERE = ("--json", "--debug", "-q", "--quiet")
"""Flags that every verb takes, also in front of it."""
SHORT = "fhqy"
"""The letters of all flags that can be written `-f`; none of them takes a value."""


class VerbParser(argparse.ArgumentParser):
    """A parser whose complaints are refusals like any other."""

    def __init__(self, verb: Verb) -> None:
        super().__init__(
            prog=f"kugetsu {verb.name}",
            epilog=f"example: {verb.example}",
            formatter_class=_Page,
            allow_abbrev=False,
        )
        self._verb = verb

    def format_help(self) -> str:
        """The verb's page; its paragraphs are laid out for nobody who does not read them."""
        from kugetsu_tui.batch.paragraphs import paragraph  # noqa: PLC0415 - `list` needs no page

        begins = f"usage: {self.prog} "
        usage = f"{begins}{self._verb.usage} [--json] [--debug] [-q]".replace("  ", " ")
        whole = re.sub(_BRACKETS, lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), usage)
        laid_out = paragraph(whole, hanging=len(begins)).replace("\N{NO-BREAK SPACE}", " ")
        self.usage = laid_out.removeprefix("usage: ")
        words = (self._verb.summary, paragraph(self._verb.details))
        self.description = "\n\n".join(filter(None, words))
        return super().format_help()

    def understand(self, words: Sequence[str]) -> argparse.Namespace:
        """What the words mean; options may stand anywhere before `--`.

        `parse_args` gives optional arguments up at the first option, and `parse_intermixed_args`
        loses a `--` that stands in front of all others.

        Raises:
            UsageError: they are not understood.
        """
        flags: list[str] = []
        others: list[str] = []
        rest = iter(words)
        for word in rest:
            option = self._option_in(word)
            if word == "--":
                others.append(word)
                others.extend(rest)
            elif option is None:
                others.append(word)
            else:
                takes_next = option.nargs != 0 and "=" not in word
                flags += self._with_value(word, *islice(rest, 1)) if takes_next else [word]
        return self.parse_args([*flags, *others])

    def _option_in(self, word: str) -> argparse.Action | None:
        return self._option_string_actions.get(word.partition("=")[0])

    def _with_value(self, option: str, *value: str) -> list[str]:
        """In one word where that is no option itself: a value may begin with a dash (`-docs`)."""
        is_value = bool(value) and value[0] != "--" and self._option_in(value[0]) is None
        return [f"{option}={value[0]}"] if is_value else [option, *value]

    def error(self, message: str) -> NoReturn:
        hint = f"{self.prog} --help"
        if "required: REF" in message:
            hint = f"{hint}; {COMMENT_HINT}"
        elif "unrecognized arguments" in message or "ignored explicit argument" in message:
            hint = f"{hint}; put quotes around a message, and -- before one that begins with a dash"
        raise UsageError(f"{self.prog.partition(' ')[2] or self.prog}: {message}", hint=hint)


class _Page(argparse.RawDescriptionHelpFormatter):
    """Help of a fixed width: a parser asks how wide the page is at every argument it is given."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


def parser_for(verb: str) -> VerbParser:
    """The parser of one verb.

    Raises:
        UsageError: there is no such verb.
    """
    if verb not in VERBS:
        raise UsageError(f"{verb}: no such verb", hint="kugetsu help")
    made = VerbParser(VERBS[verb])
    add_arguments(verb, made)
    return made


def split_verb(argv: Sequence[str]) -> tuple[str | None, list[str]]:
    """The verb, where there is one, and everything else, flags in front of it included."""
    flags: list[str] = []
    rest = iter(argv)
    for word in rest:
        if word == "--set":
            flags += (word, *islice(rest, 1))
        elif word in EVERYWHERE:
            flags.append(word)
        else:
            return word, [*flags, *rest]
    return None, flags


def options_in(words: Sequence[str]) -> Sequence[str]:
    """The words that may be options: behind `--` there are none."""
    return words[: words.index("--")] if "--" in words else words


def unjoined(words: Sequence[str]) -> list[str]:
    """The words with short flags apart that were joined: `-qy` is `-q -y`."""
    options = options_in(words)
    apart = (
        [f"-{letter}" for letter in word[1:]] if re.fullmatch(f"-[{SHORT}]{{2,}}", word) else [word]
        for word in options
    )
    return [*chain.from_iterable(apart), *words[len(options) :]]
