"""Which pairs are compared on their texts: a glance at their sketches settles nine in ten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanpipe.archive import Archive
from cleanpipe.archive.graph import numbered
from cleanpipe.archive.pairs import Pairs, inherited, pairs_of, together
from cleanpipe.archive.reprints import first_of, rested_on, same_words
from cleanpipe.archive.sketches import Sketches, arrival
from cleanpipe.engines.candidates import candidate_pairs
from cleanpipe.model import KEPT_BY_A, KEPT_BY_B

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match import Glances

FEW_PAIRS = 500
"""Pairs that are all compared on their texts, where they are all there are: what screens them takes as long
to load."""

BLOCK = 4_096
"""Documents on each side whose sketches are in memory at once, some 13 kB each."""


def pairs_around(archive: Archive, documents: NDArray[np.uint64]) -> Pairs:
    """All pairs that documents bring with them, sorted: with those of the same words, with the best that the channels
    bring each together with, and those that others have by documents of its words, for which it stands now.

    A pair is wanted where both sides, or documents of the same words, rest on one source, and one of them may retell
    that one's story. Call it after `note_reprints`.
    """
    import numpy as np

    first, copy = same_words(archive, documents)
    a, b, kept = candidate_pairs(archive.connection, np.setdiff1d(documents, copy))
    before = inherited(archive, copy)
    same = np.full(len(copy), KEPT_BY_A | KEPT_BY_B, np.uint8)
    met = [
        pairs_of({"a": first, "b": copy, "kept": same}),
        pairs_of({"a": a, "b": b, "kept": kept}),
        before,
    ]
    columns = together(met)
    both, place = np.unique(np.stack([columns.a, columns.b], axis=1), axis=0, return_inverse=True)
    keeps = np.zeros(len(both), np.uint8)
    np.bitwise_or.at(keeps, place.ravel(), columns.kept)
    rests = rested_on(archive, np.unique(both))
    stands_for = first_of(archive, copy)
    wanted = np.zeros(len(both), bool)
    if rests:
        copies = [one for one in copy.tolist() if stands_for[one] in rests]
        resting = np.isin(both, np.array([*rests, *copies], np.uint64))
        for row in np.flatnonzero(resting.all(axis=1)).tolist():
            one, two = (rests[stands_for.get(end, end)] for end in both[row].tolist())
            wanted[row] = any(one[source] or two[source] for source in one.keys() & two.keys())
    return Pairs(both[:, 0].copy(), both[:, 1].copy(), wanted, keeps)


@dataclass(frozen=True, slots=True)
class Screened:
    """Pairs with what a glance at their sketches tells, and whether each has to be compared on its texts.

    For the others the probability is final.
    """

    pairs: Pairs
    glances: Glances
    probability: NDArray[np.float64]
    close: NDArray[np.bool_]


def screened(archive: Archive, sketches: Sketches, pairs: Pairs) -> Iterator[Screened]:
    """The pairs in parts. Documents of the same words have to be compared on their texts, and pairs that are wanted."""
    import numpy as np

    one, two = _oriented(pairs)
    rows, columns = (_blocks(archive, side) for side in (one, two))
    same = _same_words(archive, pairs)
    block = rows << 32 | columns
    order = np.argsort(block, kind="stable")
    held: dict[int, bytes] = {}
    row = -1
    for part in np.split(order, np.flatnonzero(np.diff(block[order])) + 1):
        if rows[part[0]] != row:
            row = int(rows[part[0]])
            held = sketches(np.unique(one[rows == row]))
        some = pairs.where(part)
        ends = some.documents
        known = {end: held[end] for end in ends.tolist() if end in held}
        others = sketches(ends[[end not in known for end in ends.tolist()]])
        yield glanced({**known, **others}, some, same[part])


def glanced(sketches: Mapping[int, bytes], pairs: Pairs, same: NDArray[np.bool_]) -> Screened:
    """What the sketches tell of pairs, given by the hashes of their documents. `same` are those of the same words."""
    import numpy as np

    from cleanpipe.match import Glances, gate
    from cleanpipe.match.features import CHEAP
    from cleanpipe.match.sketch import measure, screen

    measured = measure(sketches, pairs.a, pairs.b)
    probability = np.round(screen(measured), 6)
    glances = Glances(measured[:, : len(CHEAP)], measured[:, len(CHEAP) :], pairs.wanted)
    return Screened(pairs, glances, probability, pairs.wanted | same | (probability >= gate()))


def _oriented(pairs: Pairs) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The end of each pair that has more pairs, and the other one: a batch of new documents meets each earlier one
    seldom, so that the sketches of all that are held stay the same for many that are read."""
    import numpy as np

    names, counts = np.unique(np.concatenate([pairs.a, pairs.b]), return_counts=True)
    first = counts[names.searchsorted(pairs.a)] >= counts[names.searchsorted(pairs.b)]
    return np.where(first, pairs.a, pairs.b), np.where(first, pairs.b, pairs.a)


def _blocks(archive: Archive, side: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The block that each of these documents is in: of `BLOCK` of them that came one after another."""
    import numpy as np

    names = np.unique(side)
    rank = np.empty(len(names), np.int64)
    rank[np.argsort(arrival(archive, names))] = np.arange(len(names))
    found: NDArray[np.int64] = rank[names.searchsorted(side)] // BLOCK
    return found


def _same_words(archive: Archive, pairs: Pairs) -> NDArray[np.bool_]:
    """Which of the pairs are documents of the same words."""
    import numpy as np

    stands_for = first_of(archive, pairs.b)
    return np.array([stands_for.get(b) == a for a, b in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)], bool)


def by_family(pairs: Pairs) -> NDArray[np.int64]:
    """Rows of the pairs in an order in which those of documents that hang together, over whatever third ones, come one
    after another: each document is then made ready once."""
    import numpy as np

    heads = numbered(pairs.documents, pairs.a, pairs.b)
    order: NDArray[np.int64] = np.lexsort((pairs.b, pairs.a, heads[pairs.documents.searchsorted(pairs.a)]))
    return order
