"""Which pairs are compared on their texts: a glance at their sketches settles nine in ten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanpipe.archive import Archive
from cleanpipe.archive.pairs import Pairs, rested_on, same_words, sketches
from cleanpipe.engines.candidates import candidate_pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match import Glances

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


@dataclass(frozen=True, slots=True)
class Screened:
    """Pairs with what a glance at their sketches tells, and whether each has to be compared on its texts.

    For the others the probability is final.
    """

    pairs: Pairs
    glances: Glances
    probability: NDArray[np.float64]
    close: NDArray[np.bool_]


def screened(archive: Archive, pairs: Pairs) -> Iterator[Screened]:
    """The pairs in parts. Documents of the same words have to be compared on their texts, and pairs that are wanted."""
    import numpy as np

    from cleanpipe.match import Glances, gate
    from cleanpipe.match.features import CHEAP
    from cleanpipe.match.sketch import measure, screen

    names = pairs.documents
    rows, columns = (np.searchsorted(names, side) // BLOCK for side in (pairs.a, pairs.b))
    same = _same_words(archive, pairs)
    block = rows * (len(names) // BLOCK + 1) + columns
    order = np.argsort(block, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(block[order])) + 1):
        some = pairs.where(part)
        measured = measure(sketches(archive, some.documents), some.a, some.b)
        probability = np.round(screen(measured), 6)
        glances = Glances(measured[:, : len(CHEAP)], measured[:, len(CHEAP) :], some.wanted)
        yield Screened(some, glances, probability, some.wanted | same[part] | (probability >= gate()))


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


def by_family(pairs: Pairs) -> NDArray[np.int64]:
    """Rows of the pairs in an order in which those of documents that hang together, over whatever third ones, come one
    after another: each document is then made ready once."""
    import numpy as np

    names = pairs.documents
    ours, theirs = np.searchsorted(names, pairs.a), np.searchsorted(names, pairs.b)
    above = list(range(len(names)))
    for one, two in zip(ours.tolist(), theirs.tolist(), strict=True):
        while above[one] != one:
            above[one] = one = above[above[one]]
        while above[two] != two:
            above[two] = two = above[above[two]]
        above[max(one, two)] = min(one, two)
    heads = np.array(above, np.int64)
    while (heads != heads[heads]).any():
        heads = heads[heads]
    order: NDArray[np.int64] = np.lexsort((pairs.b, pairs.a, heads[ours]))
    return order
