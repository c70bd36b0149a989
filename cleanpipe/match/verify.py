"""Compares the texts of candidate pairs and says how likely one was made from the other.

A cascade: figures on sets of terms for every pair, sentence alignment only where these leave hope.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleanpipe.match.align import NOTHING, Alignment, align
from cleanpipe.match.compared import Compared
from cleanpipe.match.features import aligned_features, cheap_features
from cleanpipe.match.prepared import Prepared
from cleanpipe.match.shared import shared_facts
from cleanpipe.match.weights import gate, trees
from cleanpipe.model import Match, SharedFact
from cleanpipe.settings import MatchSettings


def verify(pairs: Sequence[tuple[Compared, Compared]], settings: MatchSettings) -> list[Match]:
    """One match for each pair, in their order; its sides are swapped where needed so that `a < b`.

    `scores`, all shares: `jaccard` (word 5-grams), `containment_a` and `_b` (words of that side, by rarity, that
    stand on the other), `aligned_a` and `_b` (sentences, by weight, that have a counterpart), `in_order`, `kept`,
    `facts_shared`; and `length_ratio` (words of a per word of b). A pair that the cheap figures rule out has no blocks,
    and 0 for what alignment would say.
    """
    import numpy as np

    if not pairs:
        return []
    ready: dict[str, Prepared] = {}
    for pair in pairs:
        for document in pair:
            if document.key not in ready:
                ready[document.key] = Prepared(document)
    sides = [(min(one.key, two.key), max(one.key, two.key)) for one, two in pairs]
    measured = [cheap_features(ready[a], ready[b]) for a, b in sides]
    rows = np.array([values for values, _ in measured])
    probability = trees("cheap").probability(rows)
    hopeful = np.flatnonzero(probability >= gate())
    aligned: dict[int, Alignment] = {}
    if len(hopeful):
        for at in hopeful.tolist():
            aligned[at] = align(ready[sides[at][0]], ready[sides[at][1]])
        more = np.array([aligned_features(aligned[at]) for at in hopeful.tolist()])
        probability[hopeful] = trees("full").probability(np.hstack([rows[hopeful], more]))
    matches = []
    for at, (a, b) in enumerate(sides):
        found = aligned.get(at, NOTHING)
        facts = shared_facts(ready[a], ready[b])
        scores = measured[at][1] | {
            "aligned_a": found.aligned_a,
            "aligned_b": found.aligned_b,
            "in_order": found.in_order,
            "kept": found.kept,
            "facts_shared": _facts_shared(ready[a], ready[b], facts),
        }
        scores = {name: round(value, 4) for name, value in sorted(scores.items())}
        matches.append(Match(a, b, round(float(probability[at]), 6), scores, found.blocks, facts))
    return matches


def exact_match(a: Compared, b: Compared) -> Match:
    """The match of two documents whose folded words are the same."""
    low, high = sorted((a.key, b.key))
    return Match(low, high, 1.0, {"exact": 1.0}, channels=("exact",))


def _facts_shared(a: Prepared, b: Prepared, shared: Sequence[SharedFact]) -> float:
    """Rarity of the shared names, numbers and quotations as a share of all that the side with fewer of them has."""

    def whole(document: Prepared) -> float:
        return sum({(f.kind, f.value): f.rarity for f in document.facts if f.kind in kinds}.values())

    kinds = ("name", "number", "date", "quote")
    least = min(whole(a), whole(b))
    return min(sum(fact.rarity for fact in shared if fact.kind in kinds) / least, 1.0) if least else 0.0
