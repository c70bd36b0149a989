"""Cuts texts into tokens in compiled code: the same tokens, at the same places, as `tokens.tokenise` finds.

The word pattern needs no way back: a word is a letter and all letters and marks behind it, an inner sign belongs to it
if a letter follows, and a figure goes on behind a separator if a digit follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.classes import DECIMAL, INNER_SIGN, LETTER, MARK, SEPARATOR, UNSPACED_LETTER
from cleanpipe.language.compiled import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

INSIDE = np.uint16(LETTER | MARK)
BEGINS = np.uint16(LETTER | DECIMAL | UNSPACED_LETTER)

HASH_START = np.uint64(0x243F6A8885A308D3)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)
HASH_LEAST = np.uint64(1)


@inner
def hash_step(value: np.uint64, point: np.uint32) -> np.uint64:
    """State of the hash after one more code point."""
    value = (value ^ np.uint64(point)) * _FACTOR
    return value ^ (value >> _SHIFT)


@inner
def point_hash(points: NDArray[np.uint32], start: int, end: int) -> np.uint64:
    """64-bit hash of code points, never 0: the key under which a word as it stands is remembered, in memory only.

    Each step is a bijection of the state, so words of one length that differ in one letter never collide.
    """
    value = HASH_START
    for at in range(start, end):
        value = hash_step(value, points[at])
    return max(value, HASH_LEAST)


@inner
def token_end(points: NDArray[np.uint32], classes: NDArray[np.uint16], at: int, end: int) -> int:
    """Where the token that begins at a letter or digit ends, in a text that ends at `end`."""
    kind = classes[points[at]]
    at += 1
    if kind & LETTER:
        while True:
            while at < end and classes[points[at]] & INSIDE:
                at += 1
            if at + 1 < end and classes[points[at]] & INNER_SIGN and classes[points[at + 1]] & LETTER:
                at += 1
                continue
            return at
    if kind & DECIMAL:
        while True:
            while at < end and classes[points[at]] & DECIMAL:
                at += 1
            if at + 1 < end and classes[points[at]] & SEPARATOR and classes[points[at + 1]] & DECIMAL:
                at += 1
                continue
            return at
    while at < end and classes[points[at]] & MARK:
        at += 1
    return at


@compiled
def scan(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    segments: NDArray[np.int64],
    skips: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    firsts: NDArray[np.int64],
) -> int:
    """Tokens of n texts that lie one after another in `points`; their number.

    `segments`, shape (n, 4), has start and end of each text and the range of its rows in `skips`, shape (m, 2): start
    and end of spans to leave out, sorted. Filled in: start, end and `point_hash` of each token, for which there must be
    as much room as there are code points, and in `firsts`, shape (n + 1,), the first token of each text.
    """
    count = 0
    for row in range(len(segments)):
        firsts[row] = count
        at, end, skip, last_skip = segments[row, 0], segments[row, 1], segments[row, 2], segments[row, 3]
        while at < end:
            if not classes[points[at]] & BEGINS:
                at += 1
                continue
            start, at = at, token_end(points, classes, at, end)
            while skip < last_skip and skips[skip, 1] <= start:
                skip += 1
            if skip < last_skip and skips[skip, 0] < at:
                continue
            starts[count], ends[count] = start, at
            hashes[count] = point_hash(points, start, at)
            count += 1
    firsts[len(segments)] = count
    return count
