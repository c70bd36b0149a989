"""Withholds probability from pairs that stand in a crowd of half-similar documents.

Where many reports of one event resemble each other, a resemblance says less than where two documents stand alone. This
may withhold a link and never makes one: no probability ever rises.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

FAMILY = 0.9
"""Probability from which two documents are of one family: such neighbours, copies of the same text, are no crowd."""

CROWD_WEIGHT = 2.0
"""Log-odds taken off for each neighbour, counted by its probability; found with `bench/train_verifier.py`."""

CROWD_MOST = 4.0
"""Neighbours beyond this many change nothing: a pair that is beyond all doubt stays one in any crowd."""

_SURE = 1e-9


def withhold(a: Sequence[Hashable], b: Sequence[Hashable], probability: Sequence[float]) -> list[float]:
    """The probabilities, lowered where the neighbourhood asks for it, in the order given.

    One entry for each verified pair of the whole archive, with the probabilities that `verify` gave, whatever the order
    of the pairs. A document's crowd, for a pair, are the other documents it was compared with, each counted by its
    probability, leaving out those that are family of either side. The larger crowd of the two sides counts.
    """
    near: dict[Hashable, dict[Hashable, float]] = {}
    for one, two, value in zip(a, b, probability, strict=True):
        near.setdefault(one, {})[two] = value
        near.setdefault(two, {})[one] = value
    family = {name: {other for other, value in others.items() if value >= FAMILY} for name, others in near.items()}
    lowered = []
    for one, two, value in zip(a, b, probability, strict=True):
        left = family[one] | family[two] | {one, two}
        # fsum is exact: the order of the neighbours makes no difference, not even in the last digit.
        crowd = max(math.fsum(value for other, value in near[side].items() if other not in left) for side in (one, two))
        lowered.append(_lower(value, CROWD_WEIGHT * min(crowd, CROWD_MOST)))
    return lowered


def _lower(probability: float, amount: float) -> float:
    """The probability with this much taken off its log-odds."""
    if probability <= _SURE or probability >= 1 - _SURE:
        return probability
    odds = math.log(probability / (1 - probability)) - amount
    return min(probability, round(1 / (1 + math.exp(-odds)), 6))
