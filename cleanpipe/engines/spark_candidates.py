"""Which documents share keys, on a cluster: what `candidates.py` does in one database.

Keys are counted value by value. Documents that hold a value in one part of the input come as one row, and of a value
that is hot there already only as many as can count: a template that millions share costs a row a part, and no task has
more to do for it than for others. Then each value goes to the documents that hold it, in blocks of some hundred that
ask together; of a hot star they are given the centres. What is hot, whom it joins and which are the best is decided by
`match.channels`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cleanpipe.engines.candidates import best_of
from cleanpipe.engines.spark_batches import (
    Batches,
    batch_of,
    bounds_of,
    groups,
    moved,
    moved_back,
    numbers,
    types_of,
    whole,
)
from cleanpipe.engines.spark_tables import Tables, in_blocks, in_parts, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

HOLDER = [("document", "<i8"), ("keys", "<u4")]
"""A document that holds a value, and how many keys it has, as they stand side by side in the column `holders`."""

COUNTED = "channel tinyint, value bigint, count bigint, holders binary"
VALUES = "channel tinyint, value bigint, count bigint, crowded boolean, holders binary"
SPREAD = "block bigint, channel tinyint, value bigint, count bigint, holders binary"
OWN = "block bigint, channel tinyint, value bigint, holder binary"
PAIRS = "a bigint, b bigint, kept int, block bigint"

ASKED_AT_ONCE = 500
"""Documents of a block. Each is compared with some six others, whose sketches are then in memory: 25 MB."""

BLOCKS_A_PART = 4
DOCUMENTS_A_PART = 10_000
KEYS_AT_ONCE = 2_000_000
"""Keys that are gathered before they are sent on: those of some 11,000 documents, 40 MB."""

ROWS_MERGED = 100_000


def candidate_pairs(tables: Tables, name: str, documents: DataFrame, live: int, blocks: int) -> DataFrame:
    """Pairs worth verifying, a < b, the best of each document, with which side keeps the other, and the least block of
    those that asked for it.

    `documents` have the columns `hash`, `held`, `channels` and `keys`; none has the words of another. `live` is about
    how many they are. The values that they hold are kept as the table `name`.
    """
    width = parts(live, DOCUMENTS_A_PART)
    values = tables.kept(
        name,
        VALUES,
        lambda: in_parts(documents.mapInArrow(combined, COUNTED), width, ("channel", "value")).mapInArrow(
            merged, VALUES
        ),
    )
    spread = values.where("NOT crowded").mapInArrow(partial(_spread, blocks), SPREAD)
    stars = values.where("crowded AND length(holders) > 0")
    if not stars.isEmpty():
        own = documents.mapInArrow(partial(_own, blocks), OWN).join(stars, ["channel", "value"])
        columns = ("block", "channel", "value", "count", "concat(holders, holder) AS holders")
        spread = spread.unionByName(own.selectExpr(*columns))
    found = in_blocks(spread, parts(blocks, BLOCKS_A_PART)).mapInArrow(partial(_best, blocks), PAIRS)
    found = found.groupBy("a", "b").agg({"block": "min", "kept": "bit_or"})
    return found.selectExpr("a", "b", "`bit_or(kept)` AS kept", "`min(block)` AS block")


def block_of(documents: NDArray[np.int64], blocks: int) -> NDArray[np.int64]:
    """The block that each document, by its hash, asks in."""
    import numpy as np

    found: NDArray[np.int64] = (moved_back(documents) % np.uint64(blocks)).astype(np.int64)
    return found


def combined(batches: Batches) -> Iterator[Any]:
    """The keys of documents by value, as far as these batches go. Of a value that is hot already, the centres."""
    import numpy as np

    held: list[tuple[Any, Any, Any]] = []
    count = 0
    for batch in batches:
        held.append(_keys(batch))
        count += len(held[-1][0])
        if count >= KEYS_AT_ONCE:
            yield _combined(*map(np.concatenate, zip(*held, strict=True)))
            held, count = [], 0
    if count:
        yield _combined(*map(np.concatenate, zip(*held, strict=True)))


def _keys(batch: Any) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[Any]]:
    """Channel, value and holder of each key of a batch of documents."""
    import numpy as np

    channels, values = batch.column("channels"), batch.column("keys")
    lengths = np.diff(numbers(channels.offsets))
    holder = np.empty(int(lengths.sum()), HOLDER)
    holder["document"] = np.repeat(numbers(batch.column("hash")), lengths)
    holder["keys"] = np.repeat(numbers(batch.column("held")), lengths)
    return numbers(channels.flatten()), numbers(values.flatten()), holder


def _policies() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By channel: how many documents may hold a value of it, and how many of them stand for more."""
    import numpy as np

    from cleanpipe.match.channels import BY_ID, policy

    caps, most = (np.zeros(max(BY_ID) + 1, np.int64) for _ in range(2))
    for id, channel in BY_ID.items():
        caps[id] = channel.cap
        most[id] = policy(id, channel.cap + 1)[1]
    return caps, most


