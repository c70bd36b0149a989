"""What the preparing steps hand to the archive: documents and all that was learned from each alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cleanpipe.model import Credit, Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Batch:
    """What the preparing steps made of a batch of n records, as columns.

    `signatures` is uint32[n, permutations]; `sketches` are `match.sketch`es, `rests` the sources that each story rests
    on. The three `key_*` arrays have one row a join key: the row of its document
    in this batch, the channel, the value. `seconds` is the CPU time that it took, by step.
    """

    documents: Sequence[Document]
    credits: Sequence[tuple[Credit, ...]]
    exact: NDArray[np.uint64]
    signatures: NDArray[np.uint32]
    sketches: Sequence[bytes]
    rests: Sequence[Sequence[str]]
    key_document: NDArray[np.int32]
    key_channel: NDArray[np.uint8]
    key_value: NDArray[np.uint64]
    seconds: Mapping[str, float] = field(default_factory=dict)

    def without(self, keys: Collection[str]) -> Batch:
        """The batch but for the documents with these keys."""
        if not keys:
            return self
        import numpy as np

        kept = np.array([document.key not in keys for document in self.documents], dtype=bool)
        rows = np.flatnonzero(kept)
        of_kept = kept[self.key_document]
        return Batch(
            documents=[self.documents[row] for row in rows.tolist()],
            credits=[self.credits[row] for row in rows.tolist()],
            exact=self.exact[rows],
            signatures=self.signatures[rows],
            sketches=[self.sketches[row] for row in rows.tolist()],
            rests=[self.rests[row] for row in rows.tolist()],
            key_document=(np.cumsum(kept) - 1)[self.key_document[of_kept]].astype(np.int32),
            key_channel=self.key_channel[of_kept],
            key_value=self.key_value[of_kept],
            seconds=self.seconds,
        )
