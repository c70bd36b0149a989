"""How natural a text's word pairs are: what a synonym spinner writes stands out by pairs that nobody writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanpipe.language.word_pairs import LANGUAGE, common_pairs, holds, table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_PAIRS = 40
"""A share of fewer pairs says nothing."""


def unusual(hashes: NDArray[np.uint64], lang: str | None) -> float | None:
    """Share of adjacent pairs of common words that ordinary English doesn't show, from 0 to 1, of a document's words by
    hash.

    None for a document that isn't in English or has too few such pairs. `threshold` says from where a text stands
    out; the difference between two versions of one text says more than either figure.
    """
    if lang != LANGUAGE:
        return None
    loaded = table()
    pairs = common_pairs(hashes, loaded.known)
    return round(1.0 - float(holds(loaded.bits, pairs).mean()), 4) if len(pairs) >= LEAST_PAIRS else None


def threshold() -> float:
    """Share that only one in ten ordinary news texts passes, as measured when the table was made."""
    return table().threshold
