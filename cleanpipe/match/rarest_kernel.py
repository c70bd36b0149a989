"""The few rarest values of many, in compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import inner

if TYPE_CHECKING:
    from numpy.typing import NDArray


@inner
def keep(value: np.uint64, rank: int, values: NDArray[np.uint64], ranks: NDArray[np.int64], count: int) -> int:
    """Sorts a value in among those kept, the highest ranks first, of equal ranks the smallest values; their number.

    As many are kept as there is room. A value that comes again has the highest of its ranks.
    """
    for at in range(count):
        if values[at] == value:
            if ranks[at] >= rank:
                return count
            for behind in range(at, count - 1):
                values[behind], ranks[behind] = values[behind + 1], ranks[behind + 1]
            count -= 1
            break
    at = count
    if count == len(values):
        at -= 1
        if ranks[at] > rank or (ranks[at] == rank and values[at] < value):
            return count
    else:
        count += 1
    while at and (ranks[at - 1] < rank or (ranks[at - 1] == rank and values[at - 1] > value)):
        values[at], ranks[at] = values[at - 1], ranks[at - 1]
        at -= 1
    values[at], ranks[at] = value, rank
    return count
