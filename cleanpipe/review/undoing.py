"""What counts again when decisions are taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from cleanpipe.decisions import Listed
from cleanpipe.model import Decision
from cleanpipe.review.links import subject_of


def counted_before(decisions: Sequence[Listed], gone: Mapping[int, int], back: Collection[int]) -> list[Decision]:
    """The decisions that gave way to those with the numbers `back`, oldest first: of each pair or document what was
    said last about it before, unless that was taken back. `gone` has the number that each decision gave way to."""
    last: dict[object, Listed] = {}
    for item in sorted(decisions, key=lambda item: (item.decision.at, item.number)):
        if item.number not in back:
            last[_about(item.decision)] = item
    return [
        item.decision for item in last.values() if item.decision.verdict != "withdraw" and gone.get(item.number) in back
    ]


def names_of(decision: Decision) -> set[str]:
    """What a decision calls the documents that it is about: keys, hashes of words, and names of absent originals."""
    names = (decision.copy, decision.copy_words, decision.canonical, decision.canonical_words)
    return {name for name in names if name is not None}


def _about(decision: Decision) -> object:
    pair = subject_of(decision)
    if pair is not None:
        return pair
    return decision.copy_words or decision.canonical_words or decision.copy or decision.canonical
