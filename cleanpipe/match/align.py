"""Which sentences of two documents correspond, however they were moved, merged, split or dropped."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanpipe.match.prepared import Prepared, Sentence
from cleanpipe.model import Block

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALIKE = 0.34
"""Similarity from which two sentences are said to correspond. Sentences on one event by two writers rarely reach it,
rewritten ones mostly do."""

SHORTER_COUNTS = 0.65
"""How far similarity is measured on the shorter sentence: a rewriter splits and merges sentences."""

LEAST_MASS = 6.0
"""A sentence lighter than this (two content words) corresponds to none: "He said so." stands in any article."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Corresponding sentences and what they say of the two documents; all figures are shares from 0 to 1.

    `soft_*`: weight of a side's sentences, each times its best similarity on the other side. `aligned_*`: weight of a
    side's sentences that correspond to one. `in_order`: weight of the correspondences that keep their order. `kept`:
    words of corresponding sentences that stand literally and in order in both. `together`: weight of the shared words
    that are shared inside corresponding sentences. `conflict`: weight of corresponding sentences that both have numbers
    and share none.
    """

    blocks: tuple[Block, ...]
    soft_a: float
    soft_b: float
    aligned_a: float
    aligned_b: float
    in_order: float
    kept: float
    together: float
    similarity: float
    conflict: float


NOTHING = Alignment((), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def align(a: Prepared, b: Prepared) -> Alignment:
    """Alignment of the bodies of two documents."""
    import numpy as np

    ours, theirs = a.sentences, b.sentences
    if not ours or not theirs:
        return NOTHING
    overlap = _overlap(ours, theirs)
    mass_a = np.array([sentence.mass for sentence in ours])
    mass_b = np.array([sentence.mass for sentence in theirs])
    least = np.minimum(mass_a[:, None], mass_b[None, :])
    most = np.maximum(mass_a[:, None], mass_b[None, :])
    similarity = overlap / np.maximum(SHORTER_COUNTS * least + (1 - SHORTER_COUNTS) * most, LEAST_MASS)
    best_a, best_b = similarity.argmax(axis=1), similarity.argmax(axis=0)
    rows, columns = np.arange(len(ours)), np.arange(len(theirs))
    soft_a = float(np.minimum(overlap.max(axis=1) / np.maximum(mass_a, 1e-9), 1.0) @ mass_a / max(mass_a.sum(), 1e-9))
    soft_b = float(np.minimum(overlap.max(axis=0) / np.maximum(mass_b, 1e-9), 1.0) @ mass_b / max(mass_b.sum(), 1e-9))
    linked = np.zeros(similarity.shape, bool)
    linked[rows, best_a] = True
    linked[best_b, columns] = True
    linked &= (similarity >= ALIKE) & (least >= LEAST_MASS)
    at_a, at_b = np.nonzero(linked)
    if not len(at_a):
        return Alignment((), soft_a, soft_b, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    weight = overlap[at_a, at_b]
    blocks = tuple(
        Block(ours[i].span, theirs[j].span, round(float(min(similarity[i, j], 1.0)), 4))
        for i, j in zip(at_a.tolist(), at_b.tolist(), strict=True)
    )
    literal, longest, conflict = 0, 0, 0.0
    one, two = a.hash_list, b.hash_list
    for i, j, share in zip(at_a.tolist(), at_b.tolist(), weight.tolist(), strict=True):
        left, right = ours[i], theirs[j]
        literal += _common(one[left.words.start : left.words.stop], two[right.words.start : right.words.stop])
        longest += min(len(left.words), len(right.words))
        if left.numbers and right.numbers and not left.numbers & right.numbers:
            conflict += share
    covered: dict[int, float] = {}
    for i, j in zip(at_a.tolist(), at_b.tolist(), strict=True):
        covered.update((stem, mass) for stem, mass in ours[i].stems.items() if stem in theirs[j].stems)
    shared = sum(mass for stem, mass in a.stems.items() if stem in b.stems)
    return Alignment(
        blocks,
        soft_a,
        soft_b,
        float(mass_a[np.unique(at_a)].sum() / mass_a.sum()),
        float(mass_b[np.unique(at_b)].sum() / mass_b.sum()),
        _in_order(at_b.tolist(), weight.tolist()),
        literal / max(longest, 1),
        min(sum(covered.values()) / max(shared, 1e-9), 1.0),
        float(np.minimum(similarity[at_a, at_b], 1.0) @ weight / weight.sum()),
        conflict / float(weight.sum()),
    )


def _overlap(ours: list[Sentence], theirs: list[Sentence]) -> NDArray[np.float64]:
    """Weight of the stems that each two sentences share."""
    import numpy as np

    where: dict[int, list[int]] = {}
    for j, sentence in enumerate(theirs):
        for stem in sentence.stems:
            where.setdefault(stem, []).append(j)
    table = np.zeros((len(ours), len(theirs)))
    for i, sentence in enumerate(ours):
        row = table[i]
        for stem, mass in sentence.stems.items():
            found = where.get(stem)
            if found is not None:
                for j in found:
                    row[j] += mass
    return table


def _common(one: list[int], two: list[int]) -> int:
    """Length of the longest common subsequence of words."""
    if one == two:
        return len(one)
    from rapidfuzz.distance import LCSseq

    return int(LCSseq.similarity(one, two))


def _in_order(columns: list[int], weights: list[float]) -> float:
    """Share of the weight in the heaviest run of correspondences whose order is the same on both sides.

    `columns` are the other side's sentences, sorted by this side's. Found with the ends of the best runs kept in order.
    """
    ends: list[int] = []
    sums: list[float] = []
    for column, weight in zip(columns, weights, strict=True):
        at = bisect_left(ends, column + 1)
        total = weight + (sums[at - 1] if at else 0.0)
        # Keep (end, sum) strictly increasing in both: drop the later ends that now are worse.
        if at and ends[at - 1] == column:
            at -= 1
        stop = at
        while stop < len(ends) and sums[stop] <= total:
            stop += 1
        ends[at:stop] = [column]
        sums[at:stop] = [total]
    return (sums[-1] / sum(weights)) if sums else 0.0
