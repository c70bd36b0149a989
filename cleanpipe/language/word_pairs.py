"""Which pairs of words stand side by side in ordinary English news: what a synonym spinner writes, nobody else does.

The shipped table is a Bloom filter of the pairs of common words. `bench/train_pairs.py` makes it, and measures how far
spun texts stand out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LANGUAGE = "en"
"""Of the table: other languages have none."""

TABLE = "word_pairs.npz"

EXPECTED = 0.5
"""A pair is looked at where words thrown together at random would have shown it this often in the learned text. With
1 or 3 in its place sound news stays as far below spun text, and fewer pairs are left to judge by."""

PROBES = 3
"""Bits of the table that a pair sets."""

_GOLDEN = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The common words of the learned text: their hashes, sorted, how often each stood there, and all words' number."""

    words: NDArray[np.uint64]
    counts: NDArray[np.uint32]
    total: int


@dataclass(frozen=True, slots=True)
class Table:
    """`bits` are packed. `threshold` is the share of unknown pairs that only one in ten ordinary news texts passes, as
    measured when the table was made."""

    known: Vocabulary
    bits: NDArray[np.uint8]
    threshold: float


def common(hashes: NDArray[np.uint64], known: Vocabulary) -> NDArray[np.bool_]:
    """Of n hashes of words in a row, shape (n,): which of the n - 1 adjacent pairs are of words so common that the pair
    would be known if it were ordinary. Figures don't count as words."""
    import numpy as np

    if len(hashes) < 2 or not len(known.words):
        return np.zeros(max(len(hashes) - 1, 0), bool)
    places = np.minimum(np.searchsorted(known.words, hashes), len(known.words) - 1)
    counts = np.where(known.words[places] == hashes, known.counts[places], 0).astype(np.float64)
    found: NDArray[np.bool_] = counts[:-1] * counts[1:] >= EXPECTED * known.total
    return found


def paired(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A hash of each adjacent pair, one fewer than there are words."""
    import numpy as np

    if len(hashes) < 2:
        return hashes[:0]
    value = hashes[:-1] * np.uint64(_GOLDEN) + hashes[1:]
    value = (value ^ (value >> np.uint64(31))) * np.uint64(_GOLDEN)
    found: NDArray[np.uint64] = value
    return found


def common_pairs(hashes: NDArray[np.uint64], known: Vocabulary) -> NDArray[np.uint64]:
    """Hashes of the adjacent pairs of common words, in order, one for each occurrence."""
    found: NDArray[np.uint64] = paired(hashes)[common(hashes, known)]
    return found


def probes(pairs: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    """Positions that each pair sets in a table of this many bits, shape (pairs, PROBES)."""
    import numpy as np

    step = (pairs >> np.uint64(40)) | np.uint64(1)
    probe: NDArray[np.uint64] = np.arange(PROBES, dtype=np.uint64)
    places: NDArray[np.uint64] = pairs[:, None] + step[:, None] * probe
    found: NDArray[np.int64] = ((places >> np.uint64(8)) % np.uint64(bits)).astype(np.int64)
    return found


def holds(bits: NDArray[np.uint8], pairs: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether the table, packed bits, has each pair; about one in fifty that it hasn't is taken for known."""
    import numpy as np

    places = probes(pairs, len(bits) * 8)
    found: NDArray[np.bool_] = ((bits[places >> 3] >> (places & 7).astype(np.uint8)) & 1).astype(bool).all(axis=1)
    return found


def unheard_of(hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Of words in a row, by `hash_word`: which adjacent pairs are of common words and yet never stand together."""
    loaded = table()
    found: NDArray[np.bool_] = common(hashes, loaded.known) & ~holds(loaded.bits, paired(hashes))
    return found


@cache
def table() -> Table:
    """The shipped table."""
    import numpy as np

    with files("cleanpipe.language").joinpath(TABLE).open("rb") as file:
        stored = np.load(file)
        known = Vocabulary(stored["words"], stored["counts"], int(stored["total"]))
        return Table(known, stored["bits"], float(stored["threshold"]))
