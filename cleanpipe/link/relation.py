"""What a copy is to its original: which of the six relations, decided by named thresholds on the figures of their match."""

from __future__ import annotations

from typing import NamedTuple

from cleanpipe.link.story import Pair, Thresholds
from cleanpipe.model import Relation

LITERAL = 0.85
"""Share of words kept inside corresponding sentences from which these were copied and not worded anew."""

EXCERPT_COVERED = 0.75
"""Share of an excerpt's sentences that stand in the original."""

EXCERPT_LENGTH = 0.8
"""An excerpt has at most this many words for each of the original's."""

NEARLY_WHOLE = 0.8
"""Share of both sides' sentences that correspond in a copy that was lightly edited throughout."""

SPUN_KEPT = 0.4
"""Share of words kept from which sentences had single words replaced; below it they were worded anew."""

SPUN_ORDER = 0.8
"""Spinning programs go through a text from front to back; share of corresponding sentences in the same order."""

CORRESPONDS = 0.2
"""Share of sentences on the better covered side from which sentences correspond at all; below it a story is retold."""


class Judged(NamedTuple):
    relation: Relation
    says: str


def relation(pair: Pair, unusual: float | None, limits: Thresholds) -> Judged:
    """The relation of `pair.copy` to `pair.other`, and why. `unusual` is the copy's share of unusual word pairs."""
    if pair.exact:
        return Judged("exact", "the same words")
    jaccard, kept = pair.score("jaccard"), pair.score("kept")
    if jaccard >= limits.near_duplicate_jaccard:
        return Judged("near-duplicate", f"{jaccard:.0%} of the runs of five words are the same")
    spun = unusual is not None and unusual >= limits.unusual
    covered = max(pair.copy_covered, pair.other_covered)
    if kept >= LITERAL and not spun:
        if pair.copy_covered >= EXCERPT_COVERED and pair.length_ratio <= EXCERPT_LENGTH:
            return Judged("excerpt", f"{pair.copy_covered:.0%} of it, word for word, are a part of the original")
        if min(pair.copy_covered, pair.other_covered) >= NEARLY_WHOLE:
            return Judged("near-duplicate", "nearly every sentence stands in both, word for word")
        return Judged("excerpt", "sentences of the original stand in it word for word, among others")
    if covered < CORRESPONDS and not spun:
        return Judged("derived", "hardly a sentence corresponds, what it tells does")
    if spun or (kept >= SPUN_KEPT and pair.score("in_order") >= SPUN_ORDER):
        return Judged("spun", f"sentence by sentence in the same order, {kept:.0%} of the words kept")
    return Judged("rewrite", f"the sentences correspond, {kept:.0%} of the words kept")
