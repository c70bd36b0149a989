"""The full check of an archive: every article, every link, every export. Nothing is changed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from cleanpipe.archive import Archive
from cleanpipe.archive.compact import WANTED
from cleanpipe.archive.lines import streamed
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.progress import Progress, Silent
from cleanpipe.errors import ArchiveError
from cleanpipe.identity import identity_of, settings_of
from cleanpipe.settings import Settings
from cleanpipe.upkeep.check_documents import QUERY, Row, check_rows
from cleanpipe.upkeep.check_files import check_exports, check_inputs
from cleanpipe.upkeep.check_links import Known, check_links, check_stories, check_tables
from cleanpipe.upkeep.findings import Finding

BATCH_ROWS = 250


def verify(
    archive: str | Path,
    inputs: Sequence[str] = (),
    *,
    quick: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Iterator[Finding]:
    """Everything that is wrong with an archive, as it is found.

    Every article's edits are undone, made again and compared, and its key is found anew from the record as read; unless
    `quick`, it is repaired and fingerprinted anew. Every link's ends and places are looked up, every story is held to
    its links, every export to the database, `inputs` to their hashes. `say` is told what could not be checked.

    Memory grows with the number of articles alone, by some 300 bytes each. Raises ArchiveError and its kinds for an
    archive that can't be opened, and where its file turns out to be damaged.
    """
    import duckdb

    progress = progress or Silent()
    try:
        with Archive.open(Path(archive), read_only=True) as store, LocalEngine(workers) as engine:
            yield from _all(store, engine, inputs, quick, progress, say)
    except duckdb.Error as error:
        says = str(error).splitlines()[0]
        raise ArchiveError(
            f"{archive}: its database is damaged: {says}; put a backup in its place, or make the archive anew"
        ) from error


def _all(
    store: Archive,
    engine: LocalEngine,
    inputs: Sequence[str],
    quick: bool,
    progress: Progress,
    say: Callable[[str], None],
) -> Iterator[Finding]:
    whole = store.meta("state") == "exported"
    if not whole:
        yield Finding(
            "a run was stopped before its end", "the archive", "give its `cleanpipe run` again, which goes on"
        )
    if store.meta(WANTED) is not None:
        yield Finding(
            "forgotten texts are still in the database's file", "the archive", "run `cleanpipe archive compact` on it"
        )
    for item in store.inputs():
        if not item["complete"]:
            yield Finding("it was not read to its end", item["name"], "give it to `cleanpipe run` again")
    settings, deep = Settings(), False
    if not quick:
        try:
            settings = settings_of(store)
            deep = all(store.meta(name) == value for name, value in identity_of(settings).items())
            why = "the archive was made with other rules, weights or settings than are here"
        except ArchiveError as error:
            why = str(error)
        if not deep:
            say(f"articles are not repaired and fingerprinted anew: {why}")

    known = Known(store)
    progress.stage("checking articles", len(known.row))
    check = partial(check_rows, settings=settings, deep=deep)
    lost: list[Finding] = []
    for checked in engine.map_batches(check, _batches(store), halves=_halved, lost=partial(_cant_be_checked, lost)):
        for hash, lengths in checked.lengths:
            known.set_lengths(hash, lengths)
        progress.advance(BATCH_ROWS)
        yield from checked.findings
    yield from lost
    progress.stage("checking tables", None)
    yield from check_tables(store)
    progress.stage("checking links", _rows(store, "links"))
    yield from check_links(store, known, progress.advance)
    progress.stage("checking stories", _rows(store, "clusters"))
    yield from check_stories(store, known, progress.advance)
    if whole:
        progress.stage("checking exports", None)
        yield from check_exports(store, progress.advance)
    if inputs:
        progress.stage("checking", None)
        yield from check_inputs(store, inputs, progress.advance)


def _halved(batch: list[Row]) -> list[list[Row]]:
    middle = len(batch) // 2
    return [batch[:middle], batch[middle:]] if middle else []


def _cant_be_checked(lost: list[Finding], batch: list[Row], reason: str) -> None:
    (row,) = batch
    lost.append(Finding(f"checking it {reason}", row.key, "look at its text in articles.jsonl"))


def _batches(store: Archive) -> Iterator[list[Row]]:
    cursor = store.connection.cursor()
    cursor.execute(QUERY)
    rows = streamed(cursor)
    while batch := [Row(*cells) for cells in itertools.islice(rows, BATCH_ROWS)]:
        yield batch


def _rows(store: Archive, table: str) -> int:
    (count,) = store.connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    return int(count)
