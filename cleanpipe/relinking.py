"""Probabilities, links and clusters around the documents that a run touched, from what the archive knows of their
pairs: whatever else is in the archive stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cleanpipe.archive import Archive, Change, document_hash
from cleanpipe.archive.decisions import Kept, carried_out, decided_documents, decided_edges, decided_pairs
from cleanpipe.archive.links import replace_findings, replace_links
from cleanpipe.archive.pairs import matches, met, telling
from cleanpipe.archive.settled import moved, near, note_families, settle_pairs
from cleanpipe.engines.neighbourhoods import Neighbourhoods, neighbourhoods
from cleanpipe.engines.progress import Progress
from cleanpipe.model import EXTERNAL, Cluster, Contradiction, Decision, Link, Match
from cleanpipe.settings import Settings
from cleanpipe.steps import compared_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.link import Thresholds


SETTLED_AT_ONCE = 20_000
"""Documents whose pairs are weighed against their neighbourhoods in one go."""

SHARED_FACTS = 2
"""Facts that two texts must share to be one story by their credits alone; fewer are not even looked at."""


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
    store: Archive, taken: Sequence[Kept], number: int, settings: Settings, progress: Progress
) -> list[Change]:
    """Decides the links and clusters anew of every neighbourhood that a touched document is in. What changed."""
    import numpy as np

    from cleanpipe.link import Thresholds
    from cleanpipe.match import thresholds, unusual_threshold

    learned = thresholds()
    limits = Thresholds(learned.link, learned.review, settings.match.near_duplicate_jaccard, unusual_threshold())
    changes: list[Change] = []
    while len(touched := store.touched()):
        progress.stage("linking", len(touched))
        tied = decided_edges(store, taken)
        names = Names.of(store)
        for part in neighbourhoods(touched, telling(store, limits.review, SHARED_FACTS), tied):
            linked = linked_anew(store, part, taken, names, settings, limits)
            with store.transaction():
                replace_findings(store, linked.taken, linked.overruled, linked.contradictions, number)
                changes += replace_links(
                    store, part.documents, linked.links, linked.clusters, linked.key_of, linked.taken, number
                )
            progress.advance(int(np.isin(touched, part.documents).sum()))
        with store.transaction():
            store.touch(names.awaited(taken))
    with store.transaction():
        store.set_meta("linked", str(number))
    return sorted(changes, key=lambda change: (change.copy, change.key))


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
class Linked:
    """What came of linking: links, clusters, what was found out about the decisions `taken` on these documents, and the
    key of each id."""

    links: Sequence[Link]
    clusters: Sequence[Cluster]
    taken: Sequence[Kept]
    overruled: Sequence[tuple[Decision, Decision]]
    contradictions: Sequence[Contradiction]
    key_of: Mapping[str, str]


def linked_anew(
    store: Archive, part: Neighbourhoods, taken: Sequence[Kept], names: Names, settings: Settings, limits: Thresholds
) -> Linked:
    """Decides the links and clusters of these neighbourhoods, each on its own. `taken` are all decisions, as they were
    found again; names that are minted are added to `names`."""
    import numpy as np

    from cleanpipe.link import Story, link
    from cleanpipe.match import held_back, unusual_pairs

    here = set(part.documents.tolist())
    taken = [item for item in taken if any(document_hash(key) in here for key in _documents(item.decision))]
    said = decided_pairs(store, taken)
    telling = part.pairs.joined(met(store, said))
    asked = said.where(~said.among(telling))
    named = np.unique(np.concatenate([telling.documents, asked.documents, decided_documents(store, taken)]))
    stored = store.fetch(named)
    unusual = unusual_pairs([compared_of(item.document) for item in stored.values()])
    head_of = dict(zip(named.tolist(), part.head_of(named).tolist(), strict=True))
    stories: defaultdict[int, list[Story]] = defaultdict(list)
    for (hash, item), share in zip(stored.items(), unusual, strict=True):
        stories[head_of[hash]].append(Story(item.document, item.credits, share))
    likely: defaultdict[int, list[Match]] = defaultdict(list)
    others: defaultdict[int, list[Match]] = defaultdict(list)
    decided: defaultdict[int, list[Kept]] = defaultdict(list)
    for match in matches(store, telling):
        settled = replace(match, probability=held_back(match.scores, match.probability))
        likely[head_of[document_hash(match.a)]].append(settled)
    for match in matches(store, asked):
        others[head_of[document_hash(match.a)]].append(match)
    for kept in taken:
        hashes = map(document_hash, _documents(kept.decision))
        for head in {head_of[hash] for hash in hashes if hash in head_of}:
            decided[head].append(kept)
    linkings = []
    for head in sorted(stories):
        keys = [story.document.key for story in stories[head]]
        linking = link(
            stories[head],
            likely[head],
            names.of_any(keys),
            settings.link,
            limits,
            rules_folders=settings.rules.folders,
            decisions=carried_out(decided[head], names.taken),
            asked=others[head],
            taken=names.taken,
        )
        names.taken.update(item.canonical for item in linking.clusters if item.virtual)
        linkings.append(linking)
    return Linked(
        [item for linking in linkings for item in linking.links],
        [item for linking in linkings for item in linking.clusters],
        taken,
        [item for linking in linkings for item in linking.overruled],
        [item for linking in linkings for item in linking.contradictions],
        {item.document.id: item.document.key for item in stored.values()},
    )


def _documents(decision: Decision) -> list[str]:
    return [name for name in (decision.copy, decision.canonical) if name and not name.startswith(EXTERNAL)]
