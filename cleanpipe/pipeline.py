"""The main job, top to bottom: read, repair, fingerprint, find candidates, verify, link, export.

Every step is a pure function that lives in a room of its own; this file only says in which order they are called and
what is kept of them in the archive. Whoever reads one file of cleanpipe reads this one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cleanpipe.archive import DATABASE, EXPORTS, Archive, Batch, Change, Counts, count, export, sweep
from cleanpipe.archive.decisions import (
    Against,
    carried_out,
    contradictions,
    decided_documents,
    decided_pairs,
    decisions,
    found_again,
)
from cleanpipe.archive.links import replace_findings, replace_links
from cleanpipe.archive.pairs import Pairs, add_matches, add_screened, compared, matches, measured, pending
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.screening import FEW_PAIRS, by_family, pairs_to_compare, screened
from cleanpipe.engines.stopwatch import Stopwatch
from cleanpipe.errors import InputError
from cleanpipe.formats import InputFile, Notes, discover, read, record_key
from cleanpipe.identity import identity_of, manifest_of
from cleanpipe.model import Origin, Record, Rejected
from cleanpipe.settings import Settings
from cleanpipe.steps import ToVerify, compared_of, prepare, verify_pairs

if TYPE_CHECKING:
    from cleanpipe.match import Glances

BATCH_RECORDS = 250
BATCH_CHARS = 2_000_000
BATCH_PAIRS = 500
SHARED_FACTS = 2
"""Facts that two texts must share to be one story by their credits alone; fewer are not even looked at."""


class Progress(Protocol):
    """What a run tells the person who waits. `total` and `advance` count the stage's own units."""

    def stage(self, name: str, total: int | None) -> None: ...
    def advance(self, amount: int) -> None: ...


class Silent:
    def stage(self, name: str, total: int | None) -> None:
        pass

    def advance(self, amount: int) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did, and what the archive holds after it."""

    archive: Path
    changed: tuple[str, ...]
    """Names of the exports that this run wrote; none where there was nothing new."""
    added: int
    counts: Counts
    seconds: Mapping[str, float] = field(default_factory=dict)
    """CPU seconds by step, all processes together, without the start of workers."""
    changes: tuple[Change, ...] = ()
    """What became of links that were there before, and the links that are new."""
    contradictions: tuple[Against, ...] = ()
    """Evidence against decisions of people that was not there when these were taken."""
    passed: Mapping[str, int] = field(default_factory=dict)
    """What this run passed over in web archives and exports because it holds no article, by kind."""


def run(
    inputs: Sequence[str | Path],
    archive: str | Path,
    *,
    settings: Settings | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Reads `inputs` into the archive in the directory `archive`, links what it holds, and writes its exports.

    Inputs are files, folders, globs or "-". The directory is new, empty, or an archive already. `workers` is the number
    of processes, by default one for each processor. What a killed run left undone is done first.

    Raises InputError for an input that isn't there, ArchiveError and its kinds for a directory that can't be used.
    """
    settings = settings or Settings()
    progress = progress or Silent()
    folder = Path(archive)
    clock = Stopwatch()
    with contextlib.ExitStack() as stack:
        files, unreadable = _discover(inputs, folder, stack)
        progress.stage("checking", sum(file.size or 0 for file in files))
        hashes = [_file_hash(file, progress) for file in files]
        identity = identity_of(settings)
        clock.lap("check")
        if _nothing_new(folder, files, hashes, unreadable, identity):
            with Archive.open(folder, read_only=True) as store:
                return Summary(folder, (), 0, count(store), contradictions=tuple(contradictions(store)))

        store = stack.enter_context(Archive.open(folder))
        store.hold_to(identity)
        number = store.start_run()
        sweep(folder)
        engine = stack.enter_context(LocalEngine(workers or os.cpu_count() or 1))
        clock.lap("archive")

        notes = Notes()
        added = _ingest(files, hashes, unreadable, store, engine, settings, progress, clock, notes)
        return replace(finish(store, engine, number, settings, progress, clock), added=added, passed=notes.passed)


def finish(
    store: Archive, engine: LocalEngine, number: int, settings: Settings, progress: Progress, clock: Stopwatch
) -> Summary:
    """The run `number` from where its documents and decisions are in the archive: compares, links, exports."""
    pairs, said = _verify(store, engine, settings, progress, clock)
    changes = _link(store, pairs, said, number, settings, progress)
    clock.lap("link")

    progress.stage("writing", None)
    counts = count(store)
    changed = export(store, manifest_of(store, settings, counts))
    store.finish_run(number)
    clock.lap("export")
    against = tuple(contradictions(store))
    return Summary(store.folder, changed, 0, counts, clock.seconds, tuple(changes), against)


# Read, repair, fingerprint


