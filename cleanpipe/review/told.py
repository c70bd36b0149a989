"""What the page is told, as plain JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cleanpipe.decisions import Listed
from cleanpipe.model import Decision
from cleanpipe.review.conflicts import Conflict
from cleanpipe.review.queue import Case

Json = dict[str, Any]

ITEMS_TOLD = 20
"""Decisions of one step that are told; a batch may have thousands."""


def case_row(case: Case, names: Mapping[str, Json]) -> Json:
    """A case, with what its articles are called."""
    link = case.link
    return {
        "copy": link.copy,
        "canonical": link.canonical,
        "relation": link.relation,
        "status": link.status,
        "confidence": link.confidence,
        "rank": case.rank,
        "settles": case.settles,
        "decision": decision_row(case.decision) if case.decision else None,
        "against": list(case.against),
        "article": names.get(link.copy),
        "original": names.get(link.canonical),
    }


def decision_row(decision: Decision) -> Json:
    """A decision by what people called the documents then."""
    return {
        "verdict": decision.verdict,
        "copy": decision.copy_id or decision.copy,
        "canonical": decision.canonical_id or decision.canonical,
        "by": decision.by,
        "at": decision.at,
        "note": decision.note,
    }


def listed_row(item: Listed) -> Json:
    return {
        **decision_row(item.decision),
        "number": item.number,
        "standing": item.standing,
        "newer": decision_row(item.newer) if item.newer else None,
        "against": list(item.against),
    }


def steps(taken: Sequence[tuple[int, Listed]]) -> list[Json]:
    """The steps in which decisions were taken, the newest first: one decision each, or those of a batch or a file."""
    by_step: dict[int, list[Listed]] = {}
    for step, item in taken:
        by_step.setdefault(step, []).append(item)
    return [
        {
            "step": step,
            "count": len(items),
            "counting": sum(
                item.standing in ("counts", "waits") and item.decision.verdict != "withdraw" for item in items
            ),
            "items": [listed_row(item) for item in items[:ITEMS_TOLD]],
        }
        for step, items in sorted(by_step.items(), reverse=True)
    ]


def conflict_row(conflict: Conflict) -> Json:
    return {"counts": listed_row(conflict.counts), "others": [listed_row(item) for item in conflict.others]}


def progress_row(cases: Sequence[Case], taken: Sequence[tuple[int, Listed]], by: str, conflicts: int) -> Json:
    """How far the work is: decisions that count, and cases by their place in the queue."""
    said = {  # what was said twice is one decision, of whom said it last
        (item.decision.verdict, item.decision.copy, item.decision.canonical): item.decision.by
        for _, item in taken
        if item.standing == "counts" and item.decision.verdict != "withdraw"
    }
    people = Counter(said.values())
    return {
        "mine": people[by],
        "decided": len(said),
        "people": dict(sorted(people.items())),
        "waiting": sum(case.rank in ("contradicted", "waiting") for case in cases),
        "linked": sum(case.rank == "linked" for case in cases),
        "conflicts": conflicts,
    }
