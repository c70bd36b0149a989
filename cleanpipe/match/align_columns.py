"""The alignment of documents in columns: what `align.align` gives for them, with its loops compiled."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanpipe.match import align_kernel as kernel
from cleanpipe.match.align import NOTHING, Alignment, added, alignment, correspondences
from cleanpipe.match.prepared_batch import PreparedColumns
from cleanpipe.model import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SentenceColumns:
    """n sentences: their places, their words as bounds, shape (n, 2), and their different stems one after another, from
    `begins[i]` on, with their weights. `names` numbers the different stems of the document. `sorted_stems` are the
    stems once more, with the sentence that each stands in. `numbers` are those of sentences that have any."""

    spans: list[Span]
    bounds: NDArray[np.int64]
    stems: NDArray[np.uint64]
    weights: NDArray[np.float64]
    begins: NDArray[np.int64]
    mass: NDArray[np.float64]
    names: NDArray[np.int64]
    sorted_stems: NDArray[np.uint64]
    sentences: NDArray[np.int64]
    numbers: dict[int, frozenset[Hashable]]


def align_columns(a: PreparedColumns, b: PreparedColumns) -> Alignment:
    """Alignment of the bodies of two documents."""
    import numpy as np

    ours, theirs = a.kept("sentences", lambda: _sentences(a)), b.kept("sentences", lambda: _sentences(b))
    if not ours.spans or not theirs.spans:
        return NOTHING
    overlap = np.zeros((len(ours.spans), len(theirs.spans)))
    kernel.overlap(ours.stems, ours.weights, ours.begins, theirs.sorted_stems, theirs.sentences, overlap)
    found = correspondences(overlap, ours.mass, theirs.mass)
    at = found.at_a, found.at_b
    if not len(found.at_a):
        return alignment(found, ours.spans, theirs.spans, 0.0, 0.0, 0.0)
    literal = kernel.literal(a.hashes, b.hashes, ours.bounds, theirs.bounds, *at)
    lengths_a, lengths_b = np.diff(ours.bounds)[:, 0], np.diff(theirs.bounds)[:, 0]
    longest = int(np.minimum(lengths_a[at[0]], lengths_b[at[1]]).sum())
    covered = kernel.covered(ours.stems, ours.weights, ours.begins, theirs.stems, theirs.begins, *at, ours.names)
    conflict = 0.0
    if ours.numbers and theirs.numbers:
        for i, j, share in zip(*(side.tolist() for side in (*at, found.weight)), strict=True):
            left, right = ours.numbers.get(i), theirs.numbers.get(j)
            if left and right and not left & right:
                conflict += share
    together = covered / max(_shared(a, b), 1e-9)
    return alignment(found, ours.spans, theirs.spans, literal / max(longest, 1), min(together, 1.0), conflict)


def _sentences(document: PreparedColumns) -> SentenceColumns:
    import numpy as np

    pieces = list(document.pieces())
    bounds = np.array([(inside.start, inside.stop) for _, inside in pieces], np.int64).reshape(-1, 2)
    bounds += document.title_words
    stems, weights = _stems(document)
    room = int(np.diff(bounds).sum())
    own, weighed = np.empty(room, np.uint64), np.empty(room)
    begins, mass = np.empty(len(bounds) + 1, np.int64), np.empty(len(bounds))
    count = kernel.sentence_stems(stems, weights, bounds, own, weighed, begins, mass)
    own, weighed = own[:count].copy(), weighed[:count].copy()
    order = np.argsort(own, kind="stable")
    sentences = np.repeat(np.arange(len(bounds)), np.diff(begins))
    ordered = own[order]
    new = np.ones(count, bool)
    new[1:] = ordered[1:] != ordered[:-1]
    names = np.empty(count, np.int64)
    names[order] = np.cumsum(new) - 1
    numbers: dict[int, frozenset[Hashable]] = {}
    left = document.sentence_numbers()
    at = 0
    for row, (span, _) in enumerate(pieces):
        first = at
        while at < len(left) and left[at][0] < span.end:
            at += 1
        if at > first:
            numbers[row] = frozenset(value for _, value in left[first:at])
    spans = [span for span, _ in pieces]
    return SentenceColumns(spans, bounds, own, weighed, begins, mass, names, ordered, sentences[order], numbers)


def _stems(document: PreparedColumns) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """Stem and weight of each word."""
    import numpy as np

    stems = np.array(document.stem_ids, np.uint64) if document.letters else document.stem_hashes
    return stems, np.array(document.weights, np.float64)


def _shared(a: PreparedColumns, b: PreparedColumns) -> float:
    """Weight of the different stems of one that stand in the other, as `Prepared.stems` has them."""
    import numpy as np

    stems, weights, first = a.kept("different stems", lambda: _different(a))
    others, _, _ = b.kept("different stems", lambda: _different(b))
    if not len(stems) or not len(others):
        return 0.0
    there = others[np.minimum(np.searchsorted(others, stems), len(others) - 1)] == stems
    order = np.argsort(first[there])
    return added(weights[there][order].tolist())


def _different(document: PreparedColumns) -> tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.int64]]:
    """The different stems, sorted, with the weight of the last word of each and the place of the first."""
    import numpy as np

    stems, weights = _stems(document)
    order = np.argsort(stems, kind="stable")
    ordered = stems[order]
    ends = np.ones(len(order) + 1, bool)
    ends[1:-1] = ordered[1:] != ordered[:-1]
    first, last = np.flatnonzero(ends[:-1]), np.flatnonzero(ends[1:])
    return ordered[first], weights[order[last]], order[first]