def _combined(channel: NDArray[np.int8], value: NDArray[np.int64], holder: NDArray[Any]) -> Any:
    import numpy as np

    order = np.lexsort((holder["document"], value, channel))
    channel, value, holder = channel[order], value[order], holder[order]
    bounds = _bounds(channel, value)
    sizes = np.diff(bounds)
    caps, most = _policies()
    kind = channel[bounds[:-1]]
    kept = np.where(sizes <= caps[kind], sizes, most[kind])
    columns = {"channel": kind, "value": value[bounds[:-1]], "count": sizes}
    return batch_of({**columns, "holders": _packed(holder, sizes, kept)}, types_of(COUNTED))


def merged(batches: Batches) -> Iterator[Any]:
    """Of each value all that hold it, if there are two at least and it isn't hot; of a hot star the centres."""
    import numpy as np

    caps, most = _policies()
    for table in whole(batches, ("channel", "value"), ROWS_MERGED):
        bounds = bounds_of(table, ("channel", "value"))
        counts = np.add.reduceat(numbers(table["count"]), bounds[:-1])
        lengths, holder = _unpacked(table["holders"])
        group = np.repeat(np.repeat(np.arange(len(counts)), np.diff(bounds)), lengths)
        holder = holder[np.lexsort((holder["document"], group))]
        sizes = np.bincount(group, minlength=len(counts))
        kind = numbers(table["channel"])[bounds[:-1]]
        crowded = counts > caps[kind]
        kept = np.where(crowded, np.minimum(most[kind], sizes), sizes)
        columns = {
            "channel": kind,
            "value": numbers(table["value"])[bounds[:-1]],
            "count": counts,
            "crowded": crowded,
            "holders": _packed(holder, sizes, kept),
        }
        yield batch_of(columns, types_of(VALUES)).filter(np.asarray(counts > 1).tolist())


def _spread(blocks: int, batches: Batches) -> Iterator[Any]:
    """Each value once for each block that has a document which holds it."""
    import numpy as np
    import pyarrow as pa

    for batch in batches:
        lengths, holder = _unpacked(batch.column("holders"))
        row = np.repeat(np.arange(batch.num_rows), lengths)
        both = np.unique(np.stack([row, block_of(holder["document"].copy(), blocks)], axis=1), axis=0)
        rows = batch.take(pa.array(both[:, 0]))
        columns = {name: rows.column(name) for name in ("channel", "value", "count", "holders")}
        yield batch_of({"block": both[:, 1].copy(), **columns}, types_of(SPREAD))


def _own(blocks: int, batches: Batches) -> Iterator[Any]:
    """The keys of documents in channels whose hot values join with centres."""
    import numpy as np

    _, most = _policies()
    for batch in batches:
        channel, value, holder = _keys(batch)
        rows = most[channel] > 0
        channel, value, holder = channel[rows], value[rows], holder[rows]
        one = np.ones(len(holder), np.int64)
        columns = {"block": block_of(holder["document"].copy(), blocks), "channel": channel, "value": value}
        yield batch_of({**columns, "holder": _packed(holder, one, one)}, types_of(OWN))


def _best(blocks: int, batches: Batches) -> Iterator[Any]:
    """The best pairs of the documents of each block."""
    for table in whole(batches, ("block",)):
        for part in groups(table, ("block",)):
            yield _best_of_block(part, blocks)


def _best_of_block(table: Any, blocks: int) -> Any:
    import numpy as np

    from cleanpipe.match.channels import Held

    block = table["block"][0].as_py()
    lengths, holder = _unpacked(table["holders"])
    channel, value, count = (np.repeat(numbers(table[name]), lengths) for name in ("channel", "value", "count"))
    document = moved_back(holder["document"].copy())
    order = np.lexsort((document, value, channel))
    columns = [column[order] for column in (channel, value, document)]
    first = np.ones(len(order), bool)
    first[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    order = order[first]
    held = Held(channel[order].astype(np.uint8), value[order].view(np.uint64), document[order], count[order])
    documents, where = np.unique(document, return_index=True)
    asked = documents[block_of(moved(documents), blocks) == block]
    a, b, kept = best_of(held, asked, documents, holder["keys"][where].astype(np.int64))
    return batch_of({"a": moved(a), "b": moved(b), "kept": kept, "block": np.full(len(a), block)}, types_of(PAIRS))


def _bounds(channel: NDArray[np.int8], value: NDArray[np.int64]) -> NDArray[np.int64]:
    import numpy as np

    new = np.ones(len(value) + 1, bool)
    new[1:-1] = (channel[1:] != channel[:-1]) | (value[1:] != value[:-1])
    return np.flatnonzero(new)


def _packed(holder: NDArray[Any], sizes: NDArray[np.int64], kept: NDArray[np.int64]) -> Any:
    """A binary column of holders: of each group of `sizes` the first ones, `kept` of them."""
    import numpy as np
    import pyarrow as pa

    rank = np.arange(len(holder)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    data = np.ascontiguousarray(holder[rank < np.repeat(kept, sizes)])
    offsets = np.concatenate([[0], np.cumsum(kept)]).astype(np.int32) * np.int32(holder.dtype.itemsize)
    return pa.Array.from_buffers(
        pa.binary(), len(kept), [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(data.tobytes())]
    )


def _unpacked(column: Any) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """How many holders each row has, and all of them."""
    import numpy as np
    import pyarrow.compute as pc

    lengths = numbers(pc.binary_length(column)).astype(np.int64) // np.dtype(HOLDER).itemsize
    data = b"".join(column.to_pylist())
    return lengths, np.frombuffer(data, HOLDER)
