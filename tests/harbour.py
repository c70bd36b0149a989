"""Stories of a harbour and matches of them, made by hand: what tests of linking begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cleanpipe.link import Linking, Story, Thresholds, find_credits, link
from cleanpipe.model import Block, Document, Link, Match, Origin, Place, SharedFact, Span

LIMITS = Thresholds(link=0.9, review=0.5)
BODY = "Boats lay at rest in the harbour while the crews argued about the price of anchovies. " * 8
SCORES = {
    "jaccard": 0.1, "containment_a": 0.6, "containment_b": 0.6, "aligned_a": 0.9, "aligned_b": 0.9, "in_order": 1.0,
    "kept": 0.5, "facts_shared": 0.5, "length_ratio": 1.0,
}  # fmt: skip


def key(name: str) -> str:
    return name.ljust(32, "0")


def story(name: str, text: str = BODY, unusual: float | None = None, **fields: Any) -> Story:
    item = Document(key=key(name), id=name, text=text, origin=Origin(name), lang="en", **fields)
    return Story(item, find_credits([item])[0], unusual)


def match(a: str, b: str, probability: float = 0.99, facts: tuple[SharedFact, ...] = (), **scores: float) -> Match:
    assert a < b
    blocks = (
        (Block(Span(0, 80), Span(0, 80), 0.8), Block(Span(90, 160), Span(90, 160), 0.7)) if probability >= 0.5 else ()
    )
    return Match(key(a), key(b), probability, SCORES | scores, blocks, facts)


def exact(a: str, b: str) -> Match:
    return Match(key(a), key(b), 1.0, {"exact": 1.0})


def fact(value: str, kind: str = "headline", rarity: float = 3.5) -> SharedFact:
    return SharedFact(kind, value, Place("text", 0, 5), Place("text", 3, 9), rarity)  # type: ignore[arg-type]


TELLING = (fact("anchovy quotas"), fact("harbour blockade"), fact("ana soto", "name"))


def linked(stories: list[Story], matches: list[Match], known: Sequence[tuple[str, tuple[str, ...]]] = ()) -> Linking:
    return link(stories, matches, known, None, LIMITS)


def by_copy(found: Linking) -> dict[str, Link]:
    assert len({item.copy for item in found.links}) == len(found.links)
    return {item.copy: item for item in found.links}


RETELLING = "An investigation by Reuters shows how anchovy quotas work. " + BODY
OWN_VOICE = (
    "Quotas are sold, according to a Reuters review of tenders. Crews told Reuters so. A mate told Reuters more. "
    + BODY
)
