"""The join in DuckDB against the same rule written as loops."""

from __future__ import annotations

import collections
import itertools
import random

import duckdb
import numpy as np
import pytest

from cleanpipe.archive.schema import TABLES
from cleanpipe.engines import candidates
from cleanpipe.engines.candidates import MICRO, _joined, candidate_pairs
from cleanpipe.match.channels import CENTRES, CHANNELS, value_weight


def by_loops(keys: set[tuple[int, int, int]], hidden: set[int]) -> dict[tuple[int, int, int], list[float]]:
    held: dict[tuple[int, int], list[int]] = collections.defaultdict(list)
    for document, number, value in keys:
        if document not in hidden:
            held[number, value].append(document)
    by_id = {channel.id: channel for channel in CHANNELS}
    found: dict[tuple[int, int, int], list[float]] = collections.defaultdict(list)
    for (channel_id, _), documents in held.items():
        channel, ordered = by_id[channel_id], sorted(documents)
        if len(ordered) <= channel.cap:
            pairs = set(itertools.combinations(ordered, 2))
        elif channel.policy == "star":
            pairs = {(a, b) for a in ordered[:CENTRES] for b in ordered if a < b}
        else:
            pairs = set()
        for a, b in pairs:
            found[a, b, channel_id].append(value_weight(channel, len(ordered)))
    return dict(found)


def filled(chance: random.Random) -> tuple[duckdb.DuckDBPyConnection, set[tuple[int, int, int]], set[int]]:
    """A database with keys of 150 documents, the keys, and documents to hide."""
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
    connection = duckdb.connect()
    connection.execute(TABLES)
    shuffled = np.array(chance.sample(sorted(keys), len(keys)), dtype=np.uint64)
    connection.register("shuffled", {"document": shuffled[:, 0], "channel": shuffled[:, 1], "value": shuffled[:, 2]})
    connection.execute("INSERT INTO keys SELECT document, channel, value FROM shuffled")
    return connection, keys, hidden


def test_the_join_is_the_rule_of_channels() -> None:
    connection, keys, hidden = filled(random.Random(5))
    policy = {
        "channel": np.array([channel.id for channel in CHANNELS], dtype=np.uint8),
        "cap": np.array([channel.cap for channel in CHANNELS], dtype=np.int64),
        "star": np.array([channel.policy == "star" for channel in CHANNELS], dtype=bool),
        "weight": np.array([channel.weight for channel in CHANNELS], dtype=np.float64),
    }
    found = _joined(connection, policy, {"hash": np.array(sorted(hidden), dtype=np.uint64)}, CENTRES)
    rows = zip(*(found[name].tolist() for name in ("a", "b", "channel", "weight")), strict=True)
    expected = by_loops(keys, hidden)
    got = {(a, b, channel): weight for a, b, channel, weight in rows}
    assert got.keys() == expected.keys()
    for key, weight in got.items():
        assert abs(weight - sum(expected[key])) < 1e-5 * max(1, weight) + len(expected[key]) / MICRO


@pytest.mark.parametrize("seed", range(4))
def test_compiled_code_chooses_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    connection, _, hidden = filled(random.Random(seed))
    left_out = np.array(sorted(hidden), dtype=np.uint64)
    by_join = candidate_pairs(connection, left_out)
    monkeypatch.setattr(candidates, "FEW_KEYS", 0)
    compiled = candidate_pairs(connection, left_out)
    assert len(by_join[0]) > 500
    assert [side.tolist() for side in compiled] == [side.tolist() for side in by_join]


def test_archives_without_pairs_have_no_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = duckdb.connect()
    connection.execute(TABLES)
    connection.execute("INSERT INTO keys VALUES (7, 1, 5), (8, 1, 6)")
    monkeypatch.setattr(candidates, "FEW_KEYS", 0)
    assert [len(side) for side in candidate_pairs(connection, np.zeros(0, np.uint64))] == [0, 0]
