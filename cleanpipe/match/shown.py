"""The facts of a document that may be shown to be shared, by what they say."""

from __future__ import annotations

from functools import cached_property

from cleanpipe.language.facts import word_rarity
from cleanpipe.language.tokens import HASHED, commonness
from cleanpipe.match.keys import fact_hash
from cleanpipe.match.prepared import Prepared
from cleanpipe.model import Fact, Place

LEAST_RARITY = {"number": 1.3, "date": 1.5, "name": 1.5, "quote": 2.0}
"""Rarity from which a shared fact is worth showing."""

PAIR_RARITY = 2.5
"""The same for pairs of rare words."""

HEADLINE_RARITY = 2.0
"""The same for headline pairs."""

NAME_WORD_RARITY = 2.0
"""Rarity from which one word carries a name: "Lindqvist" for "Ruta Lindqvist", whatever was glued to the other."""

COUNTED_FACTS = ("date", "name", "number", "quote")
"""Facts that `facts_shared` counts."""

NAMED_FACTS = ("date", "name", "number")
"""Facts that two texts agree on or don't; quotations are compared with the sentences."""

KIND_FACTOR, PAIR_FACTOR = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93

Pair = tuple[int, int]
"""Hashes of two words, the smaller first."""


def shown_key(kind: str, value: int) -> int:
    """What a fact says: its kind and the hash of its value (`keys.fact_hash`) in 64 bits."""
    return (value ^ COUNTED_FACTS.index(kind) * KIND_FACTOR) & 0xFFFFFFFFFFFFFFFF


class Shown:
    """Facts of one document, named by numbers that mean nothing elsewhere. `fact` tells what stands behind one."""

    def __init__(self, document: Prepared) -> None:
        self.document = document

    def fact(self, number: int) -> Fact:
        return self.document.facts[number]

    def where(self, number: int) -> tuple[Place, float]:
        """Place and rarity of a fact."""
        fact = self.fact(number)
        return fact.place, fact.rarity

    @cached_property
    def first(self) -> dict[int, int]:
        """The first of each number, date, name and quotation that is rare enough, by `shown_key`."""
        found: dict[int, int] = {}
        for number, fact in enumerate(self.document.facts):
            if fact.rarity >= LEAST_RARITY.get(fact.kind, 99.0):
                found.setdefault(shown_key(fact.kind, fact_hash(fact)), number)
        return found

    def named(self) -> frozenset[int]:
        """The different names, numbers and dates, by `shown_key`."""
        return frozenset(
            shown_key(fact.kind, fact_hash(fact)) for fact in self.document.facts if fact.kind in NAMED_FACTS
        )

    @cached_property
    def names(self) -> dict[int, tuple[int, int]]:
        """The words of names by hash: the first name that each stands in, and its place as `name_word` takes it."""
        found: dict[int, tuple[int, int]] = {}
        for number, fact in enumerate(self.document.facts):
            if fact.kind == "name":
                for at, word in enumerate(fact.value.split(" ")):
                    found.setdefault(HASHED[word], (number, at))
        return found

    def name_word(self, number: int, at: int) -> str:
        """The word at a place of a name."""
        return self.fact(number).value.split(" ")[at]

    def carries_name(self, word: str) -> bool:
        return word_rarity(commonness(self.document.document.lang)[word]) >= NAME_WORD_RARITY

    @cached_property
    def headline(self) -> list[tuple[Pair, int]]:
        """The headline pairs that are rare enough."""
        return [
            (_pair(fact.value), number)
            for number, fact in enumerate(self.document.facts)
            if fact.kind == "headline" and fact.rarity >= HEADLINE_RARITY
        ]

    @cached_property
    def pairs(self) -> dict[int, int]:
        """The first of each pair of rare words side by side that is rare enough, by a hash of both words; `pair` tells
        what it is."""
        found: dict[int, int] = {}
        for number, fact in enumerate(self.document.rare_pairs):
            if fact.rarity >= PAIR_RARITY:
                low, high = _pair(fact.value)
                found.setdefault(low * PAIR_FACTOR & 0xFFFFFFFFFFFFFFFF ^ high, number)
        return found

    def pair(self, number: int) -> Fact | None:
        """The pair, None where it isn't one of words."""
        return self.document.rare_pairs[number]

    def where_pair(self, number: int) -> tuple[Place, float]:
        """Place and rarity of a pair."""
        fact = self.document.rare_pairs[number]
        return fact.place, fact.rarity

    @cached_property
    def mass(self) -> float:
        """Rarity of all different facts that count."""
        return sum({(f.kind, f.value): f.rarity for f in self.document.facts if f.kind in COUNTED_FACTS}.values())

    def places(self, word: int) -> list[int]:
        """Where a word stands, by its hash."""
        return self._places.get(word, [])

    @cached_property
    def _places(self) -> dict[int, list[int]]:
        places: dict[int, list[int]] = {}
        for at, word in enumerate(self.document.hash_list):
            places.setdefault(word, []).append(at)
        return places


def _pair(value: str) -> Pair:
    one, _, two = value.partition(" ")
    first, second = HASHED[one], HASHED[two]
    return (first, second) if first < second else (second, first)
