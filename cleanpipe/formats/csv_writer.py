"""A table for spreadsheets: a row an article, with its link.

It is made to be looked at. Cells that a spreadsheet would take for formulas get an apostrophe before them, and cells
that are longer than it can hold are cut: `characters` says how long the text is.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any

from cleanpipe.formats.written import Pairs, Row, encodable

CELL_UNITS = 32_767
"""The most that a cell of Excel holds, in UTF-16 units."""

CUT = " […]"
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a cell a formula at its beginning; full-width signs do in East Asian settings."""

COLUMNS = (
    *("id", "title", "url", "source", "author", "published", "lang", "characters", "repairs"),
    *("relation", "canonical", "confidence", "status", "basis", "text"),
)


def write_csv(pairs: Pairs) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, by which Excel knows it; commas, line ends of Windows."""
    yield codecs.BOM_UTF8 + _line(COLUMNS)
    for article, link in pairs:
        yield _line([_cell(value) for value in _values(article, link)])


def _values(article: Row, link: Row | None) -> list[Any]:
    link = link or {}
    found = {
        **article,
        "characters": len(article["text"]),
        "repairs": article["repairs"]["count"],
        **{name: link.get(name) for name in ("relation", "canonical", "confidence", "status", "basis")},
    }
    return [found[name] for name in COLUMNS]


def _cell(value: Any) -> str:
    """A value as a cell, defused and no longer than a cell may be.

    >>> _cell("=1+1"), _cell(None), _cell(0.5)
    ("'=1+1", '', '0.5')
    """
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = encodable(value).replace("\0", "\ufffd")
    if text.startswith(FORMULA_SIGNS):
        text = "'" + text
    units = text.encode("utf-16-le")
    if len(units) > 2 * CELL_UNITS:
        return units[: 2 * (CELL_UNITS - len(CUT))].decode("utf-16-le", "ignore") + CUT
    return text


def _line(cells: list[str] | tuple[str, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode("utf-8")
