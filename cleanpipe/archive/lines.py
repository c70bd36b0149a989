"""The lines of each export, read from the database one after another in bounded memory.

Lines are sorted by id, by the code points of the ids themselves and not of their JSON. DuckDB sorts; no list of
articles, links or ids is held here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cleanpipe.archive.decisions import decision_lines
from cleanpipe.archive.files import CONFIG, memory_for
from cleanpipe.archive.store import Archive, columns_of
from cleanpipe.text.jsonline import dump, dump_line, load

if TYPE_CHECKING:
    import duckdb

PARTS_IN_MEMORY = 4
"""What is sorted at a time is one in so many parts of the memory that DuckDB may have."""

ROWS_READ = 500
"""Rows taken from the database at once: of articles, a few megabytes."""


class Entry(NamedTuple):
    """A document: its id, and `article`, `origin` and `edits` as JSON."""

    id: str
    article: str
    origin: str
    edits: str


def article_lines(archive: Archive, *, since: int = 0, without: frozenset[str] = frozenset()) -> Iterator[bytes]:
    """Lines of `articles.jsonl`: of what changed after run `since`, but for the ids in `without`."""
    for item in entries(archive, since=since):
        if item.id not in without:
            yield article_line(item)


def article_line(item: Entry) -> bytes:
    return (
        b'{"id":' + dump(item.id) + b"," + item.article.encode()[1:-1] + b',"origin":' + item.origin.encode() + b"}\n"
    )


def edit_lines(archive: Archive) -> Iterator[bytes]:
    for item in entries(archive, where="edits <> '{}'"):
        for field, rows in sorted(load(item.edits).items()):
            yield dump_line({"id": item.id, "field": field, "edits": rows})


def link_lines(archive: Archive) -> Iterator[bytes]:
    for _, row in links(archive):
        yield row.encode() + b"\n"


def cluster_lines(archive: Archive) -> Iterator[bytes]:
    for _, row in _by_id(archive, "clusters", "cluster", "story"):
        yield row.encode() + b"\n"


def rejected_lines(archive: Archive) -> Iterator[bytes]:
    cursor = archive.connection.cursor()
    cursor.execute("SELECT row FROM rejected ORDER BY file, line NULLS FIRST, byte_offset NULLS FIRST, reason, row")
    for (row,) in streamed(cursor):
        yield row.encode() + b"\n"


LINES: dict[str, Callable[[Archive], Iterator[bytes]]] = {
    "articles.jsonl": article_lines,
    "edits.jsonl": edit_lines,
    "links.jsonl": link_lines,
    "clusters.jsonl": cluster_lines,
    "rejected.jsonl": rejected_lines,
    "decisions.jsonl": decision_lines,
}
"""What each export but the manifest holds."""


def entries(archive: Archive, *, since: int = 0, where: str = "true") -> Iterator[Entry]:
    """Every document, sorted by id: all, or those that were added, or whose line or link was changed, by a run or a
    decision after `since`. `where` is a condition on the table of documents."""
    cursor = archive.connection.cursor()
    note_escaped(cursor, "documents", "id")
    changed = f"documents.changed > {since} OR documents.key IN (SELECT copy FROM changes WHERE run > {since})"
    rows = sorted_rows(
        cursor,
        ("id", "article", "origin", "edits"),
        "documents LEFT JOIN escaped USING (id)" + f" WHERE ({where}) AND ({since} = 0 OR {changed})",
        place_in("id"),
    )
    for id, article, origin, edits in rows:
        yield Entry(load(id), article, origin, edits)


def with_links(archive: Archive, found: Iterable[Entry]) -> Iterator[tuple[Entry, str | None]]:
    """Each of these documents, sorted by id, with its link as JSON or None."""
    rest = links(archive, kept=True)
    copy, row = next(rest, (None, None))
    for item in found:
        while copy is not None and place_of(copy) < place_of(item.id):
            copy, row = next(rest, (None, None))
        yield item, row if copy == item.id else None


def links(archive: Archive, *, kept: bool = False) -> Iterator[tuple[str, str]]:
    """The copy's id and the link as JSON, of every link, sorted by id. `kept` as in `sorted_rows`."""
    return _by_id(archive, "links", "copy", "link", kept)


