"""Sees to it that no two documents are called alike, as `archive.ids` has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cleanpipe.archive.ids import HASH_DIGITS, distinct_ids
from cleanpipe.archive.rows import text_of
from cleanpipe.engines.spark_batches import Batches, batch_of, groups, types_of, whole
from cleanpipe.engines.spark_tables import Tables, in_parts, parts
from cleanpipe.model import EXTERNAL
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

RENAMED = "key string, id string"

ROOT = f"regexp_replace(given_id, '(#[0-9a-f]{{{HASH_DIGITS}}})+\"$', '\"')"
"""An id without the hashes behind it. Where two differ in this, neither can be taken for the other, whatever hash is
put behind them."""

DOCUMENTS_A_PART = 100_000


def renamed(tables: Tables, name: str, documents: DataFrame, count: int) -> DataFrame:
    """The documents, by key, that are called otherwise than they came, and how, as JSON. Kept as the table `name`."""
    ids = documents.selectExpr(f"{ROOT} AS root", "key", "given_id")
    shared = ids.groupBy("root").count().where("count > 1").select("root")
    perhaps = ids.join(shared, "root", "left_semi").unionByName(
        ids.where(f"startswith(given_id, '\"{EXTERNAL}')").join(shared, "root", "left_anti")
    )
    rows = in_parts(perhaps.select("root", "key", "given_id"), parts(count, DOCUMENTS_A_PART), ("root",))
    return tables.kept(name, RENAMED, lambda: rows.mapInArrow(_renamed, RENAMED))


def _renamed(batches: Batches) -> Iterator[Any]:
    for table in whole(batches, ("root",)):
        for group in groups(table, ("root",)):
            given = {
                key: load(id) for key, id in zip(group["key"].to_pylist(), group["given_id"].to_pylist(), strict=True)
            }
            changed = {key: id for key, id in distinct_ids(given).items() if id != given[key]}
            columns = {"key": list(changed), "id": [text_of(id) for id in changed.values()]}
            yield batch_of(columns, types_of(RENAMED))
