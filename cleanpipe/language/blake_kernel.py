"""BLAKE2b of short ASCII words in compiled code: the hash that `tokens.HASHED` gives a word.

RFC 7693, for one block, without a key, with a digest of 8 bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 128
"""Letters of the longest word that this can hash: one block."""

_START = np.array(
    [
        *(0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1),
        *(0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179),
    ],
    np.uint64,
)
_PARAMETERS = np.uint64(0x01010008)  # fanout 1, depth 1, no key, 8 bytes
_ORDER = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    np.int64,
)
_MIXED = np.array(
    [
        *([0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]),
        *([0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]),
    ],
    np.int64,
)


@inner
def turned(value: np.uint64, right: np.uint64, left: np.uint64) -> np.uint64:
    return (value >> right) | (value << left)


@inner
def blake2b(letters: NDArray[np.uint8], count: int) -> np.uint64:
    """The first 8 bytes, little endian, of the hash of the first `count` of at most `LONGEST` bytes."""
    block = np.zeros(16, np.uint64)
    for at in range(count):
        block[at >> 3] |= np.uint64(letters[at]) << np.uint64(8 * (at & 7))
    state = np.empty(16, np.uint64)
    for at in range(8):
        state[at] = state[at + 8] = _START[at]
    state[0] ^= _PARAMETERS
    first = state[0]
    state[12] ^= np.uint64(count)
    state[14] = ~state[14]
    for turn in range(12):
        for step in range(8):
            a, b, c, d = _MIXED[step, 0], _MIXED[step, 1], _MIXED[step, 2], _MIXED[step, 3]
            state[a] += state[b] + block[_ORDER[turn, 2 * step]]
            state[d] = turned(state[d] ^ state[a], np.uint64(32), np.uint64(32))
            state[c] += state[d]
            state[b] = turned(state[b] ^ state[c], np.uint64(24), np.uint64(40))
            state[a] += state[b] + block[_ORDER[turn, 2 * step + 1]]
            state[d] = turned(state[d] ^ state[a], np.uint64(16), np.uint64(48))
            state[c] += state[d]
            state[b] = turned(state[b] ^ state[c], np.uint64(63), np.uint64(1))
    result: np.uint64 = first ^ state[0] ^ state[8]
    return result
