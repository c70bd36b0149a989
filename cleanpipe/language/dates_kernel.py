"""Dates in compiled code: those that `figures.dates` finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.classes import ALPHABETIC, DECIMAL, WORD
from cleanpipe.language.compiled import inner, whole
from cleanpipe.language.decimal_kernel import NONE
from cleanpipe.language.figure_words import MONTH
from cleanpipe.language.figure_words_kernel import is_digit, letters_end, meaning

if TYPE_CHECKING:
    from numpy.typing import NDArray

ODD = -1

YEAR_SIGNS, MONTH_SIGNS, DAY_SIGNS = (tuple(map(ord, signs)) for signs in ("年년", "月월", "日일"))
SPACE, D, E, F, H, N, OF, R, S, T = (whole(ord(letter)) for letter in " defhnorst")
NO, YES = whole(0), whole(1)
TWO, FOUR, FIVE = whole(2), whole(4), whole(5)
SHORTEST_MONTH, LONGEST_MONTH = 3, 11
LOOK_BACK = 16
"""Signs before a day in which its month may stand."""


@inner
def _number(points: NDArray[np.uint32], start: int, end: int) -> int:
    value = 0
    for at in range(start, end):
        value = 10 * value + int(points[at] & 0xF)
    return value


@inner
def _digits(points: NDArray[np.uint32], at: int, end: int, most: int) -> int:
    """How many digits stand at a place, counted up to `most`."""
    count = 0
    while count < most and at + count < end and is_digit(points[at + count]):
        count += 1
    return count


@inner
def _is_word(points: NDArray[np.uint32], classes: NDArray[np.uint16], at: int, end: int) -> bool:
    """Whether a letter, digit or underscore stands at a place."""
    return at < end and classes[points[at]] & WORD != 0


@inner
def _follows(points: NDArray[np.uint32], at: int, end: int, one: int, two: int) -> bool:
    return at + 1 < end and points[at] == one and points[at + 1] == two


@inner
def _joins(sign: int) -> bool:
    """Whether a sign before digits makes them part of a name or of a longer figure."""
    return (
        is_digit(sign)
        or 0x41 <= sign <= 0x5A
        or 0x61 <= sign <= 0x7A
        or 0xC0 <= sign <= 0x24F
        or 0x370 <= sign <= 0x58F
        or sign == 0x2E
        or sign == 0x2C
    )


@inner
def _year_behind(
    points: NDArray[np.uint32], classes: NDArray[np.uint16], at: int, end: int, with_de: int
) -> tuple[int, int]:
    """A year of four digits behind a comma, a Spanish "de" and a space, any of them left out; and where it ends."""
    start = at
    if start < end and points[start] == 0x2C:
        start += 1
    if (
        with_de
        and _follows(points, start, end, SPACE, D)
        and _follows(points, start + 2, end, E, SPACE)
        and _digits(points, start + 4, end, FOUR) == 4
        and not _is_word(points, classes, start + 8, end)
    ):
        return _number(points, start + 4, start + 8), start + 8
    if (
        start < end
        and points[start] == SPACE
        and _digits(points, start + 1, end, FOUR) == 4
        and not _is_word(points, classes, start + 5, end)
    ):
        return _number(points, start + 1, start + 5), start + 5
    return NONE, at


@inner
def _east_asian(
    points: NDArray[np.uint32], classes: NDArray[np.uint16], at: int, run: int, end: int
) -> tuple[int, int, int, int]:
    """End, year, month and day of a date in figures, 1987-02-26 or 1987年2月26日; the end is `NONE` where none is."""
    if run == 4:
        year, stop = _number(points, at, at + 4), at + 4
        if (
            stop + 6 <= end
            and points[stop] == 0x2D
            and points[stop + 3] == 0x2D
            and _digits(points, stop + 1, end, TWO) == 2
            and _digits(points, stop + 4, end, TWO) == 2
            and not _is_word(points, classes, stop + 6, end)
        ):
            return stop + 6, year, _number(points, stop + 1, stop + 3), _number(points, stop + 4, stop + 6)
        stop = _past_space(points, stop, end)
        if stop < end and points[stop] in YEAR_SIGNS:
            month, stop = _figure_before(points, stop + 1, end, MONTH_SIGNS)
            if month != NONE:
                day, day_end = _figure_before(points, stop, end, DAY_SIGNS)
                return day_end, year, month, day
    elif run <= 2:
        month, stop = _figure_before(points, at, end, MONTH_SIGNS)
        if month != NONE:
            day, stop = _figure_before(points, stop, end, DAY_SIGNS)
            if day != NONE:
                return stop, NONE, month, day
    return NONE, NONE, NONE, NONE


@inner
def _past_space(points: NDArray[np.uint32], at: int, end: int) -> int:
    return at + 1 if at < end and points[at] == SPACE else at


@inner
def _figure_before(points: NDArray[np.uint32], at: int, end: int, signs: tuple[int, ...]) -> tuple[int, int]:
    """One or two digits before one of the signs, with spaces around them or not, and where that ends; `NONE` and the
    place itself where something else stands."""
    start = _past_space(points, at, end)
    digits = _digits(points, start, end, TWO)
    stop = _past_space(points, start + digits, end)
    if digits and stop < end and points[stop] in signs:
        return _number(points, start, start + digits), stop + 1
    return NONE, at


@inner
def _ordinal_end(points: NDArray[np.uint32], at: int, end: int) -> int:
    """Where st, nd, rd or th ends, if it stands at a place."""
    if (
        _follows(points, at, end, S, T)
        or _follows(points, at, end, N, D)
        or _follows(points, at, end, R, D)
        or _follows(points, at, end, T, H)
    ):
        return at + 2
    return at


@inner
def _month_behind(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    at: int,
    end: int,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
) -> tuple[int, int]:
    """Month behind a day and a space, and where its name ends; 0 where none is, `NONE` where no word is."""
    if at >= end or points[at] != 0x20:
        return NONE, at
    stop = letters_end(points, classes, at + 1, end)
    if not SHORTEST_MONTH <= stop - at - 1 <= LONGEST_MONTH or _is_word(points, classes, stop, end):
        return NONE, at
    return meaning(points, at + 1, stop, lower_case, keys, meanings) & MONTH, stop


@inner
def _month_before(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    begin: int,
    at: int,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
) -> tuple[int, int]:
    """Month whose name stands before a day, with a full stop and a Spanish "de" if need be, and where it begins."""
    lowest = max(begin, at - LOOK_BACK)
    if at > lowest and points[at - 1] == 0x0A:
        at -= 1
    if at <= lowest or points[at - 1] != 0x20:
        return 0, at
    for back in (4, 1):
        stop = at - back
        if stop < lowest or points[stop] != 0x20:
            continue
        if back == 4 and not _follows(points, stop + 1, at, D, E):
            continue
        if stop > lowest and points[stop - 1] == 0x2E:
            stop -= 1
        start = stop
        while start > begin and classes[points[start - 1]] & ALPHABETIC:
            start -= 1
        if (
            start >= lowest
            and SHORTEST_MONTH <= stop - start <= LONGEST_MONTH
            and not (start > begin and classes[points[start - 1]] & WORD)
        ):
            return meaning(points, start, stop, lower_case, keys, meanings) & MONTH, start
    return 0, at


@inner
def _day_first(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    at: int,
    run: int,
    end: int,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
) -> tuple[int, int, int, int]:
    """End, year, month and day of "26th of February 1987" or "26 de febrero de 1987"; the month is 0 where none is."""
    if run > 2:
        return at, NONE, 0, NONE
    stop = at + run
    if stop < end and (points[stop] == 0x2E or points[stop] == 0xBA):
        stop += 1
    elif _follows(points, stop, end, E, R):
        stop += 2
    else:
        stop = _ordinal_end(points, stop, end)
    month, month_end = NONE, stop
    if (stop < end and points[stop] == 0x20) and (
        _follows(points, stop + 1, end, D, E) or _follows(points, stop + 1, end, OF, F)
    ):
        month, month_end = _month_behind(points, classes, stop + 3, end, lower_case, keys, meanings)
    if month == NONE:
        month, month_end = _month_behind(points, classes, stop, end, lower_case, keys, meanings)
    if month <= 0:
        return at, NONE, 0, NONE
    if month_end < end and points[month_end] == 0x2E:
        month_end += 1
    year, stop = _year_behind(points, classes, month_end, end, YES)
    return stop, year, month, _number(points, at, at + run)


@inner
def _after_month(
    points: NDArray[np.uint32], classes: NDArray[np.uint16], at: int, run: int, end: int
) -> tuple[int, int, int]:
    """End, year and day of "26, 1987" or "1987", as they stand behind a month; the end is `NONE` where none is."""
    if run <= 2:
        stop = _ordinal_end(points, at + run, end)
        if _is_word(points, classes, stop, end):
            return NONE, NONE, NONE
        year, stop = _year_behind(points, classes, stop, end, NO)
        return stop, year, _number(points, at, at + run)
    if run == 4 and not _is_word(points, classes, at + 4, end):
        return at + 4, _number(points, at, at + 4), NONE
    return NONE, NONE, NONE


@inner
def dates(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    begin: int,
    end: int,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
    found: NDArray[np.int64],
) -> int:
    """Dates of a text; their number, or `ODD` where there are digits other than ASCII's.

    Rows of `found`: start, end, year, month, day; `NONE` for a year or day that isn't there.
    """
    done, number, at = begin, 0, begin
    while at < end:
        sign = points[at]
        if not is_digit(sign):
            if sign >= 0x80 and classes[sign] & DECIMAL:
                return ODD
            at += 1
            continue
        run = _digits(points, at, end, FIVE)
        here, at = at, at + run
        if run > 4 or here < done or (here > begin and _joins(points[here - 1])):
            continue
        start = here
        stop, year, month, day = _east_asian(points, classes, here, run, end)
        if stop == NONE:
            stop, year, month, day = _day_first(points, classes, here, run, end, lower_case, keys, meanings)
            if not month:
                month, start = _month_before(points, classes, begin, here, lower_case, keys, meanings)
                stop, year, day = _after_month(points, classes, here, run, end)
                if stop == NONE or not month or start < done:
                    continue
        done = stop
        if 1 <= month <= 12 and (day == NONE or 1 <= day <= 31):
            found[number, 0], found[number, 1] = start, stop
            found[number, 2], found[number, 3], found[number, 4] = year, month, day
            number += 1
    return number
