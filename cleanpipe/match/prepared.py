"""A document made ready for comparing it with several others: sets of terms with weights, facts, sentences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from cleanpipe.language.facts import UNKNOWN_ZIPF, facts_of_tokens, figure_facts, rare_pairs
from cleanpipe.language.sentences import sentences
from cleanpipe.language.tokens import HASHED, stem_of
from cleanpipe.match.compared import Compared, Words
from cleanpipe.match.minhash import shingles
from cleanpipe.model import Fact, Place, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match.shown import Shown

T = TypeVar("T")

EVERYWHERE_ZIPF = 7.5
"""Zipf frequency of "the": a word as common weighs nothing, each power of ten rarer one more."""

LEAST_WEIGHT, LETTER_WEIGHT = 0.05, 2.0
"""Weight of the commonest words, and of a pair of letters of an unspaced script of which neither's frequency is
known."""

RARE_WEIGHT = 3.2
"""Terms from this weight up (Zipf 4.3 and rarer) count as rare."""

PLAIN_WEIGHT = 1.2
"""Words between this weight and that of rare ones, that are in no name, are a writer's own choice: two reports of one
event share its names and figures, but not these."""

PAIR_FACTOR = 0x9E3779B97F4A7C15

NUMBER_RARITY, NAME_RARITY = 1.0, 1.5
"""Rarity from which numbers, dates and names are compared."""

LOCAL_WEIGHT, LOCAL_REACH = 1.8, 3
"""Words from this weight up are paired with the next few of their kind: a writer's own combinations of words."""

LONG_SENTENCE, PIECE = 40, 24
"""A sentence of more words than the first is aligned in pieces of about the second, cut at a comma where there is one:
lists, and pages without capitals or full stops, are single sentences otherwise."""

COMMAS = frozenset(",\u060c\u3001\uff0c")
"""The comma, and those of Arabic, Chinese and Japanese."""

SENTENCES_MOST = 800
"""Sentences that are aligned; the rest of a longer document (some 16,000 words) is compared by its terms alone."""


READY_MOST = 1024
"""Documents kept ready between calls, 100 to 300 kB each: later pairs come back to them."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the body: its place, its words as a range of indices, its stems with their weight."""

    span: Span
    words: range
    stems: dict[int, float]
    mass: float
    numbers: frozenset[Hashable]


