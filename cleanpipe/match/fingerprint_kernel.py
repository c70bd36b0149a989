"""Fingerprints of a batch in compiled code, from the numbers of its words to the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import compiled
from cleanpipe.language.facts import UNKNOWN_ZIPF
from cleanpipe.language.lexicon_kernel import LETTER_TOKEN
from cleanpipe.match import keys as bounds
from cleanpipe.match.channels import BY_NAME
from cleanpipe.match.compared import LETTER_SAMPLE
from cleanpipe.match.keys_kernel import add, distinct, rare_pairs, rare_stems, rare_trigrams, sample
from cleanpipe.match.minhash import SHINGLE
from cleanpipe.match.signature_kernel import band_keys, exact_hash, shingles, signature

if TYPE_CHECKING:
    from numpy.typing import NDArray

BANDS, EXCERPT, TRIGRAMS = BY_NAME["bands"].id, BY_NAME["excerpt"].id, BY_NAME["trigrams"].id
STEMS, PAIRS = BY_NAME["stems"].id, BY_NAME["word pairs"].id
EXCERPT_RULE = (bounds.EXCERPT_RATE, bounds.EXCERPT_LEAST, bounds.EXCERPT_MOST)
TRIGRAM_RULE = (bounds.TRIGRAM_RATE, bounds.TRIGRAM_LEAST, bounds.TRIGRAM_MOST)
PAIR_RULE = (bounds.PAIR_RATE, bounds.PAIR_LEAST, bounds.PAIR_MOST)
MOST_KEYS = bounds.EXCERPT_MOST + bounds.TRIGRAM_MOST + bounds.STEM_MOST + 2 * bounds.PAIR_MOST
"""Keys of a document beside its bands, at most; where letters are tokens, stems have the bound of pairs."""

_LEAST_ZIPF = round(100 * UNKNOWN_ZIPF)
_EXCERPT_SHINGLE, _SHINGLE, _REACH = bounds.EXCERPT_SHINGLE, SHINGLE, bounds.PAIR_REACH
_TRIGRAM_LETTERS, _PAIR_LETTERS, _STEM_LETTERS = bounds.TRIGRAM_LETTERS, bounds.PAIR_LETTERS, bounds.STEM_LETTERS


@compiled
def mainly_letters(words: NDArray[np.int32], flags: NDArray[np.uint8]) -> bool:
    """`compared.Words.letters`."""
    step = max(1, len(words) // LETTER_SAMPLE)
    asked = letters = 0
    for at in range(0, len(words), step):
        asked += 1
        letters += flags[words[at]] & LETTER_TOKEN
    return 2 * letters > asked


@compiled
def fingerprints(
    words: NDArray[np.int32],
    ranges: NDArray[np.int64],
    word_hashes: NDArray[np.uint64],
    word_stems: NDArray[np.uint64],
    word_zipfs: NDArray[np.int16],
    word_flags: NDArray[np.uint8],
    factors: NDArray[np.uint32],
    offsets: NDArray[np.uint32],
    bands: tuple[int, int],
    exact: NDArray[np.uint64],
    signatures: NDArray[np.uint32],
    documents: NDArray[np.int32],
    channels: NDArray[np.uint8],
    keys: NDArray[np.uint64],
) -> int:
    """Fills the columns of `fingerprint.Fingerprints`; the number of keys.

    `words` are the numbers of words, `ranges`, shape (n, 2), where those of each document stand, the four columns after
    it what a lexicon has of the words. `signatures` are all ones, `exact` 0; the columns of keys have room for
    `MOST_KEYS` and the bands of each document.
    """
    longest = 0
    for row in range(len(ranges)):
        longest = max(longest, ranges[row, 1] - ranges[row, 0])
    hashes, stems, zipfs = np.empty(longest, np.uint64), np.empty(longest, np.uint64), np.empty(longest, np.int16)
    all_values = np.empty(max(_REACH * longest, bands[0]), np.uint64)
    found = np.empty(max(_REACH * longest, bands[0]), np.uint64)
    places = 2
    while places < 2 * longest:
        places *= 2
    table, highest = np.empty(places, np.uint64), np.empty(places, np.int16)
    at = 0
    for row in range(len(ranges)):
        own = words[ranges[row, 0] : ranges[row, 1]]
        count = len(own)
        if not count:
            continue
        for word in range(count):
            hashes[word], stems[word] = word_hashes[own[word]], word_stems[own[word]]
            zipfs[word] = max(word_zipfs[own[word]], _LEAST_ZIPF)
        these = hashes[:count]
        exact[row] = exact_hash(these)
        number = shingles(these, _SHINGLE, all_values)
        signature(all_values[:number], factors, offsets, signatures[row])
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


@compiled
def drop_repeated_titles(
    words: NDArray[np.int32], hashes: NDArray[np.uint64], bodies: NDArray[np.int64], ranges: NDArray[np.int64]
) -> None:
    """Begins each document behind its title if its text begins with the words of the title."""
    for row in range(len(ranges)):
        first, body, end = ranges[row, 0], bodies[row], ranges[row, 1]
        same = body - first <= end - body
        for at in range(body - first if same else 0):
            same = same and hashes[words[first + at]] == hashes[words[body + at]]
        if same:
            ranges[row, 0] = body
