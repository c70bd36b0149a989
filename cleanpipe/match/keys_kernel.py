"""The keys that come from the words of a document, in compiled code: the same as `keys` finds, in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import inner, whole
from cleanpipe.language.lexicon_kernel import place_of
from cleanpipe.match import keys as bounds
from cleanpipe.match.signature_kernel import shingles

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOTHING = whole(0)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
EMPTY, HALF = np.uint64(0), np.uint64(32)
GOLDEN = np.uint64(bounds.GOLDEN)

TRIGRAM_ZIPF, PAIR_WORD_ZIPF, STEM_ZIPF = (
    round(100 * zipf) for zipf in (bounds.TRIGRAM_ZIPF, bounds.PAIR_WORD_ZIPF, bounds.STEM_ZIPF)
)
STEM_RATE, STEM_LEAST, STEM_MOST = bounds.STEM_RATE, bounds.STEM_LEAST, bounds.STEM_MOST
PAIR_REACH = bounds.PAIR_REACH


@inner
def sort(values: NDArray[np.uint64], count: int) -> None:
    """Sorts the first `count` values in place: Shell's sort, good for some hundred values and no worse than slow."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap:
        for at in range(gap, count):
            value = values[at]
            place = at
            while place >= gap and values[place - gap] > value:
                values[place] = values[place - gap]
                place -= gap
            values[place] = value
        gap //= 3


@inner
def distinct(values: NDArray[np.uint64], count: int) -> int:
    """Sorts the first `count` values and leaves each once; their number."""
    sort(values, count)
    kept = 0
    for at in range(count):
        if not kept or values[at] != values[kept - 1]:
            values[kept] = values[at]
            kept += 1
    return kept


@inner
def sample(values: NDArray[np.uint64], count: int, rule: NDArray[np.int64], found: NDArray[np.uint64]) -> int:
    """`keys.sample` of the first `count` values, in `found`: rule is rate, least and most."""
    rate, least, most = rule[0], rule[1], rule[2]
    limit = ALL // np.uint64(rate)
    below = NOTHING
    for at in range(count):
        if values[at] < limit:
            found[below] = values[at]
            below += 1
    below = distinct(found, below)
    if below < least:
        for at in range(count):
            found[at] = values[at]
        return min(distinct(found, count), int(most), int(least))
    return min(below, int(most))


@inner
def rare_trigrams(hashes: NDArray[np.uint64], zipfs: NDArray[np.int16], found: NDArray[np.uint64]) -> int:
    """Hashes of the runs of three words with a rare one among them."""
    if len(hashes) < 3:
        return 0
    count, kept = shingles(hashes, 3, found), 0
    for at in range(count):
        if min(zipfs[at], zipfs[at + 1], zipfs[at + 2]) < TRIGRAM_ZIPF:
            found[kept] = found[at]
            kept += 1
    return kept


@inner
def rare_pairs(hashes: NDArray[np.uint64], zipfs: NDArray[np.int16], found: NDArray[np.uint64]) -> int:
    """Rare words in their order, each with the next few: hashes of the pairs, in either order."""
    rare = np.empty(PAIR_REACH, np.uint64)
    seen = count = 0
    for at in range(len(hashes)):
        if zipfs[at] >= PAIR_WORD_ZIPF:
            continue
        two = hashes[at]
        for back in range(1, min(seen, PAIR_REACH) + 1):
            one = rare[(seen - back) % PAIR_REACH]
            if one != two:
                value = min(one, two) * GOLDEN + max(one, two)
                found[count] = (value ^ (value >> HALF)) * GOLDEN
                count += 1
        rare[seen % PAIR_REACH] = two
        seen += 1
    return count


@inner
def rare_stems(
    stems: NDArray[np.uint64],
    zipfs: NDArray[np.int16],
    table: NDArray[np.uint64],
    highest: NDArray[np.int16],
    found: NDArray[np.uint64],
) -> int:
    """The rarest stems, in the order of their rarity; each is as rare as its commonest word.

    `table` and `highest` are room for an open table of a power of two, more than twice as large as there are words.
    """
    places = 2
    while places < 2 * len(stems):
        places *= 2
    table, highest = table[:places], highest[:places]
    for place in range(places):
        table[place] = EMPTY
    for at in range(len(stems)):
        place = place_of(table, stems[at])
        if table[place] == EMPTY:
            table[place], highest[place] = stems[at], zipfs[at]
        else:
            highest[place] = max(highest[place], zipfs[at])
    wanted = min(STEM_MOST, max(STEM_LEAST, len(stems) // STEM_RATE))
    ranks = np.empty(wanted, np.int16)
    count = 0
    for place in range(places):
        stem, rank = table[place], highest[place]
        if stem == EMPTY or rank >= STEM_ZIPF:
            continue
        # Sorted in as it comes; what falls off the end isn't wanted.
        at = count
        if count == wanted:
            at -= 1
            if rank > ranks[at] or (rank == ranks[at] and stem > found[at]):
                continue
        else:
            count += 1
        while at and (rank < ranks[at - 1] or (rank == ranks[at - 1] and stem < found[at - 1])):
            ranks[at], found[at] = ranks[at - 1], found[at - 1]
            at -= 1
        ranks[at], found[at] = rank, stem
    return count


@inner
def add(
    values: NDArray[np.uint64],
    count: int,
    row: int,
    channel: int,
    at: int,
    documents: NDArray[np.int32],
    channels: NDArray[np.uint8],
    keys: NDArray[np.uint64],
) -> int:
    """Appends the first `count` values to the columns of keys, from `at` on; where the next ones go."""
    for value in range(count):
        documents[at + value], channels[at + value], keys[at + value] = row, channel, values[value]
    return at + count
