"""Words that stand in one text where the other has different ones, and which side speaks the language.

Who replaces words one for one, by a list of synonyms, leaves combinations that nobody writes ("talked about" for
"said"), breaks names ("Unusual York") and numbers ("forty eight,000"). Who rewords or translates moves and recasts
sentences, and writes as fluently as the original: there is nothing to tell from single words then.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cleanpipe.language.number_tables import UNITS, scales
from cleanpipe.language.tokens import HASHED, Tokens, commonness, tokenise
from cleanpipe.language.word_pairs import LANGUAGE, unheard_of
from cleanpipe.language.words import has_words
from cleanpipe.model import Block, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 4
"""Words in a row that can be one replacement; more are a clause worded anew."""

ONE_FOR_ONE, REPLACED = 0.6, 4
"""Share of the changed words that were replaced by as many, and replacements, from which somebody went through the text
word by word. Of copies that a program put synonyms into nine in ten have a share of .68 and more; of rewrites by
language models, and of translations there and back, nine in ten have one below .28 (`python
bench/train_direction.py`)."""

LEAST_ONE_FOR_ONE, PLAINLY = 0.35, 2.0
"""The same share where the words of one side are plainly the rarer ones, by so many deviations: spinners that also put
two words for one."""

RARER = 0.3
"""Difference in Zipf frequency (a factor of two) from which one word is plainly the rarer."""

DOUBT = 6
"""Replacements that a balance is taken to have beside those that were counted, neither way: two or three say little."""

BROKEN_NAME = 1.0
"""The same for a word in a name: "New York" is ten times as common as "Novel York", and more."""

MOST_BLOCKS = 200
"""Corresponding passages that are looked at: some 4,000 words say enough."""


@dataclass(slots=True)
class Speech:
    """A text cut into words, with what is known of each: Zipf frequency, and whether it and the next never meet."""

    tokens: Tokens
    hashes: list[int]
    zipfs: list[float]
    unheard: NDArray[np.int64]
    """How many unheard-of pairs begin before each word: shape (words + 1,)."""


class Example(NamedTuple):
    """A replacement, as the words stand in both texts, and where. `telling` says by how much it speaks for one of
    them."""

    telling: float
    a: str
    b: str
    at_a: Span
    at_b: Span


@dataclass(slots=True)
class Substitutions:
    """What was replaced between two texts, `a` and `b`; counts of each side.

    `compared`: words of the corresponding passages, `changed` those that differ, `one_for_one` those of them that were
    replaced by as many. `unheard_*`: word pairs
    around replacements that nobody writes. `rarer_*`: replacements whose word is plainly rarer than the other's.
    `broken_*`: names and numbers that were taken apart.
    """

    compared: int = 0
    changed: int = 0
    one_for_one: int = 0
    replaced: int = 0
    unheard_a: int = 0
    unheard_b: int = 0
    rarer_a: int = 0
    rarer_b: int = 0
    broken_a: int = 0
    broken_b: int = 0
    examples: dict[str, Example] = field(default_factory=dict)
    """The most telling replacement by figure, "unheard_a" and so on."""

    @property
    def word_by_word(self) -> bool:
        """Whether somebody went through the text replacing words, and didn't word it anew."""
        plain = abs(_deviations(self.rarer_b, self.rarer_a)) >= PLAINLY
        least = LEAST_ONE_FOR_ONE if plain else ONE_FOR_ONE
        return self.replaced >= REPLACED and self.one_for_one >= least * self.changed

    def unheard(self) -> float:
        """How far b has more unheard-of pairs than a, from -1 to 1."""
        return _lean(self.unheard_b, self.unheard_a)

    def rarer(self) -> float:
        """How far b has the rarer words, from -1 to 1."""
        return _lean(self.rarer_b, self.rarer_a)

    def broken(self) -> float:
        """How far b has more broken names and numbers, from -1 to 1."""
        return _lean(self.broken_b, self.broken_a)


def _lean(one: int, two: int) -> float:
    """How far a count outweighs another. Two spun copies of an absent original have many replacements to tell, as many
    on either side: their number says nothing, their balance does."""
    return (one - two) / (one + two + DOUBT)


def _deviations(one: int, two: int) -> float:
    """By how many standard deviations two counts differ that chance would make equal."""
    return (one - two) / math.sqrt(one + two + 1)


def speech(text: str, lang: str | None) -> Speech:
    import numpy as np

    tokens = tokenise(text)
    hashes = list(map(HASHED.__getitem__, tokens.words))
    before = np.zeros(len(hashes) + 1, np.int64)
    if lang == LANGUAGE and hashes:
        before[1:-1] = np.cumsum(unheard_of(np.array(hashes, np.uint64)))
        before[-1] = before[-2]
    zipfs = list(map(commonness(lang).__getitem__, tokens.raw)) if has_words(lang) else [0.0] * len(hashes)
    return Speech(tokens, hashes, zipfs, before)


def substitutions(a: Speech, b: Speech, blocks: Sequence[Block]) -> Substitutions:
    """What was replaced in the corresponding passages, each word of either side looked at once."""
    found = Substitutions()
    for one, two in _passages(a, b, blocks):
        found.compared += max(len(one), len(two))
        for left, right in _changes(a.hashes, b.hashes, one, two):
            _count(found, a, b, left, right, first=left.start == one.start or right.start == two.start)
    return found


