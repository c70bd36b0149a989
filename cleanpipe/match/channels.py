"""The channels through which two documents can meet, and the choice of candidates among those that did.

A channel is a kind of key. For every channel and value on its own:

- `count` is how many documents hold the value (each once, however often it stands in them);
- a value held by one document brings nobody together;
- of a value held by at most `cap` documents each meets all others;
- a hot value, held by more: policy "drop" leaves it out; by policy "star" each of its documents meets the `CENTRES`
  documents among them whose keys are smallest, so that even a story printed ten thousand times is joined up at linear
  cost; of those that are there when it asks;
- whom a document meets gets `value_weight(channel, count)` for the value, summed over the values they share in the
  channel.

The weight ranks candidates, of which every document keeps its best. No sum of weights ever makes a link.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cleanpipe.model import KEPT_BY_A, KEPT_BY_B

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CENTRES = 3
"""Documents that all others are paired with where a value is hot and its policy is "star"."""

OWN_BEST = 14
"""Candidates that each document keeps. A pair stays if either side keeps it."""

MICRO = 1_000_000
"""Weights of one channel are added up as whole millionths: a sum of floats would depend on the order."""


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
    Channel(11, "stems", 80, "drop", 1.0, "the beginning of one of the rarest words, as far as endings leave it alone"),
)
"""All channels. Ids are stored in archives: a number is never used again for another channel."""

BY_NAME = {channel.name: channel for channel in CHANNELS}
BY_ID = {channel.id: channel for channel in CHANNELS}


def value_weight(channel: Channel, count: int) -> float:
    """The weight of a value that a pair shares and `count` documents, at least 2, hold: less for commoner values."""
    return channel.weight / math.sqrt(count - 1)


def policy(channel: int, count: int) -> tuple[int, int]:
    """The weight of a value held by `count` documents, in millionths, and with how many of them each one is paired."""
    if count < 2:
        return 0, 0
    known = BY_ID[channel]
    weight = int(MICRO * value_weight(known, count) + 0.5)
    return weight, count if count <= known.cap else CENTRES if known.policy == "star" else 0


@dataclass(frozen=True, slots=True)
class Held:
    """Columns of n rows, one for each key and document that holds it, sorted by channel, value and document.

    `count` is how many documents hold the value, shape (n,). Of a hot one the centres and the documents that ask are
    enough; values with one holder may be left out.
    """

    channel: NDArray[np.uint8]
    value: NDArray[np.uint64]
    document: NDArray[np.uint64]
    count: NDArray[np.int64]

    @property
    def firsts(self) -> NDArray[np.int64]:
        """Where each value begins, shape (values + 1,): the last is n."""
        import numpy as np

        new = np.ones(len(self.value) + 1, bool)
        new[1:-1] = (self.channel[1:] != self.channel[:-1]) | (self.value[1:] != self.value[:-1])
        return np.flatnonzero(new)

    def policies(self, firsts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What each value counts for, and how many of its documents, from the first on, all of them meet."""
        import numpy as np

        kinds = self.channel[firsts[:-1]].astype(np.int64) << 32 | self.count[firsts[:-1]]
        known, which = np.unique(kinds, return_inverse=True)
        found = np.array([policy(kind >> 32, kind & 0xFFFFFFFF) for kind in known.tolist()], np.int64).reshape(-1, 2)
        return found[which, 0], found[which, 1]


def best_pairs(
    held: Held, asked: NDArray[np.uint64], document: NDArray[np.uint64], keys: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint8]]:
    """The pairs worth verifying: of each document that is `asked` the `OWN_BEST` with the highest score; the smaller
    first, sorted. Third comes which of the asked ones keep the other, as bits KEPT_BY_A and KEPT_BY_B.

    `document` are all that stand in `held`, sorted, and `keys` how many keys each has: the more, the more it shares by
    chance, so that of two equal scores the one with the shorter text counts for more. `candidate_batch.best_pairs` is
    the same in compiled code.
    """
    import numpy as np

    firsts = held.firsts
    weights, centres = held.policies(firsts)
    group_of = np.repeat(np.arange(len(firsts) - 1), np.diff(firsts))
    numbers = np.searchsorted(document, held.document)
    ours = np.flatnonzero(np.isin(held.document, asked))
    meets = centres[group_of[ours]]
    group = np.repeat(group_of[ours], meets)
    side = np.repeat(numbers[ours], meets)
    step = np.arange(len(side)) - np.repeat(np.cumsum(meets) - meets, meets)
    other = numbers[firsts[group] + step]
    apart = side != other
    side, other, group = side[apart], other[apart], group[apart]
    rows = np.stack([side, other, held.channel[firsts[group]].astype(np.int64)])
    by_channel, which = np.unique(rows, axis=1, return_inverse=True)
    sums = np.zeros(by_channel.shape[1], np.int64)
    np.add.at(sums, which.ravel(), weights[group])
    pairs, which = np.unique(by_channel[:2], axis=1, return_inverse=True)
    scores = np.zeros(pairs.shape[1])
    np.add.at(scores, which.ravel(), (sums / MICRO).astype(np.float32).astype(np.float64))
    side, other = pairs
    order = np.lexsort((other, -scores / np.sqrt(keys[other].astype(np.float64)), side))
    side, other = side[order], other[order]
    new = np.ones(len(side), bool)
    new[1:] = side[1:] != side[:-1]
    place = np.arange(len(side)) - np.maximum.accumulate(np.where(new, np.arange(len(side)), 0))
    return both_ways(side[place < OWN_BEST], other[place < OWN_BEST], document)


def both_ways(
    side: NDArray[np.int64], other: NDArray[np.int64], document: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint8]]:
    """Each pair of documents, given by number, once, and which side keeps the other: `side` does."""
    import numpy as np

    pairs, which = np.unique(np.minimum(side, other) * len(document) + np.maximum(side, other), return_inverse=True)
    kept = np.zeros(len(pairs), np.uint8)
    np.bitwise_or.at(kept, which, np.where(side < other, KEPT_BY_A, KEPT_BY_B).astype(np.uint8))
    return document[pairs // max(len(document), 1)], document[pairs % max(len(document), 1)], kept
