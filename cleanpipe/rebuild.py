"""An archive made anew with other settings, rules or weights, from the articles that it holds.

Every article is given back as it was read, and its key, a hash of all that its record said, proves that it is the same.
Then it is prepared as a run prepares it, into a new database that takes the place of the old one in one step. What
people decided, the names of absent originals and the log of changes are carried over; the next run compares and links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cleanpipe.archive import DATABASE, Archive
from cleanpipe.archive.changes import MADE_ANEW
from cleanpipe.archive.files import create_tables, written_anew
from cleanpipe.archive.lines import LINES
from cleanpipe.archive.pairs import ask_again
from cleanpipe.archive.rows import document_from
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.progress import Progress, Silent
from cleanpipe.engines.stopwatch import Stopwatch
from cleanpipe.errors import ArchiveError, ArchiveVersionError
from cleanpipe.formats import assigned_id
from cleanpipe.identity import identity_of
from cleanpipe.model import Document, Record
from cleanpipe.pipeline import BATCH_CHARS, BATCH_RECORDS, WAITING
from cleanpipe.quarantine import COMPARING, PREPARING, Records, halved_records
from cleanpipe.settings import Settings, as_tree, settings_hash, tree_hash
from cleanpipe.steps import prepare
from cleanpipe.text.jsonline import load
from cleanpipe.upkeep.check_documents import record_of

if TYPE_CHECKING:
    import duckdb

COMPUTED = ("documents", "keys", "hot", "matches", "touched")
"""Tables that are made again; all others are carried over. Links and clusters are, because the log of changes says what
became of them; the next run replaces them all."""


def rebuild(
    archive: str | Path,
    settings: Settings,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    wait: float = 0.0,
) -> Mapping[str, float]:
    """Makes the archive anew where it was made with other settings, rules or weights than these; else does nothing.

    CPU seconds by step. Killed at any moment, or out of room, the archive is the old one or the new one, whole; of the
    new one a run has to make links and exports. Raises ArchiveVersionError where the input would be read in another way
    now, which articles alone can't tell, and ArchiveError and its kinds for an archive that can't be used.
    """
    folder, progress = Path(archive), progress or Silent()
    clock = Stopwatch()
    identity = identity_of(settings)
    if not (folder / DATABASE).exists():
        return {}
    with Archive.open(folder, wait=wait, waiting=partial(progress.stage, WAITING, None)) as old:
        if not old.made_with_others(identity):
            return {}
        _read_alike(old, settings)
        (articles,) = old.connection.execute("SELECT count(*) FROM documents").fetchone() or (0,)
        old.connection.execute("CHECKPOINT")
    progress.stage("preparing articles", articles)
    with written_anew(folder) as connection, LocalEngine(workers) as engine:
        create_tables(connection)
        new = Archive(folder, connection)
        _carry_over(new, identity)
        clock.lap("archive")
        function, batches = partial(prepare, settings=settings), _batches(connection, folder)
        lost = partial(_cant_be_prepared, folder)
        for batch in engine.map_batches(function, batches, halves=halved_records, lost=lost):
            clock.add(batch.seconds, here=not engine.spread)
            clock.lap("hand over")
            with new.transaction():
                new.add(batch)
            clock.lap("archive")
            progress.advance(len(batch.documents))
        _keep_runs(new, articles)
    clock.lap("archive")
    return clock.seconds


def _read_alike(old: Archive, settings: Settings) -> None:
    """Raises ArchiveVersionError unless the archive's input was read with these settings."""
    known = old.meta("settings")
    if known == settings_hash(settings):
        return
    path = old.folder / "manifest.json"
    try:
        tree = load(path.read_bytes())["settings"]
        before = tree["input"] if tree_hash(tree) == known else None
    except (OSError, ValueError, KeyError, TypeError):
        before = None
    if before is None:
        raise ArchiveVersionError(
            f"{path}: doesn't say with which settings the archive was made, so it can't be made anew; finish its last "
            "run with the settings of then, or make a new archive of the input in another directory"
        )
    if before != as_tree(settings)["input"]:
        raise ArchiveVersionError(
            f"{old.folder}: its input was read with other [input] settings (fields, charset, limit), and it holds the "
            "articles alone; use the same ones, or make a new archive of the input in another directory"
        )


def _carry_over(new: Archive, identity: Mapping[str, str]) -> None:
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = ?"
    there, here = (
        {name for (name,) in new.connection.execute(query, [database]).fetchall()} for database in ("old", "new")
    )
    with new.transaction():
        for name in sorted(there & here - {*COMPUTED, "meta"}):
            new.connection.execute(f"INSERT INTO {name} SELECT * FROM old.{name}")
        # Pairs are compared again. An article that was left out is not in the archive: its line stays.
        new.connection.execute("DELETE FROM rejected WHERE starts_with(reason, ?)", [COMPARING])
        rows = new.connection.execute("SELECT name, value FROM old.meta").fetchall()
        new.outdate(*LINES)
        for name, value in {**dict(rows), **identity, "schema": str(new.meta("schema")), "state": "open"}.items():
            new.set_meta(name, value)
        new.set_meta(MADE_ANEW, "")
        ask_again(new)


def _batches(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Records]:
    batch: Records = []
    chars = 0
    rows = connection.cursor()  # of its own: batches are written while it reads
    rows.execute("SELECT key, given_id, article, origin, edits FROM old.documents")
    while part := rows.fetchmany(BATCH_RECORDS):
        for key, given_id, article, origin, edits in part:
            document = document_from(key, load(given_id), load(article), load(origin), load(edits))
            batch.append((key, as_read(document, article, folder)))
            chars += len(document.text)
            if len(batch) == BATCH_RECORDS or chars >= BATCH_CHARS:
                yield batch
                batch, chars = [], 0
    if batch:
        yield batch


def as_read(document: Document, article: str, folder: Path) -> Record:
    """The record that a document was made of; its id is the one that it came with. `article` is its row. Raises
    ArchiveError, which names the archive's folder, where its text can't be given back."""
    record = record_of(document, article)
    if record is None:
        raise ArchiveError(
            f"{folder}: the article {document.id!r} can't be given back as it was read, so the archive is damaged and "
            "is left as it is; make a new one of the input in another directory"
        )
    return record


def _cant_be_prepared(folder: Path, batch: Records, reason: str) -> None:
    ((_, record),) = batch
    raise ArchiveError(
        f"{folder}: can't be made anew and is left as it was: of the article {assigned_id(record)!r} "
        f"({record.origin.file}), {PREPARING} {reason}"
    )


def _keep_runs(new: Archive, articles: int) -> None:
    """Articles belong to the runs that added them, and to the one that comes now where they read otherwise. Raises
    ArchiveError where there are not as many as before."""
    with new.transaction():
        new.connection.execute(
            "UPDATE documents SET run = before.run, id = before.id, changed = CASE WHEN documents.article = "
            "before.article THEN before.changed ELSE (SELECT max(run) + 1 FROM runs) END "
            "FROM old.documents before WHERE documents.key = before.key"
        )
        (found,) = new.connection.execute("SELECT count(*) FROM documents").fetchone() or (0,)
        if found != articles:
            raise ArchiveError(f"{new.folder}: {found:,} of {articles:,} articles were made anew; it is as it was")
