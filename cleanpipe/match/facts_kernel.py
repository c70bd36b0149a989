"""The facts of a batch as columns, and the rarest of them as keys, in compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.blake_kernel import LONGEST, blake2b
from cleanpipe.language.compiled import compiled, inner, whole
from cleanpipe.language.dates_kernel import ODD, dates
from cleanpipe.language.decimal_kernel import NONE, written_date
from cleanpipe.language.facts_kernel import FULL_SHARE, LEAD_SHARE, headline_pairs, lead_words, names, quotations
from cleanpipe.language.figures_kernel import numbers
from cleanpipe.language.lexicon_kernel import BEGINS_NUMBER
from cleanpipe.match.keys_kernel import NOTHING, sort
from cleanpipe.match.rarest_kernel import keep
from cleanpipe.match.signature_kernel import run_hash

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_CASE, NOUNS_CAPITAL, DECIMAL_COMMA, TITLE_APART, LONE_THOUSAND, GLUED_NUMBERS = 1, 2, 4, 8, 16, 32
"""Bits of what a document's language and fields are like."""

LANGUAGE_SHIFT = 8
"""From this bit up stands the language of its number words."""

NUMBER, DATE, NAME, QUOTE, HEADLINE = map(whole, range(5))
"""Kinds of facts, as `fact_columns.KINDS` names them."""

DOCUMENT, KIND, RARITY, START, END = range(5)
"""What stands in a row of a fact."""

DATE_RARITY, DAY_RARITY = 180, 260
"""Rarity in hundredths of a date without year or day, and of one with both."""


@inner
def _index(starts: NDArray[np.int64], place: int) -> int:
    """The first of the tokens that begins at a place or behind it."""
    low, high = 0, len(starts)
    while low < high:
        middle = (low + high) // 2
        if starts[middle] < place:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def _put(
    rows: NDArray[np.int64],
    values: NDArray[np.uint64],
    at: int,
    document: int,
    kind: int,
    rarity: int,
    start: int,
    end: int,
    value: np.uint64,
) -> int:
    rows[at, DOCUMENT], rows[at, KIND], rows[at, RARITY], rows[at, START], rows[at, END] = (
        document,
        kind,
        rarity,
        start,
        end,
    )
    values[at] = value
    return at + 1


@inner
def _put_runs(
    rows: NDArray[np.int64],
    values: NDArray[np.uint64],
    at: int,
    document: int,
    kind: int,
    begin: int,
    hashes: NDArray[np.uint64],
    found: NDArray[np.int64],
    count: int,
) -> int:
    """Facts that are runs of words."""
    for row in range(count):
        value = run_hash(hashes[found[row, 0] : found[row, 1] + 1])
        start, end = found[row, 3] - begin, found[row, 4] - begin
        at = _put(rows, values, at, document, kind, found[row, 2], start, end, value)
    return at


