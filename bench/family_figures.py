"""What links are worth on families whose originals are known: canonicals, abstentions, calibration, relations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

RELATIONS = ("exact", "near-duplicate", "excerpt", "spun", "rewrite", "derived")
BINS = 10


@dataclass
class Made:
    """Records, and of each copy its original's id, its relation to that, and how it was made. An original that isn't
    there has an id that no record has."""

    records: list[dict[str, Any]] = field(default_factory=list)
    truth: dict[str, tuple[str, str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """`right`, `decided_right`: links to the original, of all links and of those that don't abstain."""

    copies: int
    linked: int
    right: float
    decided: float
    decided_right: float
    calibration_error: float
    macro_f1: float
    f1: dict[str, float]
    told: list[tuple[float, bool]]
    """Of each link its confidence in the canonical, and whether that is right."""


def measured(made: Made, links: list[dict[str, Any]]) -> Figures:
    by_copy = {row["copy"]: row for row in links if row["status"] == "linked"}
    rows: list[tuple[bool, bool, float]] = []
    confused: Counter[tuple[str, str]] = Counter()
    centres = {row["canonical"] for row in by_copy.values()}
    for original in sorted({original for original, _, _ in made.truth.values()}):
        if original in by_copy:  # the original taken for a copy
            row = by_copy[original]
            rows.append((False, row["direction"]["abstains"], row["direction"]["confidence"]))
    for copy, (original, relation, _) in made.truth.items():
        if copy not in by_copy:
            if copy not in centres:
                confused[relation, "none"] += 1
            continue
        row = by_copy[copy]
        right = row["canonical"] == original
        rows.append((right, row["direction"]["abstains"], row["direction"]["confidence"]))
        if right:
            confused[relation, row["relation"]] += 1
    decided = [row for row in rows if not row[1]]
    told = [(confidence, right) for right, _, confidence in rows]
    scores = {relation: _f1(confused, relation) for relation in RELATIONS}
    return Figures(
        copies=len(made.truth),
        linked=len(rows),
        right=_share([right for right, _, _ in rows]),
        decided=len(decided) / max(len(rows), 1),
        decided_right=_share([right for right, _, _ in decided]),
        calibration_error=calibration_error(told),
        macro_f1=sum(scores.values()) / len(scores),
        f1=scores,
        told=told,
    )


def calibration_error(told: list[tuple[float, bool]]) -> float:
    """Expected calibration error: in ten bins of equal width, the distance of mean confidence and share of right, each
    bin weighing what is in it (Naeini, Cooper and Hauskrecht 2015)."""
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in told:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return sum(
        abs(sum(confidence for confidence, _ in rows) - sum(right for _, right in rows)) for rows in bins.values()
    ) / max(len(told), 1)


def _f1(confused: Counter[tuple[str, str]], relation: str) -> float:
    hits = confused[relation, relation]
    told = sum(count for (_, said), count in confused.items() if said == relation)
    true = sum(count for (was, _), count in confused.items() if was == relation)
    return 2 * hits / max(told + true, 1)


def _share(found: list[bool]) -> float:
    return sum(found) / max(len(found), 1)


def by_kind(made: Made, links: list[dict[str, Any]]) -> Iterator[str]:
    """What became of the copies of each kind."""
    by_copy = {row["copy"]: row for row in links if row["status"] == "linked"}
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for copy, (_, _, kind) in made.truth.items():
        kinds[kind].append(copy)
    yield "| kind | copies | linked | canonical right | abstains | relations |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for kind, copies in sorted(kinds.items()):
        rows = [by_copy[copy] for copy in copies if copy in by_copy]
        right = [row["canonical"] == made.truth[row["copy"]][0] for row in rows]
        told = Counter(row["relation"] for row, good in zip(rows, right, strict=True) if good)
        relations = ", ".join(f"{name} {count}" for name, count in told.most_common())
        abstained = _share([row["direction"]["abstains"] for row in rows])
        yield f"| {kind} | {len(copies)} | {len(rows)} | {_share(right):.3f} | {abstained:.3f} | {relations} |"
