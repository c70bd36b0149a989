"""CSV and TSV: one record a row, as spreadsheets of all countries and databases write them.

The package csv takes the rows apart. What it is fed is watched, so that each row has its place and its charset, a quote
that is never closed can't swallow the file, and what is wrong with one row costs no other.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from cleanpipe.formats.charset import Told
from cleanpipe.formats.dialect import Sniffed, sniff_table
from cleanpipe.formats.fields import FieldError, build_record
from cleanpipe.formats.lines import EXCERPT, Line, in_utf_8, split_lines
from cleanpipe.formats.source import Head, Source
from cleanpipe.formats.tables import TableError, field_names
from cleanpipe.model import Origin, Record, Rejected

WHAT = "a table (CSV or TSV)"
FORMAT = "csv"

NAMELESS = "column "
"""What a column without a name is called, with its number."""

AGAIN = 4
"""After a row that can't be read the lines behind its first one are read again, so that one quote too many doesn't cost
the rows that it swallows; no more bytes of them, all in all, than this many times what was read so far."""

AGAIN_LEAST = 1 << 20
"""Bytes that may be read again at the beginning."""


_SAID = {
    "unexpected end of data": "a quote is opened and never closed",
    "new-line character seen": "a carriage return stands alone outside of quotes",
}


class RowError(ValueError):
    """The lines make no row; the message says why."""


class _Text(NamedTuple):
    text: str
    line: Line
    told: Told


def recognises(head: Head) -> bool:
    return head.is_text and sniff_table(head) is not None


def read(source: Source) -> Iterator[Record | Rejected]:
    """The records of the rows. A row with fewer cells than the header lacks the last ones, which is noted."""
    sniffed = sniff_table(source.head())
    assert sniffed is not None
    rows = Rows(source, sniffed)
    header: list[str] | None = None
    names: Mapping[str, str] = {}
    for row, place in rows:
        if isinstance(row, RowError):
            yield Rejected(place, str(row), rows.excerpt)
        elif header is None:
            header = [cell.strip() or f"{NAMELESS}{number}" for number, cell in enumerate(row, 1)]
            try:
                names = field_names(header, source.job.names)
            except TableError as error:
                yield Rejected(place, str(error), rows.excerpt)
                return
        elif row:
            yield _record(row, header, names, place, rows.excerpt)
    if header is None:
        yield source.rejected("the table is empty")


def _record(
    row: list[str], header: list[str], names: Mapping[str, str], place: Origin, beginning: str
) -> Record | Rejected:
    if len(row) > len(header) and any(row[len(header) :]):
        return Rejected(place, f"the row has {len(row)} cells, and the first row {len(header)}", beginning)
    if len(row) < len(header):
        place = replace(place, note=f"the row has {len(row)} of {len(header)} cells")
    cells = dict(zip(header, row, strict=False))
    if not row[-1]:  # a delimiter at the end of each line makes a column without a name
        cells = {name: cell for name, cell in cells.items() if cell or not name.startswith(NAMELESS)}
    try:
        return build_record(cells, names, place)
    except FieldError as error:
        return Rejected(place, str(error), beginning)


class Rows:
    """The rows of a table, each with its place; a RowError for lines that make none.

    No more than `line_limit` bytes are held of one.
    """

    def __init__(self, source: Source, sniffed: Sniffed) -> None:
        stream, self._origin = source.as_utf_8()
        self._limit = source.job.line_limit
        self._limit_says = source.job.limit_says
        self._dialect = sniffed.dialect
        lines = split_lines(stream, self._limit, self._origin.charset, len(self._origin.mark) // 2)
        self._lines = in_utf_8(lines, Told(self._origin.charset, self._origin.charset_by))
        if sniffed.announced:
            next(self._lines, None)
        self._row: list[_Text] = []
        self._size = 0
        self._pending: deque[_Text] = deque()
        self._read = 0
        self._again = 0
        # A limit of the whole process: it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), self._limit + 1))

    @property
    def excerpt(self) -> str:
        """The beginning of the last row."""
        return self._row[0].text[:EXCERPT].strip() if self._row else ""

    def __iter__(self) -> Iterator[tuple[list[str] | RowError, Origin]]:
        while True:
            rows = csv.reader(self._feed(), **self._dialect.arguments)
            try:
                for row in rows:
                    yield row, self._place()
                    self._row, self._size = [], 0
                return
            except (csv.Error, RowError) as error:
                yield self._mistake(error), self._place()
                self._take_back()

    def _feed(self) -> Iterator[str]:
        while True:
            if self._pending:
                item = self._pending.popleft()
            else:
                found = next(self._lines, None)
                if found is None:
                    return
                line, told = found
                item = _Text(line.data.decode("utf-8", "surrogatepass"), line, told)
                self._read += len(line.data)
            self._row.append(item)
            self._size += len(item.line.data)
            if not item.line.whole or self._size > self._limit:
                raise RowError(f"the row is longer than {self._limit_says}")
            yield item.text

    def _mistake(self, error: Exception) -> RowError:
        if isinstance(error, RowError):
            return error
        says = next((plain for part, plain in _SAID.items() if part in str(error)), str(error))
        last = self._row[-1].line.number if self._row else 0
        lines = f" (line {last})" if len(self._row) > 1 else ""
        return RowError(f"the row can't be read: {says}{lines}")

    def _take_back(self) -> None:
        """Goes on behind the first line of a row that can't be read, or behind all that was read of it."""
        lines = self._row[1:]
        size = sum(len(item.line.data) for item in lines)
        if lines and self._again + size <= AGAIN_LEAST + AGAIN * self._read:
            self._again += size
            self._pending.extendleft(reversed(lines))
        self._row, self._size = [], 0

    def _place(self) -> Origin:
        """Where the row stands, and what its lines were read as."""
        if not self._row:
            return replace(self._origin, format=FORMAT)
        first = self._row[0].line
        other = next((item.told for item in self._row if item.told.charset != "utf-8" or item.told.strays), None)
        origin = Origin(
            self._origin.file,
            first.number,
            first.offset,
            mark=self._origin.mark if first.number == 1 else "",
            member=self._origin.member,
            format=FORMAT,
        )
        if other is None:
            return origin
        told = [item.told.charset for item in self._row if not item.text.isascii()]
        strays: list[int] = []
        start = 0
        for item in self._row:
            strays += (start + at for at in item.told.strays)
            start += len(item.text)
        if all(charset == other.charset for charset in told):
            return replace(origin, charset=other.charset, charset_by=other.by, stray_bytes=tuple(strays))
        lines = tuple(
            number for number, item in enumerate(self._row, 1) if item.told.charset == other.charset != "utf-8"
        )
        return replace(
            origin, other_charset=other.charset, other_lines=lines, charset_by=other.by, stray_bytes=tuple(strays)
        )
