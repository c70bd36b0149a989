"""Shingles and MinHash signatures, equal bit for bit to those of datasketch 2.0, for a batch at NumPy's speed.

A signature row is what `datasketch.MinHash(permutations, scheme="affine32", hashfunc=hash_shingle)` gets to by updating
with each shingle, so `datasketch.LeanMinHash` and `MinHashLSH` read it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from cleanpipe.language.tokens import HASHED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHINGLE = 5
"""Words of a shingle. Five is what near-duplicate detection of web text has used since Broder (1997)."""

SEED, SCHEME = 1, "affine32"
"""The seed that datasketch takes by default, and its scheme, which is stated with every fingerprint."""

BAND_JACCARD, BAND_RECALL = 0.7, 0.99
"""Bands are laid out so that a pair this similar shares one with this probability."""

BLOCK = 4096
"""Shingles permuted at a time, so that the work stays in the processor's cache (2 MB at 128 permutations)."""

_MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15
MIX = 0xFF51AFD7ED558CCD


def hash_shingle(shingle: str | bytes) -> int:
    """32-bit hash of a shingle written as folded words with a space between: the one definition, for datasketch's use.

    The words' 64-bit hashes (`HASHED`: BLAKE2b) are the digits of a number with base 0x9E3779B97F4A7C15 modulo 2**64,
    which is folded with MurmurHash3's first multiplier; the upper half is the hash.
    """
    text = shingle.decode("utf-8", "surrogatepass") if isinstance(shingle, bytes) else shingle
    return shingle_hash(HASHED[word] for word in text.split(" ")) >> 32


def shingle_hash(words: Iterable[int]) -> int:
    """64-bit hash of words in a row, given by their hashes."""
    value = 0
    for word in words:
        value = (value * STEP + word) & _MASK
    return ((value ^ (value >> 33)) * MIX) & _MASK


def shingles(words: NDArray[np.uint64], length: int = SHINGLE) -> NDArray[np.uint64]:
    """64-bit hashes of all runs of `length` words; a shorter text is one shingle, an empty one has none."""
    import numpy as np

    count = len(words)
    if not count:
        return words
    length = min(length, count)
    value = words[: count - length + 1].copy()
    step = np.uint64(STEP)
    for offset in range(1, length):
        value = value * step + words[offset : count - length + 1 + offset]
    value ^= value >> np.uint64(33)
    value *= np.uint64(MIX)
    return value


def signature(hashes: NDArray[np.uint64], permutations: int) -> NDArray[np.uint32]:
    """MinHash of a set of shingles, given by `shingles`. Shape (permutations,); all ones for the empty set."""
    import numpy as np

    row: NDArray[np.uint32] = np.full(permutations, 0xFFFFFFFF, np.uint32)
    if not len(hashes):
        return row
    factor, offset = permutation_table(permutations)
    mixed = _finalise((hashes >> np.uint64(32)).astype(np.uint32))
    for start in range(0, len(mixed), BLOCK):
        values = np.multiply.outer(factor, mixed[start : start + BLOCK])
        values += offset[:, None]
        np.minimum(row, values.min(axis=1), out=row)
    return row


@cache
def bands(permutations: int) -> tuple[int, int]:
    """Number of bands and rows in each: as many rows as reach the recall at all, then no more bands than are needed."""
    for rows in range(permutations, 0, -1):
        needed = math.ceil(math.log(1 - BAND_RECALL) / math.log1p(-(BAND_JACCARD**rows)))
        if needed * rows <= permutations:
            return needed, rows
    return permutations, 1


def band_keys(row: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One 64-bit value for each band of a signature, different in each band."""
    import numpy as np

    count, rows = bands(len(row))
    table = row[: count * rows].reshape(count, rows).astype(np.uint64)
    value = np.arange(1, count + 1, dtype=np.uint64)
    for column in range(rows):
        value = value * np.uint64(STEP) + table[:, column]
        value ^= value >> np.uint64(29)
    return value * np.uint64(MIX)


def _finalise(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's 32-bit finaliser, which datasketch's affine schemes put before the permutations."""
    import numpy as np

    values = values ^ (values >> np.uint32(16))
    values = values * np.uint32(0x85EBCA6B)
    values = values ^ (values >> np.uint32(13))
    values = values * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))


@cache
def permutation_table(count: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Factors and offsets of the permutations, which are datasketch's own."""
    from datasketch import MinHash

    factor, offset = MinHash(num_perm=count, seed=SEED, scheme=SCHEME).permutations
    return factor, offset
