"""What hangs together in a graph is the same by turns on a cluster and by a plain union of sets."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cleanpipe.engines.progress import Silent
from cleanpipe.engines.spark_components import components
from cleanpipe.engines.spark_files import Folder
from cleanpipe.engines.spark_holder import held
from cleanpipe.engines.spark_tables import Tables

LEAST = -(2**63)
CHAIN = [(number, number + 1) for number in range(-8, 8)]
STAR = [(7, number) for number in range(100, 130)]

nodes = st.integers(LEAST, LEAST + 5) | st.integers(-9, 9) | st.integers(2**63 - 6, 2**63 - 1)


def united(edges: list[tuple[int, int]]) -> dict[int, int]:
    head = {node: node for edge in edges for node in edge}

    def find(node: int) -> int:
        while head[node] != node:
            node = head[node]
        return node

    for one, two in edges:
        low, high = sorted((find(one), find(two)))
        head[high] = low
    return {node: find(node) for node in head}


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(nodes, nodes).filter(lambda pair: pair[0] != pair[1]), max_size=30))
@example([*CHAIN, *STAR, (LEAST, 2**63 - 1), (5, 4)])
def test_components_by_turns_are_those_of_a_plain_union(spark: Any, edges: list[tuple[int, int]]) -> None:
    frame = spark.createDataFrame([*edges, *edges[:3]], "one bigint, two bigint")
    for few in (0, 1_000):
        with tempfile.TemporaryDirectory() as path:
            folder = Folder(spark, Path(path).as_uri())
            with held(folder) as holder:
                found = components(Tables(spark, folder, holder, Silent()), "heads", frame, few)
                assert {row[0]: row[1] for row in found.collect()} == united(edges)
            assert folder.names() == ["heads", "state"]
