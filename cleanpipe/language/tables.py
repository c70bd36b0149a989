"""Words with a number each, as a table that compiled functions can look them up in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def open_table(words: Sequence[str], values: Sequence[int]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Keys (`scan_kernel.point_hash`) and values of an open table, a power of two, at most two thirds full.

    Without words it has no place at all, and nothing may be looked up in it.
    """
    import numpy as np

    places = 1 << (3 * len(words) // 2).bit_length() if words else 0
    keys, kept = np.zeros(places, np.uint64), np.zeros(places, np.int32)
    add_words(keys, kept, words, values)
    return keys, kept


def add_words(keys: NDArray[np.uint64], kept: NDArray[np.int32], words: Sequence[str], values: Sequence[int]) -> None:
    """Adds words to an open table that has room for them. No word may have a space in it."""
    import numpy as np

    from cleanpipe.language import lexicon_kernel as kernel
    from cleanpipe.language.scanned import code_points

    if words:
        hashes = np.empty(len(words), np.uint64)
        ends = np.cumsum(np.fromiter((len(word) + 1 for word in words), np.int64, len(words))) - 1
        kernel.span_hashes(code_points(" ".join(words)), ends, hashes)
        kernel.put(keys, kept, hashes, np.array(values, np.int32))
