"""What there is to know of figures in ASCII, in compiled code: "48,000" and "1.5" as words.

How common a figure is hangs on the first digit and the length of each of its parts, and on all digits where there are
four, which may be a year; so a table of shapes, in which the others are ones, has the Zipf frequency of all figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.blake_kernel import LONGEST, blake2b
from cleanpipe.language.compiled import compiled, inner, whole
from cleanpipe.language.lexicon_kernel import BEGINS_NUMBER, ONE_LETTER, TWO_LETTERS, place_of
from cleanpipe.language.scan_kernel import point_hash

if TYPE_CHECKING:
    from numpy.typing import NDArray

ZERO, ONE, NINE, POINT, COMMA = 0x30, 0x31, 0x39, 0x2E, 0x2C
YEAR = 4
"""Digits of a part that may be a year."""

_EMPTY = np.uint64(0)
_FIRST = whole(0)


@inner
def shape(figure: NDArray[np.uint32], length: int, found: NDArray[np.uint32]) -> None:
    """Fills in what `lexicon.figure_shape` makes of a figure, which is as long."""
    start = 0
    while start < length:
        end, zeros = start, True
        while end < length and figure[end] >= ZERO:
            zeros = zeros and figure[end] == ZERO
            end += 1
        for at in range(start, end):
            found[at] = figure[at] if zeros or at == start or end - start == YEAR else ONE
        if end < length:
            found[end] = figure[end]
        start = end + 1


@inner
def fold_figure(figure: NDArray[np.uint32], length: int, found: NDArray[np.uint32]) -> int:
    """`tokens.fold` of a figure; how long it is."""
    digits = parts = count = 0
    grouped = True
    for at in range(length):
        if figure[at] >= ZERO:
            digits += 1
        else:
            grouped = grouped and digits <= 3 and (digits >= 2 or parts == 0)
            digits = 0
            parts += 1
    grouped = grouped and parts > 0 and digits == 3
    for at in range(length):
        if figure[at] >= ZERO or not grouped:
            found[count] = POINT if figure[at] == COMMA else figure[at]
            count += 1
    return count


@compiled
def describe_figures(
    points: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    new: NDArray[np.int64],
    rows: NDArray[np.int64],
    shapes: NDArray[np.uint64],
    shape_zipfs: NDArray[np.int32],
    stem: int,
    hashes: NDArray[np.uint64],
    stems: NDArray[np.uint64],
    zipfs: NDArray[np.int16],
    flags: NDArray[np.uint8],
) -> int:
    """Like `lexicon_kernel.describe_plain`, for those of `rows` that are figures of known shapes.

    `shapes` is an open table of them, with their Zipf frequencies. The other rows are moved to the front of `rows`;
    their number is returned.
    """
    figure, folded = np.empty(LONGEST, np.uint32), np.empty(LONGEST, np.uint32)
    shaped, letters = np.empty(LONGEST, np.uint32), np.empty(LONGEST, np.uint8)
    left = 0
    for index in range(len(rows)):
        row = rows[index]
        start = starts[new[row]]
        length = ends[new[row]] - start
        plain = length <= LONGEST
        for at in range(length if plain else 0):
            sign = points[start + at]
            plain = plain and (ZERO <= sign <= NINE or sign in (POINT, COMMA))
            figure[at] = sign
        if plain:
            shape(figure, length, shaped)
            place = place_of(shapes, point_hash(shaped, _FIRST, length))
            count = fold_figure(figure, length, folded)
            shape(folded, count, shaped)
            other = place_of(shapes, point_hash(shaped, _FIRST, count))
            plain = shapes[place] != _EMPTY and shapes[other] != _EMPTY
        if not plain:
            rows[left] = row
            left += 1
            continue
        for at in range(count):
            letters[at] = folded[at]
        hashes[row] = blake2b(letters, count)
        stems[row] = blake2b(letters, min(stem, count))
        zipfs[row] = max(shape_zipfs[place], shape_zipfs[other])
        flags[row] = BEGINS_NUMBER | (ONE_LETTER if count == 1 else TWO_LETTERS if count == 2 else 0)
    return left
