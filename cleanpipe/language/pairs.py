"""How surprising neighbouring letters are in a language, from small tables: quick to load, for all languages at once.

`likelihood.py` knows words too and tells more, but takes half a second and tens of megabytes a language. Here a
language is a table of pairs of letters, 1 to 8 kB; for Chinese, Japanese and Korean, of single characters.
"""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast

START, END = "\x02", "\x03"

UNKNOWN_COST = 16.0
"""Nats of a letter that the language's words never use: one in ten million."""

AFTER_UNKNOWN_COST = 6.0
"""Nats of a known letter after an unknown one."""

END_COST = 4.0
"""Nats of a word's end after an unknown letter."""

NATS = 0.1
"""Nats that one step of a stored cost is worth; a byte reaches 25.5."""

MAX_CACHED = 1 << 15


class Stored(TypedDict):
    """A table in the file. `costs` are bytes in base 64: a row for START and each letter, of the costs of each letter
    and END after it; a single row without END where `dense`."""

    letters: str
    costs: str
    dense: bool


@dataclass(slots=True)
class PairTable:
    """A language's letters and what they cost; `columns` is how many costs a row has."""

    dense: bool
    index: dict[str, int]
    costs: bytes
    columns: int
    known: dict[str, float] = field(default_factory=dict)

    def cost(self, run: str) -> float:
        """`-ln P` of a run of letters in lower case, its beginning and end included."""
        found = self.known.get(run)
        if found is None:
            if len(self.known) >= MAX_CACHED:
                self.known.clear()
            found = self.known[run] = self._dense(run) if self.dense else self._paired(run)
        return found

    def _dense(self, run: str) -> float:
        index, costs = self.index, self.costs
        return sum(NATS * costs[index[letter]] if letter in index else UNKNOWN_COST for letter in run)

    def _paired(self, run: str) -> float:
        index, costs, columns = self.index, self.costs, self.columns
        total = 0.0
        row: int | None = 0
        for letter in run:
            column = index.get(letter)
            if column is None:
                total += UNKNOWN_COST
            elif row is None:
                total += AFTER_UNKNOWN_COST
            else:
                total += NATS * costs[row * columns + column]
            row = None if column is None else column + 1
        return total + (END_COST if row is None else NATS * costs[(row + 1) * columns - 1])


def pair_table(lang: str) -> PairTable:
    """The table of a language (ISO 639-1). KeyError where there is none."""
    return _tables()[lang]


@cache
def _tables() -> dict[str, PairTable]:
    """Made by `python bench/charsets.py --train`. About 20 ms."""
    packed = files("cleanpipe.language").joinpath("pairs.json.gz").read_bytes()
    stored = cast("dict[str, Stored]", json.loads(gzip.decompress(packed)))
    return {lang: table_from(table) for lang, table in stored.items()}


def table_from(table: Stored) -> PairTable:
    """A table from its form in the file."""
    letters, dense = table["letters"], table["dense"]
    columns = len(letters) + (0 if dense else 1)
    costs = base64.b64decode(table["costs"])
    return PairTable(dense, {letter: at for at, letter in enumerate(letters)}, costs, columns)
