"""The embedded database of an output directory: what runs put in, in transactions, and what they read back.

A run adds documents batch by batch, each batch in a transaction, then matches, then links and clusters of whole
neighbourhoods; what is yet to be done stands in the table `touched`. `state` in `meta` says "open" from the first
change until every export is written, so that the next run goes on where one was killed.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cleanpipe.archive.batch import ROW, Batch, document_rows
from cleanpipe.archive.files import (
    DATABASE,
    connect,
    create_tables,
    ensure_database,
    first_line,
    is_fault_of_file,
    memory_for,
    no_archive,
    tidy,
    told,
)
from cleanpipe.archive.migrate import can_migrate, migrate
from cleanpipe.archive.rows import credit_from, document_from, origin_from, rejected_row, text_of
from cleanpipe.archive.schema import SCHEMA_VERSION
from cleanpipe.errors import ArchiveError, ArchiveVersionError
from cleanpipe.model import Credit, Document, Origin, Rejected
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

BEHIND = "behind "
"""How names in `meta` begin that say that an export has to be written anew."""

READ_AHEAD, HELD_AHEAD = 10, 1 << 27
"""Batches whose documents one query reads, for it goes through the whole table; and how many characters of documents,
which have some 5,000 each, may wait: of large ones it reads fewer batches."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as the linking step needs it."""

    document: Document
    credits: tuple[Credit, ...]


def stored_from(row: Sequence[str]) -> Stored:
    """A document from the columns `key`, `id`, `article`, `origin`, `edits` and `credits`."""
    key, id, article, origin, edits, credits = row
    document = document_from(key, load(id), load(article), load(origin), load(edits))
    return Stored(document, tuple(credit_from(row) for row in load(credits)))


def document_hash(key: str) -> int:
    """The first 64 bits of a document's key: what joins and caps go by."""
    return int(key[:16], 16)


