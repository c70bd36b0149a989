"""The keys that come from the facts of a document, in compiled code: the same as `keys.fact_keys` finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.blake_kernel import LONGEST, blake2b
from cleanpipe.language.compiled import compiled, inner, whole
from cleanpipe.language.dates_kernel import NONE, ODD, dates, written_date
from cleanpipe.language.facts_kernel import FULL_SHARE, LEAD_SHARE, headline_pairs, lead_words, names, quotations
from cleanpipe.language.figures_kernel import numbers
from cleanpipe.language.lexicon_kernel import BEGINS_NUMBER
from cleanpipe.match import keys as bounds
from cleanpipe.match.channels import BY_NAME
from cleanpipe.match.keys_kernel import NOTHING, add, sort
from cleanpipe.match.rarest_kernel import keep
from cleanpipe.match.signature_kernel import run_hash

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_CASE, NOUNS_CAPITAL, DECIMAL_COMMA, TITLE_APART = 1, 2, 4, 8
"""Bits of what a document's language and fields are like."""

NUMBERS, NAMES, QUOTATIONS, HEADLINES = (
    whole(BY_NAME[name].id) for name in ("numbers", "names", "quotations", "headlines")
)
NUMBER_RARITY, NAME_RARITY, QUOTE_RARITY, HEADLINE_RARITY = (
    round(100 * rarity)
    for rarity in (bounds.NUMBER_RARITY, bounds.NAME_RARITY, bounds.QUOTE_RARITY, bounds.HEADLINE_RARITY)
)
NUMBERS_MOST, NAMES_MOST = bounds.NUMBERS_MOST, bounds.NAMES_MOST
QUOTES_MOST, HEADLINES_MOST = bounds.QUOTES_MOST, bounds.HEADLINES_MOST
MOST_KEYS = NUMBERS_MOST + NAMES_MOST + QUOTES_MOST + HEADLINES_MOST

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
def _number_keys(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    begin: int,
    end: int,
    starts: NDArray[np.int64],
    flags: NDArray[np.uint8],
    decimal_comma: bool,
    lower_case: NDArray[np.uint32],
    meaning_keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
    found: NDArray[np.int64],
    days: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    values: NDArray[np.uint64],
    ranks: NDArray[np.int64],
) -> int:
    """Rarest numbers and dates; `ODD` where they are left to Python."""
    day_count = dates(points, classes, begin, end, lower_case, meaning_keys, meanings, days)
    if day_count == ODD:
        return ODD
    count = numbers(
        points,
        classes,
        begin,
        end,
        starts,
        flags,
        BEGINS_NUMBER,
        decimal_comma,
        NUMBER_RARITY,
        lower_case,
        meaning_keys,
        meanings,
        found,
        hashes,
    )
    if count == ODD:
        return ODD
    kept, at = NOTHING, 0
    single, written = np.empty(1, np.uint64), np.empty(LONGEST, np.uint8)
    for day in range(day_count):
        place = _index(starts, days[day, 0])
        rarity = DATE_RARITY if days[day, 2] == NONE or days[day, 4] == NONE else DAY_RARITY
        if rarity >= NUMBER_RARITY and place < len(starts) and starts[place] == days[day, 0]:
            length = written_date(days[day, 2], days[day, 3], days[day, 4], written)
            single[0] = blake2b(written, length)
            kept = keep(run_hash(single), rarity, values[:NUMBERS_MOST], ranks, kept)
    for number in range(count):
        while at < day_count and days[at, 1] <= found[number, 0]:
            at += 1
        if at == day_count or found[number, 1] <= days[at, 0]:
            single[0] = hashes[number]
            kept = keep(run_hash(single), found[number, 2], values[:NUMBERS_MOST], ranks, kept)
    return kept


@inner
def _keep_runs(
    hashes: NDArray[np.uint64],
    found: NDArray[np.int64],
    count: int,
    least: int,
    values: NDArray[np.uint64],
    ranks: NDArray[np.int64],
) -> int:
    """The rarest of facts that are runs of words."""
    kept = NOTHING
    for at in range(count):
        if found[at, 2] >= least:
            kept = keep(run_hash(hashes[found[at, 0] : found[at, 1] + 1]), found[at, 2], values, ranks, kept)
    return kept


