"""Which documents are linked at one go: all that hang together by what links may rest on, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanpipe.archive.graph import numbered
from cleanpipe.archive.pairs import Pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LINKED_AT_ONCE, ALONE_AT_ONCE = 500, 50_000
"""Documents that are linked at one go, but for neighbourhoods that are larger: some 40 kB each are held of them, and as
good as nothing of those that nothing hangs together with."""


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """Whole neighbourhoods: their documents, shape (n,), sorted, the smallest document of each one's neighbourhood, and
    the telling pairs between them."""

    documents: NDArray[np.uint64]
    heads: NDArray[np.uint64]
    pairs: Pairs

    def __len__(self) -> int:
        return len(self.documents)

    def head_of(self, documents: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The smallest document of the neighbourhood that each of these is in."""
        return self.heads[self.documents.searchsorted(documents)]


def neighbourhoods(touched: NDArray[np.uint64], telling: Pairs, tied: Pairs) -> Iterator[Neighbourhoods]:
    """The neighbourhoods that any of the touched documents is in, in parts of some `LINKED_AT_ONCE` documents.

    `telling` are all pairs that links may rest on, `tied` others that have to be linked at one go.
    """
    import numpy as np

    edges = [np.concatenate([getattr(telling, side), getattr(tied, side)]) for side in ("a", "b")]
    documents = np.unique(np.concatenate([touched, *edges]))
    heads = numbered(documents, *edges)
    again = np.flatnonzero(np.isin(heads, heads[documents.searchsorted(touched)]))
    _, which, sizes = np.unique(heads[again], return_inverse=True, return_counts=True)
    alone = sizes[which] == 1
    none = telling.where(slice(0, 0))
    for start in range(0, int(alone.sum()), ALONE_AT_ONCE):
        place = again[alone][start : start + ALONE_AT_ONCE]
        yield Neighbourhoods(documents[place], heads[place], none)
    again = again[~alone][np.argsort(heads[again[~alone]], kind="stable")]
    pair_heads = heads[documents.searchsorted(telling.a)]
    by_head = np.argsort(pair_heads, kind="stable")
    sorted_heads = pair_heads[by_head]
    firsts = np.flatnonzero(np.diff(heads[again], prepend=heads[again][:1] - np.uint64(1)))
    start = 0
    while start < len(again):
        later = int(firsts.searchsorted(start + LINKED_AT_ONCE))
        stop = int(firsts[later]) if later < len(firsts) else len(again)
        part = again[start:stop]
        least, most = heads[part[0]], heads[part[-1]]
        held = slice(sorted_heads.searchsorted(least), sorted_heads.searchsorted(most, "right"))
        rows = np.sort(by_head[held])
        place = np.sort(part)
        yield Neighbourhoods(
            documents[place], heads[place], telling.where(rows[np.isin(pair_heads[rows], heads[part])])
        )
        start = stop