class Archive:
    """An open `archive.duckdb`. Use `Archive.open`, in a `with` statement."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self.connection = connection

    @classmethod
    def open(
        cls, folder: Path, *, read_only: bool = False, wait: float = 0.0, waiting: Callable[[], None] | None = None
    ) -> Archive:
        """The archive in `folder`; unless `read_only`, one that isn't there is made, one of an earlier version brought
        up to date, and what killed processes left behind removed.

        Where another process has it open, this waits up to `wait` seconds, and calls `waiting` when it begins to.
        Raises ArchiveBusyError where it is open then, ArchiveVersionError where another version made it, ArchiveError
        where the folder holds other things or the file is damaged.
        """
        path = folder / DATABASE
        if not read_only:
            ensure_database(folder)
        elif not path.exists():
            raise no_archive(folder)
        connection = connect(folder, read_only=read_only, wait=wait, waiting=waiting)
        archive = cls(folder, connection)
        try:
            archive._check_schema(read_only)
            if not read_only:
                tidy(folder)
        except BaseException as error:
            connection.close()
            if is_fault_of_file(error):
                raise told(path, error) from error
            raise
        return archive

    def __enter__(self) -> Archive:
        self.make_room()
        return self

    def make_room(self) -> None:
        """Gives DuckDB memory by the number of articles. To be called where many were added."""
        (count,) = self.connection.execute("SELECT count(*) FROM documents").fetchone() or (0,)
        self.connection.execute(f"SET memory_limit = '{memory_for(int(count))}B'")

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.connection.close()
        if error is not None and is_fault_of_file(error):
            raise told(self.folder / DATABASE, error) from error

    def _check_schema(self, read_only: bool) -> None:
        tables = {name for (name,) in self.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        if not tables and not read_only:
            create_tables(self.connection)
            return
        found = self.meta("schema") if "meta" in tables else None
        if found == str(SCHEMA_VERSION):
            return
        if not can_migrate(found):
            newer = found is not None and found.isdecimal() and int(found) > SCHEMA_VERSION
            raise ArchiveVersionError(
                f"{self.folder}: its database has schema version {found}, this cleanpipe writes {SCHEMA_VERSION}; "
                + ("update cleanpipe" if newer else "use the version that made it, or make a new archive in another")
                + ("" if newer else " directory")
            )
        if read_only:
            raise ArchiveVersionError(
                f"{self.folder}: made by an earlier cleanpipe; `cleanpipe run -o {self.folder}` with any input brings "
                "it up to date"
            )
        with self.transaction():
            migrate(self.connection, int(found or 0))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. A full disk or a lost file surfaces as ArchiveError, and nothing of it is kept."""
        import duckdb

        self.connection.begin()
        try:
            yield
            self.connection.commit()
        except BaseException as error:
            with contextlib.suppress(duckdb.Error):  # a failed commit has ended it already
                self.connection.rollback()
            if isinstance(error, duckdb.IOException | duckdb.TransactionException):
                raise ArchiveError(
                    f"{self.folder}: writing failed: {first_line(error)}; free some space and run again, "
                    "what was committed before is kept"
                ) from error
            raise

    def scan(self, query: str, given: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
        """Runs a query that reads the columns `given` by that name: DuckDB finds them in this frame."""
        return self.connection.execute(query)

    def meta(self, name: str) -> str | None:
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [name, value])

    def outdate(self, *names: str) -> None:
        """Notes exports that the database is ahead of. Call it in the transaction that changes what they are made
        from."""
        for name in names:
            self.set_meta(f"{BEHIND}{name}", "")

    def hold_to(self, identity: Mapping[str, str]) -> None:
        """Ties the archive to settings, rules and weights; raises ArchiveVersionError where it was made with others.

        One that holds nothing yet, because its first run ended in an error, goes by these from now on.
        """
        others = self.made_with_others(identity)
        if self._is_untouched():
            with self.transaction():
                self.connection.execute("DELETE FROM inputs")
                if others:
                    self.connection.execute("DELETE FROM rejected")
                    self.outdate("rejected.jsonl")
                for name, value in identity.items():
                    self.set_meta(name, value)
        elif others:
            (name, found), *_ = others.items()
            raise ArchiveVersionError(
                f"{self.folder}: made with other {name} ({found}, now {identity[name]}); results would not compare. "
                f"Use the same {name}, have it all made anew with --rebuild, or make a new archive elsewhere"
            )
        for name in [name for name in identity if self.meta(name) is None]:
            self.set_meta(name, identity[name])

    def made_with_others(self, identity: Mapping[str, str]) -> dict[str, str]:
        """What the archive was made with of settings, rules and weights, as far as it differs from `identity`."""
        known = {name: self.meta(name) for name in identity}
        return {name: value for name, value in known.items() if value is not None and value != identity[name]}

    def _is_untouched(self) -> bool:
        """Whether no document is in it and no file was read to its end."""
        query = "SELECT 1 FROM documents UNION ALL SELECT 1 FROM inputs WHERE finished LIMIT 1"
        return self.connection.execute(query).fetchone() is None

    def start_run(self) -> int:
        with self.transaction():
            return self.begin_run()

    def begin_run(self) -> int:
        """The number of a new run. Call it in a transaction."""
        (last,) = self.connection.execute("SELECT coalesce(max(run), 0) FROM runs").fetchone() or (0,)
        self.connection.execute("INSERT INTO runs VALUES (?, ?, NULL)", [last + 1, _now()])
        self.set_meta("state", "open")
        return int(last) + 1

    def runs_cut_short(self) -> int:
        """How many runs in a row, up to now, did not come to their end."""
        query = (
            "SELECT count(*) FROM runs WHERE run > (SELECT coalesce(max(run), 0) FROM runs WHERE finished IS NOT NULL)"
        )
        (count,) = self.connection.execute(query).fetchone() or (0,)
        return int(count)

    def finish_run(self, run: int, *, exported: bool = True) -> None:
        """The run came to its end. Unless its exports were written, the next one writes them."""
        with self.transaction():
            self.connection.execute("UPDATE runs SET finished = coalesce(finished, ?) WHERE run = ?", [_now(), run])
            self.set_meta("state", "exported" if exported else "open")

    def has_input(self, name: str, sha256: str) -> bool:
        query = "SELECT finished FROM inputs WHERE name = ? AND sha256 = ?"
        return self.connection.execute(query, [name, sha256]).fetchone() == (True,)

    def set_input(self, name: str, sha256: str, size: int, *, finished: bool) -> None:
        """Notes a file that is read, or was. One that was read to its end takes the place of what a stopped run began
        to read under its name: the file has grown since."""
        if finished:
            query = "DELETE FROM inputs WHERE name = ? AND sha256 <> ? AND NOT finished"
            self.connection.execute(query, [name, sha256])
        self.connection.execute("INSERT OR REPLACE INTO inputs VALUES (?, ?, ?, ?)", [name, sha256, size, finished])

    def inputs(self) -> list[dict[str, Any]]:
        """Every file that was read, sorted by name."""
        rows = self.connection.execute(
            "SELECT name, sha256, bytes, finished FROM inputs ORDER BY name, sha256"
        ).fetchall()
        return [
            {"name": name, "sha256": sha256, "bytes": size, "complete": finished}
            for name, sha256, size, finished in rows
        ]

    def known(self, keys: Sequence[str]) -> dict[str, Origin]:
        """Which of these keys have a document already, and where it was found."""
        if not keys:
            return {}
        import numpy as np

        hashes = np.array([document_hash(key) for key in keys], np.uint64)
        rows = self.scan("SELECT key, origin FROM documents SEMI JOIN given USING (hash)", {"hash": hashes})
        wanted = frozenset(keys)
        return {key: origin_from(load(origin)) for key, origin in rows.fetchall() if key in wanted}

    def add(self, batch: Batch) -> None:
        """Adds new documents with their fingerprints. Keys must not be in the archive; call it in a transaction."""
        import numpy as np

        if not batch.documents:
            return
        hashes = np.array([document_hash(document.key) for document in batch.documents], dtype=np.uint64)
        given = {
            **columns_of(ROW, [tuple(row) for row in document_rows(batch)]),
            "hash": hashes,
            "exact": batch.exact,
            "held": batch.held,
        }
        self.scan(
            "INSERT INTO documents SELECT key, hash, given_id, given_id, article, origin, edits, credits, exact, "
            "signature, sketch, rests, held, CASE WHEN rules <> '' THEN string_split(rules, chr(10)) ELSE [] END, "
            "assumed, (SELECT max(run) FROM runs), (SELECT max(run) FROM runs) FROM given",
            given,
        )
        self.touch(hashes)
        self.outdate("articles.jsonl", "edits.jsonl")
        if len(batch.key_value):
            self.scan(
                "INSERT INTO keys SELECT document, channel, value FROM given",
                {
                    "document": hashes[batch.key_document],
                    "channel": batch.key_channel,
                    "value": batch.key_value,
                },
            )

    def touch(self, hashes: NDArray[np.uint64]) -> None:
        """Notes documents whose neighbourhood has to be looked at again. Call it in a transaction."""
        self.scan("INSERT INTO touched SELECT hash FROM given ANTI JOIN touched USING (hash)", {"hash": hashes})

    def touched(self) -> NDArray[np.uint64]:
        """Documents whose neighbourhood has to be looked at again, sorted."""
        query = "SELECT DISTINCT hash FROM touched SEMI JOIN documents USING (hash) ORDER BY hash"
        found: NDArray[np.uint64] = self.connection.execute(query).fetchnumpy()["hash"]
        return found

    def add_rejected(self, lost: Sequence[Rejected], sha256: str) -> None:
        """Notes records that couldn't be read, once however often their file is read. Call it in a transaction."""
        rows = {text_of(rejected_row(rejected)): rejected for rejected in lost}
        places = [
            (item.origin.file, item.origin.line, item.origin.offset, item.reason, row) for row, item in rows.items()
        ]
        if places:
            self.outdate("rejected.jsonl")
            self.scan(
                f"INSERT INTO rejected SELECT file, '{sha256}', line, byte_offset, reason, row FROM given ANTI JOIN "
                f"(SELECT file, row FROM rejected WHERE sha256 = '{sha256}') AS known USING (file, row)",
                columns_of(("file", "line", "byte_offset", "reason", "row"), places),
            )

    def has_unreadable(self, rejected: Rejected) -> bool:
        """Whether a file that can't be read, and has no hash, is noted already."""
        found = self.connection.execute(
            "SELECT 1 FROM rejected WHERE file = ? AND sha256 = '' AND row = ?",
            [rejected.origin.file, text_of(rejected_row(rejected))],
        )
        return found.fetchone() is not None

    def fetch(self, hashes: NDArray[np.uint64]) -> dict[int, Stored]:
        """Documents by hash."""
        return {hash: stored_from(row) for hash, row in self._rows(hashes).items()}

    def fetch_ahead(
        self, batches: Iterable[T], hashes_of: Callable[[T], NDArray[np.uint64]]
    ) -> Iterator[tuple[T, dict[int, Stored]]]:
        """Each of these with its documents, by hash. One query reads those of the first alone, then of up to
        `READ_AHEAD` at a time."""
        import numpy as np

        source, ahead = iter(batches), 1
        while some := list(itertools.islice(source, ahead)):
            named = [hashes_of(batch) for batch in some]
            rows = self._rows(np.unique(np.concatenate(named)))
            held = sum(len(cell) for row in rows.values() for cell in row)
            ahead = min(READ_AHEAD, max(1, HELD_AHEAD * len(some) // max(1, held)))
            for batch, hashes in zip(some, named, strict=True):
                yield batch, {hash: stored_from(rows[hash]) for hash in hashes.tolist() if hash in rows}

    def _rows(self, hashes: NDArray[np.uint64]) -> dict[int, list[str]]:
        if not len(hashes):
            return {}
        found = self.scan(
            "SELECT hash, key, id, article, origin, edits, credits FROM documents SEMI JOIN given USING (hash) "
            "ORDER BY hash",
            {"hash": hashes},
        )
        return {hash: row for hash, *row in found.fetchall()}

    def ids(self) -> dict[str, str]:
        """The id of every document, by key."""
        rows = self.connection.execute("SELECT key, id FROM documents ORDER BY key").fetchall()
        return {key: load(id) for key, id in rows}

    def known_names(self) -> list[tuple[str, tuple[str, ...]]]:
        """External names of all runs so far, the oldest first, each with the keys of the documents it stood for."""
        rows = self.connection.execute("SELECT name, keys FROM names ORDER BY minted, name").fetchall()
        return [(name, tuple(load(keys))) for name, keys in rows]


def column_of(name: str, cells: Iterable[Any]) -> dict[str, Any]:
    """`columns_of` of a single column."""
    return columns_of((name,), [(cell,) for cell in cells])


def columns_of(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """Rows as named object arrays, which DuckDB scans where they stand: forty times as fast as `executemany`."""
    import numpy as np

    columns = {}
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        columns[name] = np.empty(len(cells), dtype=object)
        columns[name][:] = cells
    return columns


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
