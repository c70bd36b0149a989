"""Sketches in compiled code: the same numbers as `sketch.sketch` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.classes import DECIMAL
from cleanpipe.language.compiled import compiled, inner, whole
from cleanpipe.language.facts import UNKNOWN_ZIPF
from cleanpipe.match import prepared, sketch
from cleanpipe.match.facts_kernel import DATE, DOCUMENT, END, KIND, NAME, NUMBER, RARITY, START
from cleanpipe.match.fingerprint_kernel import mainly_letters
from cleanpipe.match.keys_kernel import sort
from cleanpipe.match.signature_kernel import shingles

if TYPE_CHECKING:
    from numpy.typing import NDArray

HALF, GOLDEN, LOW = np.uint64(32), np.uint64(prepared.PAIR_FACTOR), np.uint64(0xFFFFFFFF)
EVERYWHERE, UNKNOWN = round(100 * prepared.EVERYWHERE_ZIPF), round(100 * UNKNOWN_ZIPF)
LEAST, LETTER = round(100 * prepared.LEAST_WEIGHT), round(100 * prepared.LETTER_WEIGHT)
RARE, PLAIN, TELLING = sketch.RARE_FROM, sketch.PLAIN_FROM, sketch.TELLING_FROM
NUMBER_RARITY, NAME_RARITY = round(100 * prepared.NUMBER_RARITY), round(100 * prepared.NAME_RARITY)
REACH = prepared.LOCAL_REACH
FIVE, THREE, LETTERS_FOR_THREE, PAIR = whole(5), whole(3), whole(5), whole(2)
HEADER = sketch.HEADER
WORDS, LEAST_RARE, SIZES, MASSES = 0, 1, 2, 2 + len(sketch.PARTS)
ROOM_A_WORD = 2 + 4 + 2 + REACH
"""Numbers of a sketch for a word, at most: terms, stems, runs of five and of three, and pairs."""
ROOM_A_FACT = 4


@inner
def _put_distinct(values: NDArray[np.uint64], count: int, data: NDArray[np.uint32], at: int) -> int:
    """Writes the upper halves of values, each value once; how many."""
    sort(values, count)
    kept = 0
    for i in range(count):
        if not i or values[i] != values[i - 1]:
            data[at + kept] = np.uint32(values[i] >> HALF)
            kept += 1
    return kept


@inner
def _put_facts(
    packed: NDArray[np.uint64], rarity: NDArray[np.int64], count: int, data: NDArray[np.uint32], at: int
) -> int:
    """Writes values of facts and the rarity of each where it stands last; how many. `packed` has places in its lower
    halves, `rarity` is by them."""
    sort(packed, count)
    kept = 0
    for i in range(count):
        if i + 1 == count or packed[i] >> HALF != packed[i + 1] >> HALF:
            kept += 1
    put = 0
    for i in range(count):
        if i + 1 == count or packed[i] >> HALF != packed[i + 1] >> HALF:
            data[at + put] = np.uint32(packed[i] >> HALF)
            data[at + kept + put] = np.uint32(rarity[np.int64(packed[i] & LOW)])
            put += 1
    return kept


@inner
def _sum(data: NDArray[np.uint32], at: int, count: int, least: int) -> int:
    total = 0
    for i in range(at, at + count):
        if data[i] >= least:
            total += int(data[i])
    return total


@inner
def _in(values: NDArray[np.uint64], count: int, value: np.uint64) -> bool:
    """Whether sorted values hold one."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low < count and values[low] == value


