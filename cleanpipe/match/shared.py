"""Facts that two documents share, each with its place on both sides, for evidence."""

from __future__ import annotations

from collections.abc import Iterator

from cleanpipe.language.facts import word_rarity
from cleanpipe.language.tokens import commonness
from cleanpipe.match.prepared import Prepared
from cleanpipe.match.shown import Shown
from cleanpipe.model import Fact, Place, SharedFact

NEAR = 4
"""Words by which the two words of a headline pair may lie apart in the other text."""

ENOUGH = 2
"""Other shared facts from which word pairs are looked for too."""

MOST = 40
"""Shared facts that are kept of a pair, the rarest."""

WORD_RARITY, WORDS_LEAST, WORDS_MOST = 1.0, 3, 10
"""Of two texts that share nothing else one can point at, words from this rarity up (one in 10,000 and rarer) are named,
so many at least and at most: free retellings of a few lines have no sentence and no fact in common."""


def shared_facts(a: Prepared, b: Prepared) -> tuple[SharedFact, ...]:
    """Shared facts, each value once, rarest first: numbers, dates, names, quotations, word pairs and headline pairs.

    Word pairs are looked for where there are `ENOUGH` others: by themselves they say too little to be worth the time.
    """
    ours, theirs = a.shown, b.shown
    found = [
        _both(ours.fact(ours.first[key]), theirs.where(theirs.first[key])) for key in ours.first.keys() & theirs.first
    ]
    taken = {word for fact in found if fact.kind == "name" for word in fact.value.split(" ")}
    found.extend(_part_names(ours, theirs, taken))
    found.extend(_headline_pairs(ours, b, frozenset(), swap=False))
    have = frozenset(fact.value for fact in found if fact.kind == "headline")
    found.extend(_headline_pairs(theirs, a, have, swap=True))
    if len(found) >= ENOUGH:
        for key in ours.pairs.keys() & theirs.pairs:
            one = ours.pair(ours.pairs[key])
            if one is not None:
                found.append(_both(one, theirs.where_pair(theirs.pairs[key])))
    found.sort(key=lambda fact: (-fact.rarity, fact.kind, fact.value, fact.a, fact.b))
    return tuple(found[:MOST])


def _both(fact: Fact, there: tuple[Place, float]) -> SharedFact:
    place, rarity = there
    return SharedFact(fact.kind, fact.value, fact.place, place, min(fact.rarity, rarity))


def shared_words(a: Prepared, b: Prepared) -> tuple[SharedFact, ...]:
    """Uncommon words that stand in both texts, in whatever form, rarest first; none where they are few."""
    ours, theirs = _uncommon(a), _uncommon(b)
    found = [
        SharedFact("word", word, a.place(at, at), b.place(theirs[stem][1], theirs[stem][1]), rarity)
        for stem, (word, at, rarity) in ours.items()
        if stem in theirs
    ]
    found.sort(key=lambda fact: (-fact.rarity, fact.value, fact.a, fact.b))
    return tuple(found[:WORDS_MOST]) if len(found) >= WORDS_LEAST else ()


def _uncommon(document: Prepared) -> dict[int, tuple[str, int, float]]:
    """The uncommon words of a text by stem: the word, where it first stands, its rarity."""

    def collect() -> dict[int, tuple[str, int, float]]:
        words: dict[int, tuple[str, int, float]] = {}
        for at, (stem, word, zipf) in enumerate(
            zip(document.stem_ids, document.words, document.zipfs.tolist(), strict=True)
        ):
            if stem not in words and word_rarity(zipf) >= WORD_RARITY:
                words[stem] = word, at, round(word_rarity(zipf), 2)
        return words

    return document.kept("uncommon words", collect)


def _part_names(ours: Shown, theirs: Shown, taken: set[str]) -> Iterator[SharedFact]:
    """Names of which one rare word stands in a name of the other side."""
    for key in ours.names.keys() & theirs.names:
        (one, at), (two, _) = ours.names[key], theirs.names[key]
        word = ours.name_word(one, at)
        if word in taken or not (ours.carries_name(word) and theirs.carries_name(word)):
            continue
        fact, other = ours.fact(one), theirs.fact(two)
        if fact.value != other.value:
            rarity = round(word_rarity(commonness(ours.document.document.lang)[word]), 2)
            yield SharedFact("name", word, fact.place, other.place, rarity)


def _headline_pairs(one: Shown, other: Prepared, have: frozenset[str], *, swap: bool) -> Iterator[SharedFact]:
    """Pairs of headline words of one side that stand near each other anywhere on the other; none of `have`."""
    places = other.shown.places
    for (first, second), number in one.headline:
        near = places(first)
        place = _near(near, places(second), other.title_words) if near else None
        if place is None:
            continue
        fact = one.fact(number)
        if fact.value in have:
            continue
        there = other.place(*place)
        ends = (there, fact.place) if swap else (fact.place, there)
        yield SharedFact("headline", fact.value, *ends, fact.rarity)


def _near(one: list[int], two: list[int], title: int) -> tuple[int, int] | None:
    """The first places of two words at most `NEAR` words apart, in order; not one in the title, of so many words, and
    the other in the text."""
    left, right = 0, 0
    while left < len(one) and right < len(two):
        if 0 < abs(one[left] - two[right]) <= NEAR and (one[left] < title) == (two[right] < title):
            return min(one[left], two[right]), max(one[left], two[right])
        if one[left] < two[right]:
            left += 1
        else:
            right += 1
    return None
