"""Parquet: one record a row, row group by row group, a few rows at a time.

What a small file can make of itself is bounded before it is read: by what its metadata claim, and by its dictionaries,
since a value that stands there once may be meant in a million rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, BinaryIO

from cleanpipe.formats.charset import decode
from cleanpipe.formats.columns import Column, TooDeepError, base64_text, columns_of, dense
from cleanpipe.formats.fields import KNOWN, FieldError, build_record, build_records
from cleanpipe.formats.lines import EXCERPT
from cleanpipe.formats.source import Head, Source
from cleanpipe.formats.tables import TableError, field_names
from cleanpipe.model import Origin, Record, Rejected

WHAT = "Parquet"
FORMAT = "parquet"

BATCH_BYTES = 1 << 28
"""What the rows that are held at a time may take at the worst, but for a single one that is larger."""

BATCH_ROWS = 256
"""Rows that are held at a time at most: with more of them reading gets no faster."""

ROW_BYTES = 500
"""What a row counts at least against what a file may unpack to: a thousand rows of nothing take no room in Parquet."""

READ_AT_ONCE = 1 << 20
"""Bytes of a column that are taken from the file at a time."""

TEXT_LIMIT = 1 << 26
"""Bytes of a string in the metadata, and ..."""

LIST_LIMIT = 1 << 20
"""... things in a list there, beyond which they are taken for damaged."""

_MAGIC = b"PAR1"


def recognises(head: Head) -> bool:
    return head.data.startswith(_MAGIC)


def read(source: Source) -> Iterator[Record | Rejected]:
    """The records of the rows. A row group that is damaged costs its own rows alone, from there on."""
    try:
        from pyarrow import parquet
    except ImportError:
        raise source.missing(WHAT, "parquet") from None
    with source.random_access() as file:
        try:
            table = parquet.ParquetFile(
                file,
                buffer_size=READ_AT_ONCE,
                pre_buffer=False,
                thrift_string_size_limit=TEXT_LIMIT,
                thrift_container_size_limit=LIST_LIMIT,
                page_checksum_verification=True,
            )
            columns, left_out = columns_of(table.schema_arrow)
            names = field_names([column.name for column in columns], source.job.names)
        except (TableError, TooDeepError) as error:
            yield source.rejected(str(error))
            return
        except Exception as error:  # what is damaged shows in errors of many kinds
            yield source.rejected(f"the Parquet file is damaged or cut off ({_says(error)})")
            return
        yield from _Reading(source, file, table, columns, left_out, names).records()


class _Reading:
    """The row groups of one file, one after the other."""

    def __init__(
        self,
        source: Source,
        file: BinaryIO,
        table: Any,
        columns: list[Column],
        left_out: list[str],
        names: Mapping[str, str],
    ) -> None:
        self._source = source
        self._file = file
        self._table = table
        self._columns = columns
        self._names = names
        self._note = f"not read: {', '.join(left_out)}" if left_out else None
        self._known = {names[name] for name in KNOWN}
        self._row = 1

    def records(self) -> Iterator[Record | Rejected]:
        quota = self._source.job.quota
        damaged = False
        for number in range(self._table.num_row_groups):
            first = self._row
            try:
                group = self._table.metadata.row_group(number)
                yield from self._group(number, group)
            except Exception as error:  # what is damaged shows in errors of many kinds
                damaged = True
                place = replace(self._source.origin, row=self._row, format=FORMAT)
                yield Rejected(place, f"the rows from here to the end of their group can't be read ({_says(error)})")
            if quota.spent:
                yield self._source.rejected(f"{quota.says}; the rows from {self._row:,} on were left out")
                return
            self._row = max(self._row, first + group.num_rows)
        if self._row == 1 and not damaged:
            yield self._source.rejected("the table has no rows")

    def _group(self, number: int, group: Any) -> Iterator[Record | Rejected]:
        quota = self._source.job.quota
        leaves = [leaf for column in self._columns for leaf in column.leaves]
        paths = [self._table.schema.column(at).path for at in range(group.num_columns)]
        read = tuple(f"{leaf}." for leaf in leaves)
        places = [at for at, path in enumerate(paths) if f"{path}.".startswith(read)]
        # Metadata that contradict themselves end the process where they are looked at, and raise where rows are read: a
        # batch of none, so that no page is unpacked twice.
        next(self._table.reader.iter_batches(0, [number], column_indices=places, use_threads=False), None)
        chunks = [group.column(at) for at in places]
        claimed = sum(max(chunk.total_uncompressed_size, chunk.num_values) for chunk in chunks)
        if not 0 <= claimed <= quota.allowed:
            raise ValueError(f"they take {claimed:,} bytes, more than is read of a file of its size")
        size = max(claimed // max(1, group.num_rows), sum(self._repeated(chunk) for chunk in chunks))
        rows = max(1, min(BATCH_ROWS, BATCH_BYTES // max(1, size)))
        first = self._row
        for batch in self._table.iter_batches(rows, row_groups=[number], columns=leaves, use_threads=False):
            yield from self._batch(batch)
            if quota.spent:
                return
        found = self._row - first
        schema = self._table.schema
        flat = [chunk for at, chunk in zip(places, chunks, strict=True) if not schema.column(at).max_repetition_level]
        other = sorted({group.num_rows, *(chunk.num_values for chunk in flat)} - {found})
        if other:  # what is lacking is left out without an error
            raise ValueError(f"{found} were found, and the file says {' and '.join(map(str, other))}")

    def _batch(self, batch: Any) -> Iterator[Record | Rejected]:
        arrays = [dense(batch.column(column.name)) for column in self._columns]
        self._source.job.quota.give(max(sum(array.nbytes for array in arrays), ROW_BYTES * batch.num_rows))
        columns = {column.name: column.values(array) for column, array in zip(self._columns, arrays, strict=True)}
        first = self._row
        self._row += batch.num_rows
        limit = self._source.job.line_limit
        binary = any(bytes in set(map(type, values)) for values in columns.values())
        records = None
        if not binary and not any(isinstance(text, str) and len(text) > limit for text in columns[self._names["text"]]):
            records = build_records(columns, self._names, map(self._place, count(first)))
        yield from records or self._row_by_row(columns, first, binary)

    def _place(self, row: int) -> Origin:
        origin = self._source.origin
        return Origin(origin.file, note=self._note, member=origin.member, row=row, format=FORMAT)

    def _row_by_row(self, columns: dict[str, list[Any]], first: int, binary: bool) -> Iterator[Record | Rejected]:
        job, text_column = self._source.job, self._names["text"]
        for row, values in enumerate(zip(*columns.values(), strict=True), first):
            place = self._place(row)
            cells = dict(zip(columns, values, strict=True))
            if binary:
                place = self._decoded(cells, place)
            text = cells[text_column]
            if isinstance(text, str) and len(text) > job.line_limit:
                yield Rejected(place, f"the text is larger than {job.limit_says}", text[:EXCERPT])
                continue
            try:
                yield build_record(cells, self._names, place)
            except FieldError as error:
                yield Rejected(place, str(error), text[:EXCERPT] if isinstance(text, str) else "")

    def _decoded(self, cells: dict[str, Any], place: Origin) -> Origin:
        """Bytes become text, of unknown columns Base64; the place says what the text was read as."""
        for name, value in cells.items():
            if isinstance(value, bytes):
                if name not in self._known:
                    cells[name] = base64_text(value)
                    continue
                found = decode(value, self._source.job.declared)
                cells[name] = found.text
                if name == self._names["text"]:
                    place = found.origin(place)
        return place

    def _repeated(self, chunk: Any) -> int:
        """Bytes that one value of a column may have at most where values are written once and meant often; 0 where
        each is written."""
        if "DELTA_BYTE_ARRAY" in chunk.encodings:
            return int(chunk.total_uncompressed_size)
        if not chunk.has_dictionary_page or chunk.physical_type != "BYTE_ARRAY":
            return 0
        self._file.seek(chunk.dictionary_page_offset)
        return page_size(self._file.read(32))


def page_size(header: bytes) -> int:
    """The size of a page when it is unpacked: the second number in its header, as Thrift writes it in short. Raises
    ValueError."""
    numbers: list[int] = []
    at = 0
    while len(numbers) < 2:
        if header[at : at + 1] != b"\x15":  # a field of 32 bits, one after the last
            raise ValueError("a page has no header")
        at += 1
        value = shift = 0
        while True:
            if at >= len(header) or shift > 28:
                raise ValueError("a page has no header")
            byte = header[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        numbers.append((value >> 1) ^ -(value & 1))
    return max(0, numbers[1])


def _says(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