class Prepared(Words):
    """Everything that comparing needs of one document, worked out once and when first asked for."""

    def __init__(self, document: Compared) -> None:
        super().__init__(document)
        self._kept: dict[str, Any] = {}

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once for this document: for tables that only one kind of comparison needs."""
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found

    @cached_property
    def term_ids(self) -> list[int]:
        """Hash of the term at each word: the word itself, or the letter with the next one."""
        if self.letters and len(self.hashes) > 1:
            return [*self._letter_pairs(), self.hash_list[-1]]
        return self.hash_list

    @cached_property
    def stem_ids(self) -> list[int]:
        """The same for stems."""
        if self.letters:
            return self.term_ids
        return [HASHED[stem_of(word)] for word in self.words]

    @cached_property
    def weights(self) -> list[float]:
        """Weight of the term at each word; a pair of letters is as common as the commoner one."""
        import numpy as np

        if self.letters:
            zipfs = np.maximum(self.zipfs, np.append(self.zipfs[1:], 0.0))
            found = np.where(zipfs > 0, EVERYWHERE_ZIPF - zipfs, LETTER_WEIGHT)
        else:
            found = EVERYWHERE_ZIPF - np.maximum(self.zipfs, UNKNOWN_ZIPF)
        weights: list[float] = np.maximum(found, LEAST_WEIGHT).tolist()
        return weights

    @cached_property
    def terms(self) -> dict[int, float]:
        return dict(zip(self.term_ids, self.weights, strict=True))

    @cached_property
    def term_mass(self) -> float:
        return sum(self.terms.values())

    @cached_property
    def stems(self) -> dict[int, float]:
        return dict(zip(self.stem_ids, self.weights, strict=True))

    @cached_property
    def stem_mass(self) -> float:
        return sum(self.stems.values())

    @cached_property
    def rare(self) -> dict[int, float]:
        least = 0.0 if self.letters else RARE_WEIGHT
        return {stem: weight for stem, weight in self.stems.items() if weight >= least}

    @cached_property
    def rare_mass(self) -> float:
        return sum(self.rare.values())

    @cached_property
    def plain(self) -> dict[int, float]:
        """Stems of the words that are neither common nor rare nor part of a name."""
        if self.letters:
            return self.stems
        named = {word for fact in self.facts if fact.kind == "name" for word in fact.value.split(" ")}
        return {
            stem: weight
            for stem, weight, word, raw in zip(self.stem_ids, self.weights, self.words, self.raw, strict=True)
            if PLAIN_WEIGHT <= weight < RARE_WEIGHT and word not in named and not raw[0].isdecimal()
        }

    @cached_property
    def plain_mass(self) -> float:
        return sum(self.plain.values())

    @cached_property
    def fives(self) -> frozenset[int]:
        return frozenset(shingles(self.hashes).tolist())

    @cached_property
    def threes(self) -> frozenset[int]:
        return frozenset(shingles(self.hashes, 5 if self.letters else 3).tolist())

    @cached_property
    def local(self) -> frozenset[int]:
        """Pairs of telling stems that stand near one another, in either order."""
        return frozenset(self.local_pairs.tolist())

    @property
    def local_pairs(self) -> NDArray[np.uint64]:
        """The same, one for each occurrence."""
        import numpy as np

        kept = np.array(
            [stem for stem, weight in zip(self.stem_ids, self.weights, strict=True) if weight >= LOCAL_WEIGHT],
            np.uint64,
        )
        parts = []
        for reach in range(1, LOCAL_REACH + 1):
            one, two = kept[:-reach], kept[reach:]
            parts.append((one + two) * np.uint64(PAIR_FACTOR) ^ (one * two))
        return np.concatenate(parts)

    @cached_property
    def places(self) -> dict[int, int]:
        """Position of each telling stem that stands once only."""
        seen: dict[int, int] = {}
        twice = set()
        least = 0.0 if self.letters else LOCAL_WEIGHT
        for at, (stem, weight) in enumerate(zip(self.stem_ids, self.weights, strict=True)):
            if weight >= least:
                if stem in seen:
                    twice.add(stem)
                seen[stem] = at
        return {stem: at for stem, at in seen.items() if stem not in twice}

    @cached_property
    def facts(self) -> list[Fact]:
        """Facts but for the rare word pairs, of which there are most."""
        document = self.document
        return facts_of_tokens(
            document.text, self.body, document.title, document.lang, title_in_text=document.title_span, pairs=False
        )

    def telling(self, rarity: float) -> Sequence[Fact]:
        """The facts of at least this rarity, and all headline pairs; in the order of `facts`."""
        return [fact for fact in self.facts if fact.rarity >= rarity or fact.kind == "headline"]

    @cached_property
    def rare_pairs(self) -> list[Fact]:
        return rare_pairs(self.body, self.document.lang)

    def same_words(self, other: Prepared) -> bool:
        """Whether this has any words, and the other the same."""
        return bool(self.words) and self.words == other.words

    @cached_property
    def shown(self) -> Shown:
        """Its facts as what is shared of them is found."""
        from cleanpipe.match.shown import Shown

        return Shown(self)

    def place(self, first: int, last: int) -> Place:
        """Place of a run of words. One that begins in a title of its own ends there too."""
        offset = self.title_words
        if first >= offset:
            return Place("text", self.body.starts[first - offset], self.body.ends[last - offset])
        title = self.title_tokens
        return Place("title", title.starts[first], title.ends[min(last, offset - 1)])

    @cached_property
    def figures(self) -> list[Fact]:
        """The numbers and dates among the facts."""
        if "facts" in self.__dict__:
            return [fact for fact in self.facts if fact.kind in ("number", "date")]
        found = figure_facts(self.document.text, self.body, self.document.lang)
        return sorted(found, key=lambda fact: (fact.place, fact.kind, fact.value))

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Values of numbers and dates with their rarity, the smallest numbers left out."""
        return {fact.value: fact.rarity for fact in self.figures if fact.rarity >= NUMBER_RARITY}

    @cached_property
    def names(self) -> dict[str, float]:
        return {fact.value: fact.rarity for fact in self.facts if fact.kind == "name" and fact.rarity >= NAME_RARITY}

    @cached_property
    def sentences(self) -> list[Sentence]:
        offset = self.title_words
        stems, weights = self.stem_ids, self.weights
        found = []
        figures = self.sentence_numbers()
        at = 0
        for span, inside in self.pieces():
            numbers: list[Hashable] = []
            while at < len(figures) and figures[at][0] < span.end:
                numbers.append(figures[at][1])
                at += 1
            words = range(inside.start + offset, inside.stop + offset)
            own = {stems[word]: weights[word] for word in words}
            mass = 0.0
            for weight in own.values():  # not by `sum`, which adds up otherwise in newer versions of Python
                mass += weight
            found.append(Sentence(span, words, own, mass, frozenset(numbers)))
        return found

    def sentence_numbers(self) -> Sequence[tuple[int, Hashable]]:
        """Where a number begins that sentences are compared by, and its value, in their order."""
        return [(fact.place.start, fact.value) for fact in self.figures if fact.kind == "number" and fact.rarity >= 1.0]

    def word_bounds(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where each word of the text begins and ends."""
        return self.body.starts, self.body.ends

    def _letter_pairs(self) -> list[int]:
        pairs: list[int] = shingles(self.hashes, 2).tolist()
        return pairs

    def pieces(self) -> Iterator[tuple[Span, range]]:
        """Sentences, long ones in pieces, with their words as indices into `body`."""
        document = self.document
        starts, ends = self.word_bounds()
        for span in sentences(document.text, document.lang)[:SENTENCES_MOST]:
            inside = range(bisect_left(starts, span.start), bisect_left(starts, span.end))
            while len(inside) > LONG_SENTENCE:
                cut = PIECE
                for at in range(PIECE - PIECE // 3, PIECE + PIECE // 3):
                    if not COMMAS.isdisjoint(document.text[ends[inside[at] - 1] : starts[inside[at]]]):
                        cut = at
                        break
                yield Span(span.start, ends[inside[cut] - 1]), inside[:cut]
                span = Span(starts[inside[cut]], span.end)
                inside = inside[cut:]
            if inside:
                yield span, inside

    @cached_property
    def hash_list(self) -> list[int]:
        values: list[int] = self.hashes.tolist()
        return values


@lru_cache(maxsize=READY_MOST)
def prepared(document: Compared) -> Prepared:
    """A document made ready, perhaps by an earlier call."""
    return Prepared(document)
