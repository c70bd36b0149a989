"""Where people said what can't both hold, and nobody has settled it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleanpipe.decisions import Listed
from cleanpipe.model import Decision


@dataclass(frozen=True, slots=True)
class Conflict:
    """`counts` is the later decision, `others` are earlier ones of other people that gave way to it."""

    counts: Listed
    others: tuple[Listed, ...]


def conflicts(decisions: Sequence[Listed]) -> list[Conflict]:
    """The conflicts among decisions, the newest first.

    A conflict is settled once somebody has said again what one of the two said: then that has been said twice.
    """
    said = [_said(item.decision) for item in decisions]
    by_decision = {item.decision: item for item in decisions}
    gave_way: dict[Decision, list[Listed]] = {}
    for item in decisions:
        if item.newer is not None and item.standing == "overruled" and item.decision.by != item.newer.by:
            gave_way.setdefault(item.newer, []).append(item)
    found = [
        Conflict(by_decision[newer], tuple(others))
        for newer, others in gave_way.items()
        if by_decision[newer].standing == "counts" and said.count(_said(newer)) == 1
    ]
    return sorted(found, key=lambda item: (item.counts.decision.at, item.counts.number), reverse=True)


def _said(decision: Decision) -> tuple[str, str | None, str | None]:
    return decision.verdict, decision.copy, decision.canonical
