"""The main job, top to bottom: read, repair, fingerprint, find candidates, verify, link, export.

Every step is a pure function that lives in a room of its own; this file only says in which order they are called and
what is kept of them in the archive. Whoever reads one file of cleanpipe reads this one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cleanpipe.archive import Archive, Batch, Change, Counts, count, export, sweep
from cleanpipe.archive.compact import WANTED, compact
from cleanpipe.archive.decisions import (
    Against,
    Kept,
    contradictions,
    decided_documents,
    decided_pairs,
    decisions,
    found_again,
    since_linked,
)
from cleanpipe.archive.origins import is_before, keep_first_origins
from cleanpipe.archive.pairs import (
    ASKED,
    Pairs,
    add_matches,
    add_screened,
    asking,
    keep,
    pairs_of,
    pending,
    to_ask_again,
    together,
)
from cleanpipe.archive.renaming import give_ids
from cleanpipe.archive.reprints import judged_with, note_reprints
from cleanpipe.archive.sketches import Sketches, sketches_for
from cleanpipe.archive.tombstones import forgotten, take_back
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.progress import Progress, Silent
from cleanpipe.engines.screening import FEW_PAIRS, by_family, pairs_around, screened
from cleanpipe.engines.stopwatch import Stopwatch
from cleanpipe.formats import InputFile, Notes, read, record_key
from cleanpipe.identity import identity_of, manifest_of
from cleanpipe.inputs import file_hash, input_files, nothing_new
from cleanpipe.model import Record, Rejected
from cleanpipe.quarantine import halved_pairs, halved_records, leave_out_pair, leave_out_record
from cleanpipe.relinking import Relinked, link_touched, say_rests_anew, settle_touched
from cleanpipe.settings import Settings
from cleanpipe.steps import ToVerify, compared_of, prepare, verify_pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match import Glances

BATCH_RECORDS = 250
BATCH_CHARS = 2_000_000
BATCH_PAIRS = 500
COMPARED_AT_ONCE, MOST_AT_ONCE, SCANS = 10_000, 50_000, 20
"""Documents whose candidates are found and compared in one go, and how often all keys are read for that, where it can
be so: they are 4 GB of a million articles. What is known of the documents takes some 30 kB each meanwhile."""

CUT_SHORT = 2
"""Runs that did not come to their end, one after the other: then it may be for a text that ends the process."""
WAITING = "waiting"
"""The stage in which another run has the archive open."""


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
    links: Mapping[str, int] = field(default_factory=dict)
    """How many links were added, removed, moved and changed, by these words."""
    changes: tuple[Change, ...] = ()
    """What became of links of articles that were there before. First links of new articles are in the log alone."""
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
    wait: float = 0.0,
    again: bool = False,
    whole: bool = False,
    named: Callable[[Sequence[InputFile], Sequence[str]], Sequence[InputFile]] | None = None,
) -> Summary:
    """Reads `inputs` into the archive in the directory `archive`, links what it holds, and writes its exports.

    Inputs are files, folders, globs or "-". The directory is new, empty, or an archive already. `workers` is the number
    of processes, by default one for each processor. What a killed run left undone is done first. Where another run has
    the archive open, this one waits up to `wait` seconds. `again` reads inputs that were read before too, and takes
    records back that were forgotten. `whole` writes all exports, not only those that something changes. `named` is
    given the files with their hashes before the directory is touched, and gives them back under the names that they are
    to have.

    Raises InputError for an input that isn't there, ArchiveError and its kinds for a directory that can't be used.
    """
    settings = settings or Settings()
    progress = progress or Silent()
    folder = Path(archive)
    clock = Stopwatch()
    with contextlib.ExitStack() as stack:
        files, unreadable = input_files(inputs, folder, stack)
        progress.stage("checking", sum(file.size or 0 for file in files))
        hashes = [file_hash(file, progress.advance) for file in files]
        files = list(named(files, hashes)) if named else files
        identity = identity_of(settings)
        clock.lap("check")
        opened = partial(Archive.open, folder, wait=wait, waiting=partial(progress.stage, WAITING, None))
        if not (again or whole) and nothing_new(opened, folder, files, hashes, unreadable, identity):
            with opened(read_only=True) as store:
                return Summary(folder, (), 0, count(store), contradictions=tuple(contradictions(store)))

        store = stack.enter_context(opened())
        store.hold_to(identity)
        guarded = store.runs_cut_short() >= CUT_SHORT
        number = store.start_run()
        sweep(folder)
        engine = stack.enter_context(LocalEngine(workers or os.cpu_count() or 1, guarded=guarded))
        clock.lap("archive")

        notes = Notes()
        added = _ingest(files, hashes, unreadable, store, engine, settings, progress, clock, notes, again=again)
        summary = finish(store, engine, number, settings, progress, clock, whole=whole)
        summary = replace(summary, added=added, passed=notes.passed)
        unfinished = store.meta(WANTED) is not None
    if unfinished:  # a `forget` that was killed: the words are still in the file
        compact(folder)
    return summary


def finish(
    store: Archive,
    engine: LocalEngine,
    number: int,
    settings: Settings,
    progress: Progress,
    clock: Stopwatch,
    *,
    whole: bool = False,
) -> Summary:
    """The run `number` from where its documents and decisions are in the archive: compares, links, exports."""
    relinked = relink(store, engine, number, settings, progress, clock)
    progress.stage("writing", None)
    counts = count(store)
    changed = export(store, manifest_of(store, settings, counts), whole=whole)
    store.finish_run(number)
    clock.lap("export")
    against = tuple(contradictions(store))
    return Summary(
        *(store.folder, changed, 0, counts, clock.seconds),
        links=relinked.counts,
        changes=relinked.changes,
        contradictions=against,
    )


def relink(
    store: Archive, engine: LocalEngine, number: int, settings: Settings, progress: Progress, clock: Stopwatch
) -> Relinked:
    """Compares and links what the run `number` touched; what changed. The exports are behind until they are written."""
    store.make_room()
    taken = found_again(store, decisions(store))
    with store.transaction():
        give_ids(store)
        store.touch(decided_documents(store, since_linked(store, taken)))
    _compare(store, engine, taken, number, progress, clock)
    settle_touched(store, progress)
    clock.lap("settle")
    return link_touched(store, engine, taken, number, settings, progress, clock)


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
    *,
    again: bool = False,
) -> int:
    """Adds every new record of the files; the number of documents added."""
    _note_rejected(unreadable, "", store)
    progress.stage("reading and repairing", sum(file.size or 0 for file in files))
    added = 0
    for file, sha256 in zip(files, hashes, strict=True):
        if not again and store.has_input(file.name, sha256):
            progress.advance(file.size or 0)
            continue
        with store.transaction():
            store.set_input(file.name, sha256, file.size or 0, finished=False)
        items = read(file, settings.input, progress.advance, notes)
        batches = _new_records(items, sha256, store, clock, again)
        lost = partial(leave_out_record, store, sha256)
        for batch in engine.map_batches(partial(prepare, settings=settings), batches, halves=halved_records, lost=lost):
            clock.add(batch.seconds, here=not engine.spread)
            clock.lap("hand over")
            added += _add(store, batch)
            clock.lap("archive")
        with store.transaction():
            store.set_input(file.name, sha256, file.size or 0, finished=True)
    clock.lap("archive")
    return added


def _new_records(
    items: Iterator[Record | Rejected], sha256: str, store: Archive, clock: Stopwatch, again: bool
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
            yield from _without_known(batch, store, again)
            batch, lost, chars = [], [], 0
    clock.lap("read")
    _note_rejected(lost, sha256, store)
    yield from _without_known(batch, store, again)


def _note_rejected(lost: Sequence[Rejected], sha256: str, store: Archive) -> None:
    if lost:
        with store.transaction():
            store.add_rejected(lost, sha256)


def _without_known(batch: list[tuple[str, Record]], store: Archive, again: bool) -> Iterator[list[tuple[str, Record]]]:
    keys = [key for key, _ in batch]
    known = store.known(keys)
    if gone := frozenset(forgotten(store, keys)):
        if again:
            with store.transaction():
                take_back(store, keys)
        else:
            batch = [(key, record) for key, record in batch if key not in gone]
    keep_first_origins(store, known, [(key, record.origin) for key, record in batch])
    new: dict[str, Record] = {}
    for key, record in batch:
        if key in known:
            continue
        if key not in new or is_before(record.origin, new[key].origin):
            new[key] = record
    if new:
        yield list(new.items())


def _add(store: Archive, batch: Batch) -> int:
    """Adds a prepared batch, but for documents that a batch prepared at the same time has added."""
    known = store.known([document.key for document in batch.documents])
    keep_first_origins(store, known, [(document.key, document.origin) for document in batch.documents])
    with store.transaction():
        store.add(batch.without(known.keys()))
    return len(batch.documents) - len(known)


# Candidates, verify


def _compare(
    store: Archive,
    engine: LocalEngine,
    taken: Sequence[Kept],
    number: int,
    progress: Progress,
    clock: Stopwatch,
) -> None:
    """Compares every candidate pair of a document that came in this run, and every pair that people decided about, that
    isn't compared yet. Earlier documents that have copies choose their candidates anew where new ones came near."""
    from cleanpipe.match import OWN_LEAST

    say_rests_anew(store)
    note_reprints(store)
    asked = asking(store)
    with store.transaction():
        store.touch(judged_with(store, asked))
    with sketches_for(store, len(asked)) as sketches:

        def ask(documents: NDArray[np.uint64]) -> None:
            at_once = min(max(COMPARED_AT_ONCE, -(-len(documents) // SCANS)), MOST_AT_ONCE)
            for start in range(0, len(documents), at_once):
                progress.stage("finding candidates", None)
                some = documents[start : start + at_once]
                pairs = pairs_around(store, some)
                new = pairs.where(pending(store, pairs))
                clock.lap("candidates")
                few = len(documents) <= COMPARED_AT_ONCE and len(new) <= FEW_PAIRS
                _verify(store, engine, sketches, new, new, progress, clock, few=few)
                with store.transaction():
                    keep(store, some, pairs)
                clock.lap("candidates")

        ask(asked)
        ask(to_ask_again(store, asked, OWN_LEAST))
        with store.transaction():  # what weighing and linking touch, or a run after a stop, is not asked once more
            store.set_meta(ASKED, str(number))
        said = decided_pairs(store, taken)
        new = said.where(pending(store, said))
        unkept = pairs_of({"a": new.a, "b": new.b})
        _verify(store, engine, sketches, new, unkept, progress, clock, few=len(new) <= FEW_PAIRS)


def _verify(
    store: Archive,
    engine: LocalEngine,
    sketches: Sketches,
    pairs: Pairs,
    brought: Pairs,
    progress: Progress,
    clock: Stopwatch,
    *,
    few: bool,
) -> None:
    """Compares these pairs, `few` without a glance at their sketches; what is found is kept as that of `brought`."""
    if not len(pairs):
        return
    progress.stage("comparing", len(pairs))
    near, glances = (pairs, None) if few else _screen(store, sketches, pairs, progress)
    clock.lap("screen")
    batches = _with_texts(near, glances, store)
    lost = partial(leave_out_pair, store, brought)
    for (matches, tells, alike), seconds in engine.map_batches(verify_pairs, batches, halves=halved_pairs, lost=lost):
        clock.add(seconds, here=not engine.spread)
        clock.lap("hand over")
        with store.transaction():
            add_matches(store, matches, tells, alike, brought)
        clock.lap("archive")
        progress.advance(len(matches))


def _screen(store: Archive, sketches: Sketches, pairs: Pairs, progress: Progress) -> tuple[Pairs, Glances]:
    """Those of the pairs that have to be compared on their texts; of the others a glance is kept."""
    import numpy as np

    from cleanpipe.match import Glances

    near, glances, far, probability = [], [], [], []
    for part in screened(store, sketches, pairs):
        close = np.flatnonzero(part.close)
        progress.advance(len(part.pairs) - len(close))
        near.append(part.pairs.where(close))
        glances.append(part.glances.where(close))
        far.append(part.pairs.where(~part.close))
        probability.append(part.probability[~part.close])
    with store.transaction():
        add_screened(store, together(far), np.concatenate(probability))
    compared = together(near)
    known = Glances(*(np.concatenate([getattr(one, name) for one in glances]) for name in ("cheap", "sides", "wanted")))
    order = by_family(compared)
    return compared.where(order), known.where(order)


def _with_texts(pairs: Pairs, glances: Glances | None, store: Archive) -> Iterator[ToVerify]:
    """Batches of pairs with what is compared of each."""
    batches = (slice(start, start + BATCH_PAIRS) for start in range(0, len(pairs), BATCH_PAIRS))
    for rows, documents in store.fetch_ahead(batches, lambda rows: pairs.where(rows).documents):
        part = pairs.where(rows)
        compared = {hash: compared_of(item.document) for hash, item in documents.items()}
        texts = [(compared[a], compared[b]) for a, b in zip(part.a.tolist(), part.b.tolist(), strict=True)]
        yield texts, part.wanted, glances.where(rows) if glances else None
