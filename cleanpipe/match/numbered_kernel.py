"""Compares titles with the beginnings of texts in compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanpipe.language.compiled import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@compiled
def drop_repeated_titles(
    words: NDArray[np.int32], hashes: NDArray[np.uint64], firsts: NDArray[np.int64], ranges: NDArray[np.int64]
) -> None:
    """Begins each document behind its title if its text begins with the words of the title."""
    for row in range(len(ranges)):
        first, body, end = ranges[row, 0], firsts[2 * row + 1], ranges[row, 1]
        same = body - first <= end - body
        for at in range(body - first if same else 0):
            same = same and hashes[words[first + at]] == hashes[words[body + at]]
        if same:
            ranges[row, 0] = body
