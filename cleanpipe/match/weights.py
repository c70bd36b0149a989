"""The verifier's model: boosted trees as arrays, read from `weights.json` and evaluated with NumPy.

`bench/train_verifier.py` learns them and writes the file, with the figures that it was judged by.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEIGHTS = "weights.json"


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted regression trees, side by side: each array has shape (trees, nodes).

    A row goes left where its `feature` is at most `threshold`; a leaf leads to itself. The sum of the leaves' `value`
    and the baseline are log-odds, which `slope` and `intercept` calibrate.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    depth: int
    baseline: float
    slope: float
    intercept: float

    def probability(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probability for rows of features, shape (n, features)."""
        import numpy as np

        total = np.full(len(rows), self.baseline)
        every = np.arange(len(rows))
        for tree in range(len(self.feature)):
            node = np.zeros(len(rows), np.int32)
            for _ in range(self.depth):
                left = rows[every, self.feature[tree, node]] <= self.threshold[tree, node]
                node = np.where(left, self.left[tree, node], self.right[tree, node])
            total += self.value[tree, node]
        result: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(self.slope * total + self.intercept)))
        return result


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities from which a pair is linked, or shown to a person, as found when the weights were learned."""

    link: float
    review: float


@cache
def trees(name: str) -> Trees:
    """The trees of stage "cheap" or "full", those of "full" for other languages than English, "abroad", or those that
    weigh the "neighbourhood"."""
    return build(_table()[name])


def thresholds() -> Thresholds:
    """The thresholds that belong to the shipped weights."""
    table = _table()["thresholds"]
    return Thresholds(float(table["link"]), float(table["review"]))


def gate() -> float:
    """Probability by the cheap features below which the sentences are not looked at."""
    return float(_table()["thresholds"]["gate"])


@cache
def weights_hash() -> str:
    """16 hex digits of the shipped weights."""
    return hashlib.sha256(files("cleanpipe.match").joinpath(WEIGHTS).read_bytes()).hexdigest()[:16]


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(files("cleanpipe.match").joinpath(WEIGHTS).read_text(encoding="utf-8"))
    return table


def build(table: dict[str, Any]) -> Trees:
    """Trees from their JSON form: a list of nodes [feature, threshold, left, right] or [value] for each tree."""
    import numpy as np

    grown = table["trees"]
    shape = (len(grown), max(len(tree) for tree in grown))
    feature, left, right = (np.zeros(shape, np.int32) for _ in range(3))
    threshold, value = np.zeros(shape), np.zeros(shape)
    depth = 0
    for row, tree in enumerate(grown):
        level = {0: 0}
        for at, node in enumerate(tree):
            if len(node) == 1:
                left[row, at] = right[row, at] = at
                value[row, at] = node[0]
            else:
                feature[row, at], threshold[row, at], left[row, at], right[row, at] = node
                level[node[2]] = level[node[3]] = level[at] + 1
                depth = max(depth, level[at] + 1)
    return Trees(
        feature,
        threshold,
        left,
        right,
        value,
        depth,
        float(table["baseline"]),
        float(table["slope"]),
        float(table["intercept"]),
    )
