"""How natural a text's word pairs are: what a synonym spinner writes stands out by pairs that nobody writes."""

from __future__ import annotations

from collections.abc import Sequence

from cleanpipe.language.word_pairs import LANGUAGE, common_pairs, holds, table
from cleanpipe.match.compared import Compared, Words

LEAST_PAIRS = 40
"""A share of fewer pairs says nothing."""


def unusual_pairs(documents: Sequence[Compared]) -> list[float | None]:
    """Share of adjacent pairs of common words that ordinary English doesn't show, from 0 to 1.

    None for a document that isn't in English or has too few such pairs. `threshold` says from where a text stands
    out; the difference between two versions of one text says more than either figure.
    """
    loaded = table()
    shares: list[float | None] = []
    for document in documents:
        if document.lang != LANGUAGE:
            shares.append(None)
            continue
        pairs = common_pairs(Words(document).hashes, loaded.known)
        shares.append(round(1.0 - float(holds(loaded.bits, pairs).mean()), 4) if len(pairs) >= LEAST_PAIRS else None)
    return shares


def threshold() -> float:
    """Share that only one in ten ordinary news texts passes, as measured when the table was made."""
    return table().threshold
