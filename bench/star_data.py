"""Clusters as linking makes them, from probabilities alone: what a threshold of pairs means for whole stories."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

PRECISION, SAME_EVENT = 0.992, 0.01
"""Asked for are .99 and 1 %. Texts of other makes than those that were learned from lose a little precision,
and a link too many costs more than a copy that a person is asked about."""

STEPS = np.round(np.arange(0.4, 0.991, 0.01), 2)

Name = tuple[str, str]


def together(probability: Mapping[Name, float], edge: float) -> set[Name]:
    """All pairs of texts that end up in one star where pairs from `edge` up are strong."""
    near: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (a, b), value in probability.items():
        if value >= edge:
            near[a][b] = near[b][a] = value
    star: dict[str, str] = {}
    for text in sorted(near, key=lambda text: (-round(sum(near[text].values()), 6), text)):
        centres = [(value, other) for other, value in near[text].items() if star.get(other) == other]
        star[text] = max(centres)[1] if centres else text
    members: defaultdict[str, list[str]] = defaultdict(list)
    for text in sorted(star):
        members[star[text]].append(text)
    return {pair for texts in members.values() for pair in itertools.combinations(texts, 2)}


class Score:
    """Precision, recall and share of same-event pairs of clusters, against pairs that are known."""

    def __init__(self, gold: Iterable[Name], apart: Iterable[Name], ignored: Iterable[Name]) -> None:
        self.ignored = set(ignored)
        self.gold = set(gold) - self.ignored
        self.apart = set(apart)

    def figures(self, found: set[Name]) -> tuple[float, float, float]:
        counted = found - self.ignored
        right = len(counted & self.gold)
        return right / max(len(counted), 1), right / len(self.gold), len(counted & self.apart) / len(self.apart)

    def lowest_edge(self, probability: Mapping[Name, float]) -> float:
        """The lowest threshold from which on up precision is reached with few enough same-event pairs.

        Raises ValueError where there is none.
        """
        edge = 1.0
        for step in STEPS[::-1].tolist():
            precision, _, same_event = self.figures(together(probability, step))
            if precision < PRECISION or same_event > SAME_EVENT:
                break
            edge = step
        if edge == 1.0:
            raise ValueError(f"no threshold reaches a precision of {PRECISION}")
        return edge
