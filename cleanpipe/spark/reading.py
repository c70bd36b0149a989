"""Input to documents: files found, looked through, read part by part, and each record prepared once."""

from __future__ import annotations

import json
import pickle
import platform
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cleanpipe.archive.batch import Batch, document_rows
from cleanpipe.archive.origins import is_before
from cleanpipe.archive.rows import rejected_row, text_of
from cleanpipe.archive.store import document_hash
from cleanpipe.engines.spark import engine_here
from cleanpipe.engines.spark_batches import Batches, batch_of, groups, moved, types_of, whole
from cleanpipe.engines.spark_files import Folder, found, has_scheme, literal, uri_of
from cleanpipe.engines.spark_tables import Tables, frame_of, in_parts
from cleanpipe.errors import InputError, UsageError
from cleanpipe.formats import InputFile, Notes, discover, read, record_key
from cleanpipe.formats.discover import distinct_names
from cleanpipe.formats.splits import Split, read_split, scan
from cleanpipe.model import Record, Rejected
from cleanpipe.pipeline import BATCH_CHARS, BATCH_RECORDS
from cleanpipe.quarantine import halved_records, left_out_record
from cleanpipe.settings import Settings
from cleanpipe.steps import prepare

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

INPUTS = "name string, sha256 string, bytes bigint, splits string"
READ = "kind tinyint, key string, data binary"
PREPARED = (
    "kind tinyint, key string, hash bigint, given_id string, article string, origin string, edits string, "
    "credits string, exact bigint, signature binary, sketch binary, rests string, held int, rules array<string>, "
    "assumed string, channels array<tinyint>, keys array<bigint>, file string, sha256 string, line bigint, "
    "byte_offset bigint, reason string, row string"
)
"""An article, or (in the columns from `file` on) what can't be read or was left out; of what was passed over, `reason`
is the kind and `line` how many."""

ARTICLE, REJECTED, PASSED = 0, 1, 2

FILE = "file://"
"""How the URI of a path begins."""

READ_BYTES = 64_000_000
"""Bytes of small files that one task reads."""

SCANNED_BYTES = 512_000_000
"""The same for looking through them."""

PREPARED_BYTES = 8_000_000
"""Bytes of input whose records one task prepares: 3,000 articles of a third of that, packed, take a minute or two."""


class Place(NamedTuple):
    """A file of the input: the name that it has in the output, where it lies, how large it is, and when it was changed,
    so that it is known again. `path` is a URI where Hadoop reads it."""

    name: str
    path: str
    size: int
    changed: int


class Looked(NamedTuple):
    """A file that was looked through: its hash, its bytes, and the parts that it can be read in."""

    name: str
    sha256: str
    size: int
    splits: tuple[Split, ...]


def places(spark: SparkSession, inputs: Sequence[str], output: Folder) -> tuple[list[Place], list[Rejected]]:
    """The files that the inputs lead to, sorted by name, but for those of the output; and what can't be read.

    Paths are opened where they are, on every machine; where one of the inputs is a URI, all are read by Hadoop. Raises
    InputError for an input that isn't there, UsageError for standard input and pipes.
    """
    if any(map(has_scheme, inputs)):
        items = {item.uri: item for given in inputs for item in found(spark, uri_of(given))}
        others = [item for item in items.values() if not output.holds(item.uri)]
        names = distinct_names([(item.base, item.name) for item in others])
        listed = [Place(name, item.uri, item.size, item.changed) for name, item in zip(names, others, strict=True)]
        return sorted(listed), []
    there: list[Place] = []
    unreadable: list[Rejected] = []
    ours = Path(output.uri.removeprefix(FILE)) if output.uri.startswith(FILE) else None
    for file in discover(list(inputs), without=ours):
        if isinstance(file, Rejected):
            unreadable.append(file)
        elif file.path is None or file.once:
            raise UsageError(f"{file.name}: --engine spark reads files; put what comes through a pipe into one first")
        else:
            path = file.path.absolute()
            there.append(Place(file.name, str(path), file.size or 0, path.stat().st_mtime_ns))
    return there, unreadable


def looked_through(tables: Tables, name: str, there: Sequence[Place], settings: Settings) -> list[Looked]:
    """Every file with its hash, read once. Kept as the table `name`."""

    def look() -> DataFrame:
        if _by_hadoop(there):
            names = {place.path: place.name for place in there}
            return _contents(tables.spark, there).mapInArrow(partial(_look_at_contents, names, settings), INPUTS)
        packs = [(json.dumps([(one.name, one.path) for one in pack]),) for pack in _packs(there, SCANNED_BYTES)]
        frame = frame_of(tables.spark, packs, "pack string", len(packs))
        return frame.mapInArrow(partial(_look, settings), INPUTS)

    rows = tables.kept(name, INPUTS, look).collect()
    parted = [Looked(row[0], row[1], row[2], tuple(Split(*split) for split in json.loads(row[3]))) for row in rows]
    return sorted(parted)


