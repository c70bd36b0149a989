"""How natural a text's word pairs are: what a synonym spinner writes stands out by pairs that nobody writes.

The shipped table holds the pairs of common words that ordinary English news shows side by side. `bench/train_pairs.py`
makes it, and measures how far spun texts stand out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from cleanpipe.match.compared import Compared, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TABLE = "pairs.npz"

WORD_ZIPF, SUM_ZIPF = 4.0, 10.0
"""Zipf frequency of each word of a pair that is looked at, and of both together: from 10 up, one expects the pair by chance
once in ten million words, so that in the three million of the table only what doesn't go together is missing."""

LEAST_PAIRS = 40
"""A share of fewer pairs says nothing."""

PROBES = 3
"""Bits of the table that a pair sets."""

_GOLDEN = 0x9E3779B97F4A7C15


def unusual_pairs(documents: Sequence[Compared]) -> list[float | None]:
    """Share of adjacent pairs of common words that ordinary English doesn't show, from 0 to 1.

    None for a document that isn't in English or has too few such pairs. `threshold` says from where a text stands out; the
    difference between two versions of one text says more than either figure.
    """
    table = _table()[0]
    shares: list[float | None] = []
    for document in documents:
        if document.lang != "en":
            shares.append(None)
            continue
        pairs = common_pairs(Words(document))
        shares.append(round(1.0 - float(holds(table, pairs).mean()), 4) if len(pairs) >= LEAST_PAIRS else None)
    return shares


def threshold() -> float:
    """Share that only one in a hundred ordinary news texts passes, as measured when the table was made."""
    return _table()[1]


def common_pairs(words: Words) -> NDArray[np.uint64]:
    """Hashes of the adjacent pairs of common words, in order, one for each occurrence."""
    import numpy as np

    zipfs, hashes = words.zipfs, words.hashes
    if len(hashes) < 2:
        return hashes[:0]
    one, two = zipfs[:-1], zipfs[1:]
    common = (one >= WORD_ZIPF) & (two >= WORD_ZIPF) & (one + two >= SUM_ZIPF)
    digits = np.array([word[0].isdigit() for word in words.words])
    common &= ~(digits[:-1] | digits[1:])
    value = hashes[:-1] * np.uint64(_GOLDEN) + hashes[1:]
    value = (value ^ (value >> np.uint64(31))) * np.uint64(_GOLDEN)
    return value[common]


def probes(pairs: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    """Positions that each pair sets in a table of this many bits, shape (pairs, PROBES)."""
    import numpy as np

    step = (pairs >> np.uint64(40)) | np.uint64(1)
    places = (pairs[:, None] + step[:, None] * np.arange(PROBES, dtype=np.uint64)) >> np.uint64(8)
    return (places % np.uint64(bits)).astype(np.int64)


def holds(table: NDArray[np.uint8], pairs: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether the table, packed bits, has each pair; about one in fifty that it hasn't is taken for known."""
    import numpy as np

    places = probes(pairs, len(table) * 8)
    found: NDArray[np.bool_] = ((table[places >> 3] >> (places & 7).astype(np.uint8)) & 1).astype(bool).all(axis=1)
    return found


@cache
def _table() -> tuple[NDArray[np.uint8], float]:
    import numpy as np

    with files("cleanpipe.match").joinpath(TABLE).open("rb") as file:
        stored = np.load(file)
        return stored["bits"], float(stored["threshold"])