def _passages(a: Speech, b: Speech, blocks: Sequence[Block]) -> Iterator[tuple[range, range]]:
    """The likest blocks first, of those the ones of one length, no sentence of either side twice; in the order of a."""
    taken: list[tuple[range, range]] = []
    seen: tuple[set[Span], set[Span]] = set(), set()
    for block in sorted(blocks, key=_likeness)[:MOST_BLOCKS]:
        if block.a not in seen[0] and block.b not in seen[1]:
            seen[0].add(block.a)
            seen[1].add(block.b)
            taken.append((a.tokens.within(block.a), b.tokens.within(block.b)))
    return iter(sorted(taken, key=lambda pair: (pair[0].start, pair[1].start)))


def _likeness(block: Block) -> tuple[float, int, Span, Span]:
    return -block.similarity, abs(block.a.end - block.a.start - block.b.end + block.b.start), block.a, block.b


def _changes(a: list[int], b: list[int], one: range, two: range) -> Iterator[tuple[range, range]]:
    """Runs of words that differ, as indices of both texts; one side of a run can be empty."""
    left, right = a[one.start : one.stop], b[two.start : two.stop]
    if left == right:
        return
    from rapidfuzz.distance import Levenshtein

    start: tuple[int, int] | None = None
    end = (0, 0)
    for piece in Levenshtein.opcodes(left, right):
        if piece.tag == "equal":
            if start is not None:
                yield _run(one, two, start, end)
            start = None
        else:
            start = start or (piece.src_start, piece.dest_start)
            end = piece.src_end, piece.dest_end
    if start is not None:
        yield _run(one, two, start, end)


def _run(one: range, two: range, start: tuple[int, int], end: tuple[int, int]) -> tuple[range, range]:
    return range(one.start + start[0], one.start + end[0]), range(two.start + start[1], two.start + end[1])


def _count(found: Substitutions, a: Speech, b: Speech, left: range, right: range, first: bool) -> None:
    size = max(len(left), len(right))
    found.changed += size
    broken = _broken_number(a, left), _broken_number(b, right)
    if left and right and broken[0] != broken[1]:
        found.broken_a += broken[0]
        found.broken_b += broken[1]
        _example(found, "broken", math.inf if broken[1] else -math.inf, a, b, left, right)
        return
    if not left or not right or size > LONGEST:
        return
    if len(left) == len(right):
        found.one_for_one += size
    found.replaced += 1
    unheard = _unheard(a, left), _unheard(b, right)
    found.unheard_a += unheard[0]
    found.unheard_b += unheard[1]
    if unheard[0] != unheard[1]:
        _example(found, "unheard", unheard[1] - unheard[0], a, b, left, right)
    if len(left) != len(right):
        return
    for one, two in zip(left, right, strict=True):
        rarer = a.zipfs[one] - b.zipfs[two]
        if abs(rarer) < RARER or a.tokens.raw[one][0].isdecimal() or b.tokens.raw[two][0].isdecimal():
            continue
        if not first and abs(rarer) >= BROKEN_NAME and _in_name(a, one) and _in_name(b, two):
            found.broken_a += rarer < 0
            found.broken_b += rarer > 0
            _example(found, "broken", rarer, a, b, left, right)
        else:
            found.rarer_a += rarer < 0
            found.rarer_b += rarer > 0
            _example(found, "rarer", rarer, a, b, left, right)


def _unheard(side: Speech, words: range) -> int:
    """How many unheard-of pairs have a word of the run."""
    return int(side.unheard[words.stop] - side.unheard[max(words.start - 1, 0)])


def _in_name(side: Speech, at: int) -> bool:
    """Whether a word stands in a name of several words: capitalised, beside another one on its line."""
    raw, tokens = side.tokens.raw, side.tokens
    if not raw[at][0].isupper():
        return False
    return any(
        0 <= near < len(raw)
        and raw[near][0].isupper()
        and raw[near][1:2].islower()
        and tokens.starts[max(at, near)] - tokens.ends[min(at, near)] == 1
        for near in (at - 1, at + 1)
    )


def _broken_number(side: Speech, words: range) -> bool:
    """Whether a run says a number half in words and half in digits that can't begin one: "forty eight,000"."""
    known = [side.tokens.words[at] for at in words]
    return any(
        word in _number_words() and after.isdecimal() and after[0] == "0" and len(after) == 3
        for word, after in pairwise(known)
    )


@cache
def _number_words() -> frozenset[str]:
    return frozenset(UNITS) | frozenset(scales())


def _example(
    found: Substitutions, figure: str, telling: float, a: Speech, b: Speech, left: range, right: range
) -> None:
    """Keeps the replacement that shows best what speaks against a side."""
    name = f"{figure}_{'b' if telling > 0 else 'a'}"
    if name not in found.examples or abs(telling) > found.examples[name].telling:
        sides = ((a.tokens, left), (b.tokens, right))
        one, two = (" ".join(tokens.raw[at] for at in words) for tokens, words in sides)
        places = (Span(tokens.starts[words[0]], tokens.ends[words[-1]]) for tokens, words in sides)
        found.examples[name] = Example(abs(telling), one, two, *places)
