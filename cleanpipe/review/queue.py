"""Which links a person looks at first: those that nobody is sure of, and on which most hangs.

A case is a link, or several between documents of the same words, which one decision settles. The order is a pure
function of links and decisions: the same archive gives everybody the same queue, but for what they left to others.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cleanpipe.decisions import Listed
from cleanpipe.model import Decision
from cleanpipe.review.links import Linked, Subject, subject_of
from cleanpipe.text.jsonline import dump

Rank = Literal["contradicted", "waiting", "linked", "decided"]
RANKS: tuple[Rank, ...] = ("contradicted", "waiting", "linked", "decided")
"""In the order of the queue: new evidence against a decision, links that wait for one, all other links, and those
that were decided, which are no longer in it."""

DIRECTION_COUNTS = 0.5
"""What a doubt about who copied whom counts beside a doubt about the link: where it is wrong, a reprint is found
nevertheless, only under the wrong name."""


@dataclass(frozen=True, slots=True)
class Case:
    """A link to look at. `settles`: how many articles change their place if it is decided otherwise. `decision` is what
    counts about it, `against` what newer evidence says against that."""

    link: Linked
    rank: Rank
    value: float
    settles: int
    decision: Decision | None = None
    against: tuple[str, ...] = ()


def doubt(probability: float) -> float:
    """The entropy of a yes or no in bits: 1 at even odds, 0 where it is certain.

    >>> doubt(0.5), doubt(1.0), round(doubt(0.9), 2)
    (1.0, 0.0, 0.47)
    """
    if not 0.0 < probability < 1.0:
        return 0.0
    rest = 1.0 - probability
    return -(probability * math.log2(probability) + rest * math.log2(rest))


def cases(links: Sequence[Linked], decisions: Iterable[Listed], by: str) -> list[Case]:
    """All cases in the order of the queue, for the person `by`: what somebody else left unsure is open for them, what
    they left unsure themselves is not."""
    said = by_subject(decisions)
    copies = Counter(link.story for link in links)
    resting = Counter(name for link in links for name in link.via)
    alike = Counter(link.subject for link in links)
    seen: set[Subject] = set()
    found = []
    for link in links:
        if link.subject in seen:
            continue
        seen.add(link.subject)
        settles = alike[link.subject] + resting[link.copy]
        value = doubt(link.confidence) * math.log2(1 + settles)
        if link.direction is not None:
            turned = DIRECTION_COUNTS * doubt(link.direction) * math.log2(1 + copies[link.story])
            value = max(value, turned)
        item = said.get(link.subject)
        decision, against = (item.decision, item.against) if item else (None, ())
        found.append(Case(link, _rank(link, item, by), value, settles, decision, against))
    return sorted(found, key=lambda case: (RANKS.index(case.rank), -case.value, case.link.copy))


def fingerprint(found: Iterable[Case]) -> str:
    """16 hex digits that tell apart what a list of cases is about."""
    return hashlib.sha256(dump([[case.link.copy, case.link.canonical] for case in found])).hexdigest()[:16]


def _rank(link: Linked, said: Listed | None, by: str) -> Rank:
    if said is not None and said.against:
        return "contradicted"
    if said is not None and not (said.decision.verdict == "unsure" and said.decision.by != by):
        return "decided"
    return "waiting" if link.status == "review" else "linked"


def by_subject(decisions: Iterable[Listed]) -> dict[Subject, Listed]:
    """The newest decision that counts about each pair."""
    found: dict[Subject, Listed] = {}
    for item in sorted(decisions, key=lambda item: (item.decision.at, item.number)):
        subject = subject_of(item.decision)
        if subject is not None and item.standing == "counts" and item.decision.verdict != "withdraw":
            found[subject] = item
    return found