@inner
def _put_pairs(
    rows: NDArray[np.int64],
    values: NDArray[np.uint64],
    at: int,
    document: int,
    begin: int,
    hashes: NDArray[np.uint64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    found: NDArray[np.int64],
    count: int,
) -> int:
    """Headline pairs of two different words, whichever stands first."""
    pair = np.empty(2, np.uint64)
    for row in range(count):
        first, last = found[row, 0], found[row, 1]
        pair[0], pair[1] = min(hashes[first], hashes[last]), max(hashes[first], hashes[last])
        if pair[0] != pair[1]:
            value = run_hash(pair)
            at = _put(
                rows, values, at, document, HEADLINE, found[row, 2], starts[first] - begin, ends[last] - begin, value
            )
    return at


@inner
def _put_figures(
    rows: NDArray[np.int64],
    values: NDArray[np.uint64],
    at: int,
    document: int,
    begin: int,
    starts: NDArray[np.int64],
    days: NDArray[np.int64],
    day_count: int,
    found: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    count: int,
) -> int:
    """Numbers outside dates, and dates that begin with a word."""
    single, written = np.empty(1, np.uint64), np.empty(LONGEST, np.uint8)
    day = 0
    for row in range(count):
        while day < day_count and days[day, 1] <= found[row, 0]:
            day += 1
        if day == day_count or found[row, 1] <= days[day, 0]:
            single[0] = hashes[row]
            start, end, value = found[row, 0] - begin, found[row, 1] - begin, run_hash(single)
            at = _put(rows, values, at, document, NUMBER, found[row, 2], start, end, value)
    for day in range(day_count):
        token = _index(starts, days[day, 0])
        if token < len(starts) and starts[token] == days[day, 0]:
            rarity = DATE_RARITY if days[day, 2] == NONE or days[day, 4] == NONE else DAY_RARITY
            single[0] = blake2b(written, written_date(days[day, 2], days[day, 3], days[day, 4], written))
            start, end, value = days[day, 0] - begin, days[day, 1] - begin, run_hash(single)
            at = _put(rows, values, at, document, DATE, rarity, start, end, value)
    return at


@compiled
def facts(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    begins: NDArray[np.int64],
    firsts: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    words: NDArray[np.int32],
    word_hashes: NDArray[np.uint64],
    word_zipfs: NDArray[np.int16],
    word_flags: NDArray[np.uint8],
    traits: NDArray[np.uint16],
    titles: NDArray[np.int64],
    lower_case: NDArray[np.uint32],
    meaning_keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
    rows: NDArray[np.int64],
    values: NDArray[np.uint64],
    odd: NDArray[np.bool_],
) -> int:
    """Fills in a row and a value for each fact; their number. `odd` tells the documents whose figures are left out.

    Texts come by two, a title and the text of its document: `begins` and `firsts` are those of `scanned.Scanned`.
    `titles`, shape (n, 2), is where a title stands in the text, or -1. Seven rows for each token are enough.
    """
    longest = widest = 0
    for row in range(len(traits)):
        longest = max(longest, firsts[2 * row + 2] - firsts[2 * row])
        widest = max(widest, begins[2 * row + 2] - begins[2 * row + 1])
    hashes, zipfs, flags = np.empty(longest, np.uint64), np.empty(longest, np.int16), np.empty(longest, np.uint8)
    content, number_hashes = np.empty(longest, np.int64), np.empty(longest, np.uint64)
    found, days = np.empty((3 * longest, 5), np.int64), np.empty((widest // 2 + 1, 5), np.int64)
    at = NOTHING
    for row in range(len(traits)):
        first, body, last = firsts[2 * row], firsts[2 * row + 1], firsts[2 * row + 2]
        begin, end, trait = begins[2 * row + 1], begins[2 * row + 2], traits[row]
        if first == last:
            continue
        for token in range(first, last):
            word = words[token]
            hashes[token - first], zipfs[token - first] = word_hashes[word], word_zipfs[word]
            flags[token - first] = word_flags[word]
        title_words = body - first
        body_hashes, body_zipfs = hashes[title_words : last - first], zipfs[title_words : last - first]
        body_flags, body_starts, body_ends = flags[title_words : last - first], starts[body:last], ends[body:last]

        day_count = dates(points, classes, begin, end, lower_case, meaning_keys, meanings, days)
        count = day_count
        if day_count != ODD:
            count = numbers(
                points,
                classes,
                begin,
                end,
                body_starts,
                body_flags,
                BEGINS_NUMBER,
                trait & DECIMAL_COMMA != 0,
                trait & LONE_THOUSAND != 0,
                trait >> LANGUAGE_SHIFT,
                trait & GLUED_NUMBERS != 0,
                lower_case,
                meaning_keys,
                meanings,
                found,
                number_hashes,
            )
        odd[row] = count == ODD
        if count != ODD:
            at = _put_figures(rows, values, at, row, begin, body_starts, days, day_count, found, number_hashes, count)
        if not trait & NO_CASE:
            after = _index(body_starts, titles[row, 1]) if titles[row, 0] >= 0 else 0
            nouns = trait & NOUNS_CAPITAL != 0
            count = names(points, classes, body_starts, body_ends, body_zipfs, body_flags, after, nouns, found)
            at = _put_runs(rows, values, at, row, NAME, begin, body_hashes, found, count)
        count = quotations(points, begin, end, body_starts, found)
        at = _put_runs(rows, values, at, row, QUOTE, begin, body_hashes, found, count)

        if titles[row, 0] >= 0:
            low, high = _index(body_starts, titles[row, 0]), _index(body_starts, titles[row, 1])
            count = headline_pairs(low, high, body_zipfs, body_flags, FULL_SHARE, content, found)
        elif trait & TITLE_APART:
            own = starts[first:body]
            count = headline_pairs(NOTHING, title_words, zipfs, flags, FULL_SHARE, content, found)
            at = _put_pairs(rows, values, at, row, begins[2 * row], hashes, own, ends[first:body], found, count)
            continue
        else:
            high = lead_words(points, classes, begin, end, body_starts)
            count = headline_pairs(NOTHING, high, body_zipfs, body_flags, LEAD_SHARE, content, found)
        at = _put_pairs(rows, values, at, row, begin, body_hashes, body_starts, body_ends, found, count)
    return at


@compiled
def rarest(
    rows: NDArray[np.int64],
    values: NDArray[np.uint64],
    channels: NDArray[np.int64],
    documents: NDArray[np.int32],
    key_channels: NDArray[np.uint8],
    keys: NDArray[np.uint64],
) -> int:
    """Fills the columns of keys from facts, which are in the order of document and channel; the number of keys.

    `channels`, shape (kinds, 3), has the channel of each kind, the rarity from which it is a key, and how many at most.
    """
    most = 0
    for kind in range(len(channels)):
        most = max(most, channels[kind, 2])
    best, ranks = np.empty(most, np.uint64), np.empty(most, np.int64)
    at = start = 0
    while start < len(rows):
        document, channel = rows[start, DOCUMENT], channels[rows[start, KIND], 0]
        least, room = channels[rows[start, KIND], 1], channels[rows[start, KIND], 2]
        kept = NOTHING
        while start < len(rows) and rows[start, DOCUMENT] == document and channels[rows[start, KIND], 0] == channel:
            if rows[start, RARITY] >= least:
                kept = keep(values[start], rows[start, RARITY], best[:room], ranks, kept)
            start += 1
        sort(best, kept)
        for value in range(kept):
            documents[at], key_channels[at], keys[at] = document, channel, best[value]
            at += 1
    return at
