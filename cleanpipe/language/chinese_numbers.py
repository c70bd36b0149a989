"""Numbers in Chinese numerals, and in digits with some of these among them: 三十七, 4万2千, 5億6000万."""

from __future__ import annotations

import re

NUMERALS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
NUMERALS |= {"十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
"""Chinese numerals. From ten thousand up they multiply all below ten thousand that stands before them."""

THOUSAND, MYRIAD = 10**3, 10**4

STARTS = frozenset(sign for sign, value in NUMERALS.items() if 0 < value < MYRIAD)

MOST = 10**16
"""A myriad that is multiplied to so much begins another number."""

LONG_GROUP, YEAR = 3, "年"
"""Digits behind a myriad go on with the number where they are so many, and no year."""

BARE = ("千万", "千萬", "千兆")
"""Words that are no numbers: "by all means", "giga-"."""

_UP_TO_FOUR = re.compile(r"[0-9]{1,4}(?![0-9])")


def spelt(text: str, start: int) -> tuple[float, int] | None:
    """Value and end of a number in Chinese numerals, None for a single one, which is mostly a part of a word."""
    value, end = value_and_end(text, start)
    bare = text[start:end] in BARE
    return (value, end) if value >= 10 and end > start + 1 and not bare else None


def value_and_end(text: str, start: int) -> tuple[float, int]:
    """Value and end of a number of Chinese numerals, or of digits among them: 三十七, 4万2千, 5億6000万, 三万五."""
    whole, bound, end = 0, MOST, start
    while True:
        value, behind = _below_myriad(text, end)
        factor = NUMERALS.get(text[behind : behind + 1], 0)
        if factor >= MYRIAD:
            behind += 1
        else:
            factor = 1
        if not value or value * factor >= bound:
            return float(whole), end
        if factor > 1:
            whole, end, bound = whole + value * factor, behind, factor
            continue
        if whole and "0" <= text[behind - 1] <= "9":
            counts = behind - end >= LONG_GROUP and text[behind : behind + 1] != YEAR
            return (float(whole + value), behind) if counts else (float(whole), end)
        if whole and behind == end + 1 and value < 10:
            value *= bound // 10
        return float(whole + value), behind


def _below_myriad(text: str, start: int) -> tuple[int, int]:
    """Value and end of what stands before a myriad: 三百零五, 2千, 6000, 三千五 (3500)."""
    whole, unit, end = 0, MYRIAD, start
    while True:
        at, value = end, 0
        while NUMERALS.get(text[at : at + 1]) == 0:
            at += 1
        if digits := _UP_TO_FOUR.match(text, at):
            at, value = digits.end(), int(digits[0])
            if not value:
                return whole, end
        elif 0 < NUMERALS.get(text[at : at + 1], 0) < 10:
            at, value = at + 1, NUMERALS[text[at]]
        factor = NUMERALS.get(text[at : at + 1], 0)
        if value >= 10 or not 10 <= factor < unit:
            if whole and not digits and at == end + 1:
                value *= unit // 10
            return (whole + value, at) if 0 < value < unit else (whole, end)
        whole, unit, end = whole + (value or 1) * factor, factor, at + 1
