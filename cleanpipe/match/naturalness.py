"""How natural a text's word pairs are: what a synonym spinner writes stands out by pairs that nobody writes.

The shipped table holds the pairs of common words that ordinary English news shows side by side. `bench/train_pairs.py`
makes it, and measures how far spun texts stand out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from cleanpipe.match.compared import Compared, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TABLE = "pairs.npz"

WORD_COUNT = 50
"""Occurrences in the learned text from which a word is common: its neighbours were seen, not guessed."""

EXPECTED = 0.5
"""A pair is looked at where words thrown together at random would have shown it this often in the learned text. With
1 or 3 in its place sound news stays as far below spun text, and fewer pairs are left to judge by."""

LEAST_PAIRS = 40
"""A share of fewer pairs says nothing."""

PROBES = 3
"""Bits of the table that a pair sets."""

_GOLDEN = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The common words of the learned text: their hashes, sorted, how often each stood there, and all words' number."""

    words: NDArray[np.uint64]
    counts: NDArray[np.uint32]
    total: int


def unusual_pairs(documents: Sequence[Compared]) -> list[float | None]:
    """Share of adjacent pairs of common words that ordinary English doesn't show, from 0 to 1.

    None for a document that isn't in English or has too few such pairs. `threshold` says from where a text stands
    out; the difference between two versions of one text says more than either figure.
    """
    known, table, _ = _table()
    shares: list[float | None] = []
    for document in documents:
        if document.lang != "en":
            shares.append(None)
            continue
        pairs = common_pairs(Words(document), known)
        shares.append(round(1.0 - float(holds(table, pairs).mean()), 4) if len(pairs) >= LEAST_PAIRS else None)
    return shares


def threshold() -> float:
    """Share that only one in ten ordinary news texts passes, as measured when the table was made."""
    return _table()[2]


def common_pairs(words: Words, known: Vocabulary) -> NDArray[np.uint64]:
    """Hashes of the adjacent pairs of common words, in order, one for each occurrence. Figures don't count as words."""
    import numpy as np

    hashes = words.hashes
    if len(hashes) < 2 or not len(known.words):
        return hashes[:0]
    places = np.minimum(np.searchsorted(known.words, hashes), len(known.words) - 1)
    counts = np.where(known.words[places] == hashes, known.counts[places], 0).astype(np.float64)
    common = counts[:-1] * counts[1:] >= EXPECTED * known.total
    value = hashes[:-1] * np.uint64(_GOLDEN) + hashes[1:]
    value = (value ^ (value >> np.uint64(31))) * np.uint64(_GOLDEN)
    found: NDArray[np.uint64] = value[common]
    return found


def probes(pairs: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    """Positions that each pair sets in a table of this many bits, shape (pairs, PROBES)."""
    import numpy as np

    step = (pairs >> np.uint64(40)) | np.uint64(1)
    probe: NDArray[np.uint64] = np.arange(PROBES, dtype=np.uint64)
    places: NDArray[np.uint64] = pairs[:, None] + step[:, None] * probe
    found: NDArray[np.int64] = ((places >> np.uint64(8)) % np.uint64(bits)).astype(np.int64)
    return found


def holds(table: NDArray[np.uint8], pairs: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether the table, packed bits, has each pair; about one in fifty that it hasn't is taken for known."""
    import numpy as np

    places = probes(pairs, len(table) * 8)
    found: NDArray[np.bool_] = ((table[places >> 3] >> (places & 7).astype(np.uint8)) & 1).astype(bool).all(axis=1)
    return found


@cache
def _table() -> tuple[Vocabulary, NDArray[np.uint8], float]:
    import numpy as np

    with files("cleanpipe.match").joinpath(TABLE).open("rb") as file:
        stored = np.load(file)
        known = Vocabulary(stored["words"], stored["counts"], int(stored["total"]))
        return known, stored["bits"], float(stored["threshold"])
