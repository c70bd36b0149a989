"""A language's words with their share of all words, from wordfreq's files, in a tenth of the memory of a dictionary.

The words stand one after another in bytes, a line each, commonest first; a sorted column of their checksums finds
them. A language of 300,000 words takes 5 MB and a tenth of a second.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import chain, pairwise, repeat
from zlib import crc32

CENTIBEL = 100
"""A word in the n-th list of a file has a share of 10 to the power of minus n hundredths."""


class WordTable(Mapping[str, float]):
    """Word to share of all words; iterates over the commonest words first."""

    def __init__(self, lists: list[list[bytes]]) -> None:
        """`lists` are words in UTF-8, each once: those of the n-th are as common as `CENTIBEL` says."""
        import numpy as np

        words = list(chain.from_iterable(lists))
        self._blob = b"\n".join(words)
        begins = np.zeros(len(words) + 1, np.uint32)
        np.cumsum(np.fromiter(map(len, words), np.uint32, len(words)) + np.uint32(1), out=begins[1:])
        self._begins = array("I", begins.tobytes())
        sums = np.fromiter(map(crc32, words), np.uint64, len(words))
        both = np.sort(sums << np.uint64(32) | np.arange(len(words), dtype=np.uint64))
        self._sums = array("I", (both >> np.uint64(32)).astype(np.uint32).tobytes())
        self._order = array("I", both.astype(np.uint32).tobytes())
        self._ends = array("I", np.cumsum([len(listed) for listed in lists], dtype=np.uint32).tobytes())
        self._shares = [10 ** (-place / CENTIBEL) for place in range(len(lists))]

    def __getitem__(self, word: str) -> float:
        share = self.get(word)
        if share is None:
            raise KeyError(word)
        return share

    def get(self, word: str, default: float | None = None) -> float | None:  # type: ignore[override]
        data = word.encode("utf-8", "surrogatepass")
        sum = crc32(data)
        sums, begins = self._sums, self._begins
        at = bisect_left(sums, sum)
        while at < len(sums) and sums[at] == sum:
            number = self._order[at]
            if self._blob[begins[number] : begins[number + 1] - 1] == data:
                return self._shares[bisect_right(self._ends, number)]
            at += 1
        return default

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.get(word) is not None

    def __len__(self) -> int:
        return len(self._sums)

    def __iter__(self) -> Iterator[str]:
        return (word for word, _ in self.items())

    def items(self) -> Iterator[tuple[str, float]]:  # type: ignore[override]
        """Words and shares, one after another: views of all would be larger than the table."""
        for share, words in self.lists():
            yield from zip(words, repeat(share))

    def lists(self) -> Iterator[tuple[float, list[str]]]:
        """The shares, largest first, each with its words."""
        for (first, end), share in zip(pairwise([0, *self._ends]), self._shares, strict=True):
            if first < end:
                yield share, self._blob[self._begins[first] : self._begins[end] - 1].decode().split("\n")


def word_table(code: str) -> WordTable:
    """The best of wordfreq's lists for a language that it has one for, by wordfreq's code."""
    import gzip

    import msgpack  # type: ignore[import-untyped]
    from wordfreq import available_languages

    with gzip.open(available_languages("best")[code]) as packed:
        header, *lists = msgpack.load(packed, raw=True)
    if header.get(b"format") != b"cB" or header.get(b"version") != 1:
        raise ValueError(f"wordfreq's list of words for {code!r} is in a form that cleanpipe doesn't know: {header!r}")
    return WordTable(lists)
