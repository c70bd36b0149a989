"""What is measured on a pair: first cheaply on sets of terms, then, where that leaves hope, on aligned sentences.

All but the evidence and the length are shares, so that a note and a long article are measured alike, and none looks
at the language.
"""

from __future__ import annotations

import math

from cleanpipe.match.align import Alignment
from cleanpipe.match.prepared import Prepared

CHEAP = (
    "containment_max",
    "containment_min",
    "stems_max",
    "stems_min",
    "rare_max",
    "rare_min",
    "jaccard",
    "threes_max",
    "threes_jaccard",
    "local_max",
    "local_jaccard",
    "order",
    "numbers_shared",
    "numbers_foreign",
    "names_shared",
    "plain_max",
    "plain_min",
    "evidence",
    "names_foreign",
    "length_ratio",
    "length",
)
"""Names of the cheap features, in the order of their values."""

SIDES = ("jaccard", "containment_a", "containment_b", "length_ratio")
"""Names of the figures that are told of a pair beside its features: what tells the sides apart, and likeness."""

ALIGNED = (
    "soft_max",
    "soft_min",
    "aligned_max",
    "aligned_min",
    "in_order",
    "kept",
    "together",
    "similarity",
    "conflict",
)
"""Names of the features of the alignment, which follow them."""

LENGTHS = (20, 300)
"""Words of the shorter text: below the first and above the second, length says nothing more."""

EVIDENCE = 5.0
"""Logarithm of the weight of shared rare words (some thirty of them) beyond which more make no difference."""

UNKNOWN = -1.0
"""Value of a share of nothing: two texts without numbers neither agree nor disagree on them."""


DIGITS = 9
"""Of a feature. Sums of weights differ in the last place with the order of their terms; trees cut at round shares."""


def cheap_features(a: Prepared, b: Prepared) -> tuple[list[float], dict[str, float]]:
    """Values of `CHEAP`, and the figures that tell the sides apart."""
    shared = sum(weight for term, weight in a.terms.items() if term in b.terms)
    containment_a, containment_b = _share(shared, a.term_mass), _share(shared, b.term_mass)
    stems = sum(weight for stem, weight in a.stems.items() if stem in b.stems)
    stems_a, stems_b = _share(stems, a.stem_mass), _share(stems, b.stem_mass)
    rare = sum(weight for stem, weight in a.rare.items() if stem in b.stems)
    rare_back = sum(weight for stem, weight in b.rare.items() if stem in a.stems)
    rare_a, rare_b = _share(rare, a.rare_mass), _share(rare_back, b.rare_mass)
    fives = len(a.fives & b.fives)
    threes = len(a.threes & b.threes)
    local = len(a.local & b.local)
    jaccard = fives / max(len(a.fives) + len(b.fives) - fives, 1)
    plain = sum(weight for stem, weight in a.plain.items() if stem in b.stems)
    plain_back = sum(weight for stem, weight in b.plain.items() if stem in a.stems)
    plain_a, plain_b = _share(plain, a.plain_mass), _share(plain_back, b.plain_mass)
    numbers_a, numbers_b = _foreign(a.numbers, b.numbers), _foreign(b.numbers, a.numbers)
    length_a, length_b = len(a.words), len(b.words)
    ratio = min(length_a, length_b) / max(length_a, length_b, 1)
    values = [
        max(containment_a, containment_b),
        min(containment_a, containment_b),
        max(stems_a, stems_b),
        min(stems_a, stems_b),
        max(rare_a, rare_b),
        min(rare_a, rare_b),
        jaccard,
        threes / max(min(len(a.threes), len(b.threes)), 1),
        threes / max(len(a.threes) + len(b.threes) - threes, 1),
        local / max(min(len(a.local), len(b.local)), 1),
        local / max(len(a.local) + len(b.local) - local, 1),
        _concordance(a.places, b.places),
        UNKNOWN if UNKNOWN in (numbers_a, numbers_b) else 1.0 - min(numbers_a, numbers_b),
        UNKNOWN if UNKNOWN in (numbers_a, numbers_b) else max(numbers_a, numbers_b),
        _names(a.names, b.names),
        max(plain_a, plain_b),
        min(plain_a, plain_b),
        min(math.log1p(rare), EVIDENCE),
        max(_foreign(a.names, b.names), _foreign(b.names, a.names)),
        ratio,
        math.log(min(max(min(length_a, length_b), LENGTHS[0]), LENGTHS[1])),
    ]
    sides = {
        "jaccard": jaccard,
        "containment_a": containment_a,
        "containment_b": containment_b,
        "length_ratio": length_a / max(length_b, 1),
    }
    return [round(value, DIGITS) for value in values], sides


def aligned_features(found: Alignment) -> list[float]:
    """Values of `ALIGNED`."""
    return [
        max(found.soft_a, found.soft_b),
        min(found.soft_a, found.soft_b),
        max(found.aligned_a, found.aligned_b),
        min(found.aligned_a, found.aligned_b),
        found.in_order,
        found.kept,
        found.together,
        found.similarity,
        found.conflict,
    ]


def _share(part: float, whole: float) -> float:
    return min(part / whole, 1.0) if whole > 0 else 0.0


def _foreign(ours: dict[str, float], theirs: dict[str, float]) -> float:
    """Share of our numbers, by rarity, that the other side lacks."""
    whole = sum(ours.values())
    return sum(rarity for value, rarity in ours.items() if value not in theirs) / whole if whole else UNKNOWN


def _names(ours: dict[str, float], theirs: dict[str, float]) -> float:
    """Shared names, by rarity, as a share of those of the side that has fewer."""
    least = min(sum(ours.values()), sum(theirs.values()))
    if not least:
        return UNKNOWN
    return min(sum(rarity for value, rarity in ours.items() if value in theirs) / least, 1.0)


def _concordance(ours: dict[int, int], theirs: dict[int, int]) -> float:
    """Of all pairs of shared terms, the share that stands in the same order on both sides; 0.5 is chance."""
    import numpy as np

    both = (
        [stem for stem in ours if stem in theirs]
        if len(ours) < len(theirs)
        else [stem for stem in theirs if stem in ours]
    )
    count = len(both)
    if count < 3:
        return UNKNOWN
    # Every k-th of many: sixty terms make 1,770 pairs, which is enough.
    both = sorted(both, key=ours.__getitem__)[:: (count + 59) // 60]
    row = np.array([theirs[stem] for stem in both])
    count = len(row)
    ahead = np.triu(row[None, :] > row[:, None], 1).sum()
    return float(ahead / (count * (count - 1) / 2))
