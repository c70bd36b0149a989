"""Numbers in Chinese numerals in compiled code: those of `chinese_numbers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.chinese_numbers import BARE, LONG_GROUP, MOST, MYRIAD, NUMERALS, YEAR
from cleanpipe.language.compiled import inner
from cleanpipe.language.decimal_kernel import ZERO
from cleanpipe.language.figure_words_kernel import is_digit

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNS, VALUES = np.array([*map(ord, NUMERALS)], np.uint32), np.array([*NUMERALS.values()], np.int64)

YEAR_SIGN, BARE_SIGNS = ord(YEAR), np.array([[*map(ord, word)] for word in BARE], np.uint32)


@inner
def numeral(points: NDArray[np.uint32], at: int, end: int) -> int:
    """Value of the Chinese numeral at a place, or -1."""
    if at < end and points[at] >= 0x3007:
        for place in range(len(SIGNS)):
            if SIGNS[place] == points[at]:
                return int(VALUES[place])
    return -1


@inner
def value_and_end(points: NDArray[np.uint32], at: int, end: int) -> tuple[int, int]:
    """`chinese_numbers.value_and_end`."""
    whole, bound, stop = 0, MOST, at
    while True:
        value, behind = _below_myriad(points, stop, end)
        factor = numeral(points, behind, end)
        if factor >= MYRIAD:
            behind += 1
        else:
            factor = 1
        if value == 0 or value * factor >= bound:
            return whole, stop
        if factor > 1:
            whole, stop, bound = whole + value * factor, behind, factor
            continue
        if whole and is_digit(points[behind - 1]):
            counts = behind - stop >= LONG_GROUP and not (behind < end and points[behind] == YEAR_SIGN)
            return (whole + value, behind) if counts else (whole, stop)
        if whole and behind == stop + 1 and value < 10:
            value *= bound // 10
        return whole + value, behind


@inner
def _below_myriad(points: NDArray[np.uint32], start: int, end: int) -> tuple[int, int]:
    """`chinese_numbers._below_myriad`."""
    whole, unit, stop = 0, MYRIAD, start
    while True:
        at, value = stop, 0
        while numeral(points, at, end) == 0:
            at += 1
        digits = at
        while digits < end and digits - at < 5 and is_digit(points[digits]):
            digits += 1
        figures = 0 < digits - at < 5
        if figures:
            for digit in range(at, digits):
                value = 10 * value + int(points[digit] - ZERO)
            at = digits
            if value == 0:
                return whole, stop
        elif 0 < numeral(points, at, end) < 10:
            value = numeral(points, at, end)
            at += 1
        factor = numeral(points, at, end)
        if value >= 10 or not 10 <= factor < unit:
            if whole and not figures and at == stop + 1:
                value *= unit // 10
            return (whole + value, at) if 0 < value < unit else (whole, stop)
        whole, unit, stop = whole + max(value, 1) * factor, factor, at + 1


@inner
def spelt(points: NDArray[np.uint32], start: int, end: int) -> tuple[int, int]:
    """`chinese_numbers.spelt`, 0 for no number."""
    value, stop = value_and_end(points, start, end)
    if value < 10 or stop == start + 1:
        return 0, start
    if stop == start + 2:
        for one, two in BARE_SIGNS:
            if points[start] == one and points[start + 1] == two:
                return 0, start
    return value, stop
