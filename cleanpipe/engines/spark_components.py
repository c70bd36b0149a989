"""What hangs together in a graph that no machine holds: large-star and small-star, in turns until nothing changes.

Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii: "Connected Components in MapReduce and Beyond" (2014). Each turn
joins every node with a smaller one that it hangs together with; in the end each stands beside the smallest of all. A
turn is kept as a table, because what Spark keeps by itself is lost with an executor.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cleanpipe.archive.graph import numbered
from cleanpipe.engines.spark_batches import moved, moved_back
from cleanpipe.engines.spark_tables import Tables, frame_of, parts
from cleanpipe.errors import CleanpipeError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

HEADS = "node bigint, head bigint"
EDGES = "one bigint, two bigint"

FEW_EDGES = 1_000_000
"""Edges that the driver takes at once, 16 MB of them, in less time than a cluster needs for one turn."""

EDGES_A_PART = 2_000_000

MOST_TURNS = 60
"""The turns grow with the logarithm of the number of nodes: more than these are a defect."""


def components(tables: Tables, name: str, edges: DataFrame, few: int = FEW_EDGES) -> DataFrame:
    """The smallest node that each node of `edges`, with the columns `one` and `two`, hangs together with, itself where
    it is that. Kept as the table `name`, with the columns of HEADS."""
    found = tables.there(name, HEADS)
    if found is not None:
        return found
    given = tables.kept(f"{name}-edges", EDGES, lambda: edges.selectExpr("one", "two").where("one <> two").distinct())
    count = given.count()
    if count <= few:
        heads = tables.kept(name, HEADS, lambda: _at_once(tables, given))
    else:
        last, turns = _by_turns(tables, name, given, count)
        heads = tables.kept(name, HEADS, lambda: _heads(last))
        for turn in range(1, turns + 1):
            tables.drop(f"{name}-turn-{turn}")
    tables.drop(f"{name}-edges")
    return heads


def _at_once(tables: Tables, edges: DataFrame) -> DataFrame:
    import numpy as np

    columns = edges.toArrow()
    one, two = (moved_back(columns[side].to_numpy()) for side in ("one", "two"))
    names = np.unique(np.concatenate([one, two]))
    heads = moved(numbered(names, one, two)).tolist()
    return frame_of(tables.spark, zip(moved(names).tolist(), heads, strict=True), HEADS, parts(len(names), 100_000))


def _by_turns(tables: Tables, name: str, edges: DataFrame, count: int) -> tuple[DataFrame, int]:
    """Edges from each node to its head, and how many turns it took."""
    before = None
    for turn in range(1, MOST_TURNS + 1):
        turned = partial(_turn, edges, parts(count, EDGES_A_PART))
        edges = tables.kept(f"{name}-turn-{turn}", EDGES, turned)
        now = edges.selectExpr("count(*)", "sum(cast(xxhash64(one, two) AS decimal(38)))").first()
        if now == before:
            return edges, turn
        before = now
    raise CleanpipeError(f"{name}: what hangs together isn't found in {MOST_TURNS} turns; please report this")


def _turn(edges: DataFrame, count: int) -> DataFrame:
    return _small_star(_large_star(edges, count), count)


def _large_star(edges: DataFrame, count: int) -> DataFrame:
    """Joins all larger neighbours of each node with the smallest of it and its neighbours."""
    both = edges.unionByName(edges.selectExpr("two AS one", "one AS two"))
    least = both.groupBy("one").agg({"two": "min"}).selectExpr("one", "least(one, `min(two)`) AS least")
    found = both.where("two > one").join(least, "one").selectExpr("two AS one", "least AS two").where("one <> two")
    return found.repartition(count, "one", "two").distinct()


def _small_star(edges: DataFrame, count: int) -> DataFrame:
    """Joins each node and its smaller neighbours with the smallest of these."""
    down = edges.selectExpr("greatest(one, two) AS one", "least(one, two) AS two")
    least = down.groupBy("one").agg({"two": "min"}).selectExpr("one", "`min(two)` AS least")
    others = down.join(least, "one").where("two <> least").selectExpr("two AS one", "least AS two")
    found = others.unionByName(least.selectExpr("one", "least AS two"))
    return found.repartition(count, "one", "two").distinct()


def _heads(edges: DataFrame) -> DataFrame:
    """Of edges from each node to its head."""
    return edges.selectExpr("one AS node", "two AS head").unionByName(
        edges.selectExpr("two AS node", "two AS head").distinct()
    )
