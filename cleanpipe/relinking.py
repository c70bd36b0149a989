"""Probabilities, links and clusters around the documents that a run touched, from what the archive knows of their
pairs: whatever else is in the archive stays as it is."""

from __future__ import annotations

import collections
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cleanpipe.archive import Archive, Change, Stored, document_hash
from cleanpipe.archive.decisions import Kept, carried_out, decided_documents, decided_edges, decided_pairs
from cleanpipe.archive.links import Changed, note_linked, replace_findings, replace_links
from cleanpipe.archive.pairs import Pairs, matches, met, telling
from cleanpipe.archive.reprints import resting_as_before, set_rests
from cleanpipe.archive.settled import moved, near, note_families, settle_pairs
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.neighbourhoods import Neighbourhoods, neighbourhoods
from cleanpipe.engines.progress import Progress
from cleanpipe.engines.stopwatch import Stopwatch
from cleanpipe.errors import CleanpipeError
from cleanpipe.model import EXTERNAL, Decision, Match
from cleanpipe.settings import LinkSettings, Settings
from cleanpipe.steps import compared_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.link import Linking, Thresholds


RESTS_AT_ONCE = 1_000
"""Documents that are in memory, some 40 kB each, while what they rest on is worked out anew."""

SETTLED_AT_ONCE = 20_000
"""Documents whose pairs are weighed against their neighbourhoods in one go."""


def say_rests_anew(store: Archive) -> None:
    """Works out what documents rest on of which an earlier cleanpipe said it otherwise."""
    from cleanpipe.link import rests_on

    hashes = resting_as_before(store)
    for start in range(0, len(hashes), RESTS_AT_ONCE):
        found = store.fetch(hashes[start : start + RESTS_AT_ONCE])
        rests = {hash: rests_on(item.document, item.credits) for hash, item in found.items()}
        with store.transaction():
            set_rests(store, rests)


def settle_touched(store: Archive, progress: Progress) -> None:
    """Weighs every probability again that touched documents are in the neighbourhood of. What changes by it touches
    others."""
    import numpy as np

    from cleanpipe.match import CROWDED, OWN_LEAST, settle_among

    progress.stage("weighing", None)
    note_families(store)
    documents = moved(store, store.touched(), CROWDED)
    for start in range(0, len(documents), SETTLED_AT_ONCE):
        found = near(store, documents, slice(start, start + SETTLED_AT_ONCE), OWN_LEAST, CROWDED)
        settled = settle_among(found.families, found.probability, found.measured, found.asked, found.crowded)
        asked = np.flatnonzero(found.asked)
        changed = settled != found.settled[asked]
        rows = asked[changed]
        with store.transaction():
            settle_pairs(store, found.a[rows], found.b[rows], settled[changed])


def link_touched(
    store: Archive,
    engine: LocalEngine,
    taken: Sequence[Kept],
    number: int,
    settings: Settings,
    progress: Progress,
    clock: Stopwatch,
) -> Relinked:
    """Decides the links and clusters anew of every neighbourhood that a touched document is in. What changed."""
    import numpy as np

    limits = limits_of(settings)
    linked = partial(link_part, settings=settings.link, folders=settings.rules.folders, limits=limits)
    counts: collections.Counter[str] = collections.Counter()
    changes: list[Change] = []
    while len(touched := store.touched()):
        progress.stage("linking", len(touched))
        tied = decided_edges(store, taken)
        names = Names.of(store)
        found = neighbourhoods(touched, telling(store, limits.review), tied)
        parts: collections.deque[Part] = collections.deque()
        done: list[tuple[Gathered, Linking]] = []
        batches = _gathered(store, found, taken, names, parts, clock)
        for linkings, seconds in engine.map_batches(linked, batches, halves=halved_parts, lost=cant_be_linked):
            clock.add(seconds, here=not engine.spread)
            done += zip(parts[0].gathered[len(done) :], linkings, strict=False)
            if len(done) == len(parts[0].gathered):
                part = parts.popleft()
                changed = _keep(store, part, [in_order(item, names, linked) for item in done], number)
                counts.update(change.kind for change in changed.changes)
                changes += changed.of_earlier
                ends = (touched.searchsorted(part.documents, side) for side in ("left", "right"))
                progress.advance(int(-np.subtract(*ends).sum()))
                done = []
            clock.lap("link")
        with store.transaction():
            store.touch(names.awaited(taken))
    with store.transaction():
        note_linked(store, number)
    clock.lap("link")
    return Relinked(counts, tuple(sorted(changes, key=lambda change: (change.copy, change.key))))


