"""What the preparing steps hand to the archive: documents and all that was learned from each alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from cleanpipe.archive.rows import article_row, plain, text_of
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
    rests: Sequence[Mapping[str, bool]]
    key_document: NDArray[np.int32]
    key_channel: NDArray[np.uint8]
    key_value: NDArray[np.uint64]
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def held(self) -> NDArray[np.uint32]:
        """How many join keys each document has, shape (n,)."""
        import numpy as np

        return np.bincount(self.key_document, minlength=len(self.documents)).astype(np.uint32)

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


class Row(NamedTuple):
    """What is kept of a document as it is, but for what is counted or joined by: JSON, bytes, and the rules of its
    repairs, each behind a line end."""

    key: str
    given_id: str
    article: str
    origin: str
    edits: str
    credits: str
    signature: bytes
    sketch: bytes
    rests: str
    rules: str
    assumed: str | None


ROW = Row._fields


def document_rows(batch: Batch) -> Iterator[Row]:
    """The rows of a batch's documents, in their order."""
    columns = (batch.documents, batch.credits, batch.signatures.astype("<u4"), batch.sketches, batch.rests)
    for document, found, signature, sketch, rests in zip(*columns, strict=True):
        yield Row(
            document.key,
            text_of(document.id),
            text_of(article_row(document)),
            text_of(plain(document.origin)),
            text_of({field: plain(edits) for field, edits in document.edits.items() if edits}),
            text_of(plain(found)),
            signature.tobytes(),
            sketch,
            text_of(rests),
            "\n".join(rule for edits in document.edits.values() for edit in edits for rule in edit.rules),
            document.origin.assumed,
        )
