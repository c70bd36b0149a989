"""Runs of one, two and three letters in a language's words, counted: columns, in a few milliseconds and 1 MB."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

BEGIN, END = "\x02", "\x03"
"""What stands for a word's beginning and end."""

POINT_BITS = 21

MOST_PLACES = 1 << 22
"""Different runs that an alphabet can have, up to which each has a place of its own to be counted in; beyond, in East
Asian languages, runs are sorted, which takes four times as long."""


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """How much each run of letters weighs, and what follows each context: a run of none, one or two letters.

    `runs` and `contexts` are sorted, their letters packed into one number (`packed`); `weights` are those of the runs,
    `totals` of all runs that begin with a context, `kinds` how many different letters follow it.
    """

    runs: array[int]
    weights: array[float]
    contexts: array[int]
    totals: array[float]
    kinds: array[int]

    def weight(self, run: str) -> float:
        """Of a run of letters, 0.0 for one that was never seen."""
        key = packed(run)
        at = bisect_left(self.runs, key)
        return self.weights[at] if at < len(self.runs) and self.runs[at] == key else 0.0

    def after(self, context: str) -> tuple[float, int] | None:
        """Weight of all runs that begin with a context, and how many there are; None where there are none."""
        key = packed(context)
        at = bisect_left(self.contexts, key)
        found = at < len(self.contexts) and self.contexts[at] == key
        return (self.totals[at], self.kinds[at]) if found else None

    def singles(self) -> dict[str, float]:
        """The single letters, and `END`, with their weights."""
        end = bisect_left(self.runs, 1 << POINT_BITS)
        return {chr(run): weight for run, weight in zip(self.runs[:end], self.weights[:end], strict=True)}


def packed(run: str) -> int:
    key = 0
    for letter in run:
        key = key << POINT_BITS | ord(letter)
    return key


def count_words(words: Sequence[str], weights: Sequence[float]) -> LetterCounts:
    """Counts the letters of words, each with its weight, their beginnings and ends; no letter stands alone before a
    beginning."""
    import numpy as np

    lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
    alphabet, letters = _numbered("".join(f"{BEGIN}{word}{END}" for word in words))
    whole = np.repeat(np.array(weights, np.float64), lengths)
    place = np.arange(len(letters)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    parts = []
    for length in (1, 2, 3):
        ends = np.flatnonzero(place >= max(1, length - 1))
        parts.append(([letters[ends - back] for back in reversed(range(length))], whole[ends]))
    return _counted(alphabet, parts)


def count_runs(runs: Sequence[str], weights: Sequence[float]) -> LetterCounts:
    """The same from runs of one to three letters that were counted elsewhere."""
    import numpy as np

    alphabet, letters = _numbered("".join(runs))
    lengths = np.fromiter(map(len, runs), np.int64, len(runs))
    begins, whole = np.cumsum(lengths) - lengths, np.array(weights, np.float64)
    parts = []
    for length in (1, 2, 3):
        own = np.flatnonzero(lengths == length)
        parts.append(([letters[begins[own] + at] for at in range(length)], whole[own]))
    return _counted(alphabet, parts)


def _numbered(text: str) -> tuple[Numbers, Numbers]:
    """The code points that a text has, sorted, and the number of each of its letters among them."""
    import numpy as np

    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    seen = np.zeros(int(points.max(initial=0)) + 1, bool)
    seen[points] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[points]


def _counted(alphabet: Numbers, parts: Sequence[tuple[Sequence[Numbers], Numbers]]) -> LetterCounts:
    """From runs of each length, in columns of letters by number, shortest first."""
    import numpy as np

    size = len(alphabet)
    tables: list[tuple[Numbers, ...]] = []
    contexts: list[tuple[Numbers, ...]] = []
    for columns, weights in parts:
        before = np.zeros(len(weights), np.int64)
        for column in columns[:-1]:
            before = before * size + column
        # The order of the runs is that of their letters' numbers, which is that of the letters.
        runs, sums = _summed(before * size + columns[-1], weights, size ** len(columns))
        heads, totals = _summed(before, weights, size ** (len(columns) - 1))
        kinds = np.bincount(np.searchsorted(heads, runs // size), minlength=len(heads))
        tables.append((_packed(runs, len(columns), alphabet), sums))
        contexts.append((_packed(heads, len(columns) - 1, alphabet), totals, kinds))
    whole = map(_column, (*zip(*tables, strict=True), *zip(*contexts, strict=True)))
    return LetterCounts(*whole)


def _summed(keys: Numbers, weights: Numbers, room: int) -> tuple[Numbers, Numbers]:
    """The different keys, sorted, all below `room`, and the sum of the weights of each, added up in their order."""
    import numpy as np

    if room <= MOST_PLACES:
        found = np.flatnonzero(np.bincount(keys, minlength=room))
        return found, np.bincount(keys, weights, minlength=room)[found]
    found, places = np.unique(keys, return_inverse=True)
    return found, np.bincount(places, weights, minlength=len(found))


def _packed(runs: Numbers, length: int, alphabet: Numbers) -> Numbers:
    """Runs of letters by number as `packed` has them."""
    import numpy as np

    result = np.zeros(len(runs), np.int64)
    for at in range(length):
        result |= alphabet[runs % len(alphabet)] << (POINT_BITS * at)
        runs = runs // len(alphabet)
    return result


def _column(columns: Sequence[Numbers]) -> array[Any]:
    import numpy as np

    whole = np.concatenate(columns)
    return array("d" if whole.dtype == np.float64 else "q", whole.tobytes())