class Relinked(NamedTuple):
    """How many links were added, removed, moved and changed; and what became of those of articles that were there
    before, sorted. The first links of new articles are many, and stand in the log."""

    counts: Mapping[str, int]
    changes: tuple[Change, ...]


def limits_of(settings: Settings) -> Thresholds:
    """What links are decided by: what was learned, and what is set."""
    from cleanpipe.link import Thresholds
    from cleanpipe.match import thresholds, unusual_threshold

    learned = thresholds()
    return Thresholds(learned.link, learned.review, settings.match.near_duplicate_jaccard, unusual_threshold())


@dataclass(slots=True)
class Names:
    """The names of absent originals: those in the archive with the keys of their members, the oldest first, and all
    that are taken, those minted meanwhile among them."""

    known: list[tuple[str, tuple[str, ...]]]
    taken: set[str] = field(default_factory=set)
    _by_key: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, store: Archive) -> Names:
        names = cls(store.known_names())
        names.taken.update(name for name, _ in names.known)
        for at, (_, keys) in enumerate(names.known):
            for key in keys:
                names._by_key[key].append(at)
        return names

    def of_any(self, keys: Collection[str]) -> list[tuple[str, tuple[str, ...]]]:
        """The names that one of these documents was a member of."""
        return [self.known[at] for at in sorted({at for key in keys for at in self._by_key.get(key, ())})]

    def awaited(self, taken: Sequence[Kept]) -> NDArray[np.uint64]:
        """The documents that decisions put under a name which was minted meanwhile."""
        import numpy as np

        before = {name for name, _ in self.known}
        minted = self.taken - before
        found = {item.decision.copy for item in taken if item.decision.canonical in minted}
        return np.array(sorted(document_hash(key) for key in found if key is not None), np.uint64)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that one neighbourhood is linked by: its documents with their credits, what was found out about their pairs,
    about others that only decisions bring up, the names that its documents were known by, and the decisions."""

    documents: Sequence[Stored]
    likely: Sequence[Match]
    asked: Sequence[Match]
    known: Sequence[tuple[str, tuple[str, ...]]]
    decisions: Sequence[Decision]


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbourhoods that are linked at one go. `documents` are all of them, those that nothing is compared with and
    that have no place in `gathered` among them; `taken` are the decisions on them."""

    documents: NDArray[np.uint64]
    taken: Sequence[Kept]
    gathered: Sequence[Gathered]


def read_ahead(store: Archive, parts: Iterable[Neighbourhoods], taken: Sequence[Kept], names: Names) -> Iterator[Part]:
    """What the archive knows of these neighbourhoods. `taken` are all decisions, as they were found again."""
    sought = (_sought(store, part, taken) for part in parts)
    for one, documents in store.fetch_ahead(sought, lambda one: one.documents):
        yield _gather(store, one, documents, names)


class _Sought(NamedTuple):
    """What is read of a part: the decisions on it, the pairs that tell, those that only decisions bring up, and all
    documents of these."""

    part: Neighbourhoods
    taken: Sequence[Kept]
    telling: Pairs
    asked: Pairs
    documents: NDArray[np.uint64]


def _sought(store: Archive, part: Neighbourhoods, taken: Sequence[Kept]) -> _Sought:
    import numpy as np

    here = set(part.documents.tolist()) if taken else set()
    taken = [item for item in taken if any(document_hash(key) in here for key in _documents(item.decision))]
    said = decided_pairs(store, taken)
    telling = part.pairs.joined(met(store, said))
    asked = said.where(~said.among(telling))
    named = np.unique(np.concatenate([telling.documents, asked.documents, decided_documents(store, taken)]))
    return _Sought(part, taken, telling, asked, named)


