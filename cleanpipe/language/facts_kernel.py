"""Names, quotations and headline pairs in compiled code: those that `facts` finds, as columns.

Functions fill the rows of `found`, one a fact: two tokens, the first and last of its words or both of a pair, its
rarity in hundredths, and, but for pairs, its start and end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language import facts
from cleanpipe.language.classes import OPENING, SPACE
from cleanpipe.language.compiled import inner, whole
from cleanpipe.language.lexicon_kernel import (
    ALL_UPPER,
    HONORIFIC,
    LETTER_TOKEN,
    ONE_LETTER,
    PARTICLE,
    TWO_LETTERS,
    UPPER,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

ARTICLE_ZIPF, UNKNOWN_ZIPF = round(100 * facts.ARTICLE_ZIPF), round(100 * facts.UNKNOWN_ZIPF)
CONTENT_ZIPF, SENTENCE_ZIPF, NOUN_ZIPF = (
    round(100 * zipf) for zipf in (facts.CONTENT_ZIPF, facts.SENTENCE_ZIPF, facts.NOUN_ZIPF)
)
NAME_BONUS, MOST_RARITY = round(100 * facts.NAME_BONUS), round(100 * facts.MOST_RARITY)
HEADLINE_REACH, LEAD_WORDS, LEAD_FROM = facts.HEADLINE_REACH, facts.LEAD_WORDS, facts.LEAD_FROM
FULL_SHARE, LEAD_SHARE = whole(100), whole(round(100 * facts.LEAD_DISCOUNT))
SHORTEST_QUOTE, QUOTE_WORDS = facts.SHORTEST_QUOTE, facts.QUOTE_WORDS
QUOTE_BASE, QUOTE_STEP, QUOTE_MOST = (
    round(100 * rarity) for rarity in (facts.QUOTE_BASE, facts.QUOTE_STEP, facts.QUOTE_MOST)
)

ARTICLES = np.array([[*map(ord, article)] for article in facts.ARTICLES], np.uint32)

SENTENCE_ENDS = tuple(map(ord, ".!?。！？।"))
SPACED, HYPHEN, INITIAL, APART = 0, 1, 2, 3


@inner
def word_rarity(zipf: int) -> int:
    """`facts.word_rarity` in hundredths."""
    return max(0, ARTICLE_ZIPF - max(zipf, UNKNOWN_ZIPF))


@inner
def _gap(points: NDArray[np.uint32], start: int, end: int) -> int:
    """What stands between two words, as far as names care."""
    if end - start == 1:
        sign = points[start]
        return SPACED if sign in (0x20, 0xA0) else HYPHEN if sign == 0x2D else APART
    return INITIAL if end - start == 2 and points[start] == 0x2E and points[start + 1] == 0x20 else APART


@inner
def _name_end(
    points: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    flags: NDArray[np.uint8],
    at: int,
    count: int,
    nouns_capital: bool,
) -> int:
    """`facts._name_end`."""
    last = at
    while last + 1 < count:
        gap = _gap(points, ends[last], starts[last + 1])
        if gap == HYPHEN or (gap == INITIAL and ends[last] - starts[last] == 1):
            if not flags[last + 1] & UPPER and ends[last + 1] - starts[last + 1] > 3:
                break
            last += 1
            continue
        after = last + 1
        if nouns_capital and _is_article(points, starts[after], ends[after]):
            break
        while gap == SPACED and after - last <= 2 and flags[after] & PARTICLE and after + 1 < count:
            gap = _gap(points, ends[after], starts[after + 1])
            after += 1
        if gap != SPACED or not flags[after] & UPPER:
            break
        last = after
    return last


@inner
def _is_article(points: NDArray[np.uint32], start: int, end: int) -> bool:
    """Whether a word is one of `facts.ARTICLES`."""
    if end - start != ARTICLES.shape[1]:
        return False
    for article in ARTICLES:
        same = True
        for at in range(len(article)):
            same = same and points[start + at] == article[at]
        if same:
            return True
    return False


@inner
def _opens(points: NDArray[np.uint32], classes: NDArray[np.uint16], start: int, end: int) -> bool:
    """Whether what stands before a word makes its capital the sentence's."""
    opening = False
    for at in range(start, end):
        opening = opening or classes[points[at]] & OPENING != 0
    return opening


@inner
def _together(zipfs: NDArray[np.int16], first: int, last: int) -> int:
    """`facts._together` of a name."""
    best = np.zeros(3, np.int64)
    for at in range(first, last + 1):
        rarity = word_rarity(zipfs[at])
        for place in range(3):
            if rarity > best[place]:
                rarity, best[place] = best[place], rarity
    rarity = best[0] + (best[1] + best[2] + 1) // 2 + NAME_BONUS
    return int(min(rarity, MOST_RARITY))


