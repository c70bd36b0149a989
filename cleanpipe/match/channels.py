"""The channels through which two documents can meet, and the choice of candidates among the pairs that did.

A channel is a kind of key. The engine's join, for every channel and value on its own:

- `count` is how many documents hold the value (each once, however often it stands in them);
- a value held by one document makes no pair;
- a value held by at most `cap` documents pairs all of them with each other;
- a hot value, held by more: policy "drop" leaves it out; policy "star" pairs each of its documents with the `CENTRES`
  documents among them whose keys are smallest, so that even a story printed ten thousand times is joined up at linear
  cost, and independently of the order in which the documents came;
- every pair gets `value_weight(channel, count)` for the value, summed over the values it shares in the channel.

The weight ranks candidates. No sum of weights ever makes a link.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CENTRES = 3
"""Documents that all others are paired with where a value is hot and its policy is "star"."""

OWN_BEST = 14
"""Candidates that each document keeps. A pair stays if either side keeps it."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One kind of key. `weight` is what sharing a value that only two documents hold counts for in the ranking."""

    id: int
    name: str
    cap: int
    policy: Literal["drop", "star"]
    weight: float
    says: str


CHANNELS: tuple[Channel, ...] = (
    Channel(1, "bands", 100, "star", 4.0, "band of the MinHash signature over word 5-grams"),
    Channel(2, "excerpt", 60, "star", 2.0, "sampled word 8-gram: long literal passages"),
    Channel(3, "trigrams", 40, "drop", 2.0, "word 3-gram with a rare word: what a spinner left standing"),
    Channel(5, "word pairs", 40, "drop", 1.0, "two rare words not far apart, in either order"),
    Channel(6, "numbers", 40, "drop", 1.0, "number with several significant digits, or two numbers near each other"),
    Channel(7, "names", 60, "drop", 1.0, "rare name"),
    Channel(8, "quotations", 60, "drop", 2.0, "beginning of a quotation"),
    Channel(9, "headlines", 40, "drop", 1.5, "pair of words of the headline"),
    Channel(10, "story", 60, "star", 2.0, "credited source and a fact of its story; values come from link"),
    Channel(11, "stems", 80, "drop", 1.0, "first six letters of one of the rarest words"),
)
"""All channels. Ids are stored in archives: a number is never used again for another channel."""

BY_NAME = {channel.name: channel for channel in CHANNELS}
BY_ID = {channel.id: channel for channel in CHANNELS}


def value_weight(channel: Channel, count: int) -> float:
    """What it counts for that a pair shares a value held by `count` documents, at least 2: less for commoner values.

    In SQL: `weight / sqrt(count - 1)`.
    """
    return channel.weight / math.sqrt(count - 1)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Chosen pairs, sorted by (a, b): the first 64 bits of both keys (a < b), rank score."""

    a: NDArray[np.uint64]
    b: NDArray[np.uint64]
    score: NDArray[np.float64]


def choose_candidates(
    a: NDArray[np.uint64],
    b: NDArray[np.uint64],
    channel: NDArray[np.uint8],
    weight: NDArray[np.float32],
    document: NDArray[np.uint64],
    keys: NDArray[np.int64],
) -> Candidates:
    """The pairs worth verifying: of each document the `OWN_BEST` with the highest score, on either side.

    One row for each pair and channel, in any order; a pair may come either way round. A pair's score is the sum of its
    weights. `document` are all documents, sorted, and `keys` how many keys each has: the more, the more it shares by
    chance, so that of two equal scores the one with the shorter text counts for more. The result depends on the rows as
    a set alone.
    """
    import numpy as np

    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((channel, high, low))
    low, high, weight = low[order], high[order], weight[order]
    keep = low != high
    low, high, weight = low[keep], high[keep], weight[keep]
    if not len(low):
        return Candidates(low, high, np.zeros(0))
    new = np.ones(len(low), bool)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    starts = np.flatnonzero(new)
    score = np.add.reduceat(weight.astype(np.float64), starts)
    pair_low, pair_high = low[starts], high[starts]

    side = np.concatenate([pair_low, pair_high])
    other = np.concatenate([pair_high, pair_low])
    size = np.sqrt(keys[np.searchsorted(document, other)].astype(np.float64))
    both = np.concatenate([score, score]) / size
    pair = np.concatenate([np.arange(len(starts)), np.arange(len(starts))])
    order = np.lexsort((other, -both, side))
    side, pair = side[order], pair[order]
    first = np.ones(len(side), bool)
    first[1:] = side[1:] != side[:-1]
    position = np.arange(len(side)) - np.maximum.accumulate(np.where(first, np.arange(len(side)), 0))
    chosen = np.zeros(len(starts), bool)
    chosen[pair[position < OWN_BEST]] = True

    picked = np.flatnonzero(chosen)
    return Candidates(pair_low[picked], pair_high[picked], score[picked])
