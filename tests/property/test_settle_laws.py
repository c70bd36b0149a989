"""Laws of probabilities in the light of a neighbourhood: documents that come and go are weighed as all at once."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import numpy as np
import pytest

from cleanpipe.archive import Archive
from cleanpipe.archive.files import create_tables
from cleanpipe.archive.reprints import note_reprints
from cleanpipe.engines.progress import Silent
from cleanpipe.match.neighbourhood import MEASURED
from cleanpipe.relinking import settle_touched

DOCUMENTS, DAYS = 24, 8
DENSITIES = (0.15, 0.4)
CASES = [(seed, density) for density in DENSITIES for seed in range(4)]
Pair = tuple[int, int, float, bool, bytes]


def figures(chance: random.Random) -> bytes:
    return np.array([chance.random() * chance.choice([1, 1, 10]) for _ in MEASURED], "<f4").tobytes()


def made(chance: random.Random, density: float) -> list[Pair]:
    """Pairs of invented figures: their documents, probability, whether they are reprints, and what was measured."""
    pairs = []
    for a in range(1, DOCUMENTS + 1):
        for b in range(a + 1, DOCUMENTS + 1):
            if chance.random() < density:
                probability = round(chance.choice([0.5 + chance.random() / 2, 0.5 + chance.random() * 0.4, 0.97]), 6)
                pairs.append((a, b, probability, probability > 0.9 and chance.random() < 0.7, figures(chance)))
    return pairs


class Grown:
    """An archive in memory of nothing but pairs, weighed again whenever documents come or go."""

    def __init__(self) -> None:
        self.store = Archive(Path("nowhere"), duckdb.connect())
        create_tables(self.store.connection)

    def add(self, documents: list[int], pairs: list[Pair]) -> None:
        ask = self.store.connection.execute
        there = {hash for (hash,) in ask("SELECT hash FROM documents").fetchall()} | set(documents)
        for hash in documents:
            values = [f"{hash:016x}" + "0" * 16, hash]
            ask(
                "INSERT INTO documents VALUES (?, ?, '', '', '', '', '', '', 0, '', '', '[]', 0, [], NULL, 1, 1)",
                values,
            )
        for a, b, probability, alike, measured in pairs:
            if {a, b} <= there and {a, b} & set(documents):
                values = [a, b, probability, probability, alike, measured]
                ask("INSERT INTO matches VALUES (?, ?, true, false, ?, ?, ?, ?, 0, NULL)", values)
        self._weigh(documents)

    def drop(self, document: int) -> None:
        ask = self.store.connection.execute
        rows = ask("SELECT a, b FROM matches WHERE ? IN (a, b)", [document]).fetchall()
        ask("DELETE FROM matches WHERE ? IN (a, b)", [document])
        ask("DELETE FROM documents WHERE hash = ?", [document])
        self._weigh(sorted({end for pair in rows for end in pair} - {document}))

    def _weigh(self, touched: list[int]) -> None:
        self.store.connection.execute("DELETE FROM touched")
        self.store.touch(np.array(touched, np.uint64))
        note_reprints(self.store)
        settle_touched(self.store, Silent())

    def settled(self) -> list[tuple[int, int, float]]:
        return self.store.connection.execute("SELECT a, b, settled FROM matches ORDER BY a, b").fetchall()


@pytest.mark.parametrize(("seed", "density"), CASES)
def test_documents_that_come_day_by_day_are_weighed_as_all_at_once(seed: int, density: float) -> None:
    chance = random.Random(seed)
    pairs, documents = made(chance, density), list(range(1, DOCUMENTS + 1))
    whole, grown = Grown(), Grown()
    whole.add(documents, pairs)
    chance.shuffle(documents)
    for day in range(DAYS):
        grown.add(documents[day::DAYS], pairs)
    assert grown.settled() == whole.settled()
    assert any(settled != pair[2] for (_, _, settled), pair in zip(whole.settled(), pairs, strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_a_reprint_that_joins_two_neighbours_to_one(seed: int) -> None:
    """3 and 4 were two neighbours of the pair 1 and 2; by 5, which neither 1 nor 2 was compared with, they are one."""
    chance = random.Random(seed)
    likely = [(1, 2, 0.8), (1, 3, 0.7), (1, 4, 0.75), (2, 3, 0.6), (2, 4, 0.7)]
    pairs = [(*pair, False, figures(chance)) for pair in likely]
    pairs += [(a, 5, 0.97, True, figures(chance)) for a in (3, 4)]
    whole, grown, without = Grown(), Grown(), Grown()
    whole.add([1, 2, 3, 4, 5], pairs)
    grown.add([1, 2, 3, 4], pairs)
    without.add([1, 2, 3, 4], pairs)
    grown.add([5], pairs)
    assert grown.settled() == whole.settled()
    grown.drop(5)
    assert grown.settled() == without.settled()


@pytest.mark.parametrize(("seed", "density"), CASES)
def test_a_document_that_goes_leaves_what_would_be_without_it(seed: int, density: float) -> None:
    chance = random.Random(seed)
    pairs, gone = made(chance, density), chance.randint(1, DOCUMENTS)
    left = [number for number in range(1, DOCUMENTS + 1) if number != gone]
    grown, without = Grown(), Grown()
    grown.add([*left, gone], pairs)
    grown.drop(gone)
    without.add(left, pairs)
    assert grown.settled() == without.settled()
