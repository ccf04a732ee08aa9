"""How a message is put to opencode's screen so that it arrives as it was written."""

from __future__ import annotations


def opening_words(message: str) -> str:
    r"""The message as the screen reads it from standard input and sends it by itself.

    It sends all of it but not a `\r`, obeys a leading slash, and waits at the menu that a last
    word with `@` or `/` opens (1.14 and 1.18, tried). A blank and a line feed cure that.
    """
    text = message.replace("\r\n", "\n").replace("\r", "\n")
    return f" {text}\n" if text.startswith("/") else f"{text}\n"
