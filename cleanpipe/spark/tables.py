"""What a first load leaves for others: the contract's tables in Parquet, and what they hold in numbers.

A table has the names of the contract's lines as columns. What is a string, a number or a truth in them is that here;
everything else, such as evidence or metadata, is its JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from cleanpipe.archive.counts import Counts
from cleanpipe.engines.spark_batches import Batches, batch_of, types_of
from cleanpipe.formats.written import encodable
from cleanpipe.text.jsonline import dump, load

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CONTRACT = {
    "articles": (
        "id string, text string, title string, title_span string, url string, source string, author string, "
        "published string, lang string, canonical_url string, metadata string, repairs string, furniture string, "
        "origin string"
    ),
    "edits": "id string, field string, edits string",
    "links": (
        "copy string, canonical string, relation string, confidence double, status string, basis string, "
        "direction string, evidence string, via string, alternatives string, scores string"
    ),
    "clusters": (
        "cluster string, canonical string, virtual boolean, headline string, size bigint, members string, "
        "aliases string, published string"
    ),
    "rejected": ("file string, member string, row bigint, line bigint, offset bigint, reason string, excerpt string"),
}
"""The tables, each with its columns."""


def contract_table(name: str, rows: DataFrame) -> DataFrame:
    """A table of the contract, of the rows that it is made from: for articles and edits, documents with the columns
    `id`, `article`, `origin` and `edits`, for others lines as JSON in the column `line`."""
    read = {"articles": _article, "edits": _edits}.get(name, _line)
    columns = ("id", "article", "origin", "edits") if name in ("articles", "edits") else ("line",)
    return rows.select(*columns).mapInArrow(partial(_table, CONTRACT[name], read), CONTRACT[name])


def _table(schema: str, read: Any, batches: Batches) -> Iterator[Any]:
    types = types_of(schema)
    for batch in batches:
        rows = [row for cells in batch.to_pylist() for row in read(cells)]
        columns = {name: [_cell(row.get(name), str(kind)) for row in rows] for name, kind in types.items()}
        yield batch_of(columns, types)


def _article(cells: dict[str, str]) -> Iterator[dict[str, Any]]:
    yield {"id": load(cells["id"]), **load(cells["article"]), "origin": load(cells["origin"])}


def _edits(cells: dict[str, str]) -> Iterator[dict[str, Any]]:
    for field, edits in sorted(load(cells["edits"]).items()):
        yield {"id": load(cells["id"]), "field": field, "edits": edits}


def _line(cells: dict[str, str]) -> Iterator[dict[str, Any]]:
    yield load(cells["line"])


def _cell(value: Any, kind: str) -> Any:
    if value is None or kind != "string":
        return value
    return encodable(value) if isinstance(value, str) else dump(value).decode()


def counts_of(documents: DataFrame, links: DataFrame, clusters: DataFrame, rejected: DataFrame) -> Counts:
    """What is in the tables of the archive's rows, as `archive.counts` has it."""
    articles, repaired = _one(documents.selectExpr("count(*)", "count_if(edits <> '{}')"))
    shared = documents.groupBy("given_id").count().where("count > 1").count()
    sure = links.where("status = 'linked'").select("original").distinct()
    sure = sure.join(clusters.select("original", "virtual").distinct(), "original")
    originals, absent = _one(sure.selectExpr("count(*)", "count_if(virtual)"))
    return Counts(
        articles=articles,
        repaired=repaired,
        charsets=_counted(documents.where("assumed IS NOT NULL"), "assumed"),
        repairs=_counted(documents.selectExpr("explode(rules) AS rule"), "rule"),
        shared_ids=shared,
        copies=_counted(links.where("status = 'linked'"), "relation"),
        review=_counted(links.where("status = 'review'"), "relation"),
        originals=originals - absent,
        absent_originals=absent,
        rejected=_counted(rejected, "reason"),
    )


def _one(frame: DataFrame) -> Any:
    return frame.first()


def _counted(frame: DataFrame, by: str) -> dict[str, int]:
    return dict(sorted((row[0], row[1]) for row in frame.groupBy(by).count().collect()))
