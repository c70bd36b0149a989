"""Pairs of documents: which have the same words, which are worth a look, and what comes of looking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from cleanpipe.archive.pairs import Pairs, kept_of, pairs_of
from cleanpipe.archive.rows import document_from, rejected_row, text_of
from cleanpipe.archive.store import document_hash
from cleanpipe.engines.local import LocalEngine
from cleanpipe.engines.screening import FEW_PAIRS, by_family, glanced
from cleanpipe.engines.spark import engine_here
from cleanpipe.engines.spark_batches import (
    HALF,
    Batches,
    batch_of,
    groups,
    moved,
    moved_back,
    names_of,
    numbers,
    types_of,
    whole,
)
from cleanpipe.engines.spark_candidates import ASKED_AT_ONCE, BLOCKS_A_PART, candidate_pairs
from cleanpipe.engines.spark_tables import Tables, in_blocks, parts
from cleanpipe.model import KEPT_BY_A, KEPT_BY_B, Match, Rejected
from cleanpipe.pipeline import BATCH_PAIRS, COMPARED_AT_ONCE
from cleanpipe.quarantine import halved_pairs, left_out_pair
from cleanpipe.steps import ToVerify, compared_of, verify_pairs
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from cleanpipe.match import Compared, Glances

Verify = Callable[[ToVerify], tuple[tuple[list[Match], Any, Any], Any]]
"""What `verify_pairs` does."""

REPRINTS = "hash bigint, first bigint"
PAIRS = "a bigint, b bigint, kept int, wanted boolean, same boolean, block bigint"
GLANCED = (
    "a bigint, b bigint, wanted boolean, block bigint, probability double, close boolean, cheap binary, sides binary"
)
TO_GLANCE = "block bigint, kind int, a bigint, b bigint, wanted boolean, same boolean, sketch binary"
TO_VERIFY = (
    "block bigint, kind int, a bigint, b bigint, wanted boolean, cheap binary, sides binary, key string, "
    "article string, origin string"
)
MATCHES = (
    "a bigint, b bigint, wanted boolean, probability double, alike boolean, measured binary, tells boolean, "
    "found string, "
    "file string, line bigint, byte_offset bigint, reason string, row string"
)
"""A pair; where it had to be left out, in the columns from `file` on, what is told of it."""

RESTS = "map<string, boolean>"

PAIR, DOCUMENT = 1, 0
"""Kinds of rows that come together to be compared: documents come first."""


def reprints(tables: Tables, name: str, documents: DataFrame) -> DataFrame:
    """Each document whose words another has, with the one of the smallest hash."""
    words = documents.where(f"exact <> {-HALF}").select("hash", "exact")
    first = words.groupBy("exact").agg({"hash": "min", "*": "count"}).where("`count(1)` > 1")
    found = words.join(first.selectExpr("exact", "`min(hash)` AS first"), "exact").where("hash <> first")
    return tables.kept(name, REPRINTS, lambda: found.select("hash", "first"))


def pairs(tables: Tables, name: str, values: str, documents: DataFrame, reprints: DataFrame, count: int) -> DataFrame:
    """All pairs that are to be compared: of the same words, and the best that the channels bring each document together
    with. `count` documents there are. Kept as the table `name`, and who holds which value as the table `values`."""
    blocks = parts(count, ASKED_AT_ONCE)

    def make() -> DataFrame:
        live = documents.select("hash", "held", "channels", "keys").join(reprints.select("hash"), "hash", "left_anti")
        met = candidate_pairs(tables, values, live, count, blocks)
        met = met.selectExpr("a", "b", "kept", "false AS same", "block")
        kept = f"{KEPT_BY_A | KEPT_BY_B} AS kept"
        same = reprints.selectExpr("first AS a", "hash AS b", kept, "true AS same", f"pmod(hash, {blocks}) AS block")
        rests = documents.where("rests <> '{}'").selectExpr("hash", f"from_json(rests, '{RESTS}') AS sources")
        stands = rests.join(reprints, "hash", "left").selectExpr("coalesce(first, hash) AS first", "sources")
        named = stands.selectExpr("first", "explode(sources) AS (source, retells)")
        named = named.selectExpr("first", "source", "if(retells, source, NULL) AS retold")
        on = named.groupBy("first").agg({"source": "collect_set", "retold": "collect_set"})
        both_sets = ("`collect_set(source)` AS {0}_sources", "`collect_set(retold)` AS {0}_retold")
        left = on.selectExpr("first AS a", *(column.format("left") for column in both_sets))
        right = on.selectExpr("first AS stands_for", *(column.format("right") for column in both_sets))
        both = met.unionByName(same).selectExpr("*", "if(same, a, b) AS stands_for")
        both = both.join(left, "a", "left").join(right, "stands_for", "left")
        overlap = "arrays_overlap(left_retold, right_sources) OR arrays_overlap(left_sources, right_retold)"
        return both.selectExpr("a", "b", "kept", f"coalesce({overlap}, false) AS wanted", "same", "block")

    return tables.kept(name, PAIRS, make)


def matches(tables: Tables, glances: str, name: str, documents: DataFrame, pairs: DataFrame, count: int) -> DataFrame:
    """What comes of the pairs that are compared on their texts, kept as the table `name`; and as `glances` what a
    glance at their sketches tells of all pairs, unless they are few."""
    near = pairs
    few = count <= COMPARED_AT_ONCE and pairs.count() <= FEW_PAIRS
    width = parts(count, ASKED_AT_ONCE * BLOCKS_A_PART)
    if not few:
        near = tables.kept(glances, GLANCED, lambda: _glanced(documents, pairs, width)).where("close")
    known = [f"cast(NULL AS binary) AS {name}" if few else name for name in ("cheap", "sides")]
    columns = ("block", f"{PAIR} AS kind", "a", "b", "wanted", *known)

    def make() -> DataFrame:
        articles = documents.select("hash", "key", "article", "origin")
        needed = _ends(near).join(articles, "hash").withColumnRenamed("hash", "a")
        rows = near.selectExpr(*columns).unionByName(
            needed.selectExpr("*", f"{DOCUMENT} AS kind"), allowMissingColumns=True
        )
        rows = rows.select(*names_of(TO_VERIFY))
        return in_blocks(rows, width, ("kind", "a", "b")).mapInArrow(partial(_verified, verify_pairs, few), MATCHES)

    return tables.kept(name, MATCHES, make)


def _glanced(documents: DataFrame, pairs: DataFrame, width: int) -> DataFrame:
    needed = _ends(pairs).join(documents.select("hash", "sketch"), "hash")
    rows = pairs.selectExpr("block", f"{PAIR} AS kind", "a", "b", "wanted", "same").unionByName(
        needed.selectExpr("block", f"{DOCUMENT} AS kind", "hash AS a", "sketch"), allowMissingColumns=True
    )
    rows = rows.select(*names_of(TO_GLANCE))
    return in_blocks(rows, width, ("kind", "a", "b")).mapInArrow(_glances, GLANCED)


def _ends(pairs: DataFrame) -> DataFrame:
    """The documents that each block needs."""
    return pairs.selectExpr("block", "a AS hash").unionByName(pairs.selectExpr("block", "b AS hash")).distinct()


# In tasks


def _glances(batches: Batches) -> Iterator[Any]:
    import numpy as np

    for table in whole(batches, ("block",)):
        for block in groups(table, ("block",)):
            kinds = numbers(block["kind"])
            first = int(kinds.searchsorted(PAIR))
            held, asked = block.slice(0, first), block.slice(first)
            hashes = moved_back(numbers(held["a"])).tolist()
            sketches = dict(zip(hashes, held["sketch"].to_pylist(), strict=True))
            found = glanced(sketches, _pairs(asked), np.asarray(asked["same"].to_numpy(), bool))
            columns = {name: asked[name].combine_chunks() for name in ("a", "b", "wanted", "block")}
            yield batch_of(
                {
                    **columns,
                    "probability": found.probability,
                    "close": found.close,
                    "cheap": [row.tobytes() for row in np.ascontiguousarray(found.glances.cheap)],
                    "sides": [row.tobytes() for row in np.ascontiguousarray(found.glances.sides)],
                },
                types_of(GLANCED),
            )


def _pairs(table: Any) -> Pairs:
    import numpy as np

    a, b = (moved_back(numbers(table[side])) for side in ("a", "b"))
    return pairs_of({"a": a, "b": b, "wanted": np.asarray(table["wanted"].to_numpy(), bool)})


def _verified(work: Verify, few: bool, batches: Batches) -> Iterator[Any]:
    with engine_here() as engine:
        for table in whole(batches, ("block",)):
            for block in groups(table, ("block",)):
                yield from _compared(block, work, few, engine)


def _compared(block: Any, work: Verify, few: bool, engine: LocalEngine) -> Iterator[Any]:
    """What comes of the pairs of a block."""
    first = int(numbers(block["kind"]).searchsorted(PAIR))
    held, asked = block.slice(0, first), block.slice(first)
    articles = zip(*(held[name].to_pylist() for name in ("key", "article", "origin")), strict=True)
    documents = [document_from(key, "", load(article), load(origin), {}) for key, article, origin in articles]
    texts = dict(zip(moved_back(numbers(held["a"])).tolist(), map(compared_of, documents), strict=True))
    origins = {document.key: document.origin for document in documents}
    lost: list[tuple[Match, Rejected]] = []

    def left_out(batch: ToVerify, reason: str) -> None:
        (((one, other),), _, _) = batch
        lost.append(left_out_pair(batch, [origins[one.key], origins[other.key]], reason))

    pairs = _pairs(asked)
    order = by_family(pairs)
    given = _with_texts(pairs.where(order), texts, None if few else _known(asked, pairs.wanted).where(order))
    columns = (pairs.a.tolist(), pairs.b.tolist(), pairs.wanted.tolist())
    wanted = {(a, b): here for a, b, here in zip(*columns, strict=True)}
    for (found, tells, alike), _ in engine.map_batches(work, given, halves=halved_pairs, lost=left_out):
        yield _match_rows(found, tells, alike, wanted)
    if lost:
        yield _lost_rows(lost, wanted)


def _known(table: Any, wanted: NDArray[np.bool_]) -> Glances:
    import numpy as np

    from cleanpipe.match import Glances

    cheap, sides = (
        np.frombuffer(b"".join(table[name].to_pylist()), np.float64).reshape(len(wanted), -1)
        for name in ("cheap", "sides")
    )
    return Glances(cheap, sides, wanted)


def _with_texts(pairs: Pairs, compared: dict[int, Compared], glances: Glances | None) -> Iterator[ToVerify]:
    for start in range(0, len(pairs), BATCH_PAIRS):
        rows = slice(start, start + BATCH_PAIRS)
        part = pairs.where(rows)
        texts = [(compared[a], compared[b]) for a, b in zip(part.a.tolist(), part.b.tolist(), strict=True)]
        yield texts, part.wanted, glances.where(rows) if glances else None


def _match_rows(
    matches: list[Match], tells: NDArray[np.int8], alike: NDArray[np.bool_], wanted: dict[tuple[int, int], bool]
) -> Any:
    import numpy as np

    ends = [(document_hash(match.a), document_hash(match.b)) for match in matches]
    measured, found = zip(*map(kept_of, matches), strict=True)
    columns = {
        "a": moved(np.array([a for a, _ in ends], np.uint64)),
        "b": moved(np.array([b for _, b in ends], np.uint64)),
        "wanted": [wanted[pair] for pair in ends],
        "probability": [match.probability for match in matches],
        "alike": alike.tolist(),
        "measured": list(measured),
        "tells": [None if value < 0 else bool(value) for value in tells.tolist()],
        "found": list(found),
    }
    return batch_of(columns, types_of(MATCHES))


def _lost_rows(lost: list[tuple[Match, Rejected]], wanted: dict[tuple[int, int], bool]) -> Any:
    """Pairs that were left out count as compared and unlike."""
    import numpy as np

    matches = [match for match, _ in lost]
    no = np.zeros(len(lost), bool)
    ordered = [match if match.a < match.b else Match(match.b, match.a, 0.0, {}) for match in matches]
    rows = _match_rows(ordered, no.astype(np.int8), no, wanted)
    told = {
        "file": [item.origin.file for _, item in lost],
        "line": [item.origin.line for _, item in lost],
        "byte_offset": [item.origin.offset for _, item in lost],
        "reason": [item.reason for _, item in lost],
        "row": [text_of(rejected_row(item)) for _, item in lost],
    }
    columns = {name: rows.column(name) for name in rows.schema.names if name not in told}
    return batch_of({**columns, **told}, types_of(MATCHES))
