"""Which pairs are compared on their texts: a glance at their sketches settles nine in ten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cleanpipe.archive import Archive
from cleanpipe.archive.pairs import Pairs, rested_on, same_words, sketches
from cleanpipe.engines.candidates import candidate_pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEW_PAIRS = 3_000
"""Pairs that are all compared on their texts: what screens them takes a second to load."""

BLOCK = 4_096
"""Documents on each side whose sketches are in memory at once, some 13 kB each."""


def pairs_to_compare(archive: Archive) -> Pairs:
    """All pairs that linking goes by: documents of the same words, and those that the channels bring together. Sorted.

    A pair is wanted where both sides, or documents of the same words, rest on one source.
    """
    import numpy as np

    first, copy = same_words(archive)
    a, b = candidate_pairs(archive.connection, copy)
    both = np.unique(np.stack([np.concatenate([first, a]), np.concatenate([copy, b])], axis=1), axis=0)
    rests = rested_on(archive)
    for one, other in zip(first.tolist(), copy.tolist(), strict=True):
        if other in rests:
            rests[one] = rests.get(one, frozenset()) | rests[other]
    wanted = np.zeros(len(both), bool)
    if rests:
        resting = np.array(sorted(rests), np.uint64)
        for row in np.flatnonzero(np.isin(both, resting).all(axis=1)).tolist():
            wanted[row] = not rests[int(both[row, 0])].isdisjoint(rests[int(both[row, 1])])
    return Pairs(both[:, 0].copy(), both[:, 1].copy(), wanted)


def screened(archive: Archive, pairs: Pairs) -> Iterator[tuple[Pairs, NDArray[np.float64], NDArray[np.bool_]]]:
    """Parts of the pairs, with the probability of each at a glance and whether it has to be compared on the texts.

    Documents of the same words have to be, and pairs that are wanted. For the others the probability is final.
    """
    import numpy as np

    from cleanpipe.match import gate
    from cleanpipe.match.sketch import screen

    names = np.unique(np.concatenate([pairs.a, pairs.b]))
    rows, columns = (np.searchsorted(names, side) // BLOCK for side in (pairs.a, pairs.b))
    same = _same_words(archive, pairs)
    block = rows * (len(names) // BLOCK + 1) + columns
    order = np.argsort(block, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(block[order])) + 1):
        some = pairs.where(part)
        known = sketches(archive, np.unique(np.concatenate([some.a, some.b])))
        probability = screen(known, some.a, some.b)
        yield some, np.round(probability, 6), some.wanted | same[part] | (probability >= gate())


def _same_words(archive: Archive, pairs: Pairs) -> NDArray[np.bool_]:
    """Which of the pairs are documents of the same words."""
    import numpy as np

    first, copy = same_words(archive)
    kind = np.dtype([("a", np.uint64), ("b", np.uint64)])
    found, among = np.empty(len(pairs), kind), np.empty(len(first), kind)
    found["a"], found["b"] = pairs.a, pairs.b
    among["a"], among["b"] = first, copy
    result: NDArray[np.bool_] = np.isin(found, among)
    return result
