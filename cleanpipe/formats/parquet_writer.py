"""A Parquet file with a fixed schema, row group by row group. Needs the extra [parquet]."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats.written import Pairs, Row, encodable
from cleanpipe.text.jsonline import dump

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 20_000
GROUP_CHARACTERS = 64_000_000
"""A row group is full at either: what memory holds of the corpus."""

STRINGS = ("id", "text", "title", "url", "source", "author", "published", "lang", "canonical_url", "metadata")
LINK_STRINGS = ("canonical", "relation", "status", "basis")


def schema() -> pa.Schema:
    """The columns: `metadata` is JSON; `origin_*` say where the record stood; `canonical` and the rest are of the link,
    null where there is none."""
    import pyarrow as pa

    return pa.schema(
        [
            *(pa.field(name, pa.string(), nullable=name not in ("id", "text", "metadata")) for name in STRINGS),
            pa.field("repairs", pa.int32(), nullable=False),
            pa.field("origin_file", pa.string(), nullable=False),
            pa.field("origin_line", pa.int64()),
            pa.field("origin_offset", pa.int64()),
            *(pa.field(name, pa.string()) for name in LINK_STRINGS),
            pa.field("confidence", pa.float64()),
        ]
    )


def write_parquet(pairs: Pairs) -> Iterator[bytes]:
    """The bytes of the file, a row group at a time. Raises MissingExtraError without pyarrow."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("Parquet", "parquet") from error
    sink, columns = _Drained(), schema()
    with parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), columns, compression="zstd") as writer:
        rows: list[dict[str, Any]] = []
        characters = 0
        for article, link in pairs:
            rows.append(_row(article, link))
            characters += len(article["text"])
            if len(rows) == GROUP_ROWS or characters >= GROUP_CHARACTERS:
                writer.write_table(pa.Table.from_pylist(rows, columns))
                rows, characters = [], 0
                yield sink.drained()
        if rows:
            writer.write_table(pa.Table.from_pylist(rows, columns))
    yield sink.drained()


class _Drained(io.RawIOBase):
    """A file that gives away what is written to it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def tell(self) -> int:
        return self._size

    def drained(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _row(article: Row, link: Row | None) -> dict[str, Any]:
    link, origin = link or {}, article["origin"]
    found = {
        **{name: article[name] for name in STRINGS if name != "metadata"},
        "metadata": dump(article["metadata"]).decode(),
        "repairs": article["repairs"]["count"],
        "origin_file": origin["file"],
        "origin_line": origin["line"],
        "origin_offset": origin["offset"],
        **{name: link.get(name) for name in (*LINK_STRINGS, "confidence")},
    }
    return {name: encodable(value) if isinstance(value, str) else value for name, value in found.items()}
