"""What hangs together: parts of a graph, given as columns of edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def components(count: int, one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.int64]:
    """The smallest node that each of `count` nodes, numbered from 0, hangs together with, over whatever others.

    `one` and `two` are the ends of the edges, shape (edges,). Each round halves the way to the smallest at least.
    """
    import numpy as np

    heads = np.arange(count)
    while True:
        left, right = heads[one], heads[two]
        apart = left != right
        if not apart.any():
            return heads
        one, two, left, right = one[apart], two[apart], left[apart], right[apart]
        np.minimum.at(heads, np.maximum(left, right), np.minimum(left, right))
        while (heads != heads[heads]).any():
            heads = heads[heads]


def numbered(names: NDArray[np.uint64], one: NDArray[np.uint64], two: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The name of the smallest of `names`, sorted, that each of them hangs together with. Edges are ends by name."""
    heads = components(len(names), names.searchsorted(one), names.searchsorted(two))
    result: NDArray[np.uint64] = names[heads]
    return result
