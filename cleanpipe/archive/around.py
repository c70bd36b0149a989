"""What the archive knows about the pairs around a few documents, without reading all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cleanpipe.archive.store import Archive

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Around(NamedTuple):
    """Columns of n compared pairs, sorted: hashes of the documents (`a < b`), the probability by their own texts, and
    what was measured on them, shape (n, figures); rows of NaN where only sketches were compared."""

    a: NDArray[np.uint64]
    b: NDArray[np.uint64]
    probability: NDArray[np.float64]
    measured: NDArray[np.float32]


def pairs_with(archive: Archive, hashes: NDArray[np.uint64]) -> Around:
    """Every compared pair that has one of these documents."""
    import numpy as np

    found = archive.scan(
        "SELECT a, b, probability, measured FROM matches "
        "WHERE a IN (SELECT hash FROM given) OR b IN (SELECT hash FROM given) ORDER BY a, b",
        {"hash": hashes},
    ).fetchnumpy()
    cells = found["measured"].tolist() if len(found["a"]) else []
    known = [np.frombuffer(bytes(cell), "<f4") if cell is not None else None for cell in cells]
    width = next((len(row) for row in known if row is not None), 0)
    rows = [np.full(width, np.nan, np.float32) if row is None else row.astype(np.float32) for row in known]
    figures = np.array(rows, np.float32).reshape(len(rows), width)
    return Around(found["a"], found["b"], found["probability"], figures)
