"""`channels.best_pairs` in compiled code.

Each document is compared with those it meets, one after another, and nothing but the best of each is held: the pairs
that share a value are some 400 a document, of which a few are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanpipe.language.compiled import compiling
from cleanpipe.match import candidate_kernel as kernel
from cleanpipe.match.channels import OWN_BEST, Held, both_ways

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def best_pairs(
    held: Held, asked: NDArray[np.uint64], document: NDArray[np.uint64], keys: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint8]]:
    """What `channels.best_pairs` gives."""
    import numpy as np

    firsts = held.firsts
    weights, centres = held.policies(firsts)
    numbers = np.searchsorted(document, held.document)
    ours = np.searchsorted(document, np.intersect1d(asked, document))
    place = np.full(len(document), -1)
    place[ours] = np.arange(len(ours))
    rows = np.flatnonzero(place[numbers] >= 0)
    rows = rows[np.argsort(place[numbers[rows]], kind="stable")]
    starts = np.searchsorted(place[numbers[rows]], np.arange(len(ours) + 1))
    scores = np.zeros((len(ours), OWN_BEST))
    others, kept = np.zeros(scores.shape, np.int32), np.zeros(len(ours), np.int64)
    with compiling():
        kernel.best_candidates(
            firsts,
            held.channel[firsts[:-1]],
            weights,
            centres,
            numbers.astype(np.int32),
            ours.astype(np.int32),
            rows,
            starts,
            np.sqrt(keys.astype(np.float64)),
            scores,
            others,
            kept,
        )
    side = np.repeat(ours, kept)
    return both_ways(side, others[np.arange(OWN_BEST) < kept[:, None]].astype(np.int64), document)
