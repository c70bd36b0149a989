"""Batches of Arrow as tasks of a cluster get and give them: cut where a group ends, columns to NumPy and back.

Spark has signed integers alone: hashes of 64 bits are moved by half their range, which keeps their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Batches = Iterator[Any]
"""Record batches of Arrow."""

HALF = 1 << 63
"""By so much hashes are moved."""


def whole(batches: Batches, by: Sequence[str], least: int = 1) -> Iterator[Any]:
    """Tables of Arrow of `least` rows or more, but for the last, that never end between rows of equal `by`. The batches
    are sorted by these columns."""
    import pyarrow as pa

    full: list[Any] = []
    rows = 0
    open_: list[Any] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        first = _last_group(batch, by)
        goes_on = bool(open_) and all(
            open_[-1].column(name)[-1].as_py() == batch.column(name)[0].as_py() for name in by
        )
        if first or not goes_on:
            full += open_
            if first:
                full.append(batch.slice(0, first))
            open_ = [batch.slice(first)]
            rows = sum(map(len, full))
            if rows >= least:
                yield pa.Table.from_batches(full)
                full = []
        else:
            open_.append(batch)
    if full or open_:
        yield pa.Table.from_batches([*full, *open_])


def _last_group(batch: Any, by: Sequence[str]) -> int:
    """Where the last rows of equal `by` begin."""
    import pyarrow as pa

    return int(bounds_of(pa.Table.from_batches([batch]), by)[-2])


def bounds_of(table: Any, by: Sequence[str]) -> NDArray[np.int64]:
    """Where each group of rows of equal `by` begins, shape (groups + 1,): the last is the number of rows."""
    import numpy as np

    new = np.zeros(table.num_rows + 1, bool)
    new[[0, -1]] = True
    for name in by:
        column = table[name].to_numpy()
        new[1:-1] |= column[1:] != column[:-1]
    return np.flatnonzero(new)


def groups(table: Any, by: Sequence[str]) -> Iterator[Any]:
    """The groups of rows of equal `by` of a table, each as a table."""
    bounds = bounds_of(table, by)
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        yield table.slice(start, stop - start)


def numbers(column: Any) -> NDArray[Any]:
    """A column of numbers without nulls in NumPy."""
    found: NDArray[Any] = column.to_numpy()
    return found


def moved(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Hashes as Spark has them."""
    import numpy as np

    found: NDArray[np.int64] = (hashes ^ np.uint64(HALF)).view(np.int64)
    return found


def moved_back(numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    import numpy as np

    found: NDArray[np.uint64] = np.ascontiguousarray(numbers).view(np.uint64) ^ np.uint64(HALF)
    return found


def batch_of(columns: Mapping[str, Any], types: Mapping[str, Any]) -> Any:
    """A record batch with these columns; those of `types` that are not among them are null."""
    import pyarrow as pa

    length = len(next(iter(columns.values())))
    arrays = [
        pa.array(columns[name], kind) if name in columns else pa.nulls(length, kind) for name, kind in types.items()
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(types))


def names_of(schema: str) -> list[str]:
    """The columns of a schema as Spark writes it.

    >>> names_of("key string, hash bigint")
    ['key', 'hash']
    """
    return [item.split()[0] for item in schema.split(",")]


def types_of(schema: str) -> dict[str, Any]:
    """The types of Arrow of the columns of such a schema, by name."""
    import pyarrow as pa

    kinds = {
        "string": pa.string(),
        "bigint": pa.int64(),
        "int": pa.int32(),
        "tinyint": pa.int8(),
        "boolean": pa.bool_(),
        "double": pa.float64(),
        "binary": pa.binary(),
        "array<string>": pa.list_(pa.string()),
        "array<tinyint>": pa.list_(pa.int8()),
        "array<bigint>": pa.list_(pa.int64()),
    }
    return {name: kinds[kind] for name, kind in (item.split() for item in schema.split(","))}