def note_escaped(cursor: duckdb.DuckDBPyConnection, table: str, name: str) -> None:
    """Makes the table `escaped (id, place)` for this cursor, of the ids in a column that JSON escapes, as JSON, each
    with bytes that sort as it does."""
    found = cursor.execute(f"SELECT DISTINCT {name} FROM {table} WHERE contains({name}, '\\')").fetchall()
    cursor.execute("CREATE OR REPLACE TEMP TABLE escaped (id VARCHAR, place BLOB)")
    if found:
        given = columns_of(("id", "place"), [(id, place_of(load(id))) for (id,) in found])  # noqa: F841 (DuckDB finds it)
        cursor.execute("INSERT INTO escaped SELECT id, place FROM given")


def place_in(column: str) -> str:
    """What sorts as the ids in a column do, which is joined to `escaped`."""
    return f"coalesce(escaped.place, encode({column}[2:-2]))"


def sorted_rows(
    cursor: duckdb.DuckDBPyConnection, columns: Sequence[str], source: str, place: str, *, kept: bool = False
) -> Iterator[tuple[Any, ...]]:
    """The columns, JSON or whole texts, of a table or join, with a WHERE, sorted by `place`, as they come.

    What is sorted is read in parts, one after another, because DuckDB doesn't sort more text than it has memory: first
    the places alone, which tell where a part ends. Of two that are read side by side the one that is begun first is
    `kept`, on the disk where it is large. With one thread, which is no slower and needs half the memory.
    """
    import duckdb

    cursor.execute("SET threads = 1")
    try:
        named = f"SELECT {', '.join(columns)}"
        chosen = f"{named}, {place} AS place FROM {source}"
        size = " + ".join(f"strlen({name}::VARCHAR)" for name in columns)
        (articles,) = cursor.execute("SELECT count(*) FROM documents").fetchone() or (0,)
        ends = cursor.execute(
            f"WITH sized AS (SELECT place, {size} AS size FROM ({chosen})), parts AS ("
            "SELECT place, sum(size) OVER (ORDER BY place ROWS UNBOUNDED PRECEDING) // ? AS part FROM sized) "
            "SELECT max(place) FROM parts GROUP BY part ORDER BY part",
            [memory_for(articles) // PARTS_IN_MEMORY],
        ).fetchall()
        if kept:
            cursor.execute(f"CREATE OR REPLACE TEMP TABLE in_order AS {named} FROM ({chosen}) LIMIT 0")
        start = None
        for (end,) in ends:
            part = f"FROM ({chosen}) WHERE ($start IS NULL OR place > $start) AND place <= $end ORDER BY place"
            into = "INSERT INTO in_order " if kept else ""
            cursor.execute(f"{into}{named} {part}", {"start": start, "end": end})
            if not kept:
                yield from streamed(cursor)
            start = end
        if kept:
            cursor.execute("FROM in_order")
            yield from streamed(cursor)
    finally:
        with contextlib.suppress(duckdb.Error):  # the archive may be closed by now
            cursor.execute(f"SET threads = {CONFIG['threads']}")


def streamed(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """The rows of a query as they come."""
    while rows := cursor.fetchmany(ROWS_READ):
        yield from rows


def place_of(id: str) -> bytes:
    """Bytes that sort as ids do."""
    return id.encode("utf-8", "surrogatepass")


def _by_id(archive: Archive, table: str, name: str, row: str, kept: bool = False) -> Iterator[tuple[str, str]]:
    """The ids that a table has in the column `name`, as JSON, and another column of it, sorted by id."""
    cursor = archive.connection.cursor()
    note_escaped(cursor, table, name)
    source = f"{table} LEFT JOIN escaped ON escaped.id = {table}.{name}"
    rows = sorted_rows(cursor, (name, row), source, place_in(name), kept=kept)
    for id, value in rows:
        yield load(id), value