@inner
def _first_token(starts: NDArray[np.int64], low: int, high: int, place: int) -> int:
    """The first token of a range that begins at a place or behind it."""
    while low < high:
        middle = (low + high) // 2
        if starts[middle] < place:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def sketches(
    words: NDArray[np.int32],
    ranges: NDArray[np.int64],
    word_hashes: NDArray[np.uint64],
    word_stems: NDArray[np.uint64],
    word_zipfs: NDArray[np.int16],
    word_flags: NDArray[np.uint8],
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    begins: NDArray[np.int64],
    firsts: NDArray[np.int64],
    starts: NDArray[np.int64],
    facts: NDArray[np.int64],
    values: NDArray[np.uint64],
    data: NDArray[np.uint32],
    ends: NDArray[np.int64],
) -> None:
    """Fills `data` with the sketches of documents one after another, and `ends` with where each ends."""
    longest = 1
    for row in range(len(ranges)):
        longest = max(longest, ranges[row, 1] - ranges[row, 0])
    most = len(facts) + 1
    hashes, terms, stems = np.empty(longest, np.uint64), np.empty(longest, np.uint64), np.empty(longest, np.uint64)
    packed, telling = np.empty(longest, np.uint64), np.empty(longest, np.uint64)
    named = np.empty(longest, np.uint64)
    runs = np.empty(REACH * longest, np.uint64)
    weights = np.empty(longest, np.int64)
    plain = np.empty(longest, np.bool_)
    figures, rarity = np.empty(most, np.uint64), np.empty(most, np.int64)
    at = fact = 0
    for row in range(len(ranges)):
        first, end = ranges[row, 0], ranges[row, 1]
        n = end - first
        own = words[first:end]
        letters = n > 0 and mainly_letters(own, word_flags)
        for i in range(n):
            word = own[i]
            hashes[i] = word_hashes[word]
            zipf = int(word_zipfs[word])
            if letters:
                zipf = max(zipf, int(word_zipfs[own[i + 1]]) if i + 1 < n else 0)
                weights[i] = max(EVERYWHERE - zipf, LEAST) if zipf else LETTER
            else:
                weights[i] = max(EVERYWHERE - max(zipf, UNKNOWN), LEAST)
            terms[i], stems[i] = hashes[i], word_stems[word]
        if letters:
            if n > 1:
                shingles(hashes[:n], PAIR, terms)
                terms[n - 1] = hashes[n - 1]
            stems[:n] = terms[:n]
        head = at
        data[head + WORDS] = n
        data[head + LEAST_RARE] = 0 if letters else RARE
        at += HEADER

        for i in range(n):
            packed[i] = (terms[i] >> HALF) << HALF | np.uint64(i)
        sort(packed, n)
        size = 0
        for i in range(n):
            size += int(i + 1 == n or packed[i] >> HALF != packed[i + 1] >> HALF)
        put = at
        for i in range(n):
            if i + 1 == n or packed[i] >> HALF != packed[i + 1] >> HALF:
                data[put] = np.uint32(packed[i] >> HALF)
                data[put + size] = weights[np.int64(packed[i] & LOW)]
                put += 1
        data[head + SIZES] = size
        data[head + MASSES] = _sum(data, at + size, size, 0)
        at += 2 * size

        # Facts come by document and kind: numbers, dates, names, others.
        begin = fact
        while fact < len(facts) and facts[fact, DOCUMENT] == row:
            fact += 1
        names = 0
        body, last = firsts[2 * row + 1], firsts[2 * row + 2]
        for i in range(begin, fact):
            if facts[i, KIND] == NAME:
                token = _first_token(starts, body, last, begins[2 * row + 1] + facts[i, START])
                while token < last and starts[token] < begins[2 * row + 1] + facts[i, END]:
                    if names == len(named):
                        break
                    named[names] = word_hashes[words[token]]
                    names += 1
                    token += 1
        sort(named, names)
        for i in range(n):
            plain[i] = letters or (
                PLAIN <= weights[i] < RARE
                and not classes[points[starts[first + i]]] & DECIMAL
                and not _in(named, names, hashes[i])
            )

        for i in range(n):
            packed[i] = (stems[i] >> HALF) << HALF | np.uint64(i)
        sort(packed, n)
        size = 0
        for i in range(n):
            size += int(i + 1 == n or packed[i] >> HALF != packed[i + 1] >> HALF)
        put = at
        heavy, place, plain_weight = 0, 0, 0
        for i in range(n):
            word = np.int64(packed[i] & LOW)
            if letters or weights[word] >= TELLING:
                heavy += 1
                place = int(word) + 1
            if plain[word]:
                plain_weight = int(weights[word])
            if i + 1 == n or packed[i] >> HALF != packed[i + 1] >> HALF:
                data[put] = np.uint32(packed[i] >> HALF)
                data[put + size] = weights[word]
                data[put + 2 * size] = plain_weight
                data[put + 3 * size] = place if heavy == 1 else 0
                put += 1
                heavy, place, plain_weight = 0, 0, 0
        data[head + SIZES + 1] = size
        data[head + MASSES + 1] = _sum(data, at + size, size, 0)
        data[head + MASSES + 2] = _sum(data, at + size, size, 0 if letters else RARE)
        data[head + MASSES + 3] = _sum(data, at + 2 * size, size, 0)
        at += 4 * size

        for part in range(2):
            count = 0
            for i in range(begin, fact):
                kind = facts[i, KIND]
                wanted = kind == NAME if part else (kind in (NUMBER, DATE))
                if wanted and facts[i, RARITY] >= (NAME_RARITY if part else NUMBER_RARITY):
                    rarity[count] = facts[i, RARITY]
                    figures[count] = (values[i] >> HALF) << HALF | np.uint64(count)
                    count += 1
            size = _put_facts(figures, rarity, count, data, at)
            data[head + SIZES + 2 + part] = size
            data[head + MASSES + 4 + part] = _sum(data, at + size, size, 0)
            at += 2 * size

        size = _put_distinct(runs, shingles(hashes[:n], FIVE, runs), data, at)
        data[head + SIZES + 4] = size
        at += size
        size = _put_distinct(runs, shingles(hashes[:n], LETTERS_FOR_THREE if letters else THREE, runs), data, at)
        data[head + SIZES + 5] = size
        at += size
        heavy = 0
        for i in range(n):
            if weights[i] >= TELLING:
                telling[heavy] = stems[i]
                heavy += 1
        count = 0
        for reach in range(1, REACH + 1):
            for i in range(heavy - reach):
                one, two = telling[i], telling[i + reach]
                runs[count] = (one + two) * GOLDEN ^ (one * two)
                count += 1
        size = _put_distinct(runs, count, data, at)
        data[head + SIZES + 6] = size
        at += size
        ends[row] = at
