"""Numbers in compiled code: those that `figures.numbers` finds, in whole numbers and without a float.

`ODD` is given back where a text is left to Python: for digits other than ASCII's, Arabic separators, and more digits
than a float is sure of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.blake_kernel import LONGEST, blake2b
from cleanpipe.language.chinese_numbers import THOUSAND as LEAST_UNIT
from cleanpipe.language.chinese_numbers_kernel import numeral, value_and_end
from cleanpipe.language.chinese_numbers_kernel import spelt as spelt_chinese
from cleanpipe.language.compiled import inner
from cleanpipe.language.decimal_kernel import COMMA, MOST_DIGITS, POINT, ZERO, parse, plain_digits, rarity, written
from cleanpipe.language.digit_runs_kernel import COLON, ODD, clock_end, digits_end, is_group, spaced_end
from cleanpipe.language.figure_words import CENT_WORD, GLUED, PER_WORD, PERCENT_SIGN, SCALE, SCALE_SHIFT
from cleanpipe.language.figure_words_kernel import is_digit, letters_end, lowered, meaning
from cleanpipe.language.figures import MONEY, PERCENT_BEFORE, PERCENT_STEMS, POINTS, TENTH, TURKISH_PERCENT
from cleanpipe.language.number_tables import number_language
from cleanpipe.language.number_words_kernel import LEFT
from cleanpipe.language.number_words_kernel import spelt as spelt_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_NUMBER = 15
"""Signs of a figure that is read as a number."""

LONGEST_UNIT = 24
"""Letters of a word behind a number that are looked at: Chinese and Japanese have no end of a word."""

NO_NUMBER = 300
"""Rarity in hundredths of digits that aren't read as a number."""

STEMS = np.array([[*map(ord, stem.ljust(max(map(len, PERCENT_STEMS)), "\0"))] for stem in PERCENT_STEMS], np.uint32)
"""`figures.PERCENT_STEMS`, each filled up with zeros."""

MONEY_SIGNS, POINT_SIGNS, TENTH_SIGN = tuple(map(ord, sorted(MONEY))), tuple(map(ord, POINTS)), ord(TENTH)
BEFORE = np.array([*map(ord, PERCENT_BEFORE)], np.uint32)
TURKISH_WORD, TURKISH_SIGN = (np.array([*map(ord, word)], np.uint32) for word in TURKISH_PERCENT)
TURKISH = number_language("tr")
THOUSAND = 3


@inner
def _behind(points: NDArray[np.uint32], classes: NDArray[np.uint16], at: int, end: int) -> tuple[int, int]:
    """Start and end of a word or a sign of per cent behind a number, which a space or hyphen may come before."""
    if at < end:
        sign = points[at]
        if sign in (0x20, 0xA0, 0x202F, 0x2D):
            at += 1
    if at < end and points[at] in (0x25, 0x66A, 0xFF05):
        return at, at + 1
    return at, letters_end(points, classes, at, min(end, at + LONGEST_UNIT))


@inner
def _is_percent(points: NDArray[np.uint32], start: int, end: int, lower_case: NDArray[np.uint32]) -> bool:
    """Whether a word begins with one of `STEMS`."""
    for stem in STEMS:
        at = 0
        while at < len(stem) and stem[at] and start + at < end and lowered(points[start + at], lower_case) == stem[at]:
            at += 1
        if at == len(stem) or not stem[at]:
            return True
    return False


@inner
def _unit(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    at: int,
    end: int,
    glued: bool,
    lone: bool,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
) -> tuple[int, bool, int]:
    """`figures._unit`: power of ten, whether it is a percentage, where that ends."""
    power = largest = 0
    start, stop = _behind(points, classes, at, end)
    while start < stop:
        length = stop - start
        if points[start] >= 0x3000:
            pair = meaning(points, start, start + 2, lower_case, keys, meanings) if length > 1 else 0
            length = 2 if pair & SCALE else 1
        word = meaning(points, start, start + length, lower_case, keys, meanings)
        scale = (word & SCALE) >> SCALE_SHIFT
        money = start + length < end and points[start + length] in MONEY_SIGNS
        if word & GLUED and not (glued and (start == at or money or (lone and scale == THOUSAND))):
            break
        if scale <= largest:
            break
        power, largest, at = power + scale, scale, start + length
        start, stop = _behind(points, classes, at, end)
    if start < stop:
        if points[start] == TENTH_SIGN:
            return power + 1, True, start + 1
        word = meaning(points, start, stop, lower_case, keys, meanings)
        if word & PERCENT_SIGN or _is_percent(points, start, stop, lower_case):
            return power, True, stop
        if word & PER_WORD:
            start, stop = _behind(points, classes, stop, end)
            if start < stop and meaning(points, start, stop, lower_case, keys, meanings) & CENT_WORD:
                return power, True, stop
    return power, False, at


@inner
def _spelt(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    at: int,
    end: int,
    language: int,
    glued: bool,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
    plain: NDArray[np.uint8],
) -> tuple[int, int]:
    """`figures._spelt`: its digits, in `plain`, how many, and where it ends; none at all for another word."""
    value, small, stop = spelt_words(points, classes, at, end, language, glued, lower_case, keys, meanings)
    if value < 0:
        return ODD if value == LEFT else 0, stop
    count = _write(value, plain)
    while small and is_group(points, stop, end, COMMA):
        if count + 3 > LONGEST:
            return ODD, stop
        for digit in range(1, 4):
            plain[count] = points[stop + digit]
            count += 1
        stop += 4
    return count, stop


