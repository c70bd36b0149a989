"""The cheap features of pairs from sketches, and the trees that weigh them, in compiled code."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import compiled, inner
from cleanpipe.match.features import CHEAP, EVIDENCE, LENGTHS, UNKNOWN
from cleanpipe.match.sketch import FIGURES, HEADER, PARTS, SIZES

if TYPE_CHECKING:
    from numpy.typing import NDArray

TERMS, STEMS, NUMBERS, NAMES, FIVES, THREES, LOCAL = range(len(PARTS))
WORDS, LEAST_RARE, FIRST_SIZE = 0, 1, 2
TERM_MASS, STEM_MASS, RARE_MASS, PLAIN_MASS, NUMBER_MASS, NAME_MASS = range(len(SIZES), HEADER)
COUNT, CHEAP_COUNT = len(PARTS), len(CHEAP)
FIGURES_OF = np.array(FIGURES, np.int64)
LEAST_WORDS, MOST_WORDS = LENGTHS
FEWEST_IN_ORDER, MOST_IN_ORDER = 3, 60
"""As in `features._concordance`: terms without which nothing is said of their order, and those that are looked at."""


@inner
def _common(data: NDArray[np.uint32], one: int, size_one: int, two: int, size_two: int) -> int:
    """How many hashes two parts share."""
    ours, theirs = data[one : one + size_one], data[two : two + size_two]
    i, j, total = np.uint64(0), np.uint64(0), np.uint64(0)
    ends = np.uint64(size_one), np.uint64(size_two)
    while i < ends[0] and j < ends[1]:
        left, right = ours[i], theirs[j]
        # Without branches, which the processor would guess wrongly every other time.
        total += np.uint64(left == right)
        i += np.uint64(left <= right)
        j += np.uint64(right <= left)
    return int(total)


@inner
def _weight(data: NDArray[np.uint32], one: int, size_one: int, two: int, size_two: int) -> int:
    """Weight on the first side of the hashes that two parts share."""
    i, j, total = 0, 0, 0
    while i < size_one and j < size_two:
        left, right = data[one + i], data[two + j]
        total += int(left == right) * int(data[one + size_one + i])
        i += int(left <= right)
        j += int(right <= left)
    return total


@inner
def _share(part: float, whole: float) -> float:
    return min(part / whole, 1.0) if whole > 0 else 0.0


@inner
def _foreign(whole: int, shared: int) -> float:
    """`features._foreign`."""
    return (whole - shared) / whole if whole > 0 else UNKNOWN


@inner
def _order(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> float:
    """`features._concordance`, of the places of shared terms on both sides."""
    count = len(ours)
    if count < FEWEST_IN_ORDER:
        return UNKNOWN
    order = np.argsort(ours)
    step = (count + MOST_IN_ORDER - 1) // MOST_IN_ORDER
    ahead, pairs = 0, 0
    for p in range(0, count, step):
        left = theirs[order[p]]
        for q in range(p + step, count, step):
            pairs += 1
            ahead += int(theirs[order[q]] > left)
    return ahead / pairs


@compiled
def measure_pairs(
    data: NDArray[np.uint32], begins: NDArray[np.int64], pairs: NDArray[np.int64], values: NDArray[np.float64]
) -> None:
    """Fills `values`, a row a pair in the order of `features.CHEAP` and `SIDES`, for rows of `begins`."""
    places = np.empty((len(begins), COUNT), np.int64)
    longest = 0
    for row in range(len(begins) - 1):
        at = begins[row] + HEADER
        longest = max(longest, int(data[begins[row] + FIRST_SIZE + STEMS]))
        for part in range(COUNT):
            places[row, part] = at
            at += int(data[begins[row] + FIRST_SIZE + part]) * (1 + FIGURES_OF[part])
    ours, theirs = np.empty(longest, np.int64), np.empty(longest, np.int64)
    for row in range(len(pairs)):
        one, two = pairs[row, 0], pairs[row, 1]
        a, b = places[one], places[two]
        head_a = data[begins[one] : begins[one] + HEADER]
        head_b = data[begins[two] : begins[two] + HEADER]
        n, m = head_a[FIRST_SIZE : FIRST_SIZE + COUNT], head_b[FIRST_SIZE : FIRST_SIZE + COUNT]
        out = values[row]

        shared = _weight(data, a[TERMS], int(n[TERMS]), b[TERMS], int(m[TERMS]))
        fives = _common(data, a[FIVES], int(n[FIVES]), b[FIVES], int(m[FIVES]))
        threes = _common(data, a[THREES], int(n[THREES]), b[THREES], int(m[THREES]))
        local = _common(data, a[LOCAL], int(n[LOCAL]), b[LOCAL], int(m[LOCAL]))
        numbers = _weight(data, a[NUMBERS], int(n[NUMBERS]), b[NUMBERS], int(m[NUMBERS]))
        numbers_back = _weight(data, b[NUMBERS], int(m[NUMBERS]), a[NUMBERS], int(n[NUMBERS]))
        names = _weight(data, a[NAMES], int(n[NAMES]), b[NAMES], int(m[NAMES]))
        names_back = _weight(data, b[NAMES], int(m[NAMES]), a[NAMES], int(n[NAMES]))

        stems, rare, rare_back, plain, plain_back, count = 0, 0, 0, 0, 0, 0
        i, j, size_a, size_b = 0, 0, int(n[STEMS]), int(m[STEMS])
        from_a, from_b = a[STEMS], b[STEMS]
        while i < size_a and j < size_b:
            left, right = data[from_a + i], data[from_b + j]
            if left == right:
                weight, weight_back = int(data[from_a + size_a + i]), int(data[from_b + size_b + j])
                stems += weight
                rare += weight if weight >= head_a[LEAST_RARE] else 0
                rare_back += weight_back if weight_back >= head_b[LEAST_RARE] else 0
                plain += int(data[from_a + 2 * size_a + i])
                plain_back += int(data[from_b + 2 * size_b + j])
                place, place_back = data[from_a + 3 * size_a + i], data[from_b + 3 * size_b + j]
                if place and place_back:
                    ours[count], theirs[count] = place, place_back
                    count += 1
            i += int(left <= right)
            j += int(right <= left)

        containment_a, containment_b = _share(shared, head_a[TERM_MASS]), _share(shared, head_b[TERM_MASS])
        stems_a, stems_b = _share(stems, head_a[STEM_MASS]), _share(stems, head_b[STEM_MASS])
        rare_a, rare_b = _share(rare, head_a[RARE_MASS]), _share(rare_back, head_b[RARE_MASS])
        plain_a, plain_b = _share(plain, head_a[PLAIN_MASS]), _share(plain_back, head_b[PLAIN_MASS])
        numbers_a = _foreign(int(head_a[NUMBER_MASS]), numbers)
        numbers_b = _foreign(int(head_b[NUMBER_MASS]), numbers_back)
        least_names = min(head_a[NAME_MASS], head_b[NAME_MASS])
        shorter, longer = min(head_a[WORDS], head_b[WORDS]), max(head_a[WORDS], head_b[WORDS])
        known = numbers_a != UNKNOWN and numbers_b != UNKNOWN

        out[0], out[1] = max(containment_a, containment_b), min(containment_a, containment_b)
        out[2], out[3] = max(stems_a, stems_b), min(stems_a, stems_b)
        out[4], out[5] = max(rare_a, rare_b), min(rare_a, rare_b)
        out[6] = fives / max(int(n[FIVES]) + int(m[FIVES]) - fives, 1)
        out[7] = threes / max(min(int(n[THREES]), int(m[THREES])), 1)
        out[8] = threes / max(int(n[THREES]) + int(m[THREES]) - threes, 1)
        out[9] = local / max(min(int(n[LOCAL]), int(m[LOCAL])), 1)
        out[10] = local / max(int(n[LOCAL]) + int(m[LOCAL]) - local, 1)
        out[11] = _order(ours[:count], theirs[:count])
        out[12] = 1.0 - min(numbers_a, numbers_b) if known else UNKNOWN
        out[13] = max(numbers_a, numbers_b) if known else UNKNOWN
        out[14] = min(names / least_names, 1.0) if least_names > 0 else UNKNOWN
        out[15], out[16] = max(plain_a, plain_b), min(plain_a, plain_b)
        out[17] = min(math.log1p(rare / 100), EVIDENCE)
        out[18] = max(
            _foreign(int(head_a[NAME_MASS]), names),
            _foreign(int(head_b[NAME_MASS]), names_back),
        )
        out[19] = shorter / max(longer, 1)
        out[CHEAP_COUNT], out[CHEAP_COUNT + 1], out[CHEAP_COUNT + 2] = out[6], containment_a, containment_b
        out[CHEAP_COUNT + 3] = int(head_a[WORDS]) / max(int(head_b[WORDS]), 1)
        out[20] = math.log(min(max(shorter, LEAST_WORDS), MOST_WORDS))


@compiled
def grow(
    rows: NDArray[np.float64],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float64],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    value: NDArray[np.float64],
    total: NDArray[np.float64],
) -> None:
    """Adds to `total` what the trees say of each row, in the order of the trees."""
    for row in range(len(rows)):
        for tree in range(len(feature)):
            node = 0
            while left[tree, node] != node:
                goes_left = rows[row, feature[tree, node]] <= threshold[tree, node]
                node = left[tree, node] if goes_left else right[tree, node]
            total[row] += value[tree, node]
