"""Where digits and what stands between them end, in compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanpipe.language.compiled import inner
from cleanpipe.language.decimal_kernel import COMMA, POINT, ZERO
from cleanpipe.language.figure_words_kernel import is_digit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ODD = -1
"""For digits that are left to Python."""

SPACE, COLON = 0x20, 0x3A


@inner
def digits_end(points: NDArray[np.uint32], at: int, end: int) -> int:
    """Where the digits end that begin at a place, with the separators between them, or `ODD`."""
    while True:
        while at < end and is_digit(points[at]):
            at += 1
        if at + 1 >= end or not is_digit(points[at + 1]):
            return at
        sign = points[at]
        if sign in (0x66B, 0x66C):
            return ODD
        if sign not in (POINT, COMMA, 0xA0, 0x202F, 0x27, 0x2019):
            return at
        at += 1


@inner
def spaced_end(points: NDArray[np.uint32], at: int, end: int) -> int:
    """Where digits in groups of three with spaces between them end, decimals behind a comma with them; the place
    itself where there is no such group."""
    stop = at
    while stop < end and stop - at < 4 and is_digit(points[stop]):
        stop += 1
    if points[at] == ZERO or stop - at > 3 or not is_group(points, stop, end, SPACE):
        return at
    while is_group(points, stop, end, SPACE):
        stop += 4
    if stop + 1 < end and points[stop] == COMMA and is_digit(points[stop + 1]):
        stop += 1
        while stop < end and is_digit(points[stop]):
            stop += 1
    return stop


@inner
def clock_end(points: NDArray[np.uint32], begin: int, at: int, end: int) -> int:
    """Where a time of day as 5:48 ends, the place itself where there is none."""
    colon = at
    while colon < end and colon - at < 3 and is_digit(points[colon]):
        colon += 1
    if colon - at > 2 or colon + 2 >= end or points[colon] != COLON or (at > begin and points[at - 1] == COLON):
        return at
    if colon - at == 2 and not (points[at] < ZERO + 2 or (points[at] == ZERO + 2 and points[at + 1] < ZERO + 4)):
        return at
    if not (is_digit(points[colon + 1]) and points[colon + 1] < ZERO + 6 and is_digit(points[colon + 2])):
        return at
    stop = colon + 3
    if stop < end and is_digit(points[stop]):
        return at
    if stop + 1 < end and points[stop] in (POINT, COMMA, COLON) and is_digit(points[stop + 1]):
        return at
    return stop


@inner
def is_group(points: NDArray[np.uint32], at: int, end: int, separator: int) -> bool:
    """Whether a separator and the digits of three decimals, and no more, stand there."""
    return (
        at + 3 < end
        and points[at] == separator
        and is_digit(points[at + 1])
        and is_digit(points[at + 2])
        and is_digit(points[at + 3])
        and not (at + 4 < end and is_digit(points[at + 4]))
    )