@inner
def _write(value: int, plain: NDArray[np.uint8]) -> int:
    """Writes the digits of a whole number, and says how many."""
    count, left = 1, value // 10
    while left:
        count, left = count + 1, left // 10
    for at in range(count - 1, -1, -1):
        plain[at] = ZERO + value % 10
        value //= 10
    return count


@inner
def _write_clock(points: NDArray[np.uint32], start: int, end: int, plain: NDArray[np.uint8]) -> int:
    """Writes a time of day with a point, and says how many signs it has."""
    for at in range(start, end):
        plain[at - start] = POINT if points[at] == COLON else points[at]
    return end - start


@inner
def _stands_before(
    points: NDArray[np.uint32], begin: int, at: int, word: NDArray[np.uint32], lower_case: NDArray[np.uint32]
) -> bool:
    """Whether a word in lower case stands before a place."""
    if at - len(word) < begin:
        return False
    same = True
    for letter in range(len(word)):
        same = same and lowered(points[at - len(word) + letter], lower_case) == word[letter]
    return same


@inner
def _percent_before(
    points: NDArray[np.uint32], begin: int, at: int, language: int, lower_case: NDArray[np.uint32]
) -> bool:
    """`figures._percent_before`."""
    if language == TURKISH and (
        _stands_before(points, begin, at, TURKISH_WORD, lower_case)
        or _stands_before(points, begin, at, TURKISH_SIGN, lower_case)
    ):
        return True
    return _stands_before(points, begin, at, BEFORE, lower_case)


@inner
def _chinese(
    points: NDArray[np.uint32], begin: int, start: int, end: int, lower_case: NDArray[np.uint32]
) -> tuple[int, int]:
    """`figures._chinese`, 0 for no number."""
    value, stop = spelt_chinese(points, start, end)
    alone = numeral(points, start, end)
    if value or alone >= 10:
        return value, stop
    behind = points[start + 1] if start + 1 < end else np.uint32(0)
    if behind == TENTH_SIGN or (behind not in POINT_SIGNS and _stands_before(points, begin, start, BEFORE, lower_case)):
        return alone, start + 1
    return 0, start


@inner
def numbers(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    begin: int,
    end: int,
    starts: NDArray[np.int64],
    flags: NDArray[np.uint8],
    begins_number: int,
    decimal_comma: bool,
    lone: bool,
    language: int,
    glued_words: bool,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
    found: NDArray[np.int64],
    values: NDArray[np.uint64],
) -> int:
    """Numbers of a text; how many, or `ODD`.

    They begin at tokens with the flag `begins_number`. Rows of `found`: start, end, rarity in hundredths; `values` are
    hashes of their normal forms.
    """
    plain, digits = np.empty(LONGEST, np.uint8), np.empty(LONGEST, np.uint8)
    done = begin
    number = 0
    for token in range(len(starts)):
        start = starts[token]
        if not flags[token] & begins_number or start < done:
            continue
        if start > begin and (points[start - 1] == POINT or points[start - 1] == COMMA):
            continue
        glued = is_digit(points[start])
        if glued:
            stop = spaced_end(points, start, end) if decimal_comma else start
            clock = stop == start
            if clock:
                stop = clock_end(points, begin, start, end)
                clock = stop > start
            if stop == start:
                stop = digits_end(points, start, end)
            count = plain_digits(points, start, stop, decimal_comma, plain) if stop != ODD else ODD
            if clock:
                count = _write_clock(points, start, stop, plain)
        elif numeral(points, start, end) > 0:
            value, stop = _chinese(points, begin, start, end, lower_case)
            if value == 0:
                continue
            count = _write(value, plain)
        else:
            count, stop = _spelt(points, classes, start, end, language, glued_words, lower_case, keys, meanings, plain)
            if count == 0:
                continue
        if count == ODD:
            return ODD
        done = stop
        if glued:
            marks = 0
            for at in range(count):
                marks += 2 if plain[at] == COMMA else plain[at] == POINT
            if marks > 1 or count > LONGEST_NUMBER:
                found[number, 0], found[number, 1], found[number, 2] = start, done, NO_NUMBER
                values[number] = blake2b(plain, count)
                number += 1
                continue
            if not clock and marks == 0 and stop - start <= 4 and numeral(points, stop, end) >= LEAST_UNIT:
                value, behind = value_and_end(points, start, end)
                if behind > done:
                    done, count = behind, _write(value, plain)
        length, power = parse(plain, count, digits)
        if length > MOST_DIGITS:
            return ODD
        scale, percent, done = _unit(points, classes, done, end, glued, lone, lower_case, keys, meanings)
        percent = percent or _percent_before(points, begin, start, language, lower_case)
        if not glued and scale == 0 and (length == 0 or (power == 0 and digits[0] == ZERO + 1)):
            continue
        power += scale
        found[number, 0], found[number, 1] = start, done
        found[number, 2] = rarity(digits, length, power, percent)
        values[number] = blake2b(plain, written(digits, length, power, percent, plain))
        number += 1
    return number
