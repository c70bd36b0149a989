"""Numbers the words of one language in compiled code, and tells what there is to know of the simple ones.

A word is simple if it has letters alone that become the same whatever stands beside them (`letters`). All others are
left to `lexicon.Lexicon`, which asks the Python functions that define them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.blake_kernel import LONGEST, blake2b
from cleanpipe.language.compiled import compiled, inner
from cleanpipe.language.letters import LETTERS_END, UPPER_CASE
from cleanpipe.language.scan_kernel import HASH_LEAST, HASH_START, hash_step, point_hash

if TYPE_CHECKING:
    from numpy.typing import NDArray

LETTER_TOKEN, UPPER, ALL_UPPER, ONE_LETTER, TWO_LETTERS = 1, 2, 4, 8, 16
"""Bits of what is known of a word: `tokens.is_letter_token`, whether it begins with a capital, whether it has only
capitals, and whether its folded form has one letter, or two."""

PARTICLE, HONORIFIC, BEGINS_NUMBER = 32, 64, 128
"""Whether a word is one of those that `facts` names so, and whether a number can begin with it."""

EXACT = PARTICLE | HONORIFIC
"""Bits that hang on how a word stands, in capitals or not."""

_EMPTY = np.uint64(0)
_ONE = np.uint64(1)
MOST_BYTES = 8
"""Bytes of what one letter is folded to, at most."""

_ONE_BYTE, _LEAD, _TRAIL = np.uint32(0x80), np.uint32(0xC0), np.uint32(0x80)
_SIX, _LOW = np.uint32(6), np.uint32(0x3F)


@inner
def place_of(keys: NDArray[np.uint64], key: np.uint64) -> int:
    """Where a key other than 0 stands in an open table of a power of two, or the empty place (0) where it would."""
    last = np.uint64(len(keys) - 1)
    place = key & last
    while keys[place] != _EMPTY and keys[place] != key:
        place = (place + _ONE) & last
    return int(place)


@compiled
def put(
    keys: NDArray[np.uint64], values: NDArray[np.int32], new_keys: NDArray[np.uint64], new: NDArray[np.int32]
) -> None:
    """Adds keys with their values to an open table; keys that are 0 are passed over."""
    for at in range(len(new_keys)):
        if new_keys[at] != _EMPTY:
            place = place_of(keys, new_keys[at])
            keys[place] = new_keys[at]
            values[place] = new[at]


@compiled
def span_hashes(points: NDArray[np.uint32], ends: NDArray[np.int64], hashes: NDArray[np.uint64]) -> None:
    """`point_hash` of words that lie one after another, each with a space behind it; `ends` is where each ends."""
    start = 0
    for at in range(len(ends)):
        hashes[at] = point_hash(points, start, ends[at])
        start = ends[at] + 1


@compiled
def number_words(
    tokens: NDArray[np.uint64],
    at: int,
    keys: NDArray[np.uint64],
    numbers: NDArray[np.int32],
    count: int,
    words: NDArray[np.int32],
    new: NDArray[np.int64],
) -> tuple[int, int]:
    """Fills `words` with the number of the word at each token from `at` on, and `new` with the tokens of new words.

    New words are numbered from `count` on. Stops where the table is half full. Returns the token to go on from, and the
    number of words.
    """
    added = 0
    while at < len(tokens):
        place = place_of(keys, tokens[at])
        if keys[place] == _EMPTY:
            if 2 * count >= len(keys):
                break
            keys[place] = tokens[at]
            numbers[place] = count
            new[added] = at
            added += 1
            count += 1
        words[at] = numbers[place]
        at += 1
    return at, count


@inner
def _write(letter: np.uint32, text: NDArray[np.uint8], at: int) -> int:
    """Writes a letter in UTF-8, which takes at most two bytes here; where the next one goes."""
    if letter < _ONE_BYTE:
        text[at] = letter
        return at + 1
    text[at] = _LEAD | (letter >> _SIX)
    text[at + 1] = _TRAIL | (letter & _LOW)
    return at + 2


@compiled
def describe_letters(
    points: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    new: NDArray[np.int64],
    tokens: NDArray[np.uint64],
    folded_at: NDArray[np.int32],
    folded: NDArray[np.uint32],
    listed_at: NDArray[np.int32],
    listed: NDArray[np.uint32],
    both_at: NDArray[np.int32],
    both: NDArray[np.uint32],
    cases: NDArray[np.uint8],
    words: NDArray[np.uint64],
    word_zipfs: NDArray[np.int32],
    special: NDArray[np.uint64],
    special_flags: NDArray[np.int32],
    stem: int,
    hashes: NDArray[np.uint64],
    stems: NDArray[np.uint64],
    zipfs: NDArray[np.int16],
    flags: NDArray[np.uint8],
    others: NDArray[np.int64],
) -> int:
    """Hash, stem's hash, Zipf frequency in hundredths and flags of the simple words among the tokens `new`.

    The columns from `folded_at` to `cases` are those of `letters.Letters`, `words` is an open table of the words of a
    language by `point_hash`, with their Zipf frequencies, `special` one of words with flags of their own. The rows in
    `new` of words that aren't simple are filled into `others`; their number is returned.
    """
    text = np.empty(LONGEST, np.uint8)
    left = 0
    for row in range(len(new)):
        start, end = starts[new[row]], ends[new[row]]
        length = count = stem_length = seen = 0
        as_listed = as_both = HASH_START
        simple = True
        for at in range(start, end):
            point = points[at]
            if point >= LETTERS_END or folded_at[point] == folded_at[point + 1] or length + MOST_BYTES > LONGEST:
                simple = False
                break
            seen |= cases[point]
            for place in range(folded_at[point], folded_at[point + 1]):
                length = _write(folded[place], text, length)
                count += 1
                if count == stem:
                    stem_length = length
            for place in range(listed_at[point], listed_at[point + 1]):
                as_listed = hash_step(as_listed, listed[place])
            for place in range(both_at[point], both_at[point + 1]):
                as_both = hash_step(as_both, both[place])
        if not simple:
            others[left] = row
            left += 1
            continue
        hashes[row] = blake2b(text, length)
        stems[row] = blake2b(text, stem_length) if count > stem else hashes[row]
        zipf = 0
        for key in (max(as_listed, HASH_LEAST), max(as_both, HASH_LEAST)):
            place = place_of(words, key)
            if words[place] != _EMPTY:
                zipf = max(zipf, word_zipfs[place])
        zipfs[row] = zipf
        flag = ONE_LETTER if count == 1 else TWO_LETTERS if count == 2 else 0
        if cases[points[start]] == UPPER_CASE:
            flag |= UPPER
        if seen == UPPER_CASE:
            flag |= ALL_UPPER
        place = place_of(special, tokens[new[row]])
        if special[place] != _EMPTY:
            flag |= special_flags[place] & EXACT
        flags[row] = flag
    return left
