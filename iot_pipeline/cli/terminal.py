r"""The way to the terminal: texts of others are shown there, and never obeyed.

Control characters move the cursor, colour, or write to the clipboard; direction marks and
characters without width make one text look like another. All of these are written out: `\x1b`.
"""

import json
import sys
from collections.abc import Callable

import click


def say(*lines: str, err: bool = False) -> None:
    """Print lines for people, on stderr if asked."""
    for line in lines:
        click.echo(visible(line), err=err)


def say_json(document: str) -> None:
    """Print JSON: the same data, with what a terminal would obey as JSON's own escapes.

    JSON itself asks for these for the first 32 characters only.
    """
    click.echo(_written_out(document, lambda mark: json.dumps(mark)[1:-1]))


def visible(text: str) -> str:
    r"""The text with what is not printed as itself written out, line ends too: `\n`, `\u200b`."""
    return _written_out(text, lambda mark: mark.encode("unicode_escape").decode("ascii"))


def shown_in_terminal(text: str) -> str:
    """The text itself where stdout is a file or a pipe, and what is visible in a terminal."""
    return visible(text) if sys.stdout.isatty() else text


def _written_out(text: str, escape: Callable[[str], str]) -> str:
    if text.isprintable():
        return text
    return "".join(mark if mark.isprintable() else escape(mark) for mark in text)
