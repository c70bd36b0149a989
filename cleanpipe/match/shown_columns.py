"""The facts of a document in columns, as `Shown` has them of one in Python. Values become words when asked for."""

from __future__ import annotations

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
    PAIR_RARITY,
    Pair,
    Shown,
)
from cleanpipe.model import Fact, Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME, QUOTE, HEADLINE = (KINDS.index(kind) for kind in ("name", "quote", "headline"))
LEAST = [round(HUNDREDTHS * LEAST_RARITY.get(kind, 99.0)) for kind in KINDS]
"""From which rarity facts are shown, by kind."""

FACTORS = [
    COUNTED_FACTS.index(kind) * KIND_FACTOR & 0xFFFFFFFFFFFFFFFF if kind in COUNTED_FACTS else 0 for kind in KINDS
]


class ShownColumns(Shown):
    """Facts are named by their rows, pairs of rare words by the first of their words."""

    document: PreparedColumns

    def fact(self, number: int) -> Fact:
        place, rarity = self.where(number)
        return Fact(KINDS[self.document.fact_rows[number, 1]], self._value(number), place, rarity)

    @property
    def numbers(self) -> list[int]:
        """All facts but for headline pairs that are there already."""
        import numpy as np

        return [*np.flatnonzero(self.document.fact_rows[:, 1] != HEADLINE).tolist(), *self._headline_rarity]

    def where(self, number: int) -> tuple[Place, float]:
        _, kind, rarity, start, end = self.document.fact_rows[number].tolist()
        apart = kind == HEADLINE and self._title_apart
        merged = self._headline_rarity.get(number, rarity) if kind == HEADLINE else rarity
        return Place("title" if apart else "text", start, end), merged / HUNDREDTHS

    @cached_property
    def first(self) -> dict[int, int]:
        import numpy as np

        kinds, rarity = self.document.fact_rows[:, 1], self.document.fact_rows[:, 2]
        rows = np.flatnonzero(rarity >= np.array(LEAST, np.int32)[kinds])[::-1]
        keys = self.document.fact_values[rows] ^ np.array(FACTORS, np.uint64)[kinds[rows]]
        return dict(zip(keys.tolist(), rows.tolist(), strict=True))

    @cached_property
    def names(self) -> dict[int, tuple[int, str]]:
        document = self.document
        found: dict[int, tuple[int, str]] = {}
        for number, first, last in self._name_words:
            for at in range(first, last):
                word = int(document.all_hashes[at])
                if word not in found:
                    found[word] = number, document.word(at)
        return found

    @property
    def _name_words(self) -> list[tuple[int, int, int]]:
        """Rows of names, each with the range of its words."""
        import numpy as np

        document = self.document
        rows = np.flatnonzero(document.fact_rows[:, 1] == NAME)
        first = np.searchsorted(document.starts[document.title_count :], document.fact_rows[rows, 3])
        last = np.searchsorted(document.starts[document.title_count :], document.fact_rows[rows, 4])
        both = first + document.title_count, last + document.title_count
        return list(zip(rows.tolist(), *(side.tolist() for side in both), strict=True))

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
    def pairs(self) -> dict[Pair, int]:
        import numpy as np

        document = self.document
        hashes, zipfs = document.all_hashes[document.title_count :], self._body_zipfs
        one, two = zipfs[:-1], zipfs[1:]
        rare = np.flatnonzero(
            (one < PAIR_ZIPF) & (two < PAIR_ZIPF) & (one + two < PAIR_SUM) & (hashes[:-1] != hashes[1:])
        )
        rare = rare[self._rarity(rare) >= PAIR_RARITY * HUNDREDTHS][::-1]
        low, high = np.minimum(hashes[rare], hashes[rare + 1]), np.maximum(hashes[rare], hashes[rare + 1])
        return dict(zip(zip(low.tolist(), high.tolist(), strict=True), rare.tolist(), strict=True))

    def pair(self, number: int) -> Fact | None:
        at = number + self.document.title_count
        one, two = self.document.word(at), self.document.word(at + 1)
        if one[0].isdigit() or two[0].isdigit() or is_letter_token(one) or is_letter_token(two):
            return None
        place, rarity = self.where_pair(number)
        return Fact("pair", f"{one} {two}" if one < two else f"{two} {one}", place, rarity)

    def where_pair(self, number: int) -> tuple[Place, float]:
        import numpy as np

        at = number + self.document.title_count
        return self.document.place_of("text", at, at + 1), int(self._rarity(np.array([number]))[0]) / HUNDREDTHS

    @cached_property
    def mass(self) -> float:
        import numpy as np

        document = self.document
        rows = document.by_place(np.flatnonzero(document.fact_rows[:, 1] != HEADLINE))
        keys = document.fact_values[rows] ^ np.array(FACTORS, np.uint64)[document.fact_rows[rows, 1]]
        rarity = document.fact_rows[rows, 2] / HUNDREDTHS
        return sum(dict(zip(keys.tolist(), rarity.tolist(), strict=True)).values())

    def places(self, word: int) -> list[int]:
        import numpy as np

        order, ordered = self._order
        low, high = np.searchsorted(ordered, np.uint64(word)), np.searchsorted(ordered, np.uint64(word), "right")
        found: list[int] = order[low:high].tolist()
        return found

    @cached_property
    def _order(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """The words by hash, then by place, and their hashes."""
        import numpy as np

        order = np.argsort(self.document.hashes, kind="stable")
        return order, self.document.hashes[order]

    @property
    def _body_zipfs(self) -> NDArray[np.float64]:
        zipfs: NDArray[np.float64] = self.document.all_zipfs[self.document.title_count :] / HUNDREDTHS
        return zipfs

    def _rarity(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rarity in hundredths of pairs of rare words, as `facts._together` has it."""
        import numpy as np

        zipfs = self.document.all_zipfs[self.document.title_count :].astype(np.int64)
        known = np.maximum(zipfs, round(HUNDREDTHS * UNKNOWN_ZIPF))
        words = np.maximum(round(HUNDREDTHS * ARTICLE_ZIPF) - known, 0)
        one, two = np.maximum(words[rows], words[rows + 1]), np.minimum(words[rows], words[rows + 1])
        found: NDArray[np.int64] = np.minimum(one + (two + 1) // 2, round(HUNDREDTHS * MOST_RARITY))
        return found

    @property
    def _title_apart(self) -> bool:
        return bool(self.document.document.title) and self.document.document.title_span is None

    def _ends(self, number: int) -> tuple[int, int]:
        """The two words of a headline pair, as places in `starts`."""
        import numpy as np

        document, split = self.document, self.document.title_count
        _, _, _, start, end = document.fact_rows[number].tolist()
        part, offset = (slice(0, split), 0) if self._title_apart else (slice(split, None), split)
        first = int(np.searchsorted(document.starts[part], start)) + offset
        return first, int(np.searchsorted(document.ends[part], end)) + offset

    def _value(self, number: int) -> str:
        import numpy as np

        document = self.document
        _, kind, _, start, end = document.fact_rows[number].tolist()
        if kind == HEADLINE:
            return " ".join(sorted(map(document.word, self._ends(number))))
        if KINDS[kind] == "number":
            return next(numbers(document.document.text, document.document.lang, [start])).value
        if KINDS[kind] == "date":
            return next(day.value for day in document.kept("dates", self._dates) if day.start == start)
        starts = document.starts[document.title_count :]
        first, last = (int(np.searchsorted(starts, place)) for place in (start, end))
        words = range(first, min(last, first + QUOTE_WORDS) if kind == QUOTE else last)
        return " ".join(document.word(at + document.title_count) for at in words)

    def _dates(self) -> list[Figure]:
        return list(dates(self.document.document.text))
