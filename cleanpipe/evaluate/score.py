"""Figures of links that are scored against checked clusters."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleanpipe.evaluate.clusters import Clusters
from cleanpipe.evaluate.curve import CurvePoint, curve
from cleanpipe.evaluate.gold import Pair, ordered, read_gold, read_links


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Documents that share a canonical, and that canonical, are one predicted cluster; its pairs are what is scored."""

    documents: int
    links: int
    precision: float
    """Share of predicted pairs that are gold pairs; 1.0 where none was predicted."""
    recall: float
    """Share of gold pairs that were predicted; 1.0 where there are none."""
    f1: float
    canonical_accuracy: float | None
    """Share of copies with a known original whose link names exactly that; None without such copies."""
    false_links_per_1000: float
    """Links from a document to another of the corpus that are no gold pair, for each 1,000 documents."""
    negatives_linked: Mapping[str, str]
    """By reason: pairs that must not be linked and share a cluster, of all such pairs, as "3/120"."""
    recall_by_kind: Mapping[str, float]
    """By "set/kind" of copy."""
    curve: tuple[CurvePoint, ...]
    """Precision against recall by confidence; empty where links have none."""
    threshold: float
    """The confidence from which this version links, where the evidence is of more than one kind."""

    @property
    def at_threshold(self) -> CurvePoint | None:
        """The point of the curve where all links from the threshold up count; None where there are none."""
        return min(
            (point for point in self.curve if point.threshold >= self.threshold),
            key=lambda point: point.threshold,
            default=None,
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        tree = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        tree["curve"] = [dataclasses.asdict(point) for point in self.curve]
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in tree.items()}


def evaluate(links: Path, gold: Path, *, with_review: bool = False) -> Evaluation:
    """Scores links against gold.

    `links` is an archive folder or a links.jsonl. `gold` is a folder with gold*.jsonl {set, canonical, members,
    kinds}, and where there are any negatives*.jsonl {a, b, why} (pairs that must not be linked), ignore*.jsonl {a, b}
    (pairs that count neither way); the documents are those of corpus.jsonl[.gz] {id} or, without it, of sets*.jsonl
    {id}. Pairs that are left for review count as linked only `with_review`; in the curve a link counts by its
    confidence alone.

    Raises InputError for a file that is missing, can't be read, or lacks a field.
    """
    from cleanpipe.match import thresholds

    known = read_gold(gold)
    ids, truth = known.ids, known.truth
    rows = [row for row in read_links(links) if row["copy"] in ids and row["status"] in ("linked", "review")]
    counted = [row for row in rows if with_review or row["status"] == "linked"]
    clusters = Clusters(known)
    canonical_of: dict[str, str] = {}
    for row in counted:
        canonical_of[row["copy"]] = row["canonical"]
        clusters.join(row["copy"], row["canonical"])

    def predicted(pair: Pair) -> bool:
        a, b = pair
        return a != b and a in ids and b in ids and pair not in known.ignored and clusters.together(a, b)

    found = {pair for pair in truth if predicted(pair)}
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for pair, (name, kinds) in truth.items():
        for kind in kinds:
            by_kind[f"{name}/{kind}"].append(pair in found)
    named = [canonical_of.get(copy) == canonical for copy, canonical in known.copies]
    negatives: dict[str, list[bool]] = defaultdict(list)
    for pair, why in known.negatives:
        negatives[why].append(predicted(pair))
    false_links = sum(
        canonical in ids and (pair := ordered(copy, canonical)) not in truth and pair not in known.ignored
        for copy, canonical in canonical_of.items()
    )
    precision = len(found) / clusters.pairs if clusters.pairs else 1.0
    recall = len(found) / len(truth) if truth else 1.0
    threshold = thresholds().link
    return Evaluation(
        documents=len(ids),
        links=len(canonical_of),
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        canonical_accuracy=sum(named) / len(named) if named else None,
        false_links_per_1000=1000 * false_links / len(ids),
        negatives_linked={why: f"{sum(hits)}/{len(hits)}" for why, hits in sorted(negatives.items())},
        recall_by_kind={kind: round(sum(hits) / len(hits), 4) for kind, hits in sorted(by_kind.items())},
        curve=curve(rows, known, threshold),
        threshold=threshold,
    )
