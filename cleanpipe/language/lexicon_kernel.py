"""Numbers the words of one language in compiled code, and tells what there is to know of the plain ones.

A word is plain if it has ASCII letters alone: its folded form and the form in which wordfreq lists it are both its
lower case. All others are left to `lexicon.Lexicon`, which asks the Python functions that define them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.blake_kernel import LONGEST, blake2b
from cleanpipe.language.compiled import compiled, inner, whole
from cleanpipe.language.scan_kernel import point_hash

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
_FIRST = whole(0)
_LOWER = np.uint32(97)


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
def _spelling(points: NDArray[np.uint32], start: int, length: int) -> int:
    """Flags of a plain word that show in its letters."""
    flags = ONE_LETTER if length == 1 else TWO_LETTERS if length == 2 else 0
    if points[start] < _LOWER:
        flags |= UPPER | ALL_UPPER
        for at in range(start + 1, start + length):
            if points[at] >= _LOWER:
                return flags & ~ALL_UPPER
    return flags


@compiled
def describe_plain(
    points: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    new: NDArray[np.int64],
    listed: NDArray[np.uint64],
    listed_zipfs: NDArray[np.int32],
    special: NDArray[np.uint64],
    special_flags: NDArray[np.int32],
    stem: int,
    hashes: NDArray[np.uint64],
    stems: NDArray[np.uint64],
    zipfs: NDArray[np.int16],
    flags: NDArray[np.uint8],
    others: NDArray[np.int64],
) -> int:
    """Hash, stem's hash, Zipf frequency in hundredths and flags of the plain words among the tokens `new`.

    `listed` is an open table of the words of a language by `point_hash`, with their Zipf frequencies, `special` one of
    words with flags of their own. The rows in `new` of words that aren't plain are filled into `others`; their number
    is returned.
    """
    lower = np.empty(LONGEST, np.uint32)
    letters = np.empty(LONGEST, np.uint8)
    left = 0
    for row in range(len(new)):
        start = starts[new[row]]
        length = ends[new[row]] - start
        plain = length <= LONGEST and len(listed) > 0
        for at in range(length if plain else 0):
            letter = points[start + at] | np.uint32(32)
            if letter < np.uint32(97) or letter > np.uint32(122) or points[start + at] > np.uint32(122):
                plain = False
                break
            lower[at] = letter
            letters[at] = letter
        if not plain:
            others[left] = row
            left += 1
            continue
        hashes[row] = blake2b(letters, length)
        stems[row] = blake2b(letters, stem) if length > stem else hashes[row]
        place = place_of(listed, point_hash(lower, _FIRST, length))
        zipfs[row] = listed_zipfs[place] if listed[place] != _EMPTY else 0
        flags[row] = _spelling(points, start, length)
        place = place_of(special, point_hash(lower, _FIRST, length))
        if special[place] != _EMPTY:
            flags[row] |= special_flags[place] & ~EXACT
        place = place_of(special, point_hash(points, start, start + length))
        if special[place] != _EMPTY:
            flags[row] |= special_flags[place] & EXACT
    return left
