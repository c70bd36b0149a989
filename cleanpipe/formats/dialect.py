"""How a text table is written: what stands between its cells, and how a cell holds that itself."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cleanpipe.formats.source import Head
from cleanpipe.formats.tables import has_text

COMMON_SHARE = 0.5
"""Share of rows that have as many cells as the first one, from which a text is a table whatever its name is."""

SUFFIXES = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
"""Names of tables, and what they promise to have between cells; spreadsheets of half the world write ; all the same."""

_DELIMITERS = ",;\t|"
_NAME = re.compile(r"[^\W\d_][\w .:/-]{0,63}")
_SEPARATOR = re.compile(r"sep=(.)\r?\n")


class Dialect(NamedTuple):
    """Arguments of `csv.reader`. `escaped`: quotes in cells have a backslash before them; else they are doubled.
    `quoted`: False for tables in which a quote is a sign like any other. `spaced`: a space follows every delimiter."""

    delimiter: str
    quoted: bool = True
    escaped: bool = False
    spaced: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        return {
            "delimiter": self.delimiter,
            "quoting": csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            "doublequote": not self.escaped,
            "escapechar": "\\" if self.escaped else None,
            "skipinitialspace": self.spaced,
            "strict": True,
        }


class Sniffed(NamedTuple):
    """What the beginning of a table shows. `announced`: its first line is "sep=" and the delimiter, as Excel has it."""

    dialect: Dialect
    announced: bool


def sniff_table(head: Head) -> Sniffed | None:
    """How a text that begins so is written as a table; None where it is none.

    Where its name says that it is a table, it is one. Else the first row has to name the column of the text, and most
    rows have as many cells as it.
    """
    named = SUFFIXES.get(head.suffix)
    if named is None and not _may_name_text(head):
        return None
    text = head.text.decode("utf-8", "replace")
    announced = _SEPARATOR.match(text)
    text = (text[announced.end() :] if announced else text).lstrip("\r\n")
    best: tuple[tuple[float, int], Dialect] | None = None
    for dialect in _candidates(text, announced[1] if announced else None, named):
        rows = list(_rows(text, dialect, head.whole))
        if not rows or rows[0] is None:
            continue
        header, told = rows[0], [row for row in rows[1:] if row != []]
        alike = sum(row is not None and len(row) == len(header) for row in told)
        share = alike / len(told) if told else float(not head.whole)
        readable = has_text([cell.strip() for cell in header], head.names)
        if named is None and not announced and not _is_header(header, readable, share, head.names):
            continue
        rank = (readable + share, len(header) if readable or named is None else min(len(header), 2))
        if best is None or rank > best[0]:
            best = rank, dialect
    if best is not None:
        return Sniffed(best[1], announced is not None)
    return Sniffed(Dialect(named or ","), announced is not None) if named or announced else None


def _may_name_text(head: Head) -> bool:
    """Whether the first line says how it is a table, or holds the name of the text's column. Those of layouts hold
    "text"."""
    first = head.text.partition(b"\n")[0]
    return first.startswith(b"sep=") or head.names["text"].encode("utf-8", "replace") in first


def _is_header(header: list[str], readable: bool, share: float, names: Mapping[str, str]) -> bool:
    plain = all(_NAME.fullmatch(cell) or cell in (*names.values(), "") for cell in header)
    return readable and plain and len(header) > 1 and share >= COMMON_SHARE


def _candidates(text: str, announced: str | None, named: str | None) -> Iterator[Dialect]:
    """Dialects in the order in which they are believed where all read as much."""
    first = (announced,) if announced else tuple(dict.fromkeys((named or ",", *_DELIMITERS)))
    for delimiter in first:
        if delimiter not in text:
            continue
        yield Dialect(delimiter)
        if delimiter in "\t|":
            yield Dialect(delimiter, quoted=False)
        if '\\"' in text:
            yield Dialect(delimiter, escaped=True)
        if f'{delimiter} "' in text:
            yield Dialect(delimiter, spaced=True)


def _rows(text: str, dialect: Dialect, whole: bool) -> Iterator[list[str] | None]:
    """The rows of a text but for the last one where it may go on; None for a mistake, after which nothing is read."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    held: list[str] | None = None
    try:
        for row in csv.reader(io.StringIO(text, newline=""), **dialect.arguments):
            if held is not None:
                yield held
            held = row
    except csv.Error as error:
        if held is not None:
            yield held
        if whole or "unexpected end of data" not in str(error):
            yield None
        return
    if held is not None and whole:
        yield held
