"""Which shared facts tell that two documents retell one story, and not only that they are about one subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from cleanpipe.link.sources import Source
from cleanpipe.model import SharedFact

TELLING_RARITY = {"headline": 2.0, "quote": 2.0, "pair": 3.0, "number": 2.5, "name": 2.5}
"""Rarity from which a shared fact of a kind counts. Dates don't: every story of a day has the same one."""

ENOUGH = 2
"""Independent telling facts that a retelling shares with the story."""

PLENTY = 3
"""So many are worth a person's look without a headline pair or a quotation among them."""

SURE_RARITY = 8.0
"""Rarity that the facts of a retelling add up to for a link where just one of them is a headline pair or a quotation.
Two reports of one earthquake, each with a line from the same agency, come to 7."""

MOST_NAMES = 1
"""Names that count: those of the people and places of a subject recur in all that is written of it."""

MOST_PAIRS = 1
"""The same for word pairs that are in neither headline: set phrases of a subject."""

WHOLE_KINDS = ("name", "number", "quote")
MOST_OF_IT, MOST_FACTS, MOST_RARITY = 0.5, 4, 15.0
"""A retelling that has half of all names, numbers and quotations of a story has its facts from there, be none of them a
headline pair: at least so many, not counting the source's name, of at least this rarity together. Independent reports
of one event, which share its places and people, come to a third; the next report of one desk to less than half."""


class Telling(NamedTuple):
    """Independent facts, the rarest first. `enough` for a person to look; `sure` for a link."""

    facts: tuple[SharedFact, ...]
    enough: bool
    sure: bool


def may_tell(facts: Sequence[SharedFact], shared: float) -> bool:
    """Whether `telling` may find enough among these facts, whatever the source: nothing is looked at here but how many
    there are of each kind."""
    whole = [fact for fact in facts if fact.kind in WHOLE_KINDS]
    if (
        shared >= MOST_OF_IT
        and len({fact.value for fact in whole}) >= MOST_FACTS
        and sum(fact.rarity for fact in whole) >= MOST_RARITY
    ):
        return True
    counts = Counter(fact.kind for fact in facts if fact.rarity >= TELLING_RARITY.get(fact.kind, 99.0))
    strong = counts["headline"] + counts["quote"]
    most = strong + counts["number"] + min(counts["name"], MOST_NAMES) + min(counts["pair"], MOST_PAIRS)
    return most >= (ENOUGH if strong else PLENTY)


def telling(facts: Sequence[SharedFact], source: Source | None, shared: float = 0.0) -> Telling:
    """The facts that count, each of words that no other has, none of them the name of the credited source.

    `shared` is the share of the facts of the side that has fewer, as verification found it (`facts_shared`).
    """
    used = {word for name in (source.names + source.abbreviations if source else ()) for word in name.lower().split()}
    whole = tuple(fact for fact in facts if fact.kind in WHOLE_KINDS and used.isdisjoint(fact.value.split()))
    if (
        shared >= MOST_OF_IT
        and len({fact.value for fact in whole}) >= MOST_FACTS
        and sum(fact.rarity for fact in whole) >= MOST_RARITY
    ):
        return Telling(whole, True, True)
    chosen: list[SharedFact] = []
    left = {"name": MOST_NAMES, "pair": MOST_PAIRS}
    for fact in sorted(
        facts, key=lambda item: (item.kind != "headline", -item.rarity, item.kind, item.value, item.a, item.b)
    ):
        words = set(fact.value.split())
        if (
            fact.rarity < TELLING_RARITY.get(fact.kind, 99.0)
            or not used.isdisjoint(words)
            or not left.get(fact.kind, 1)
        ):
            continue
        if fact.kind in left:
            left[fact.kind] -= 1
        used |= words
        chosen.append(fact)
    strong = sum(fact.kind in ("headline", "quote") for fact in chosen)
    rarity = sum(fact.rarity for fact in chosen)
    enough = len(chosen) >= (ENOUGH if strong else PLENTY)
    return Telling(tuple(chosen), enough, enough and (strong > 1 or (strong == 1 and rarity >= SURE_RARITY)))
