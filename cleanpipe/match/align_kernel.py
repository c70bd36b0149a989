"""Sentences of two documents compared stem by stem in compiled code, with the sums in the order that `align` has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def sentence_stems(
    words: NDArray[np.uint64],
    weights: NDArray[np.float64],
    bounds: NDArray[np.int64],
    stems: NDArray[np.uint64],
    weighed: NDArray[np.float64],
    begins: NDArray[np.int64],
    mass: NDArray[np.float64],
) -> int:
    """The different stems of each sentence in the order of their first words, each as heavy as its last; their number.

    `words` are the stems of all words; `bounds`, shape (n, 2), are the words of each of n sentences. Filled in: `stems`
    and `weighed`, where those of sentence i begin (`begins`, shape (n + 1,)), and what they weigh together (`mass`).
    """
    count = 0
    for row in range(len(bounds)):
        begins[row] = count
        for at in range(bounds[row, 0], bounds[row, 1]):
            place = begins[row]
            while place < count and stems[place] != words[at]:
                place += 1
            stems[place], weighed[place] = words[at], weights[at]
            count = max(count, place + 1)
        total = 0.0
        for place in range(begins[row], count):
            total += weighed[place]
        mass[row] = total
    begins[len(bounds)] = count
    return count


@compiled
def overlap(
    stems: NDArray[np.uint64],
    weights: NDArray[np.float64],
    begins: NDArray[np.int64],
    sorted_stems: NDArray[np.uint64],
    sentences: NDArray[np.int64],
    table: NDArray[np.float64],
) -> None:
    """Adds up the weight of the stems that each two sentences share: `align._overlap`.

    The first three are one side's; `sorted_stems` are all of the other's, with the sentence that each stands in.
    """
    for row in range(len(begins) - 1):
        for at in range(begins[row], begins[row + 1]):
            low, high = 0, len(sorted_stems)
            while low < high:
                middle = (low + high) // 2
                if sorted_stems[middle] < stems[at]:
                    low = middle + 1
                else:
                    high = middle
            while low < len(sorted_stems) and sorted_stems[low] == stems[at]:
                table[row, sentences[low]] += weights[at]
                low += 1


@inner
def _common(one: NDArray[np.uint64], two: NDArray[np.uint64]) -> int:
    """Length of the longest common subsequence."""
    best = np.zeros(len(two) + 1, np.int64)
    for left in range(len(one)):
        corner = 0
        for right in range(len(two)):
            above = best[right + 1]
            if one[left] == two[right]:
                best[right + 1] = corner + 1
            else:
                best[right + 1] = max(above, best[right])
            corner = above
    return int(best[len(two)])


@compiled
def literal(
    one: NDArray[np.uint64],
    two: NDArray[np.uint64],
    bounds_one: NDArray[np.int64],
    bounds_two: NDArray[np.int64],
    at_one: NDArray[np.int64],
    at_two: NDArray[np.int64],
) -> int:
    """Words that stand literally and in order in both of corresponding sentences, all together."""
    kept = 0
    for pair in range(len(at_one)):
        left, right = bounds_one[at_one[pair]], bounds_two[at_two[pair]]
        kept += _common(one[left[0] : left[1]], two[right[0] : right[1]])
    return kept


@compiled
def covered(
    stems: NDArray[np.uint64],
    weights: NDArray[np.float64],
    begins: NDArray[np.int64],
    others: NDArray[np.uint64],
    other_begins: NDArray[np.int64],
    at_one: NDArray[np.int64],
    at_two: NDArray[np.int64],
    names: NDArray[np.int64],
) -> float:
    """Weight of the different stems that corresponding sentences share. `names` numbers the different `stems`."""
    slots = np.full(len(stems), -1)
    found = np.empty(len(stems))
    count = 0
    for pair in range(len(at_one)):
        i, j = at_one[pair], at_two[pair]
        for at in range(begins[i], begins[i + 1]):
            for other in range(other_begins[j], other_begins[j + 1]):
                if others[other] == stems[at]:
                    if slots[names[at]] < 0:
                        slots[names[at]] = count
                        count += 1
                    found[slots[names[at]]] = weights[at]
                    break
    total = 0.0
    for slot in range(count):
        total += found[slot]
    return total