@inner
def _keep_pairs(
    hashes: NDArray[np.uint64],
    found: NDArray[np.int64],
    count: int,
    values: NDArray[np.uint64],
    ranks: NDArray[np.int64],
) -> int:
    """The rarest of the headline's pairs of words."""
    kept = NOTHING
    pair = np.empty(2, np.uint64)
    for at in range(count):
        one, two = hashes[found[at, 0]], hashes[found[at, 1]]
        if one != two and found[at, 2] >= HEADLINE_RARITY:
            pair[0], pair[1] = min(one, two), max(one, two)
            kept = keep(run_hash(pair), found[at, 2], values, ranks, kept)
    return kept


@compiled
def fact_keys(
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
    traits: NDArray[np.uint8],
    titles: NDArray[np.int64],
    lower_case: NDArray[np.uint32],
    meaning_keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
    documents: NDArray[np.int32],
    channels: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    odd: NDArray[np.bool_],
) -> int:
    """Fills the columns of keys; their number. `odd` tells the documents whose numbers are left to Python.

    Texts come by two, a title and the text of its document: `begins` and `firsts` are those of `scanned.Scanned`.
    `titles`, shape (n, 2), is where a title stands in the text, or -1.
    """
    longest = widest = 0
    for row in range(len(traits)):
        longest = max(longest, firsts[2 * row + 2] - firsts[2 * row])
        widest = max(widest, begins[2 * row + 2] - begins[2 * row + 1])
    hashes, zipfs, flags = np.empty(longest, np.uint64), np.empty(longest, np.int16), np.empty(longest, np.uint8)
    content, number_hashes = np.empty(longest, np.int64), np.empty(longest, np.uint64)
    found = np.empty((3 * longest, 3), np.int64)
    days = np.empty((widest // 2 + 1, 5), np.int64)
    values, ranks = np.empty(MOST_KEYS, np.uint64), np.empty(MOST_KEYS, np.int64)
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

        kept = _number_keys(
            points,
            classes,
            begin,
            end,
            body_starts,
            body_flags,
            trait & DECIMAL_COMMA != 0,
            lower_case,
            meaning_keys,
            meanings,
            found,
            days,
            number_hashes,
            values,
            ranks,
        )
        odd[row] = kept == ODD
        if kept > 0:
            sort(values, kept)
            at = add(values, kept, row, NUMBERS, at, documents, channels, keys)

        if not trait & NO_CASE:
            after = _index(body_starts, titles[row, 1]) if titles[row, 0] >= 0 else 0
            number = names(
                points,
                classes,
                body_starts,
                body_ends,
                body_zipfs,
                body_flags,
                after,
                trait & NOUNS_CAPITAL != 0,
                found,
            )
            kept = _keep_runs(body_hashes, found, number, NAME_RARITY, values[:NAMES_MOST], ranks)
            sort(values, kept)
            at = add(values, kept, row, NAMES, at, documents, channels, keys)

        number = quotations(points, begin, end, body_starts, found)
        kept = _keep_runs(body_hashes, found, number, QUOTE_RARITY, values[:QUOTES_MOST], ranks)
        sort(values, kept)
        at = add(values, kept, row, QUOTATIONS, at, documents, channels, keys)

        if titles[row, 0] >= 0:
            low, high = _index(body_starts, titles[row, 0]), _index(body_starts, titles[row, 1])
            number = headline_pairs(low, high, body_zipfs, body_flags, FULL_SHARE, content, found)
            kept = _keep_pairs(body_hashes, found, number, values[:HEADLINES_MOST], ranks)
        elif trait & TITLE_APART:
            number = headline_pairs(NOTHING, title_words, zipfs, flags, FULL_SHARE, content, found)
            kept = _keep_pairs(hashes, found, number, values[:HEADLINES_MOST], ranks)
        else:
            high = lead_words(points, classes, begin, end, body_starts)
            number = headline_pairs(NOTHING, high, body_zipfs, body_flags, LEAD_SHARE, content, found)
            kept = _keep_pairs(body_hashes, found, number, values[:HEADLINES_MOST], ranks)
        sort(values, kept)
        at = add(values, kept, row, HEADLINES, at, documents, channels, keys)
    return at
