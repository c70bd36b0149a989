"""Probabilities in the light of what is around them: which documents are one neighbour, and what neighbours say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cleanpipe.archive.settled import COMPARED, CROWD
from cleanpipe.engines.spark_batches import Batches, batch_of, groups, moved_back, names_of, numbers, types_of, whole
from cleanpipe.engines.spark_components import components
from cleanpipe.engines.spark_tables import Tables, in_blocks, parts

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

NEAR = (
    "block bigint, a bigint, b bigint, left_family bigint, right_family bigint, probability double, "
    "measured binary, asked boolean, left_crowded boolean, right_crowded boolean"
)
SETTLED = "a bigint, b bigint, settled double"

PAIRS_AT_ONCE = 2_000
"""Pairs of a block that are settled together; around each of them lie some ten others of 150 bytes."""

PAIRS_A_PART = 20_000


def settled(tables: Tables, name: str, families: str, matches: DataFrame, reprints: DataFrame) -> DataFrame:
    """The pairs of documents that stand for their words, as the channels brought them together, whose probability is
    weighed, and what it comes to; kept as the table `name`. Documents that count as one neighbour are kept as the table
    `families`."""
    from cleanpipe.match import CROWDED, OWN_LEAST

    live = without(matches, reprints)
    heads = components(tables, families, live.where("alike").selectExpr("a AS one", "b AS two"))

    def make() -> DataFrame:
        weighed = live.where(COMPARED)
        left = heads.selectExpr("node AS a", "head AS left_head")
        right = heads.selectExpr("node AS b", "head AS right_head")
        named = weighed.join(left, "a", "left").join(right, "b", "left")
        named = named.selectExpr(
            *("a", "b", "probability", "measured", f"probability >= {OWN_LEAST!r} AS asked"),
            *("coalesce(left_head, a) AS left_family", "coalesce(right_head, b) AS right_family"),
        )
        likely = named.where(CROWD.format(one="left_family", other="right_family"))
        others = likely.selectExpr("left_family AS family", "right_family AS other").unionByName(
            likely.selectExpr("right_family AS family", "left_family AS other")
        )
        full = others.distinct().groupBy("family").count().where(f"count >= {CROWDED}").select("family")
        asked = named.where("asked")
        count = asked.count()
        blocks = parts(count, PAIRS_AT_ONCE)
        asked = asked.selectExpr(f"pmod(xxhash64(a, b), {blocks}) AS block", "*")
        sides = asked.selectExpr("block", "left_family AS family").unionByName(
            asked.selectExpr("block", "right_family AS family")
        )
        # A pair within one family tells nothing of others, and in a family of thousands there are thousands.
        apart = named.where("left_family <> right_family").drop("asked")
        around = sides.distinct()
        beside = (
            apart.join(around.withColumnRenamed("family", "left_family"), "left_family")
            .unionByName(apart.join(around.withColumnRenamed("family", "right_family"), "right_family"))
            .distinct()
        )
        beside = beside.join(asked.select("block", "a", "b"), ["block", "a", "b"], "left_anti")
        rows = asked.unionByName(beside.selectExpr("*", "false AS asked"))
        crowds = full.selectExpr("family", "true AS crowded")
        for side in ("left", "right"):
            marked = crowds.selectExpr(f"family AS {side}_family", f"crowded AS {side}_crowded")
            rows = rows.join(marked, f"{side}_family", "left")
        rows = rows.fillna(False, ["left_crowded", "right_crowded"])
        rows = rows.select(*names_of(NEAR))
        return in_blocks(rows, parts(count, PAIRS_A_PART), ("a", "b")).mapInArrow(_settled, SETTLED)

    return tables.kept(name, SETTLED, make)


def without(matches: DataFrame, reprints: DataFrame) -> DataFrame:
    """The pairs of documents that both stand for their words."""
    for side in ("a", "b"):
        matches = matches.join(reprints.selectExpr(f"hash AS {side}"), side, "left_anti")
    return matches


def _settled(batches: Batches) -> Iterator[Any]:
    import numpy as np

    from cleanpipe.match import settle_among

    for table in whole(batches, ("block",)):
        for block in groups(table, ("block",)):
            asked = np.asarray(block["asked"].to_numpy(), bool)
            families = [moved_back(numbers(block[f"{side}_family"])) for side in ("left", "right")]
            full = [np.asarray(block[f"{side}_crowded"].to_numpy(), bool) for side in ("left", "right")]
            crowded = {name for names, flags in zip(families, full, strict=True) for name in names[flags].tolist()}
            measured = np.frombuffer(b"".join(block["measured"].to_pylist()), "<f4").reshape(len(asked), -1)
            found = settle_among(
                (families[0], families[1]), numbers(block["probability"]), measured, asked, frozenset(crowded)
            )
            columns = {name: numbers(block[name])[asked] for name in ("a", "b")}
            yield batch_of({**columns, "settled": found}, types_of(SETTLED))
