"""What the other documents say about a pair: whether third texts contradict it, crowd around it, or are as like.

Where many reports of one event resemble each other, a resemblance says less than where two documents stand alone; and
where a third text is a copy of one side and hardly like the other, the two sides are hardly copies of each other. What
a neighbourhood says only ever takes from the probability that the pair would have alone in an archive.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from cleanpipe.match.features import ALIGNED, CHEAP
from cleanpipe.match.weights import trees

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.model import Match

MEASURED = CHEAP + ALIGNED
"""What `verify` measured on the pair itself."""

AROUND = ("stems_max", "soft_max", "aligned_max", "threes_max")
"""Of these, how high they are between either side and the documents that are likest to it."""

AGAINST = (
    *("contradiction", "crowd_max", "crowd_min", "nearer_max", "nearer_min"),
    *(f"around_{name}" for name in AROUND),
    *(f"least_around_{name}" for name in AROUND),
)
"""What third texts say. Each grows with what speaks against a copy."""

NEIGHBOURHOOD = ("own", *AGAINST, *MEASURED)
"""Names of the features, in the order of their values."""

OWN_LEAST = 0.5
"""Probability by its own texts below which no pair is linked, whatever its neighbourhood. Lower bounds bring recall
where there are neighbours to withhold, and wrong links where there are none (record 9)."""

SURE = 8.0
"""Log-odds beyond which a pair is not told from a surer one."""

FAMILY = 2.2
"""Log-odds (a probability of 0.9) from which two documents are of one family: such neighbours are no crowd."""

CROWD_MOST, NEARER_MOST = 4.0, 2
"""More neighbours than these change nothing: the families that were learned from have four members."""

NEARER_BY = 2.0
"""A third text is nearer to one side than to the other from this difference of log-odds up."""

LIKEST = 3
"""Neighbours of a side, the likest by each figure, whose mean counts."""

REPRINT = 0.5
"""Jaccard similarity of word 5-grams from which texts of one family count as one neighbour: a story says no more
against a rewrite of it for having been printed ten times. Where half of the texts were given one to four reprints each,
recall fell by six points without this."""

CROWDED = 6
"""Documents with this many likely copies each may never have been compared, as each keeps its best candidates alone:
of others that were not compared it is known that they are unlike."""


def settle(
    a: NDArray[np.uint64], b: NDArray[np.uint64], probability: NDArray[np.float64], measured: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Probabilities in the light of the neighbourhood, shape (n,).

    One row for each pair of the archive that was compared on its sentences, in any order: the hashes of its documents,
    the probability that `verify` gave, and the values of `MEASURED`, shape (n, features). Pairs of documents with the
    same words (probability 1) are left out of account and stay as they are.
    """
    import numpy as np

    result = probability.copy()
    compared = np.flatnonzero(probability < 1.0)
    asked = probability[compared] >= OWN_LEAST
    if asked.any():
        rows = neighbourhood_features(
            a[compared], b[compared], log_odds(probability[compared]), measured[compared], asked
        )
        result[compared[asked]] = _settled(rows)
    return result


def settle_among(
    families: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    probability: NDArray[np.float64],
    measured: NDArray[np.float32],
    asked: NDArray[np.bool_],
    crowded: Collection[int],
) -> NDArray[np.float64]:
    """The same for some pairs of an archive, those that are `asked` about, shape (asked pairs,).

    The rows are all pairs of different words that either family of an asked one is in; `families` are what the two
    documents of each are called by, one name for all that are `one_neighbour`, and `crowded` those that have `CROWDED`
    other families as likely copies. A pair within one family tells nothing of others, and may be left out where it
    isn't asked about.
    """
    if not asked.any():
        return probability[asked]
    one, two = (side.tolist() for side in families)
    return _settled(_features(one, two, log_odds(probability), measured, asked, crowded))


def one_neighbour(matches: Sequence[Match]) -> NDArray[np.bool_]:
    """Whether the documents of each match, as `verify` gave it, are reprints: one neighbour of a third."""
    import numpy as np

    at = MEASURED.index("jaccard")
    jaccard = np.array([match.measured[at] if match.measured else 0.0 for match in matches])
    probability = np.array([match.probability for match in matches])
    likely: NDArray[np.bool_] = (jaccard >= REPRINT) & (log_odds(probability) >= FAMILY) & (probability < 1.0)
    return likely


