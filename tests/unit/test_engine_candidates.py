"""The join in DuckDB against the same rule written as loops."""

from __future__ import annotations

import collections
import itertools
import random

import duckdb
import numpy as np

from cleanpipe.archive.schema import TABLES
from cleanpipe.engines.candidates import MICRO, _joined
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


def test_the_join_is_the_rule_of_channels() -> None:
    chance = random.Random(5)
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
