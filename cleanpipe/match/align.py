"""Which sentences of two documents correspond, however they were moved, merged, split or dropped."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanpipe.match.prepared import Prepared, Sentence
from cleanpipe.model import Block, Span

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


@dataclass(frozen=True, slots=True)
class Correspondences:
    """Pairs of sentences that correspond, `at_a` and `at_b`, in their order on both sides; how alike each is, and the
    weight of the stems that it shares. The shares are those of `Alignment`."""

    at_a: NDArray[np.int64]
    at_b: NDArray[np.int64]
    similarity: NDArray[np.float64]
    weight: NDArray[np.float64]
    soft_a: float
    soft_b: float
    aligned_a: float
    aligned_b: float


def align(a: Prepared, b: Prepared) -> Alignment:
    """Alignment of the bodies of two documents."""
    import numpy as np

    ours, theirs = a.sentences, b.sentences
    if not ours or not theirs:
        return NOTHING
    mass_a = np.array([sentence.mass for sentence in ours])
    mass_b = np.array([sentence.mass for sentence in theirs])
    found = correspondences(_overlap(ours, theirs), mass_a, mass_b)
    literal, longest, conflict = 0, 0, 0.0
    one, two = a.hash_list, b.hash_list
    covered: dict[int, float] = {}
    for i, j, share in zip(found.at_a.tolist(), found.at_b.tolist(), found.weight.tolist(), strict=True):
        left, right = ours[i], theirs[j]
        literal += _common(one[left.words.start : left.words.stop], two[right.words.start : right.words.stop])
        longest += min(len(left.words), len(right.words))
        if left.numbers and right.numbers and not left.numbers & right.numbers:
            conflict += share
        covered.update((stem, mass) for stem, mass in left.stems.items() if stem in right.stems)
    shared = added(mass for stem, mass in a.stems.items() if stem in b.stems) if covered else 0.0
    together = min(added(covered.values()) / max(shared, 1e-9), 1.0)
    spans_a, spans_b = [sentence.span for sentence in ours], [sentence.span for sentence in theirs]
    return alignment(found, spans_a, spans_b, literal / max(longest, 1), together, conflict)


def correspondences(
    overlap: NDArray[np.float64], mass_a: NDArray[np.float64], mass_b: NDArray[np.float64]
) -> Correspondences:
    """From the weight of the stems that each two sentences share, and the weight of each sentence."""
    import numpy as np

    least = np.minimum(mass_a[:, None], mass_b[None, :])
    most = np.maximum(mass_a[:, None], mass_b[None, :])
    similarity = overlap / np.maximum(SHORTER_COUNTS * least + (1 - SHORTER_COUNTS) * most, LEAST_MASS)
    best_a, best_b = similarity.argmax(axis=1), similarity.argmax(axis=0)
    soft_a = float(np.minimum(overlap.max(axis=1) / np.maximum(mass_a, 1e-9), 1.0) @ mass_a / max(mass_a.sum(), 1e-9))
    soft_b = float(np.minimum(overlap.max(axis=0) / np.maximum(mass_b, 1e-9), 1.0) @ mass_b / max(mass_b.sum(), 1e-9))
    linked = np.zeros(similarity.shape, bool)
    linked[np.arange(len(mass_a)), best_a] = True
    linked[best_b, np.arange(len(mass_b))] = True
    linked &= (similarity >= ALIKE) & (least >= LEAST_MASS)
    at_a, at_b = np.nonzero(linked)
    shares = (0.0, 0.0)
    if len(at_a):
        shares = (
            float(mass_a[np.unique(at_a)].sum() / mass_a.sum()),
            float(mass_b[np.unique(at_b)].sum() / mass_b.sum()),
        )
    return Correspondences(at_a, at_b, similarity[at_a, at_b], overlap[at_a, at_b], soft_a, soft_b, *shares)


def alignment(
    found: Correspondences,
    spans_a: Sequence[Span],
    spans_b: Sequence[Span],
    kept: float,
    together: float,
    conflict: float,
) -> Alignment:
    """The alignment that corresponding sentences make, with the share of words kept and of shared words together, and
    the weight of sentences whose numbers differ."""
    import numpy as np

    if not len(found.at_a):
        return Alignment((), found.soft_a, found.soft_b, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    weight = found.weight
    likeness = np.minimum(found.similarity, 1.0)
    blocks = tuple(
        Block(spans_a[i], spans_b[j], round(alike, 4))
        for i, j, alike in zip(found.at_a.tolist(), found.at_b.tolist(), likeness.tolist(), strict=True)
    )
    return Alignment(
        blocks,
        found.soft_a,
        found.soft_b,
        found.aligned_a,
        found.aligned_b,
        _in_order(found.at_b.tolist(), weight.tolist()),
        kept,
        together,
        float(likeness @ weight / weight.sum()),
        conflict / float(weight.sum()),
    )


def added(values: Iterable[float]) -> float:
    """Their sum, added up one by one, which `sum` does in some versions of Python only."""
    total = 0.0
    for value in values:
        total += value
    return total


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
