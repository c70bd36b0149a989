"""Precision against recall: what the links are worth from each confidence up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from cleanpipe.evaluate.clusters import Clusters
from cleanpipe.evaluate.gold import Gold

MOST_POINTS = 100
"""Points of a curve: one for each hundredth of recall is more than a plot shows."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Precision and recall of pairs where each link of at least this confidence counts, left for review or not."""

    threshold: float
    precision: float
    recall: float


def curve(links: Sequence[Mapping[str, Any]], gold: Gold, marked: float) -> tuple[CurvePoint, ...]:
    """Points by falling threshold, so by rising recall; where recall hardly moves only the last stands, and the one
    where all links of confidence `marked` and more count.

    `links` are rows with `copy`, `canonical` and `confidence` of documents in the gold. None without gold pairs, and
    none where a link has no confidence.
    """
    if not gold.truth or any(not isinstance(row.get("confidence"), int | float) for row in links):
        return ()
    clusters = Clusters(gold)
    points: dict[int, CurvePoint] = {}
    at_mark: list[CurvePoint] = []
    for threshold, rows in groupby(sorted(links, key=_doubt), key=_doubt):
        for row in rows:
            clusters.join(row["copy"], row["canonical"])
        if clusters.pairs:
            recall = clusters.found / len(gold.truth)
            point = CurvePoint(-threshold, clusters.found / clusters.pairs, recall)
            points[int(recall * MOST_POINTS)] = point
            if point.threshold >= marked:
                at_mark = [point]
    return tuple(sorted({*points.values(), *at_mark}, key=lambda point: -point.threshold))


def _doubt(row: Mapping[str, Any]) -> float:
    return -float(row["confidence"])
