"""Candidates from the keys of all documents, compiled: what the engine's join and `choose_candidates` give together.

The join makes a row for each two documents that share a value, some 400 a document, of which a few are kept. Here each
document is compared with those it meets, one after another, and nothing but the best of each is held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanpipe.language.compiled import compiling
from cleanpipe.match import candidate_kernel as kernel
from cleanpipe.match.channels import BY_ID, CENTRES, OWN_BEST, value_weight

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def candidates_of_keys(
    channel: NDArray[np.uint8],
    value: NDArray[np.uint64],
    holder: NDArray[np.uint64],
    document: NDArray[np.uint64],
    keys: NDArray[np.int64],
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Hashes of the pairs worth verifying, the smaller first, sorted.

    The first three are a row for each key and document that holds it, sorted; values with one holder may be left out.
    `document` are all documents, sorted, and `keys` how many keys each has.
    """
    import numpy as np

    new = np.ones(len(value) + 1, bool)
    new[1:-1] = (channel[1:] != channel[:-1]) | (value[1:] != value[:-1])
    groups = np.flatnonzero(new)
    channels, counts = channel[groups[:-1]], np.diff(groups)
    kinds, kind_of = np.unique(channels.astype(np.int64) << 32 | counts, return_inverse=True)
    policies = np.array([_policy(kind >> 32, kind & 0xFFFFFFFF) for kind in kinds.tolist()], np.int64).reshape(-1, 2)
    numbers = np.searchsorted(document, holder)
    rows = np.argsort(numbers, kind="stable")
    firsts = np.searchsorted(numbers[rows], np.arange(len(document) + 1))
    scores = np.zeros((len(document), OWN_BEST))
    others, held = np.zeros(scores.shape, np.int32), np.zeros(len(document), np.int64)
    with compiling():
        kernel.best_candidates(
            groups,
            channels,
            policies[kind_of, 0],
            policies[kind_of, 1],
            numbers.astype(np.int32),
            rows,
            firsts,
            np.sqrt(keys.astype(np.float64)),
            scores,
            others,
            held,
        )
    side = np.repeat(np.arange(len(document)), held)
    other = others[np.arange(OWN_BEST) < held[:, None]].astype(np.int64)
    pairs = np.unique(np.minimum(side, other) * len(document) + np.maximum(side, other))
    return document[pairs // len(document)], document[pairs % len(document)]


def _policy(channel: int, count: int) -> tuple[int, int]:
    """What a value held by so many documents counts for, in millionths, and how many of them are paired with all."""
    if count < 2:
        return 0, 0
    known = BY_ID[channel]
    # Half away from zero, as DuckDB rounds.
    weight = int(kernel.MICRO * value_weight(known, count) + 0.5)
    return weight, count if count <= known.cap else CENTRES if known.policy == "star" else 0
