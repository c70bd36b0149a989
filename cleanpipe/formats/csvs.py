"""CSV and TSV: one record a row, as spreadsheets of all countries and databases write them.

The package csv takes the rows apart. What it is fed is watched, so that each row has its place and its charset, a quote
that is never closed can't swallow the file, and what is wrong with one row costs no other.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from cleanpipe.formats.charset import UTF_8, Told
from cleanpipe.formats.dialect import Sniffed, sniff_table
from cleanpipe.formats.fields import FieldError, build_record
from cleanpipe.formats.lines import EXCERPT, in_utf_8, split_lines
from cleanpipe.formats.source import Head, Source
from cleanpipe.formats.stream import BLOCK, rejoined
from cleanpipe.formats.tables import TableError, field_names
from cleanpipe.model import Origin, Record, Rejected

WHAT = "a table (CSV or TSV)"
FORMAT = "csv"

NAMELESS = "column "
"""What a column without a name is called, with its number."""

LONGEST_ROW = 16_000_000
"""Characters of a row, whatever the settings allow: the package csv takes four bytes for each in a cell. A quote that
is never closed takes so many before it is told, ..."""

LINE_SIZE = 24
"""... and counts so many more for each line, which has a place of its own in memory."""

AGAIN = 4
"""After a row that can't be read the lines behind its first one are read again, so that one quote too many doesn't cost
the rows that it swallows; no more bytes of them, all in all, than this many times what was read so far."""

AGAIN_LEAST = 1 << 20
"""Bytes that may be read again at the beginning."""


_SAID = {
    "unexpected end of data": "a quote is opened and never closed",
    "new-line character seen": "a carriage return stands alone outside of quotes",
}


_Line = tuple[str, int, bool, Told]
"""A line: its text, how many bytes it takes in the file, whether it is whole, and what it was read in."""


class RowError(ValueError):
    """The lines make no row; the message says why."""


def recognises(head: Head) -> bool:
    return head.is_text and sniff_table(head) is not None


def read(source: Source) -> Iterator[Record | Rejected]:
    """The records of the rows. A row with fewer cells than the header lacks the last ones, which is noted."""
    sniffed = sniff_table(source.head())
    assert sniffed is not None
    rows = Rows(source, sniffed)
    header: list[str] | None = None
    nameless: frozenset[str] = frozenset()
    names: Mapping[str, str] = {}
    empty = True
    for row, place in rows:
        if not row:
            continue
        empty = header is None
        if isinstance(row, RowError):
            without = "" if header else "; without the names of the columns nothing of the table can be read"
            yield Rejected(place, f"{row}{without}", rows.excerpt)
            if header is None:
                return
        elif header is None:
            named = [(cell.strip(), f"{NAMELESS}{number}") for number, cell in enumerate(row, 1)]
            header = [name or instead for name, instead in named]
            nameless = frozenset(instead for name, instead in named if not name)
            try:
                names = field_names(header, source.job.names)
            except TableError as error:
                yield Rejected(place, str(error), rows.excerpt)
                return
        else:
            yield _record(row, header, nameless, names, place, rows)
    if empty:
        yield source.rejected("the table has no rows")


def _record(
    row: list[str],
    header: list[str],
    nameless: frozenset[str],
    names: Mapping[str, str],
    place: Origin,
    rows: Rows,
) -> Record | Rejected:
    if len(row) > len(header) and any(row[len(header) :]):
        return Rejected(place, f"the row has {len(row)} cells, and the first row {len(header)}", rows.excerpt)
    if len(row) < len(header):
        place = replace(place, note=f"the row has {len(row)} of {len(header)} cells")
    cells = dict(zip(header, row, strict=False))
    if nameless:  # a delimiter at the end of each line makes one
        cells = {name: cell for name, cell in cells.items() if cell or name not in nameless}
    try:
        return build_record(cells, names, place)
    except FieldError as error:
        return Rejected(place, str(error), rows.excerpt)


class Rows:
    """The rows of a table, each with its place; a RowError for lines that make none.

    No more than LONGEST_ROW characters are held of one, or `line_limit` where that is less, and a block.
    """

    def __init__(self, source: Source, sniffed: Sniffed) -> None:
        self._stream, self._origin = source.as_utf_8()
        self._limit = source.job.line_limit
        self._limit_says = source.job.limit_says
        if self._limit > LONGEST_ROW:
            self._limit, self._limit_says = LONGEST_ROW, f"{LONGEST_ROW // 1_000_000} MB"
        self._dialect = sniffed.dialect
        self._number = 1
        self._offset = len(self._origin.mark) // 2
        self._read = 0
        self._again = 0
        self._row: list[_Line] = []
        self._size = 0
        self._pending: deque[_Line] = deque()
        self._lines = self._all_lines()
        if sniffed.announced and (line := next(self._lines, None)):
            self._row = [line]
            self._forget(self._row)
        # A limit of the whole process: it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), self._limit + 1))

    @property
    def excerpt(self) -> str:
        """The beginning of the last row."""
        return self._row[0][0][:EXCERPT].strip() if self._row else ""

    def __iter__(self) -> Iterator[tuple[list[str] | RowError, Origin]]:
        while True:
            rows = csv.reader(self._feed(), **self._dialect.arguments)
            try:
                for row in rows:
                    yield row, self._place()
                    self._forget(self._row)
                return
            except (csv.Error, RowError) as error:
                yield self._mistake(error), self._place()
                self._take_back()

    def _feed(self) -> Iterator[str]:
        limit = self._limit
        for line in chain(_taken(self._pending), self._lines):
            self._row.append(line)
            text = line[0]
            self._size += len(text) + LINE_SIZE
            if self._size > limit or not line[2]:
                raise RowError(self._too_long(line[2]))
            yield text

    def _too_long(self, is_whole: bool) -> str:
        """What is said of a row over the limit, whose last line may not be whole."""
        count = len(self._row)
        counted = is_whole and self._size - LINE_SIZE * count <= self._limit
        lines = f", where each of its {count:,} lines counts for {LINE_SIZE} bytes more" if counted else ""
        return f"the row is longer than {self._limit_says}{lines}"

    def _all_lines(self) -> Iterator[_Line]:
        """The lines, as they stand in a block as long as all are UTF-8 and none is longer than a block."""
        stream, charset = self._stream, self._origin.charset
        told = Told(charset, self._origin.charset_by)
        number, offset = 0, self._offset
        while told == UTF_8 and (block := stream.read(BLOCK)):
            block += stream.readline(BLOCK)
            lines = io.BytesIO(block)
            done = 0
            try:
                for line in lines if block.endswith(b"\n") else ():
                    text = line.decode()
                    done += len(line)
                    number += 1
                    self._read += len(line)
                    yield text, len(line), True, UTF_8
            except UnicodeDecodeError:
                pass
            offset += done
            if done < len(block):
                stream = rejoined(block[done:], stream)
                break
        for item, read in in_utf_8(split_lines(stream, self._limit, charset, offset, number), told):
            self._read += item.size
            # Of a line that is too long there is a beginning alone, as it stands in the file.
            text = item.data.decode("utf-8", "surrogatepass" if item.whole else "replace")
            yield text, item.size, item.whole, read

    def _mistake(self, error: Exception) -> RowError:
        if isinstance(error, RowError):
            return error
        says = next((plain for part, plain in _SAID.items() if part in str(error)), str(error))
        last = self._number + len(self._row) - 1
        return RowError(f"the row can't be read: {says}" + (f" (line {last})" if len(self._row) > 1 else ""))

    def _take_back(self) -> None:
        """Goes on behind the first line of a row that can't be read, or behind all that was read of it."""
        lines = self._row[1:]
        size = sum(len(text) for text, *_ in lines)
        if lines and self._again + size <= AGAIN_LEAST + AGAIN * self._read:
            self._again += size
            self._pending.extendleft(reversed(lines))
            self._forget(self._row[:1])
        else:
            self._forget(self._row)

    def _forget(self, lines: list[_Line]) -> None:
        """Drops lines that are done with."""
        self._number += len(lines)
        for line in lines:
            self._offset += line[1]
        self._row, self._size = [], 0

    def _place(self) -> Origin:
        """Where the row stands, and what its lines were read as."""
        mark = self._origin.mark if self._number == 1 else ""
        origin = self._origin
        place = Origin(origin.file, self._number, self._offset, mark=mark, member=origin.member, format=FORMAT)
        return replace(place, **charsets) if (charsets := _charsets(self._row)) else place


def _taken(lines: deque[_Line]) -> Iterator[_Line]:
    while lines:
        yield lines.popleft()


def _charsets(row: list[_Line]) -> dict[str, Any]:
    """What the lines of a row were read as, in the terms of `Origin`."""
    other = None
    for _, _, _, told in row:
        if told is not UTF_8 and (told.charset != "utf-8" or told.strays):
            other = told
            break
    if other is None:
        return {}
    strays: list[int] = []
    start = 0
    for text, _, _, told in row:
        strays += (start + at for at in told.strays)
        start += len(text)
    found = {"charset_by": other.by, "stray_bytes": tuple(strays)}
    if all(told.charset == other.charset for text, _, _, told in row if not text.isascii()):
        return {**found, "charset": other.charset}
    lines = (number for number, line in enumerate(row, 1) if line[3].charset == other.charset != "utf-8")
    return {**found, "other_charset": other.charset, "other_lines": tuple(lines)}
