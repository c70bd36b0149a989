"""What is left out because it can't be done: an article that can't be prepared, a pair that can't be compared.

Each goes to `rejected.jsonl` with its place and the reason, and the run goes on. An article that was left out is not in
the archive. A pair that was left out counts as compared, and as unlike.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleanpipe.archive import Archive, document_hash
from cleanpipe.archive.pairs import Pairs, add_matches
from cleanpipe.formats.lines import EXCERPT
from cleanpipe.model import Match, Origin, Record, Rejected
from cleanpipe.steps import ToVerify

PREPARING, COMPARING = "preparing it", "comparing it"
LEFT_OUT = (PREPARING, COMPARING)
"""How the reasons begin."""

Records = list[tuple[str, Record]]


def halved_records(batch: Records) -> list[Records]:
    middle = len(batch) // 2
    return [batch[:middle], batch[middle:]] if middle else []


def halved_pairs(batch: ToVerify) -> list[ToVerify]:
    pairs, wanted, glances = batch
    middle = len(pairs) // 2
    parts = (slice(None, middle), slice(middle, None)) if middle else ()
    return [(pairs[rows], wanted[rows], glances.where(rows) if glances else None) for rows in parts]


def leave_out_record(store: Archive, sha256: str, batch: Records, reason: str) -> None:
    """Notes the one record of a batch, from the input file with this hash, as one that can't be prepared."""
    with store.transaction():
        store.add_rejected([left_out_record(batch, reason)], sha256)


def left_out_record(batch: Records, reason: str) -> Rejected:
    ((_, record),) = batch
    return Rejected(record.origin, f"{PREPARING} {reason}", record.text[:EXCERPT])


def leave_out_pair(store: Archive, pairs: Pairs, batch: ToVerify, reason: str) -> None:
    """Notes the one pair of a batch as compared and unlike, so that no later run stumbles over it again. `pairs` are
    those that are to be compared, this one among them."""
    import numpy as np

    (((one, other),), _, _) = batch
    hashes = [document_hash(item.key) for item in (one, other)]
    origins = [item.document.origin for item in store.fetch(np.array(hashes, np.uint64)).values()]
    match, rejected = left_out_pair(batch, origins, reason)
    with store.transaction():
        add_matches(store, [match], np.array([0], np.int8), np.array([False]), pairs)
        store.add_rejected([rejected], "")


def left_out_pair(batch: ToVerify, origins: Sequence[Origin], reason: str) -> tuple[Match, Rejected]:
    """The one pair of a batch as one that is compared and unlike, and what is told of it. `origins` are those of its
    documents."""
    (((one, other),), _, _) = batch
    first, second = sorted(origins, key=lambda origin: (origin.file, origin.line or 0, origin.offset or 0))
    rejected = Rejected(first, f"{COMPARING} with {_where(second)} {reason}", one.text[:EXCERPT])
    return Match(one.key, other.key, 0.0, {}), rejected


def _where(origin: Origin) -> str:
    return origin.file if origin.line is None else f"{origin.file}, line {origin.line},"
