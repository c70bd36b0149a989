"""The documents that one shares keys with, and the best of these, in compiled code: `channels.py` says which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import compiled, inner
from cleanpipe.match.channels import MICRO

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
    asked: NDArray[np.int32],
    rows: NDArray[np.int64],
    firsts: NDArray[np.int64],
    sizes: NDArray[np.float64],
    scores: NDArray[np.float64],
    others: NDArray[np.int32],
    held: NDArray[np.int64],
) -> None:
    """Fills in the best candidates of each of n documents: `others`, shape (n, most), so many as `held` says.

    Documents are numbers, in the order of their hashes; `asked`, shape (n,), are those whose candidates these are.
    `documents` are those that hold a value, value after value in the order of channels, and rising for each; `groups`,
    shape (values + 1,), is where each value begins. `channels` is the channel of each value, `weights` what it counts
    for in millionths, `centres` how many of its documents, from the first on, all of them meet. `rows`, from
    `firsts[at]` up to `firsts[at + 1]`, are the places in `documents` of the document `asked[at]`, rising. `sizes` is
    the root of the number of keys of each document.
    """
    count = len(sizes)
    weight, score = np.zeros(count, np.int64), np.zeros(count)
    met, met_here = np.empty(count, np.int32), np.empty(count, np.int32)
    group_of = np.empty(len(documents), np.int32)
    for group in range(len(channels)):
        group_of[groups[group] : groups[group + 1]] = group
    for number in range(len(asked)):
        one = asked[number]
        found = 0
        at = firsts[number]
        while at < firsts[number + 1]:
            channel = channels[group_of[rows[at]]]
            found_here = 0
            while at < firsts[number + 1] and channels[group_of[rows[at]]] == channel:
                group = group_of[rows[at]]
                at += 1
                for place in range(groups[group], groups[group] + centres[group]):
                    two = documents[place]
                    if two == one:
                        continue
                    if weight[two] == 0:
                        met_here[found_here] = two
                        found_here += 1
                    weight[two] += weights[group]
            for place in range(found_here):
                two = met_here[place]
                if score[two] == 0.0:
                    met[found] = two
                    found += 1
                score[two] += np.float64(np.float32(weight[two] / MICRO))
                weight[two] = 0
        for place in range(found):
            two = met[place]
            _keep(scores, others, held, number, two, score[two] / sizes[two])
            score[two] = 0.0