def _gather(store: Archive, sought: _Sought, documents: Mapping[int, Stored], names: Names) -> Part:
    part, named = sought.part, sought.documents
    head_of = dict(zip(named.tolist(), part.head_of(named).tolist(), strict=True))
    stored: defaultdict[int, list[Stored]] = defaultdict(list)
    for hash, item in documents.items():
        stored[head_of[hash]].append(item)
    likely: defaultdict[int, list[Match]] = defaultdict(list)
    others: defaultdict[int, list[Match]] = defaultdict(list)
    decided: defaultdict[int, list[Kept]] = defaultdict(list)
    for pairs, found in ((sought.telling, likely), (sought.asked, others)):
        for match in matches(store, pairs):
            found[head_of[document_hash(match.a)]].append(match)
    for kept in sought.taken:
        hashes = map(document_hash, _documents(kept.decision))
        for head in {head_of[hash] for hash in hashes if hash in head_of}:
            decided[head].append(kept)
    gathered = [
        Gathered(
            stored[head],
            likely[head],
            others[head],
            names.of_any([item.document.key for item in stored[head]]),
            carried_out(decided[head], names.taken),
        )
        for head in sorted(stored)
    ]
    return Part(part.documents, sought.taken, gathered)


def link_part(
    part: Part, settings: LinkSettings, folders: tuple[str, ...], limits: Thresholds, taken: Collection[str] = ()
) -> tuple[list[Linking], Mapping[str, float]]:
    """The links and clusters of each of the neighbourhoods, decided for it alone; and the CPU seconds that it took.
    `taken` are names that are not to be minted again. This is what runs in worker processes."""
    from cleanpipe.link import Story, link
    from cleanpipe.match import alone, held_back

    clock = Stopwatch()
    linkings = []
    documents = [stored for item in part.gathered for stored in item.documents]
    known = alone([compared_of(stored.document) for stored in documents])
    stories = {
        stored.document.key: Story(stored.document, stored.credits, one.unusual, one.facts)
        for stored, one in zip(documents, known, strict=True)
    }
    for item in part.gathered:
        linking = link(
            [stories[stored.document.key] for stored in item.documents],
            [replace(match, probability=held_back(match.scores, match.probability)) for match in item.likely],
            item.known,
            settings,
            limits,
            rules_folders=folders,
            decisions=item.decisions,
            asked=item.asked,
            taken=taken,
        )
        linkings.append(linking)
    clock.lap("link")
    return linkings, clock.seconds


def _gathered(
    store: Archive,
    found: Iterable[Neighbourhoods],
    taken: Sequence[Kept],
    names: Names,
    parts: collections.deque[Part],
    clock: Stopwatch,
) -> Iterator[Part]:
    """The parts, each noted in `parts` when it is given away."""
    for part in read_ahead(store, found, taken, names):
        parts.append(part)
        clock.lap("link")
        yield parts[-1]


def in_order(
    found: tuple[Gathered, Linking], names: Names, linked: Callable[..., tuple[list[Linking], Mapping[str, float]]]
) -> Linking:
    """The linking of a neighbourhood; where it minted a name that another one took meanwhile, it is done again."""
    import numpy as np

    item, linking = found

    def minted(linking: Linking) -> set[str]:
        known = {name for name, _ in item.known}
        return {story.canonical for story in linking.clusters if story.virtual} - known

    if minted(linking) & names.taken:
        ((linking,), _) = linked(Part(np.zeros(0, np.uint64), (), [item]), taken=names.taken)
    names.taken |= minted(linking)
    return linking


def _keep(store: Archive, part: Part, linkings: Sequence[Linking], number: int) -> Changed:
    """Puts what was linked in the place of what these documents had."""
    links = [item for linking in linkings for item in linking.links]
    clusters = [item for linking in linkings for item in linking.clusters]
    overruled = [item for linking in linkings for item in linking.overruled]
    against = [item for linking in linkings for item in linking.contradictions]
    key_of = {stored.document.id: stored.document.key for item in part.gathered for stored in item.documents}
    with store.transaction():
        replace_findings(store, part.taken, overruled, against, number)
        return replace_links(store, part.documents, links, clusters, key_of, part.taken, number)


def halved_parts(part: Part) -> list[Part]:
    middle = len(part.gathered) // 2
    parts = (part.gathered[:middle], part.gathered[middle:]) if middle else ()
    return [replace(part, gathered=gathered) for gathered in parts]


def cant_be_linked(part: Part, reason: str) -> None:
    (item,) = part.gathered
    ids = sorted(stored.document.id for stored in item.documents)
    raise CleanpipeError(
        f"linking the {len(ids)} articles around {ids[0]!r} {reason}; all else is kept, and the next run tries again"
    )


def _documents(decision: Decision) -> list[str]:
    return [name for name in (decision.copy, decision.canonical) if name and not name.startswith(EXTERNAL)]