@inner
def names(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    zipfs: NDArray[np.int16],
    flags: NDArray[np.uint8],
    body: int,
    nouns_capital: bool,
    found: NDArray[np.int64],
) -> int:
    """Names from the token `body` on."""
    at, count, number = body, len(starts), 0
    while at < count:
        if not flags[at] & UPPER:
            at += 1
            continue
        first, last = at, _name_end(points, starts, ends, flags, at, count, nouns_capital)
        at = last + 1
        opens = first == 0 or (
            _opens(points, classes, ends[first - 1], starts[first]) and not flags[first - 1] & HONORIFIC
        )
        if opens and zipfs[first] >= (SENTENCE_ZIPF if first == last else CONTENT_ZIPF):
            first += 1
            while first <= last and not flags[first] & UPPER:
                first += 1
            if first > last:
                continue
        if first == last and (
            ends[first] - starts[first] < 2
            or zipfs[first] >= CONTENT_ZIPF
            or (nouns_capital and zipfs[first] > NOUN_ZIPF and not flags[first] & ALL_UPPER)
        ):
            continue
        found[number, 0], found[number, 1], found[number, 2] = first, last, _together(zipfs, first, last)
        found[number, 3], found[number, 4] = starts[first], ends[last]
        number += 1
    return number


@inner
def _closing(points: NDArray[np.uint32], at: int, end: int, inward: bool) -> int:
    """Where the quotation ends that opens at a place, or -1: the longest run without a sign of its kind, then one."""
    opening = points[at]
    if opening == 0x201C:
        other, closing, second, least, most = 0x201C, 0x201D, 0x201D, 12, 600
    elif opening == 0x22:
        other, closing, second, least, most = 0x22, 0x22, 0x22, 12, 600
    elif opening == 0xAB and not inward:
        other, closing, second, least, most = 0xAB, 0xBB, 0xBB, 12, 600
    elif opening == 0xBB and inward:
        other, closing, second, least, most = 0xBB, 0xAB, 0xAB, 12, 600
    elif opening == 0x201E:
        other, closing, second, least, most = 0x201E, 0x201C, 0x201D, 12, 600
    elif opening == 0x300C:
        other, closing, second, least, most = 0x300C, 0x300D, 0x300D, 4, 300
    elif opening == 0x300E:
        other, closing, second, least, most = 0x300E, 0x300F, 0x300F, 4, 300
    else:
        return -1
    for place in range(at + 1, min(end, at + most + 2)):
        sign = points[place]
        if sign in (closing, second):
            return place if place - at - 1 >= least else -1
        if sign == other:
            return -1
    return -1


@inner
def quotations(
    points: NDArray[np.uint32],
    begin: int,
    end: int,
    starts: NDArray[np.int64],
    found: NDArray[np.int64],
) -> int:
    """Quotations of a text. The last word is that of the value, which may end before the quotation."""
    at, token, number = begin, 0, 0
    while at < end and points[at] != 0xAB and points[at] != 0xBB:
        at += 1
    inward = at < end and points[at] == 0xBB
    at = begin
    while at < end:
        sign = points[at]
        if sign != 0x22 and sign != 0xAB and sign != 0xBB and (sign < 0x201C or sign > 0x300E):
            at += 1
            continue
        closing = _closing(points, at, end, inward)
        if closing < 0:
            at += 1
            continue
        while token < len(starts) and starts[token] <= at:
            token += 1
        inside = token
        while inside < len(starts) and starts[inside] < closing:
            inside += 1
        if inside - token >= SHORTEST_QUOTE:
            found[number, 0], found[number, 1] = token, min(inside, token + QUOTE_WORDS) - 1
            found[number, 2] = min(QUOTE_BASE + QUOTE_STEP * (inside - token), QUOTE_MOST)
            found[number, 3], found[number, 4] = at + 1, closing
            number += 1
        token, at = inside, closing + 1
    return number


@inner
def lead_words(
    points: NDArray[np.uint32], classes: NDArray[np.uint16], begin: int, end: int, starts: NDArray[np.int64]
) -> int:
    """How many words the first sentence of a text has, up to `LEAD_WORDS`."""
    stop = end
    for at in range(begin + LEAD_FROM, end):
        sign = points[at]
        if sign == 0x0A:
            stop = at
            break
        if sign in SENTENCE_ENDS and (at + 1 == end or classes[points[at + 1]] & SPACE):
            stop = at
            break
    count = 0
    while count < len(starts) and count < LEAD_WORDS and starts[count] < stop:
        count += 1
    return count


@inner
def headline_pairs(
    first: int,
    last: int,
    zipfs: NDArray[np.int16],
    flags: NDArray[np.uint8],
    share: int,
    content: NDArray[np.int64],
    found: NDArray[np.int64],
) -> int:
    """Pairs of content words near one another among the tokens from `first` up to `last`.

    `share` of the rarity counts, in hundredths. `content` is room for all tokens.
    """
    count = 0
    for at in range(first, last):
        short = ONE_LETTER if zipfs[at] else ONE_LETTER | TWO_LETTERS
        if zipfs[at] < CONTENT_ZIPF and not flags[at] & short:
            content[count] = at
            count += 1
    if not count:
        for at in range(first, last):
            if flags[at] & LETTER_TOKEN:
                content[count] = at
                count += 1
    number = 0
    for rank in range(count):
        for other in range(rank + 1, min(count, rank + 1 + HEADLINE_REACH)):
            one, two = content[rank], content[other]
            rarity = min(word_rarity(zipfs[one]) + word_rarity(zipfs[two]), MOST_RARITY)
            found[number, 0], found[number, 1] = one, two
            found[number, 2] = (rarity * share + 50) // 100
            number += 1
    return number
