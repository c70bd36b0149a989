"""The keys of one document in each channel: what it must share with another so that the two are compared.

Which words are rare is asked of word frequency tables, not of the archive, so the keys depend on the document alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cleanpipe.language.facts import UNKNOWN_ZIPF, facts_of_tokens
from cleanpipe.language.tokens import HASHED
from cleanpipe.match.minhash import shingle_hash, shingles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match.compared import Words
    from cleanpipe.model import Fact

EXCERPT_SHINGLE, EXCERPT_RATE, EXCERPT_LEAST, EXCERPT_MOST = 8, 12, 3, 120
"""One in `EXCERPT_RATE` of the word 8-grams is a key, so a literal passage of 60 words is missed once in a hundred
times."""

TRIGRAM_ZIPF, TRIGRAM_RATE, TRIGRAM_LEAST, TRIGRAM_MOST = 5.0, 6, 12, 60
"""Word 3-grams with a word rarer than this; one in six of them, within the bounds."""

STEM_ZIPF, STEM_RATE, STEM_LEAST, STEM_MOST = 5.6, 10, 24, 60
"""The rarest stems, of words rarer than this: one for each ten words of text, within the bounds."""

PAIR_WORD_ZIPF, PAIR_REACH, PAIR_RATE, PAIR_LEAST, PAIR_MOST = 5.2, 4, 8, 24, 80
"""Words rarer than this are paired with the next four of their kind; one pair in eight is a key, within the bounds."""

TRIGRAM_LETTERS, PAIR_LETTERS, STEM_LETTERS = 6, 4, 3
"""In texts without spaces, runs of this many letters stand for word 3-grams, word pairs and stems."""

NUMBER_RARITY, NAME_RARITY, HEADLINE_RARITY, QUOTE_RARITY = 2.5, 3.0, 3.0, 3.0
"""Rarity of a fact from which it is a key: something that one article in some hundred has, or one in a thousand."""

NUMBERS_MOST, NAMES_MOST, QUOTES_MOST, HEADLINES_MOST = 12, 12, 6, 8
"""Keys in these channels. All bounds together hold a document of 400 words to about 150 keys, and were found by the
share of gold pairs that meet (`bench/train_verifier.py` prints it)."""

GOLDEN = 0x9E3779B97F4A7C15


def word_keys(words: Words) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    """Channel name and distinct values, for the channels that come from the words of a document."""
    import numpy as np

    hashes = words.hashes
    if not len(hashes):
        return
    yield "excerpt", sample(np.unique(shingles(hashes, EXCERPT_SHINGLE)), EXCERPT_RATE, EXCERPT_LEAST, EXCERPT_MOST)
    yield from _letter_keys(hashes) if words.letters else _spaced_keys(words)


FACT_CHANNELS = (
    ("numbers", ("number", "date"), NUMBER_RARITY, NUMBERS_MOST),
    ("names", ("name",), NAME_RARITY, NAMES_MOST),
    ("quotations", ("quote",), QUOTE_RARITY, QUOTES_MOST),
    ("headlines", ("headline",), HEADLINE_RARITY, HEADLINES_MOST),
)
"""Channel, the kinds of its facts, from which rarity on they are keys, and how many at most."""


def fact_keys(words: Words) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    """The same for the channels that come from its facts."""
    if not words.words:
        return
    document = words.document
    found = facts_of_tokens(
        document.text, words.body, document.title, document.lang, title_in_text=document.title_span, pairs=False
    )
    for name, kinds, rarity, most in FACT_CHANNELS:
        yield name, _rarest(found, kinds, rarity, most)


def _spaced_keys(words: Words) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    import numpy as np

    hashes, zipfs = words.hashes, np.maximum(words.zipfs, UNKNOWN_ZIPF)
    count = len(hashes)
    if count >= 3:
        rare = np.minimum(np.minimum(zipfs[:-2], zipfs[1:-1]), zipfs[2:]) < TRIGRAM_ZIPF
        yield "trigrams", sample(np.unique(shingles(hashes, 3)[rare]), TRIGRAM_RATE, TRIGRAM_LEAST, TRIGRAM_MOST)

    # The rarest stems, each as rare as its commonest word; among equally rare ones the smallest hashes.
    stems, place = np.unique(words.stem_hashes, return_inverse=True)
    rarity = np.full(len(stems), UNKNOWN_ZIPF)
    np.maximum.at(rarity, place, zipfs)
    order = np.lexsort((stems, rarity))[: min(STEM_MOST, max(STEM_LEAST, count // STEM_RATE))]
    yield "stems", stems[order[rarity[order] < STEM_ZIPF]]

    # Rare words in their order, each with the next few: pairs that survive where the words between them change.
    row = hashes[zipfs < PAIR_WORD_ZIPF]
    pairs = [_pair(row[:-reach], row[reach:]) for reach in range(1, PAIR_REACH + 1) if len(row) > reach]
    if pairs:
        yield "word pairs", sample(np.unique(np.concatenate(pairs)), PAIR_RATE, PAIR_LEAST, PAIR_MOST)


def _letter_keys(hashes: NDArray[np.uint64]) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    """For texts without spaces."""
    import numpy as np

    yield "trigrams", sample(np.unique(shingles(hashes, TRIGRAM_LETTERS)), TRIGRAM_RATE, TRIGRAM_LEAST, TRIGRAM_MOST)
    yield "word pairs", sample(np.unique(shingles(hashes, PAIR_LETTERS)), PAIR_RATE, PAIR_LEAST, PAIR_MOST)
    yield "stems", sample(np.unique(shingles(hashes, STEM_LETTERS)), PAIR_RATE, PAIR_LEAST, PAIR_MOST)


def _pair(one: NDArray[np.uint64], two: NDArray[np.uint64]) -> NDArray[np.uint64]:
    import numpy as np

    value = np.minimum(one, two) * np.uint64(GOLDEN) + np.maximum(one, two)
    value = (value ^ (value >> np.uint64(32))) * np.uint64(GOLDEN)
    kept: NDArray[np.uint64] = value[one != two]
    return kept


def sample(values: NDArray[np.uint64], rate: int, least: int, most: int) -> NDArray[np.uint64]:
    """One in `rate` of sorted distinct values, the smallest ones: which they are depends on the value, so two documents
    that share values tend to keep the same."""
    import numpy as np

    below = int(np.searchsorted(values, np.uint64(((1 << 64) - 1) // rate)))
    return values[: min(most, max(least, below))]


def _rarest(found: list[Fact], kinds: tuple[str, ...], rarity: float, most: int) -> NDArray[np.uint64]:
    import numpy as np

    values: dict[int, float] = {}
    for fact in found:
        if fact.kind in kinds and fact.rarity >= rarity:
            value = fact_hash(fact)
            values[value] = max(fact.rarity, values.get(value, 0.0))
    chosen = sorted(values, key=lambda value: (-values[value], value))[:most]
    return np.array(sorted(chosen), np.uint64)


def fact_hash(fact: Fact) -> int:
    """Hash of the words of a fact, in order but for those of a headline pair."""
    words = [HASHED[word] for word in fact.value.split(" ")]
    return shingle_hash(sorted(words) if fact.kind == "headline" else words)
