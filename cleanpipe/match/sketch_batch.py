"""Sketches of a batch of documents by compiled functions: what `sketch.sketch` gives, forty times as fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanpipe.language.classes import code_point_classes
from cleanpipe.match import sketch_batch_kernel as kernel
from cleanpipe.match.sketch import HEADER

if TYPE_CHECKING:
    from cleanpipe.match.fact_columns import FactColumns
    from cleanpipe.match.numbered import Numbered


def sketch_batch(batch: Numbered, facts: FactColumns) -> list[bytes]:
    """The sketch of each document of a batch, from its words and facts."""
    import numpy as np

    count, known, scanned = len(batch.ranges), batch.lexicon, batch.scanned
    lengths = batch.ranges[:, 1] - batch.ranges[:, 0]
    room = count * HEADER + kernel.ROOM_A_WORD * int(lengths.sum()) + kernel.ROOM_A_FACT * len(facts.values)
    data, ends = np.empty(room, np.uint32), np.zeros(count, np.int64)
    kernel.sketches(
        batch.words,
        batch.ranges,
        known.hashes,
        known.stems,
        known.zipfs,
        known.flags,
        scanned.points,
        code_point_classes(),
        scanned.begins,
        scanned.firsts,
        scanned.starts,
        facts.rows,
        facts.values,
        data,
        ends,
    )
    raw = data.astype("<u4").tobytes()
    begins = [0, *ends[:-1].tolist()]
    return [raw[4 * begin : 4 * end] for begin, end in zip(begins, ends.tolist(), strict=True)]