def _settled(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    result: NDArray[np.float64] = np.round(trees("neighbourhood").probability(rows), 6)
    return result


def log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of probabilities, limited to ±`SURE`."""
    import numpy as np

    values = np.clip(probability, 1e-9, 1 - 1e-9)
    bounded: NDArray[np.float64] = np.clip(np.log(values / (1 - values)), -SURE, SURE)
    return bounded


def neighbourhood_features(
    a: NDArray[np.uint64],
    b: NDArray[np.uint64],
    own: NDArray[np.float64],
    measured: NDArray[np.float32],
    asked: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Values of `NEIGHBOURHOOD` for the pairs that are asked about, shape (asked pairs, features).

    `own` are the log-odds of all pairs, shape (n,). A neighbour of one side that was never compared with the other is
    as unlike it as can be, but for `CROWDED` ones, of which nothing is known.
    """
    one, two = _reprints(a, b, (measured[:, MEASURED.index("jaccard")] >= REPRINT) & (own >= FAMILY))
    likely: defaultdict[int, set[int]] = defaultdict(set)
    for left, right, value in zip(one, two, own.tolist(), strict=True):
        if left != right and value > 0.0:
            likely[left].add(right)
            likely[right].add(left)
    crowded = {name for name, others in likely.items() if len(others) >= CROWDED}
    return _features(one, two, own, measured, asked, crowded)


def _features(
    one: Sequence[int],
    two: Sequence[int],
    own: NDArray[np.float64],
    measured: NDArray[np.float32],
    asked: NDArray[np.bool_],
    crowded: Collection[int],
) -> NDArray[np.float64]:
    import numpy as np

    near: defaultdict[int, dict[int, tuple[float, tuple[float, ...]]]] = defaultdict(dict)
    around = measured[:, [MEASURED.index(name) for name in AROUND]].astype(np.float64)
    for left, right, value, like in zip(one, two, own.tolist(), map(tuple, around.tolist()), strict=True):
        if left != right:
            known = near[left].get(right)
            if known is not None:
                value, like = max(value, known[0]), tuple(map(max, like, known[1]))
            near[left][right] = near[right][left] = (value, like)
    rows = np.flatnonzero(asked)
    said = []
    for row in rows.tolist():
        ours = _said(near, crowded, one[row], two[row], float(own[row]))
        theirs = _said(near, crowded, two[row], one[row], float(own[row]))
        said.append(
            [
                max(ours[0], theirs[0]),
                *(most for both in zip(ours[1:3], theirs[1:3], strict=True) for most in (max(both), min(both))),
                *map(max, ours[3:], theirs[3:]),
                *map(min, ours[3:], theirs[3:]),
            ]
        )
    against = np.array(said, np.float64).reshape(-1, len(AGAINST))
    return np.hstack([own[rows, None], against, measured[rows].astype(np.float64)])


def _reprints(a: NDArray[np.uint64], b: NDArray[np.uint64], same: NDArray[np.bool_]) -> tuple[list[int], list[int]]:
    """Both sides of the pairs, each document named by the smallest of those that are reprints of one another."""
    first: dict[int, int] = {}

    def root(name: int) -> int:
        while name in first:
            name = first[name]
        return name

    for one, two in sorted(zip(a[same].tolist(), b[same].tolist(), strict=True)):
        left, right = sorted((root(one), root(two)))
        if left != right:
            first[right] = left
    return list(map(root, a.tolist())), list(map(root, b.tolist()))


def _said(
    near: defaultdict[int, dict[int, tuple[float, tuple[float, ...]]]],
    crowded: Collection[int],
    side: int,
    other: int,
    own: float,
) -> list[float]:
    """What the neighbours of one side say: contradiction, crowd, how many are nearer, and the figures of `AROUND`."""
    there = near[other]
    contradiction = -SURE
    nearer = 0
    crowd: list[float] = []
    strangers: list[tuple[float, ...]] = []
    for third, (here, like) in near[side].items():
        if third == other:
            continue
        if here < FAMILY:
            strangers.append(like)
        known = there.get(third)
        if known is None and third in crowded and other in crowded:
            continue
        across = known[0] if known else -SURE
        if here < FAMILY and across < FAMILY:
            crowd.append(1 / (1 + math.exp(-here)))
        nearer += here > own and across < here - NEARER_BY
        contradiction = max(contradiction, min(here, -across))
    # fsum is exact: the order of the neighbours makes no difference, not even in the last digit.
    likest = [math.fsum(sorted(column)[-LIKEST:]) / LIKEST for column in zip(*strangers, strict=True)]
    return [
        contradiction,
        min(math.fsum(crowd), CROWD_MOST),
        min(nearer, NEARER_MOST),
        *(likest or [0.0] * len(AROUND)),
    ]
