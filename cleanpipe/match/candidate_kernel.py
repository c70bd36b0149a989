"""Pairs of documents that share keys, and the best of each document, in compiled code: `channels.py` says which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

MICRO = 1_000_000
"""Weights of one channel are added up as whole millionths."""


@inner
def _keep(
    scores: NDArray[np.float64], others: NDArray[np.int32], held: NDArray[np.int64], side: int, other: int, score: float
) -> None:
    """Puts a document among the best of a side: the highest scores, of equal ones the smallest documents."""
    most, count = scores.shape[1], held[side]
    if count == most:
        if score < scores[side, most - 1] or (score == scores[side, most - 1] and other > others[side, most - 1]):
            return
        at = most - 1
    else:
        at = count
        held[side] += 1
    while at > 0 and (scores[side, at - 1] < score or (scores[side, at - 1] == score and others[side, at - 1] > other)):
        scores[side, at], others[side, at] = scores[side, at - 1], others[side, at - 1]
        at -= 1
    scores[side, at], others[side, at] = score, other


@compiled
def best_candidates(
    groups: NDArray[np.int64],
    channels: NDArray[np.uint8],
    weights: NDArray[np.int64],
    centres: NDArray[np.int64],
    documents: NDArray[np.int32],
    rows: NDArray[np.int64],
    firsts: NDArray[np.int64],
    sizes: NDArray[np.float64],
    scores: NDArray[np.float64],
    others: NDArray[np.int32],
    held: NDArray[np.int64],
) -> None:
    """Fills in the best candidates of each of n documents: `others`, shape (n, most), so many as `held` says.

    Documents are numbers, in the order of their hashes. `documents` are those that hold a value, value after value in
    the order of channels, and rising for each; `groups`, shape (values + 1,), is where each value begins. `channels`
    is the channel of each value, `weights` what it counts for in millionths, `centres` how many of the documents are
    paired with the others. `rows`, from `firsts[d]` up to `firsts[d + 1]`, are the places in `documents` of document d,
    rising. `sizes` is the root of the number of keys of each document.
    """
    count = len(sizes)
    weight, score = np.zeros(count, np.int64), np.zeros(count)
    met, met_here = np.empty(count, np.int32), np.empty(count, np.int32)
    group_of = np.empty(len(documents), np.int32)
    for group in range(len(channels)):
        group_of[groups[group] : groups[group + 1]] = group
    for one in range(count):
        found = 0
        at = firsts[one]
        while at < firsts[one + 1]:
            channel = channels[group_of[rows[at]]]
            found_here = 0
            while at < firsts[one + 1] and channels[group_of[rows[at]]] == channel:
                place = rows[at]
                group = group_of[place]
                at += 1
                if place - groups[group] >= centres[group]:
                    continue
                for later in range(place + 1, groups[group + 1]):
                    two = documents[later]
                    if weight[two] == 0:
                        met_here[found_here] = two
                        found_here += 1
                    weight[two] += weights[group]
            for number in range(found_here):
                two = met_here[number]
                if score[two] == 0.0:
                    met[found] = two
                    found += 1
                score[two] += np.float64(np.float32(weight[two] / MICRO))
                weight[two] = 0
        for number in range(found):
            two = met[number]
            _keep(scores, others, held, one, two, score[two] / sizes[two])
            _keep(scores, others, held, two, one, score[two] / sizes[one])
            score[two] = 0.0
