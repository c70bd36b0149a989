"""Shingles, MinHash signatures and their bands in compiled code: bit for bit what `minhash` defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import inner
from cleanpipe.match.minhash import MIX, STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEP, _MIX = np.uint64(STEP), np.uint64(MIX)
_BAND, _FOLD, _HALF = np.uint64(29), np.uint64(33), np.uint64(32)
_FIRST, _SECOND = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)


@inner
def shingles(words: NDArray[np.uint64], length: int, found: NDArray[np.uint64]) -> int:
    """Fills in the hashes of all runs of `length` words, of all words where there are fewer; their number."""
    length = min(length, len(words))
    if not length:
        return 0
    count = len(words) - length + 1
    for at in range(count):
        value = words[at]
        for word in range(at + 1, at + length):
            value = value * _STEP + words[word]
        value ^= value >> _FOLD
        found[at] = value * _MIX
    return count


@inner
def run_hash(words: NDArray[np.uint64]) -> np.uint64:
    """`minhash.shingle_hash`."""
    value = np.uint64(0)
    for word in words:
        value = value * _STEP + word
    value ^= value >> _FOLD
    return value * _MIX


@inner
def _mixed(shingle: np.uint64) -> np.uint32:
    """MurmurHash3's 32-bit finaliser of a shingle's upper half, as datasketch puts it before the permutations."""
    value = np.uint32(shingle >> _HALF)
    value = np.uint32(np.uint32(value ^ (value >> np.uint32(16))) * _FIRST)
    value = np.uint32(np.uint32(value ^ (value >> np.uint32(13))) * _SECOND)
    return np.uint32(value ^ (value >> np.uint32(16)))


@inner
def signature(
    hashes: NDArray[np.uint64], factors: NDArray[np.uint32], offsets: NDArray[np.uint32], row: NDArray[np.uint32]
) -> None:
    """Lowers `row`, all ones at first, to the MinHash of a set of shingles.

    Four shingles at a time, so that a column is loaded and stored once for the four: a third faster than one by one.
    """
    last = len(hashes) - 1
    for at in range(0, len(hashes), 4):
        one, two = _mixed(hashes[at]), _mixed(hashes[min(at + 1, last)])
        three, four = _mixed(hashes[min(at + 2, last)]), _mixed(hashes[min(at + 3, last)])
        for column in range(len(row)):
            factor, offset = factors[column], offsets[column]
            low = min(np.uint32(one * factor + offset), np.uint32(two * factor + offset))
            high = min(np.uint32(three * factor + offset), np.uint32(four * factor + offset))
            row[column] = min(row[column], min(low, high))


@inner
def band_keys(row: NDArray[np.uint32], count: int, rows: int, found: NDArray[np.uint64]) -> int:
    """Fills in one value for each of `count` bands of `rows` rows of a signature; their number."""
    for band in range(count):
        value = np.uint64(band + 1)
        for column in range(rows):
            value = value * _STEP + np.uint64(row[band * rows + column])
            value ^= value >> _BAND
        found[band] = value * _MIX
    return count