def _ingest(
    files: Sequence[InputFile],
    hashes: Sequence[str],
    unreadable: Sequence[Rejected],
    store: Archive,
    engine: LocalEngine,
    settings: Settings,
    progress: Progress,
    clock: Stopwatch,
    notes: Notes,
) -> int:
    """Adds every new record of the files; the number of documents added."""
    _note_rejected(unreadable, "", store)
    progress.stage("reading and repairing", sum(file.size or 0 for file in files))
    added = 0
    for file, sha256 in zip(files, hashes, strict=True):
        if store.has_input(file.name, sha256):
            progress.advance(file.size or 0)
            continue
        with store.transaction():
            store.set_input(file.name, sha256, file.size or 0, finished=False)
        items = read(file, settings.input, progress.advance, notes)
        batches = _new_records(items, sha256, store, clock)
        for batch in engine.map_batches(partial(prepare, settings=settings), batches):
            clock.add(batch.seconds, here=not engine.spread)
            clock.lap("hand over")
            added += _add(store, batch)
            clock.lap("archive")
        with store.transaction():
            store.set_input(file.name, sha256, file.size or 0, finished=True)
    clock.lap("archive")
    return added


def _new_records(
    items: Iterator[Record | Rejected], sha256: str, store: Archive, clock: Stopwatch
) -> Iterator[list[tuple[str, Record]]]:
    """Batches of (key, record) that the archive doesn't hold. What can't be read is noted on the way."""
    batch: list[tuple[str, Record]] = []
    lost: list[Rejected] = []
    chars = 0
    for item in items:
        if isinstance(item, Rejected):
            lost.append(item)
        else:
            batch.append((record_key(item), item))
            chars += len(item.text)
        if len(batch) + len(lost) == BATCH_RECORDS or chars >= BATCH_CHARS:
            clock.lap("read")
            _note_rejected(lost, sha256, store)
            yield from _without_known(batch, store)
            batch, lost, chars = [], [], 0
    clock.lap("read")
    _note_rejected(lost, sha256, store)
    yield from _without_known(batch, store)


def _note_rejected(lost: Sequence[Rejected], sha256: str, store: Archive) -> None:
    if lost:
        with store.transaction():
            store.add_rejected(lost, sha256)


def _without_known(batch: list[tuple[str, Record]], store: Archive) -> Iterator[list[tuple[str, Record]]]:
    known = store.known([key for key, _ in batch])
    new: dict[str, Record] = {}
    for key, record in batch:
        if key in known:
            _keep_first_origin(store, key, known[key], record.origin)
        elif key not in new or _place(record.origin) < _place(new[key].origin):
            new[key] = record
    if new:
        yield list(new.items())


def _add(store: Archive, batch: Batch) -> int:
    """Adds a prepared batch, but for documents that a batch prepared at the same time has added."""
    known = store.known([document.key for document in batch.documents])
    with store.transaction():
        for document in batch.documents:
            if document.key in known:
                _keep_first_origin(store, document.key, known[document.key], document.origin)
        store.add(batch.without(known.keys()))
    return len(batch.documents) - len(known)


def _keep_first_origin(store: Archive, key: str, known: Origin, found: Origin) -> None:
    """Of two places of one record the archive names the first, whichever came earlier."""
    if _place(found) < _place(known):
        store.move_origin(key, found)


def _place(origin: Origin) -> tuple[str, str, int, int, int]:
    return origin.file, origin.member or "", origin.row or 0, origin.line or 0, origin.offset or 0


# Candidates, verify


def _verify(
    store: Archive, engine: LocalEngine, settings: Settings, progress: Progress, clock: Stopwatch
) -> tuple[Pairs, Pairs]:
    """Compares every candidate pair, and every pair that people decided about, that isn't compared yet; both, old and
    new, as linking goes by them."""
    progress.stage("finding candidates", None)
    found = pairs_to_compare(store)
    said = decided_pairs(store, found_again(store, decisions(store)))
    together = found.joined(said)
    new = together.where(pending(store, together))
    clock.lap("candidates")
    progress.stage("comparing", len(new))
    near, glances = (new, None) if len(new) <= FEW_PAIRS else _screen(store, new, progress)
    clock.lap("screen")
    batches = _with_texts(near, glances, store)
    for verified, seconds in engine.map_batches(partial(verify_pairs, settings=settings.match), batches):
        clock.add(seconds, here=not engine.spread)
        clock.lap("hand over")
        with store.transaction():
            add_matches(store, *verified)
        clock.lap("archive")
        progress.advance(len(verified[0]))
    return found, said


def _screen(store: Archive, pairs: Pairs, progress: Progress) -> tuple[Pairs, Glances]:
    """Those of the pairs that have to be compared on their texts; of the others a glance is kept."""
    import numpy as np

    from cleanpipe.match import Glances

    near, glances = [], []
    for part in screened(store, pairs):
        with store.transaction():
            add_screened(store, part.pairs.where(~part.close), part.probability[~part.close])
        close = np.flatnonzero(part.close)
        progress.advance(len(part.pairs) - len(close))
        near.append(part.pairs.where(close))
        glances.append(part.glances.where(close))
    together = Pairs(*(np.concatenate([getattr(one, name) for one in near]) for name in ("a", "b", "wanted")))
    known = Glances(*(np.concatenate([getattr(one, name) for one in glances]) for name in ("cheap", "sides", "wanted")))
    order = by_family(together)
    return together.where(order), known.where(order)


