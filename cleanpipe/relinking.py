"""Links and clusters of whole neighbourhoods, from what the archive knows of their documents and pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cleanpipe.archive import Archive, document_hash
from cleanpipe.archive.decisions import Kept, carried_out, decided_documents, decided_pairs
from cleanpipe.archive.pairs import matches, met
from cleanpipe.engines.neighbourhoods import Neighbourhoods
from cleanpipe.model import EXTERNAL, Cluster, Contradiction, Decision, Link, Match
from cleanpipe.settings import Settings
from cleanpipe.steps import compared_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.link import Thresholds


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
