"""Fingerprints of a batch in compiled code, from the numbers of its words to the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import compiled, inner, whole
from cleanpipe.language.facts import UNKNOWN_ZIPF
from cleanpipe.language.lexicon_kernel import LETTER_TOKEN
from cleanpipe.match import keys as bounds
from cleanpipe.match.channels import BY_NAME
from cleanpipe.match.compared import LETTER_SAMPLE
from cleanpipe.match.keys_kernel import NOTHING, add, distinct, rare_pairs, rare_stems, rare_trigrams, sample
from cleanpipe.match.minhash import SHINGLE
from cleanpipe.match.signature_kernel import band_keys, run_hash, shingles, signature

if TYPE_CHECKING:
    from numpy.typing import NDArray

BANDS, EXCERPT, TRIGRAMS, STEMS, PAIRS = (
    whole(BY_NAME[name].id) for name in ("bands", "excerpt", "trigrams", "stems", "word pairs")
)
EXCERPT_RULE = np.array([bounds.EXCERPT_RATE, bounds.EXCERPT_LEAST, bounds.EXCERPT_MOST])
TRIGRAM_RULE = np.array([bounds.TRIGRAM_RATE, bounds.TRIGRAM_LEAST, bounds.TRIGRAM_MOST])
PAIR_RULE = np.array([bounds.PAIR_RATE, bounds.PAIR_LEAST, bounds.PAIR_MOST])
MOST_KEYS = bounds.EXCERPT_MOST + bounds.TRIGRAM_MOST + bounds.STEM_MOST + 2 * bounds.PAIR_MOST
"""Keys of a document beside its bands, at most; where letters are tokens, stems have the bound of pairs."""

_ONE = np.uint64(1)
_LEAST_ZIPF = round(100 * UNKNOWN_ZIPF)
_EXCERPT_SHINGLE, _SHINGLE, _REACH = whole(bounds.EXCERPT_SHINGLE), whole(SHINGLE), bounds.PAIR_REACH
_TRIGRAM_LETTERS, _PAIR_LETTERS, _STEM_LETTERS = (
    whole(letters) for letters in (bounds.TRIGRAM_LETTERS, bounds.PAIR_LETTERS, bounds.STEM_LETTERS)
)


@inner
def mainly_letters(words: NDArray[np.int32], flags: NDArray[np.uint8]) -> bool:
    """`compared.Words.letters`."""
    step = max(1, len(words) // LETTER_SAMPLE)
    asked = letters = 0
    for at in range(0, len(words), step):
        asked += 1
        letters += flags[words[at]] & LETTER_TOKEN
    return 2 * letters > asked


@inner
def _longest(ranges: NDArray[np.int64]) -> int:
    """How many words the longest document has."""
    longest = 0
    for row in range(len(ranges)):
        longest = max(longest, ranges[row, 1] - ranges[row, 0])
    return longest


@compiled
def sign(
    words: NDArray[np.int32],
    ranges: NDArray[np.int64],
    word_hashes: NDArray[np.uint64],
    factors: NDArray[np.uint32],
    offsets: NDArray[np.uint32],
    exact: NDArray[np.uint64],
    signatures: NDArray[np.uint32],
) -> None:
    """Fills in the exact hash and the signature of each document; before, they are 0 and all ones.

    `words` are the numbers of words, `ranges`, shape (n, 2), where those of each document stand in them, `word_hashes`
    what a lexicon has of the words.
    """
    longest = _longest(ranges)
    hashes, values = np.empty(longest, np.uint64), np.empty(longest, np.uint64)
    for row in range(len(ranges)):
        count = ranges[row, 1] - ranges[row, 0]
        for word in range(count):
            hashes[word] = word_hashes[words[ranges[row, 0] + word]]
        if count:
            exact[row] = max(run_hash(hashes[:count]), _ONE)
            signature(values[: shingles(hashes[:count], _SHINGLE, values)], factors, offsets, signatures[row])


@compiled
def word_keys(
    words: NDArray[np.int32],
    ranges: NDArray[np.int64],
    word_hashes: NDArray[np.uint64],
    word_stems: NDArray[np.uint64],
    word_zipfs: NDArray[np.int16],
    word_flags: NDArray[np.uint8],
    signatures: NDArray[np.uint32],
    bands: tuple[int, int],
    documents: NDArray[np.int32],
    channels: NDArray[np.uint8],
    keys: NDArray[np.uint64],
) -> int:
    """Fills the columns of the keys that come from words and signatures; their number.

    There is room for `MOST_KEYS` and the bands of each document.
    """
    longest = _longest(ranges)
    hashes, stems, zipfs = np.empty(longest, np.uint64), np.empty(longest, np.uint64), np.empty(longest, np.int16)
    all_values = np.empty(max(_REACH * longest, bands[0]), np.uint64)
    found = np.empty(max(_REACH * longest, bands[0]), np.uint64)
    places = 2
    while places < 2 * longest:
        places *= 2
    table, highest = np.empty(places, np.uint64), np.empty(places, np.int16)
    at = NOTHING
    for row in range(len(ranges)):
        own = words[ranges[row, 0] : ranges[row, 1]]
        count = len(own)
        if not count:
            continue
        for word in range(count):
            hashes[word], stems[word] = word_hashes[own[word]], word_stems[own[word]]
            zipfs[word] = max(word_zipfs[own[word]], _LEAST_ZIPF)
        these = hashes[:count]
        number = distinct(found, band_keys(signatures[row], bands[0], bands[1], found))
        at = add(found, number, row, BANDS, at, documents, channels, keys)
        number = sample(all_values, shingles(these, _EXCERPT_SHINGLE, all_values), EXCERPT_RULE, found)
        at = add(found, number, row, EXCERPT, at, documents, channels, keys)
        if mainly_letters(own, word_flags):
            number = sample(all_values, shingles(these, _TRIGRAM_LETTERS, all_values), TRIGRAM_RULE, found)
            at = add(found, number, row, TRIGRAMS, at, documents, channels, keys)
            number = sample(all_values, shingles(these, _PAIR_LETTERS, all_values), PAIR_RULE, found)
            at = add(found, number, row, PAIRS, at, documents, channels, keys)
            number = sample(all_values, shingles(these, _STEM_LETTERS, all_values), PAIR_RULE, found)
            at = add(found, number, row, STEMS, at, documents, channels, keys)
            continue
        rarity = zipfs[:count]
        number = sample(all_values, rare_trigrams(these, rarity, all_values), TRIGRAM_RULE, found)
        at = add(found, number, row, TRIGRAMS, at, documents, channels, keys)
        number = rare_stems(stems[:count], rarity, table, highest, found)
        at = add(found, number, row, STEMS, at, documents, channels, keys)
        number = sample(all_values, rare_pairs(these, rarity, all_values), PAIR_RULE, found)
        at = add(found, number, row, PAIRS, at, documents, channels, keys)
    return at
