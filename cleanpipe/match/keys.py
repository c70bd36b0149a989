"""The keys of one document in each channel: what it must share with another so that the two are compared.

Which words are rare is asked of word frequency tables, not of the archive, so the keys depend on the document alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cleanpipe.language.facts import UNKNOWN_ZIPF, facts_of_tokens
from cleanpipe.language.tokens import HASHED
from cleanpipe.match.minhash import shingles

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

NUMBER_RARITY, NAME_RARITY, HEADLINE_RARITY, QUOTE_RARITY = 2.5, 3.0, 3.0, 3.0
"""Rarity of a fact from which it is a key: something that one article in some hundred has, or one in a thousand."""

NUMBERS_MOST, NAMES_MOST, QUOTES_MOST, HEADLINES_MOST = 12, 12, 6, 8
"""Keys in these channels. All bounds together hold a document of 400 words to about 150 keys, and were found by the
share of gold pairs that meet (`bench/train_verifier.py` prints it)."""

_GOLDEN = 0x9E3779B97F4A7C15


def keys(words: Words) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    """Channel name and distinct values, for the channels that come from the words and facts of a document."""
    import numpy as np

    hashes = words.hashes
    if not len(hashes):
        return
    yield "excerpt", _sample(np.unique(shingles(hashes, EXCERPT_SHINGLE)), EXCERPT_RATE, EXCERPT_LEAST, EXCERPT_MOST)
    if words.letters:
        yield from _letter_keys(hashes)
    else:
        yield from _word_keys(words)
    document = words.document
    found = facts_of_tokens(
        document.text, words.body, document.title, document.lang, title_in_text=document.title_span, pairs=False
    )
    for name, kinds, rarity, most in (
        ("numbers", ("number", "date"), NUMBER_RARITY, NUMBERS_MOST),
        ("names", ("name",), NAME_RARITY, NAMES_MOST),
        ("quotations", ("quote",), QUOTE_RARITY, QUOTES_MOST),
        ("headlines", ("headline",), HEADLINE_RARITY, HEADLINES_MOST),
    ):
        yield name, _rarest(found, kinds, rarity, most)


def _word_keys(words: Words) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    import numpy as np

    hashes, zipfs = words.hashes, np.maximum(words.zipfs, UNKNOWN_ZIPF)
    count = len(hashes)
    if count >= 3:
        rare = np.minimum(np.minimum(zipfs[:-2], zipfs[1:-1]), zipfs[2:]) < TRIGRAM_ZIPF
        yield "trigrams", _sample(np.unique(shingles(hashes, 3)[rare]), TRIGRAM_RATE, TRIGRAM_LEAST, TRIGRAM_MOST)

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
        yield "word pairs", _sample(np.unique(np.concatenate(pairs)), PAIR_RATE, PAIR_LEAST, PAIR_MOST)


def _letter_keys(hashes: NDArray[np.uint64]) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    """For texts without spaces: runs of six, four and three letters stand for word 3-grams, word pairs and stems."""
    import numpy as np

    yield "trigrams", _sample(np.unique(shingles(hashes, 6)), TRIGRAM_RATE, TRIGRAM_LEAST, TRIGRAM_MOST)
    yield "word pairs", _sample(np.unique(shingles(hashes, 4)), PAIR_RATE, PAIR_LEAST, PAIR_MOST)
    yield "stems", _sample(np.unique(shingles(hashes, 3)), PAIR_RATE, PAIR_LEAST, PAIR_MOST)


def _pair(one: NDArray[np.uint64], two: NDArray[np.uint64]) -> NDArray[np.uint64]:
    import numpy as np

    value = np.minimum(one, two) * np.uint64(_GOLDEN) + np.maximum(one, two)
    value = (value ^ (value >> np.uint64(32))) * np.uint64(_GOLDEN)
    kept: NDArray[np.uint64] = value[one != two]
    return kept


def _sample(values: NDArray[np.uint64], rate: int, least: int, most: int) -> NDArray[np.uint64]:
    """One in `rate` of sorted distinct values, the smallest ones: which they are depends on the value, so two documents
    that share values tend to keep the same."""
    import numpy as np

    below = int(np.searchsorted(values, np.uint64(((1 << 64) - 1) // rate)))
    return values[: min(most, max(least, below))]


def _rarest(found: list[Fact], kinds: tuple[str, ...], rarity: float, most: int) -> NDArray[np.uint64]:
    import numpy as np

    values = {fact.value: fact.rarity for fact in found if fact.kind in kinds and fact.rarity >= rarity}
    chosen = sorted(values, key=lambda value: (-values[value], value))[:most]
    return np.unique(np.fromiter((HASHED[value] for value in chosen), np.uint64, len(chosen)))
