"""Reads the words around numbers in compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.classes import ALPHABETIC
from cleanpipe.language.compiled import inner
from cleanpipe.language.figure_words import CASED
from cleanpipe.language.lexicon_kernel import place_of
from cleanpipe.language.scan_kernel import HASH_LEAST, HASH_START, hash_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EMPTY = np.uint64(0)


@inner
def is_digit(sign: int) -> bool:
    """Whether a code point is an ASCII digit."""
    return 0x30 <= sign <= 0x39


@inner
def letters_end(points: NDArray[np.uint32], classes: NDArray[np.uint16], at: int, end: int) -> int:
    """Where a run of letters that begins at a place ends, which is there if there is none."""
    while at < end and classes[points[at]] & ALPHABETIC:
        at += 1
    return at


@inner
def lowered(point: np.uint32, lower_case: NDArray[np.uint32]) -> np.uint32:
    """Lower case of a code point."""
    return lower_case[point] if point < CASED else point


@inner
def meaning(
    points: NDArray[np.uint32],
    start: int,
    end: int,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
) -> int:
    """What a word means according to `figure_words.figure_words`, 0 where it isn't there."""
    value = HASH_START
    for at in range(start, end):
        value = hash_step(value, lowered(points[at], lower_case))
    place = place_of(keys, max(value, HASH_LEAST))
    return meanings[place] if keys[place] != _EMPTY else 0