def prepared(
    tables: Tables, name: str, there: Sequence[Place], looked: Sequence[Looked], settings: Settings
) -> DataFrame:
    """Each different record as a document, and what is not one. Kept as the table `name`."""
    total = sum(item.size for item in looked)
    hashes = {item.name: item.sha256 for item in looked}
    count = max(1, -(-total // PREPARED_BYTES))

    def make() -> DataFrame:
        if _by_hadoop(there):
            names = {place.path: place.name for place in there}
            frame = _contents(tables.spark, there).mapInArrow(partial(_read_contents, names, hashes, settings), READ)
        else:
            packs = [(json.dumps(pack),) for pack in _packs(list(_pieces(there, looked)), READ_BYTES)]
            frame = frame_of(tables.spark, packs, "pack string", len(packs))
            frame = frame.mapInArrow(partial(_read, hashes, settings), READ)
        work = partial(prepare, settings=settings)
        return in_parts(frame, count, ("key",)).mapInArrow(partial(_prepared, work, hashes), PREPARED)

    return tables.kept(name, PREPARED, make)


class _Piece(NamedTuple):
    name: str
    path: str
    size: int
    split: Split | None


def _pieces(there: Sequence[Place], looked: Sequence[Looked]) -> Iterator[_Piece]:
    splits = {item.name: item.splits for item in looked}
    for place in there:
        for split in splits[place.name]:
            yield _Piece(place.name, place.path, split.stop - split.start, split)
        if not splits[place.name]:
            yield _Piece(place.name, place.path, place.size, None)


def _packs(items: Sequence[Any], most: int) -> list[list[Any]]:
    """The items, which have a size, in lots of so many bytes; what is larger is a lot of its own."""
    packs: list[list[Any]] = []
    size = most
    for item in items:
        if size + item.size > most:
            packs.append([])
            size = 0
        packs[-1].append(item)
        size += item.size
    return packs


def _by_hadoop(there: Sequence[Place]) -> bool:
    return bool(there) and has_scheme(there[0].path)


def _contents(spark: SparkSession, there: Sequence[Place]) -> DataFrame:
    """The bytes of files. Spark has no more than 2 GB of one."""
    frame = spark.read.format("binaryFile").load([literal(place.path) for place in there])
    return frame.select("path", "content")


# In tasks


def _look(settings: Settings, batches: Batches) -> Iterator[Any]:
    for batch in batches:
        for pack in batch.column("pack").to_pylist():
            for name, path in json.loads(pack):
                yield _looked(name, Path(path), settings)


def _look_at_contents(names: Mapping[str, str], settings: Settings, batches: Batches) -> Iterator[Any]:
    for file in _files(names, batches):
        assert file.path is not None
        yield _looked(file.name, file.path, settings, parted=False)


def _looked(name: str, path: Path, settings: Settings, *, parted: bool = True) -> Any:
    try:
        found = scan(InputFile(path, name, path.stat().st_size), settings.input)
    except OSError as error:
        raise InputError(f"{path}: can't be read on {platform.node()} ({error.strerror})") from error
    splits = json.dumps(found.splits if parted else ())
    columns = {"name": [name], "sha256": [found.sha256], "bytes": [found.size], "splits": [splits]}
    return batch_of(columns, types_of(INPUTS))


def _files(names: Mapping[str, str], batches: Batches) -> Iterator[InputFile]:
    """The files whose bytes these are, each on the disk while it is looked at."""
    for batch in batches:
        for path, content in zip(batch.column("path").to_pylist(), batch.column("content"), strict=True):
            with tempfile.NamedTemporaryFile(prefix="cleanpipe-") as file:
                file.write(content.as_buffer())
                file.flush()
                yield InputFile(Path(file.name), names[path], len(content.as_buffer()))


def _read(hashes: Mapping[str, str], settings: Settings, batches: Batches) -> Iterator[Any]:
    notes = Notes()
    for batch in batches:
        for pack in batch.column("pack").to_pylist():
            for name, path, size, split in json.loads(pack):
                file = InputFile(Path(path), name, size)
                items = (
                    read_split(file, Split(*split), settings.input, notes)
                    if split
                    else read(file, settings.input, notes=notes)
                )
                yield from _batches(items, hashes[name])
    yield from _passed(notes)


def _read_contents(
    names: Mapping[str, str], hashes: Mapping[str, str], settings: Settings, batches: Batches
) -> Iterator[Any]:
    notes = Notes()
    for file in _files(names, batches):
        yield from _batches(read(file, settings.input, notes=notes), hashes[file.name])
    yield from _passed(notes)


def _batches(items: Iterator[Record | Rejected], sha256: str) -> Iterator[Any]:
    rows: list[tuple[int, str, bytes]] = []
    chars = 0
    for item in items:
        if isinstance(item, Rejected):
            rows.append((REJECTED, _line_key(item, sha256), pickle.dumps(item)))
        else:
            rows.append((ARTICLE, record_key(item), pickle.dumps(item)))
            chars += len(item.text)
        if len(rows) == BATCH_RECORDS or chars >= BATCH_CHARS:
            yield _read_rows(rows)
            rows, chars = [], 0
    if rows:
        yield _read_rows(rows)


def _line_key(item: Rejected, sha256: str) -> str:
    """The same for a line that is noted once, which is one of a file however often it is read."""
    import hashlib

    return hashlib.sha256(f"{sha256} {text_of(rejected_row(item))}".encode()).hexdigest()


def _passed(notes: Notes) -> Iterator[Any]:
    if notes.passed:
        yield _read_rows([(PASSED, "", pickle.dumps(pair)) for pair in sorted(notes.passed.items())])


def _read_rows(rows: Sequence[tuple[int, str, bytes]]) -> Any:
    kind, key, data = (list(column) for column in zip(*rows, strict=True))
    return batch_of({"kind": kind, "key": key, "data": data}, types_of(READ))


def _prepared(
    work: Callable[[Sequence[tuple[str, Record]]], Batch], hashes: Mapping[str, str], batches: Batches
) -> Iterator[Any]:
    """The records as documents; of two equal ones that which was found first. The rows are sorted by key."""
    lost: list[Rejected] = []

    def left_out(batch: list[tuple[str, Record]], reason: str) -> None:
        lost.append(left_out_record(batch, reason))

    others: list[Any] = []
    with engine_here() as engine:
        records = _records(batches, others)
        for batch in engine.map_batches(work, records, halves=halved_records, lost=left_out):
            yield _article_rows(batch)
            others += lost
            lost.clear()
            if others:
                yield _other_rows(others, hashes)
                others.clear()
        others += lost
        if others:
            yield _other_rows(others, hashes)


def _records(batches: Batches, others: list[Any]) -> Iterator[list[tuple[str, Record]]]:
    """Batches of different records. What is none goes to `others`."""
    batch: list[tuple[str, Record]] = []
    chars = 0
    for table in whole(batches, ("key",), BATCH_RECORDS):
        for rows in groups(table, ("key",)):
            items = [pickle.loads(data) for data in rows["data"].to_pylist()]
            if rows["kind"][0].as_py() != ARTICLE:
                others += items if rows["kind"][0].as_py() == PASSED else items[:1]
                continue
            first = items[0]
            for item in items[1:]:
                first = item if is_before(item.origin, first.origin) else first
            batch.append((rows["key"][0].as_py(), first))
            chars += len(first.text)
            if len(batch) == BATCH_RECORDS or chars >= BATCH_CHARS:
                yield batch
                batch, chars = [], 0
    if batch:
        yield batch


def _article_rows(batch: Batch) -> Any:
    import numpy as np
    import pyarrow as pa

    rows = list(document_rows(batch))
    columns: dict[str, Any] = dict(zip(rows[0]._fields, map(list, zip(*rows, strict=True)), strict=True))
    order = np.argsort(batch.key_document, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(batch.held)]).astype(np.int32)
    hashes = np.array([document_hash(document.key) for document in batch.documents], np.uint64)
    columns |= {
        "kind": [ARTICLE] * len(rows),
        "hash": moved(hashes),
        "exact": moved(batch.exact),
        "held": batch.held.astype(np.int32),
        "rules": [rules.split("\n") if rules else [] for rules in columns["rules"]],
        "channels": pa.ListArray.from_arrays(offsets, pa.array(batch.key_channel[order].astype(np.int8))),
        "keys": pa.ListArray.from_arrays(offsets, pa.array(moved(batch.key_value[order]))),
    }
    return batch_of(columns, types_of(PREPARED))


def _other_rows(items: Sequence[Any], hashes: Mapping[str, str]) -> Any:
    lost = [item for item in items if isinstance(item, Rejected)]
    passed = [item for item in items if not isinstance(item, Rejected)]
    nothing = [None] * len(passed)
    columns = {
        "kind": [REJECTED] * len(lost) + [PASSED] * len(passed),
        "file": [item.origin.file for item in lost] + nothing,
        "sha256": [hashes[item.origin.file] for item in lost] + nothing,
        "line": [item.origin.line for item in lost] + [count for _, count in passed],
        "byte_offset": [item.origin.offset for item in lost] + nothing,
        "reason": [item.reason for item in lost] + [kind for kind, _ in passed],
        "row": [text_of(rejected_row(item)) for item in lost] + nothing,
    }
    return batch_of(columns, types_of(PREPARED))
