"""Fits what `explain` prints into the columns of a terminal: lines that go on further in, passages cut to one line."""

from __future__ import annotations

import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator

from cleanpipe.cli.output import readable, visible

USUAL_WIDTH = 80
"""Columns where the output goes to a file or another program: what terminals open with."""

NARROWEST, WIDEST = 40, 100
"""Columns below which no context is left around a repair, and above which lines are hard to follow."""

HANGING = 4
"""Columns that a line goes on further in."""


def screen_width(widest: int = WIDEST) -> int:
    """Columns of the terminal that standard output is, within bounds."""
    if not sys.stdout.isatty():
        return USUAL_WIDTH
    return max(NARROWEST, min(shutil.get_terminal_size((USUAL_WIDTH, 24)).columns, widest))


def wrapped(text: str, indent: int, width: int) -> Iterator[str]:
    """Lines of `width` columns at most, those after the first further in. A word in ASCII is never divided: it may be
    an id."""
    further = indent + HANGING
    line = [" " * indent]
    taken = indent
    for number, word in enumerate(text.split(" ")):
        wide = columns(word)
        if number and taken + 1 + wide > width:
            yield "".join(line).rstrip()
            line, taken = [" " * further], further
        elif number:
            line.append(" ")
            taken += 1
        at = 0
        divisible = 0 if word.isascii() else max(place for place, c in enumerate(word) if not c.isascii()) + 1
        while taken + wide > width and at < divisible:
            part = _fitting(word, width - taken, at) or word[at]
            yield "".join(line) + part
            at += len(part)
            wide -= columns(part)
            line, taken = [" " * further], further
        line.append(word[at:])
        taken += wide
    yield "".join(line).rstrip()


def clipped(left: str, inside: str, right: str, width: int) -> str:
    """`inside` in brackets, with as much of what stands on its left and right as fits into `width` columns of one line.

    Invisible characters of the passage are shown by their numbers, and around it controls and marks of direction.
    """
    inside = short(visible(inside))
    if columns(inside) > width // 2:
        inside = f"{_fitting(inside, width // 4)}…{_fitting(inside[::-1], width // 5)[::-1]}"
    before, after = _around(left), _around(right)
    room = width - columns(inside) - 4  # the brackets, and an ellipsis on either side
    head = _fitting(before[::-1], max(room // 2, room - columns(after)))[::-1]
    tail = _fitting(after, room - columns(head))
    if len(head) < len(before):
        head = f"…{_TORN_HEAD.sub('', head)}"
    if len(tail) < len(after):
        tail = f"{_TORN_TAIL.sub('', tail)}…"
    return f"{head}[{inside}]{tail}"


def short(text: str) -> str:
    """Invisible characters that are written out, by their numbers alone.

    >>> short("a‹U+00AD SOFT HYPHEN›b")
    'a‹00AD›b'
    """
    return _NAMED.sub(r"‹\1›", text)


def columns(text: str) -> int:
    """Columns that a text takes in a terminal: two for a wide character, none for a mark on another one."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


_NAMED = re.compile("‹U\\+([0-9A-F]{4,6})[^‹›]*›")
_TORN_HEAD = re.compile("^[0-9A-F]*›")
_TORN_TAIL = re.compile("‹[0-9A-F]*$")


def _around(text: str) -> str:
    return short(readable(re.sub(r"[ \t\r\n]+", " ", text)))


def _fitting(text: str, width: int, start: int = 0) -> str:
    """As much of a text from `start` on as fits into some columns."""
    at = start
    while at < len(text) and (width := width - columns(text[at])) >= 0:
        at += 1
    return text[start:at]
