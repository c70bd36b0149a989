"""The facts of a document in columns, as `Shown` has them of one in Python. Values become words when asked for."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from cleanpipe.language.facts import (
    ARTICLE_ZIPF,
    MOST_RARITY,
    PAIR_SUM,
    PAIR_ZIPF,
    QUOTE_WORDS,
    UNKNOWN_ZIPF,
)
from cleanpipe.language.figures import Figure, dates, numbers
from cleanpipe.language.tokens import is_letter_token
from cleanpipe.match.fact_columns import KINDS
from cleanpipe.match.prepared_batch import HUNDREDTHS, PreparedColumns
from cleanpipe.match.shown import (
    COUNTED_FACTS,
    HEADLINE_RARITY,
    KIND_FACTOR,
    LEAST_RARITY,
    NAMED_FACTS,
    PAIR_FACTOR,
    PAIR_RARITY,
    Pair,
    Shown,
)
from cleanpipe.model import Fact, Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NUMBER, DATE, NAME, QUOTE, HEADLINE = range(len(KINDS))
ARTICLE, UNKNOWN, MOST = (round(HUNDREDTHS * figure) for figure in (ARTICLE_ZIPF, UNKNOWN_ZIPF, MOST_RARITY))
LEAST = [round(HUNDREDTHS * LEAST_RARITY.get(kind, 99.0)) for kind in KINDS]
"""From which rarity facts are shown, by kind."""

NAMED = [KINDS.index(kind) for kind in NAMED_FACTS]

FACTORS = [
    COUNTED_FACTS.index(kind) * KIND_FACTOR & 0xFFFFFFFFFFFFFFFF if kind in COUNTED_FACTS else 0 for kind in KINDS
]


class ShownColumns(Shown):
    """Facts are named by their rows, pairs of rare words by the first of their words."""

    document: PreparedColumns

    def fact(self, number: int) -> Fact:
        place, rarity = self.where(number)
        return Fact(KINDS[self._row(number)[1]], self._value(number), place, rarity)

    def numbers(self, rarity: float = 0.0) -> list[int]:
        """All facts of at least this rarity, and the first of each headline pair."""
        import numpy as np

        rows = self.document.fact_rows
        rare = np.flatnonzero((rows[:, 1] != HEADLINE) & (rows[:, 2] / HUNDREDTHS >= rarity))
        return [*rare.tolist(), *self._headline_rarity]

    def where(self, number: int) -> tuple[Place, float]:
        _, kind, rarity, start, end = self._row(number)
        apart = kind == HEADLINE and self._title_apart
        merged = self._headline_rarity.get(number, rarity) if kind == HEADLINE else rarity
        return Place("title" if apart else "text", start, end), merged / HUNDREDTHS

    @cached_property
    def first(self) -> dict[int, int]:
        import numpy as np

        kinds, rarity = self.document.fact_rows[:, 1], self.document.fact_rows[:, 2]
        rows = np.flatnonzero(rarity >= np.array(LEAST, np.int32)[kinds])[::-1]
        return dict(zip(self._keys(rows), rows.tolist(), strict=True))

    def named(self) -> frozenset[int]:
        import numpy as np

        return frozenset(self._keys(np.flatnonzero(np.isin(self.document.fact_rows[:, 1], NAMED))))

    def _keys(self, rows: NDArray[np.int64]) -> list[int]:
        """`shown_key` of facts."""
        import numpy as np

        document = self.document
        keys: list[int] = (
            document.fact_values[rows] ^ np.array(FACTORS, np.uint64)[document.fact_rows[rows, 1]]
        ).tolist()
        return keys

    @cached_property
    def names(self) -> dict[int, tuple[int, int]]:
        import numpy as np

        document = self.document
        found: dict[int, tuple[int, int]] = {}
        for number in np.flatnonzero(document.fact_rows[:, 1] == NAME).tolist():
            words = self._words(number)
            for word, at in zip(document.all_hashes[words.start : words.stop].tolist(), words, strict=True):
                found.setdefault(word, (number, at))
        return found

    def name_word(self, number: int, at: int) -> str:
        return self.document.word(at)

    @cached_property
    def headline(self) -> list[tuple[Pair, int]]:
        found = []
        for number, rarity in self._headline_rarity.items():
            if rarity >= HEADLINE_RARITY * HUNDREDTHS:
                one, two = (int(self.document.all_hashes[at]) for at in self._ends(number))
                found.append(((one, two) if one < two else (two, one), number))
        return found

    @cached_property
    def _headline_rarity(self) -> dict[int, int]:
        """Rows of the headline pairs, the first of each, with the rarity of the rarest."""
        import numpy as np

        rows = np.flatnonzero(self.document.fact_rows[:, 1] == HEADLINE)
        firsts: dict[int, int] = {}
        found: dict[int, int] = {}
        rarities = self.document.fact_rows[rows, 2].tolist()
        for row, value, rarity in zip(rows.tolist(), self.document.fact_values[rows].tolist(), rarities, strict=True):
            first = firsts.setdefault(value, row)
            found[first] = max(found.get(first, 0), rarity)
        return found

    @cached_property
    def pairs(self) -> dict[int, int]:
        import numpy as np

        document = self.document
        hashes = document.all_hashes[document.title_count :]
        known = document.all_zipfs[document.title_count :].astype(np.int64)
        one, two = known[:-1] / HUNDREDTHS, known[1:] / HUNDREDTHS
        rare = np.flatnonzero(
            (one < PAIR_ZIPF) & (two < PAIR_ZIPF) & (one + two < PAIR_SUM) & (hashes[:-1] != hashes[1:])
        )
        words = np.maximum(ARTICLE - np.maximum(known, UNKNOWN), 0)  # rarity, put together as `facts._together` does
        first, second = words[rare], words[rare + 1]
        rarity = np.minimum(np.maximum(first, second) + (np.minimum(first, second) + 1) // 2, MOST)
        kept = rarity >= PAIR_RARITY * HUNDREDTHS
        rare, rarity = rare[kept][::-1], rarity[kept][::-1]
        self._pair_rarity = dict(zip(rare.tolist(), rarity.tolist(), strict=True))
        low, high = np.minimum(hashes[rare], hashes[rare + 1]), np.maximum(hashes[rare], hashes[rare + 1])
        return dict(zip((low * np.uint64(PAIR_FACTOR) ^ high).tolist(), rare.tolist(), strict=True))

    def pair(self, number: int) -> Fact | None:
        at = number + self.document.title_count
        one, two = self.document.word(at), self.document.word(at + 1)
        if one[0].isdigit() or two[0].isdigit() or is_letter_token(one) or is_letter_token(two):
            return None
        place, rarity = self.where_pair(number)
        return Fact("pair", f"{one} {two}" if one < two else f"{two} {one}", place, rarity)

    def where_pair(self, number: int) -> tuple[Place, float]:
        at = number + self.document.title_count
        return self.document.place_of("text", at, at + 1), self._pair_rarity[number] / HUNDREDTHS

    @cached_property
    def mass(self) -> float:
        import numpy as np

        document = self.document
        rows = document.by_place(np.flatnonzero(document.fact_rows[:, 1] != HEADLINE))
        rarity: list[float] = (document.fact_rows[rows, 2] / HUNDREDTHS).tolist()
        return sum(dict(zip(self._keys(rows), rarity, strict=True)).values())

    def places(self, word: int) -> list[int]:
        order, ordered = self._order
        first = last = bisect_left(ordered, word)
        while last < len(ordered) and ordered[last] == word:
            last += 1
        return list(order[first:last])

    @cached_property
    def _order(self) -> tuple[array[int], array[int]]:
        """The words by hash, then by place, and their hashes."""
        import numpy as np

        order = np.argsort(self.document.hashes, kind="stable")
        return array("i", order.astype("i4").tobytes()), array("Q", self.document.hashes[order].tobytes())

    @property
    def _title_apart(self) -> bool:
        return bool(self.document.document.title) and self.document.document.title_span is None

    @cached_property
    def _rows(self) -> array[int]:
        return array("i", self.document.fact_rows.tobytes())

    def _row(self, number: int) -> array[int]:
        return self._rows[5 * number : 5 * number + 5]

    def _ends(self, number: int) -> tuple[int, int]:
        """The two words of a headline pair, as places in `starts`."""
        document, split = self.document, self.document.title_count
        bounds = (0, split) if self._title_apart else (split, len(document.starts))
        _, _, _, start, end = self._row(number)
        return bisect_left(document.starts, start, *bounds), bisect_left(document.ends, end, *bounds)

    def _words(self, number: int) -> range:
        """The words in the text that a fact covers, as places in `starts`."""
        starts, split = self.document.starts, self.document.title_count
        _, _, _, start, end = self._row(number)
        return range(bisect_left(starts, start, split), bisect_left(starts, end, split))

    def _value(self, number: int) -> str:
        document = self.document
        _, kind, _, start, _ = self._row(number)
        if kind == HEADLINE:
            return " ".join(sorted(map(document.word, self._ends(number))))
        if kind == NUMBER:
            return next(numbers(document.document.text, document.document.lang, [start])).value
        if kind == DATE:
            return next(day.value for day in document.kept("dates", self._dates) if day.start == start)
        words = self._words(number)
        return " ".join(map(document.word, words[:QUOTE_WORDS] if kind == QUOTE else words))

    def _dates(self) -> list[Figure]:
        return list(dates(self.document.document.text))