def _with_texts(pairs: Pairs, glances: Glances | None, store: Archive) -> Iterator[ToVerify]:
    """Batches of pairs with what is compared of each."""
    for start in range(0, len(pairs), BATCH_PAIRS):
        rows = slice(start, start + BATCH_PAIRS)
        part = pairs.where(rows)
        compared = {hash: compared_of(item.document) for hash, item in store.fetch(part.documents).items()}
        texts = [(compared[a], compared[b]) for a, b in zip(part.a.tolist(), part.b.tolist(), strict=True)]
        yield texts, part.wanted, glances.where(rows) if glances else None


# Link


def _link(
    store: Archive, pairs: Pairs, said: Pairs, number: int, settings: Settings, progress: Progress
) -> list[Change]:
    """Decides all links and clusters anew, from the matches of the pairs that are candidates now and of those that
    people decided about. What changed."""
    import numpy as np

    from cleanpipe.link import Story, Thresholds, link
    from cleanpipe.match import held_back, settle, thresholds, unusual_pairs, unusual_threshold

    progress.stage("linking", None)
    learned = thresholds()
    limits = Thresholds(learned.link, learned.review, settings.match.near_duplicate_jaccard, unusual_threshold())
    probability, facts = compared(store, pairs)
    rows, figures = measured(store, pairs)
    probability[rows] = settle(pairs.a[rows], pairs.b[rows], probability[rows], figures)
    kept = (probability >= limits.review) | (pairs.wanted & (facts >= SHARED_FACTS)) | pairs.among(said)
    telling, asked = pairs.where(kept), said.where(~said.among(pairs))
    likely = [
        replace(match, probability=held_back(match.scores, value))
        for match, value in zip(matches(store, telling), probability[kept].tolist(), strict=True)
    ]
    taken = found_again(store, decisions(store))
    ids = store.ids()
    named = np.union1d(telling.joined(asked).documents, decided_documents(store, taken))
    stored = list(store.fetch(named, ids).values())
    unusual = unusual_pairs([compared_of(item.document) for item in stored])
    stories = [Story(item.document, item.credits, share) for item, share in zip(stored, unusual, strict=True)]
    known = store.known_names()
    linked = partial(link, stories, likely, known, settings.link, limits, asked=matches(store, asked))
    names = {name for name, _ in known}
    said_now = carried_out(taken, names)
    linking = linked(rules_folders=settings.rules.folders, decisions=said_now)
    names.update(item.canonical for item in linking.clusters)
    if len(more := carried_out(taken, names)) > len(said_now):  # they waited for a name that was minted just now
        linking = linked(rules_folders=settings.rules.folders, decisions=more)
    key_of = {id: key for key, id in ids.items()}
    with store.transaction():
        replace_findings(store, taken, linking.overruled, linking.contradictions, number)
        return replace_links(store, linking.links, linking.clusters, key_of, taken, number)


# Around the job


def _discover(
    inputs: Sequence[str | Path], archive: Path, stack: contextlib.ExitStack
) -> tuple[list[InputFile], list[Rejected]]:
    """The files that the inputs lead to, standard input and pipes first copied to one, and what can't be read."""
    files: list[InputFile] = []
    unreadable: list[Rejected] = []
    for item in discover([str(name) for name in inputs], without=archive):
        if isinstance(item, Rejected):
            unreadable.append(item)
        elif item.path is None or item.once:
            spool = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cleanpipe-"))) / "input"
            with spool.open("wb") as target, item.path.open("rb") if item.path else sys.stdin.buffer as source:
                shutil.copyfileobj(source, target)
            files.append(replace(item, path=spool, size=spool.stat().st_size, once=False))
        else:
            files.append(item)
    return files, unreadable


def _file_hash(file: InputFile, progress: Progress) -> str:
    """SHA-256 of a file's bytes as they stand on the disk, in hex."""
    digest = hashlib.sha256()
    assert file.path is not None
    try:
        with file.path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
                progress.advance(len(block))
    except OSError as error:
        raise InputError(f"{file.path}: can't be read ({error.strerror})") from error
    return digest.hexdigest()


def _nothing_new(
    folder: Path,
    files: Sequence[InputFile],
    hashes: Sequence[str],
    unreadable: Sequence[Rejected],
    identity: dict[str, str],
) -> bool:
    """Whether the archive is complete and holds all of these files already. Looks only, changes nothing."""
    if not all((folder / name).exists() for name in (DATABASE, *EXPORTS)):
        return False
    with Archive.open(folder, read_only=True) as store:
        return (
            store.meta("state") == "exported"
            and all(store.meta(name) == value for name, value in identity.items())
            and all(store.has_input(file.name, sha256) for file, sha256 in zip(files, hashes, strict=True))
            and all(store.has_rejected(rejected, "") for rejected in unreadable)
        )
