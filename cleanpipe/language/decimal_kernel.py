"""Numbers in compiled code: digits as they stand in a text, the normal form of numbers and dates, how rare a number is.

A number is up to twelve significant digits, without zeros at either end, and the power of ten of the first one; zero
has no digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.blake_kernel import LONGEST
from cleanpipe.language.compiled import inner
from cleanpipe.language.figure_words_kernel import is_digit

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_DIGITS = 12
"""Digits that a number is written out with."""

NONE = -1
"""In place of a year or a day that isn't there."""

ZERO, POINT, COMMA, PERCENT, MINUS, PLUS, EXPONENT = 0x30, 0x2E, 0x2C, 0x25, 0x2D, 0x2B, 0x65
"""Signs of a number in its normal form."""


@inner
def plain_digits(
    points: NDArray[np.uint32], start: int, end: int, decimal_comma: bool, plain: NDArray[np.uint8]
) -> int:
    """`figures._plain`: how many signs it has, in `plain`; -1 if there are too many."""
    count = dots = commas = parts = digits = 0
    last, grouped = -1, True
    for at in range(start, end):
        sign = points[at]
        if is_digit(sign):
            digits += 1
        elif sign in (POINT, COMMA):
            grouped = grouped and digits <= 3 and (digits >= 2 or parts == 0)
            dots += sign == POINT
            commas += sign == COMMA
            parts += 1
            digits, last = 0, count
        else:
            continue
        if count == LONGEST:
            return -1
        plain[count] = sign
        count += 1
    if parts == 0:
        return count
    grouped = grouped and digits == 3
    if dots and commas:
        kept = last
    elif grouped and (parts > 1 or (dots > 0) == decimal_comma):
        kept = -1
    elif parts > 1:
        return count
    else:
        kept = last
    length = 0
    for at in range(count):
        if at == kept:
            plain[length] = POINT
            length += 1
        elif is_digit(plain[at]):
            plain[length] = plain[at]
            length += 1
    return length


@inner
def parse(plain: NDArray[np.uint8], count: int, digits: NDArray[np.uint8]) -> tuple[int, int]:
    """Number of significant digits, filled into `digits`, and power of the first, of digits with at most one point."""
    length = power = 0
    point = count
    for at in range(count):
        if plain[at] == POINT:
            point = at
    for at in range(count):
        if plain[at] == POINT or (length == 0 and plain[at] == ZERO):
            continue
        if length == 0:
            power = point - at - 1 if at < point else point - at
        digits[length] = plain[at]
        length += 1
    while length and digits[length - 1] == ZERO:
        length -= 1
    return length, power


@inner
def written(digits: NDArray[np.uint8], count: int, power: int, percent: bool, text: NDArray[np.uint8]) -> int:
    """The normal form of a number, which is Python's format `.12g`, and a sign of per cent; how long it is."""
    at = 0
    if count == 0:
        text[0] = ZERO
        at = 1
    elif -4 <= power < MOST_DIGITS:
        if power < 0:
            text[0], text[1] = ZERO, POINT
            at = 2
            for _ in range(-power - 1):
                text[at] = ZERO
                at += 1
        for digit in range(max(count, power + 1)):
            if digit == power + 1 and power >= 0:
                text[at] = POINT
                at += 1
            text[at] = digits[digit] if digit < count else ZERO
            at += 1
    else:
        for digit in range(count):
            if digit == 1:
                text[at] = POINT
                at += 1
            text[at] = digits[digit]
            at += 1
        size = abs(power)
        text[at], text[at + 1] = EXPONENT, MINUS if power < 0 else PLUS
        text[at + 2], text[at + 3] = ZERO + size // 10, ZERO + size % 10
        at += 4
    if percent:
        text[at] = PERCENT
        at += 1
    return at


@inner
def rarity(digits: NDArray[np.uint8], count: int, power: int, percent: bool) -> int:
    """`figures._rarity` in hundredths."""
    if count == 0:
        return 30
    if count <= power + 1 <= 4:
        value = 0
        for digit in range(power + 1):
            value = 10 * value + (digits[digit] - ZERO if digit < count else 0)
        if 1900 <= value <= 2100 and not percent:
            return 160
        if value <= 12:
            return 140 if percent else 50
    found = 40 + 90 * count
    if power >= 3:
        found += 30
    if percent:
        found += 50
    return min(found, 500)


@inner
def written_date(year: int, month: int, day: int, text: NDArray[np.uint8]) -> int:
    """The normal form of a date, 1987-02-26, 02-26 or 1987-02; how long it is."""
    at = 0
    if year > 0:
        for place in range(4):
            text[3 - place] = ZERO + year % 10
            year //= 10
        at = 4
    for part in (month, day):
        if part == NONE:
            continue
        if at:
            text[at] = MINUS
            at += 1
        text[at], text[at + 1] = ZERO + part // 10, ZERO + part % 10
        at += 2
    return at
