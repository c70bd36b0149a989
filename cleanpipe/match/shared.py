"""Facts that two documents share, each with its place on both sides, for evidence."""

from __future__ import annotations

from cleanpipe.language.facts import word_rarity
from cleanpipe.language.tokens import commonness
from cleanpipe.match.prepared import Prepared
from cleanpipe.model import Fact, Place, SharedFact

LEAST_RARITY = {"number": 1.3, "date": 1.5, "name": 1.5, "quote": 2.0, "pair": 2.5}
"""Rarity from which a shared fact is worth showing."""

HEADLINE_RARITY = 2.0
"""The same for headline pairs."""

NEAR = 4
"""Words by which the two words of a headline pair may lie apart in the other text."""

NAME_WORD_RARITY = 2.0
"""Rarity from which one word carries a name: "Lindqvist" for "Ruta Lindqvist", whatever was glued to the other."""

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
    found = _common(_by_value(a), _by_value(b))
    taken = {word for fact in found if fact.kind == "name" for word in fact.value.split(" ")}
    found.extend(_part_names(a, b, taken))
    found.extend(_headline_pairs(a, b, swap=False))
    have = {fact.value for fact in found if fact.kind == "headline"}
    found.extend(fact for fact in _headline_pairs(b, a, swap=True) if fact.value not in have)
    if len(found) >= ENOUGH:
        found.extend(_common(_pairs_by_value(a), _pairs_by_value(b)))
    found.sort(key=lambda fact: (-fact.rarity, fact.kind, fact.value, fact.a, fact.b))
    return tuple(found[:MOST])


def shared_words(a: Prepared, b: Prepared) -> tuple[SharedFact, ...]:
    """Uncommon words that stand in both texts, in whatever form, rarest first; none where they are few."""
    ours, theirs = _uncommon(a), _uncommon(b)
    found = [
        SharedFact("word", word, _place(a, at, at), _place(b, theirs[stem][1], theirs[stem][1]), rarity)
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


def _common(ours: dict[tuple[str, str], Fact], theirs: dict[tuple[str, str], Fact]) -> list[SharedFact]:
    return [
        SharedFact(fact.kind, fact.value, fact.place, theirs[key].place, min(fact.rarity, theirs[key].rarity))
        for key, fact in ours.items()
        if key in theirs
    ]


def _by_value(document: Prepared) -> dict[tuple[str, str], Fact]:
    """First occurrence of each fact that is rare enough."""
    return document.kept("facts by value", lambda: _first(document.facts))


def _pairs_by_value(document: Prepared) -> dict[tuple[str, str], Fact]:
    return document.kept("pairs by value", lambda: _first(document.rare_pairs))


def _first(found: list[Fact]) -> dict[tuple[str, str], Fact]:
    facts: dict[tuple[str, str], Fact] = {}
    for fact in found:
        least = LEAST_RARITY.get(fact.kind)
        if least is not None and fact.rarity >= least:
            facts.setdefault((fact.kind, fact.value), fact)
    return facts


def _part_names(a: Prepared, b: Prepared, taken: set[str]) -> list[SharedFact]:
    """Names of which one rare word stands in a name of the other side."""
    ours, theirs = _name_words(a), _name_words(b)
    found = []
    for word, fact in ours.items():
        other = theirs.get(word)
        if other is not None and word not in taken and fact.value != other.value:
            rarity = round(word_rarity(commonness(a.document.lang)[word]), 2)
            found.append(SharedFact("name", word, fact.place, other.place, rarity))
    return found


def _name_words(document: Prepared) -> dict[str, Fact]:
    """The rare words of names, each with the first name that it stands in."""

    def collect() -> dict[str, Fact]:
        words: dict[str, Fact] = {}
        known = commonness(document.document.lang)
        for fact in document.facts:
            if fact.kind == "name":
                for word in fact.value.split(" "):
                    if word not in words and word_rarity(known[word]) >= NAME_WORD_RARITY:
                        words[word] = fact
        return words

    return document.kept("name words", collect)


def _headline_pairs(one: Prepared, other: Prepared, *, swap: bool) -> list[SharedFact]:
    """Pairs of headline words of one side that stand near each other anywhere on the other."""
    places = _word_places(other)
    found = []
    for fact in one.facts:
        if fact.kind != "headline" or fact.rarity < HEADLINE_RARITY:
            continue
        first, _, second = fact.value.partition(" ")
        place = _near(places.get(first, ()), places.get(second, ()), other.title_words)
        if place is None:
            continue
        there = _place(other, *place)
        ends = (there, fact.place) if swap else (fact.place, there)
        found.append(SharedFact("headline", fact.value, *ends, fact.rarity))
    return found


def _word_places(document: Prepared) -> dict[str, list[int]]:
    """Where each word stands."""

    def collect() -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for at, word in enumerate(document.words):
            places.setdefault(word, []).append(at)
        return places

    return document.kept("word places", collect)


def _near(one: list[int] | tuple[()], two: list[int] | tuple[()], title: int) -> tuple[int, int] | None:
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


def _place(document: Prepared, first: int, last: int) -> Place:
    """Place of a run of words. One that begins in a title of its own ends there too."""
    offset = document.title_words
    body = document.body
    if first >= offset:
        return Place("text", body.starts[first - offset], body.ends[last - offset])
    title = document.title_tokens
    return Place("title", title.starts[first], title.ends[min(last, offset - 1)])
