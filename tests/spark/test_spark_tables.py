"""How rows are dealt out to tasks."""

from __future__ import annotations

from typing import Any

from cleanpipe.engines.spark_tables import in_blocks


def test_each_task_has_as_many_blocks(spark: Any) -> None:
    rows = [(number % 32, -number) for number in range(96)]
    dealt = in_blocks(spark.createDataFrame(rows, "block bigint, a bigint"), 8, ("a",)).rdd.glom().collect()
    assert [sorted({row.block for row in part}) for part in dealt] == [[n, n + 8, n + 16, n + 24] for n in range(8)]
    assert all(part == sorted(part) and len(part) == 12 for part in dealt)
