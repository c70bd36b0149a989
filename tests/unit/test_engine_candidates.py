"""The join in DuckDB and the choice of the best against the same rules written as loops."""

from __future__ import annotations

import collections
import random
from collections import Counter

import duckdb
import numpy as np
import pytest

from cleanpipe.archive.schema import TABLES
from cleanpipe.engines import candidates
from cleanpipe.engines.candidates import candidate_pairs
from cleanpipe.match.channels import CENTRES, CHANNELS, OWN_BEST, value_weight

Keys = set[tuple[int, int, int]]


def by_loops(keys: Keys, hidden: set[int], asked: set[int]) -> list[tuple[int, int]]:
    held: dict[tuple[int, int], list[int]] = collections.defaultdict(list)
    for document, number, value in keys:
        if document not in hidden:
            held[number, value].append(document)
    sizes = collections.Counter(document for document, _, _ in keys)
    by_id = {channel.id: channel for channel in CHANNELS}
    shared: dict[tuple[int, int], dict[int, int]] = collections.defaultdict(lambda: collections.defaultdict(int))
    for (channel_id, _), documents in held.items():
        channel, ordered = by_id[channel_id], sorted(documents)
        others = ordered
        if len(ordered) > channel.cap:
            others = ordered[:CENTRES] if channel.policy == "star" else []
        for one in asked.intersection(ordered):
            for two in others:
                if two != one:
                    weight = int(1_000_000 * value_weight(channel, len(ordered)) + 0.5)
                    shared[one, two][channel_id] += weight
    ranked: dict[int, list[tuple[float, int]]] = collections.defaultdict(list)
    for (one, two), weights in shared.items():
        score = sum(float(np.float32(weights[channel] / 1_000_000)) for channel in sorted(weights))
        ranked[one].append((-score / np.sqrt(sizes[two]), two))
    best = [(one, two) for one, others in ranked.items() for _, two in sorted(others)[:OWN_BEST]]
    return sorted({(min(pair), max(pair)) for pair in best})


def filled(chance: random.Random) -> tuple[duckdb.DuckDBPyConnection, Keys, set[int]]:
    """A database with keys of 150 documents, the keys, and documents whose words another has."""
    documents = [chance.randrange(2**64) for _ in range(150)]
    keys = {
        (document, channel.id, chance.choice((1, 2, 3)) if chance.random() < 0.1 else chance.randrange(4, 200))
        for document in documents
        for channel in CHANNELS
        for _ in range(12)
    }
    # One value in every document: hot in every channel.
    keys |= {(document, channel.id, 0) for document in documents for channel in CHANNELS}
    hidden = set(documents[:5])
    return database(keys, hidden, chance), keys, hidden


def database(keys: Keys, hidden: set[int], chance: random.Random) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(TABLES)
    connection.execute("CREATE OR REPLACE TABLE documents (hash UBIGINT, held UINTEGER)")
    connection.execute("CREATE TEMP TABLE reprints (hash UBIGINT, first UBIGINT)")
    rows = np.array(chance.sample(sorted(keys), len(keys)), dtype=np.uint64)
    connection.register("shuffled", {"document": rows[:, 0], "channel": rows[:, 1], "value": rows[:, 2]})
    connection.execute("INSERT INTO keys SELECT document, channel, value FROM shuffled")
    connection.execute("INSERT INTO documents SELECT document, count(*) FROM keys GROUP BY document")
    connection.register("copies", {"hash": np.array(sorted(hidden), np.uint64)})
    connection.execute("INSERT INTO reprints SELECT hash, 0 FROM copies")
    return connection


@pytest.mark.parametrize("few_keys", [0, 10**9], ids=["compiled", "in NumPy"])
@pytest.mark.parametrize("seed", range(3))
def test_each_document_gets_its_own_best(seed: int, few_keys: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "FEW_KEYS", few_keys)
    chance = random.Random(seed)
    connection, keys, hidden = filled(chance)
    shown = sorted({document for document, _, _ in keys} - hidden)
    for asked in (shown, chance.sample(shown, 20), shown[:1], shown[-CENTRES:], shown[:CENTRES]):
        a, b, _ = candidate_pairs(connection, np.array(sorted(asked), np.uint64))
        assert list(zip(a.tolist(), b.tolist(), strict=True)) == by_loops(keys, hidden, set(asked))


def test_asking_in_parts_gives_the_same() -> None:
    connection, keys, hidden = filled(random.Random(9))
    shown = np.array(sorted({document for document, _, _ in keys} - hidden), np.uint64)
    parts = [candidate_pairs(connection, shown[at : at + 40]) for at in range(0, len(shown), 40)]
    together: Counter[tuple[int, int]] = Counter()
    for part in parts:
        for a, b, kept in zip(*(side.tolist() for side in part), strict=True):
            together[a, b] += kept  # each side is asked once
    a, b, kept = (side.tolist() for side in candidate_pairs(connection, shown))
    assert together == dict(zip(zip(a, b, strict=True), kept, strict=True))
    assert set(kept) == {1, 2, 3}


@pytest.mark.parametrize("few_keys", [0, 10**9])
def test_documents_that_share_nothing_have_no_candidates(few_keys: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "FEW_KEYS", few_keys)
    connection = database({(7, 1, 5), (8, 1, 6)}, set(), random.Random(1))
    for asked in ([7, 8], [], [9]):
        assert [len(side) for side in candidate_pairs(connection, np.array(asked, np.uint64))] == [0, 0, 0]
