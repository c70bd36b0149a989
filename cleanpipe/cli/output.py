"""How commands print: data to standard output, messages to standard error, nothing invisible unseen."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

import click


def print_json(value: Any) -> None:
    """One JSON value to standard output, readable, in any terminal's charset."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        text.encode(_charset())
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    click.echo(text)


def echo(text: str = "") -> None:
    """A line of data to standard output; a character that the terminal can't show is written as its escape."""
    click.echo(text.encode(_charset(), "backslashreplace").decode(_charset()))


def message(text: str) -> None:
    """A line for the person at the terminal, to standard error."""
    click.echo(f"cleanpipe: {text}", err=True)


def table(rows: Sequence[Sequence[str]], *, header: Sequence[str]) -> None:
    """Rows in aligned columns, the last one as wide as it likes."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def visible(text: str) -> str:
    """The text with every invisible or control character written as ‹U+00AD SOFT HYPHEN›.

    A scraped text may hold anything, terminal escape sequences too: what `explain` quotes goes through here.

    >>> visible("co\\u00adoperate\\n")
    'co‹U+00AD SOFT HYPHEN›operate‹U+000A LINE FEED›'
    """
    return "".join(_named(character) if _is_invisible(character) else character for character in text)


def readable(text: str) -> str:
    """The text with control characters, lone surrogates and changes of direction written out, the rest as it reads.

    What joins letters in Persian or Hindi is part of the spelling, and stays.
    """
    return "".join(
        _named(character)
        if unicodedata.category(character) in ("Cc", "Cs", "Cn", "Zl", "Zp") or character in _DIRECTIONS
        else character
        for character in text
    )


def passage(text: str, start: int, end: int, *, most: int = 300) -> str:
    """`text[start:end]` on one line and in quotation marks, its middle left out beyond `most` characters."""
    quoted = text[start:end]
    if len(quoted) > most:
        quoted = f"{quoted[: most // 2]} […] {quoted[-most // 2 :]}"
    return f"“{one_line(quoted)}”"


def one_line(text: str) -> str:
    """`readable` on one line, white space as single spaces."""
    return readable(re.sub(r"[ \t\r\n]+", " ", text))


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "C" or category in ("Zl", "Zp") or (category == "Zs" and character != " ")


def _named(character: str) -> str:
    name = unicodedata.name(character, "") or _CONTROL_NAMES.get(
        character, _CATEGORY_NAMES.get(unicodedata.category(character), "")
    )
    return f"‹U+{ord(character):04X}{' ' if name else ''}{name}›"


_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates: they could make a line of the terminal read backwards."""

_CONTROL_NAMES = {
    "\0": "NULL",
    "\a": "BELL",
    "\b": "BACKSPACE",
    "\t": "TAB",
    "\n": "LINE FEED",
    "\v": "LINE TABULATION",
    "\f": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
_CATEGORY_NAMES = {"Cc": "CONTROL", "Cs": "LONE SURROGATE", "Co": "PRIVATE USE", "Cn": "UNASSIGNED"}


def _charset() -> str:
    return sys.stdout.encoding or "utf-8"
