"""Fingerprints of a batch of documents, as columns: exact hash, MinHash signature, and the keys of every channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanpipe.match.channels import BY_NAME
from cleanpipe.match.compared import Compared, Words
from cleanpipe.match.keys import keys
from cleanpipe.match.minhash import band_keys, shingles, signature
from cleanpipe.settings import MatchSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FINGERPRINT_VERSION = "2:words-blake2b,shingles-5,affine32"
"""Changes with folding, shingles, hashes, and the choice of keys. Fingerprints of two versions can't be compared."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Columns of n documents and m keys; `key_document` is a row of the first three. No key row stands twice.

    `exact` is uint64[n], 0 for a document without a word; `signatures` uint32[n, permutations]; `key_document`
    int32[m], `key_channel` uint8[m], `key_value` uint64[m].
    """

    exact: NDArray[np.uint64]
    signatures: NDArray[np.uint32]
    key_document: NDArray[np.int32]
    key_channel: NDArray[np.uint8]
    key_value: NDArray[np.uint64]


def fingerprint(documents: Sequence[Compared], settings: MatchSettings) -> Fingerprints:
    """Fingerprints, in the order of the documents. Each depends on its document and the settings alone."""
    import numpy as np

    exact = np.zeros(len(documents), np.uint64)
    signatures = np.full((len(documents), settings.permutations), 0xFFFFFFFF, np.uint32)
    rows: list[NDArray[np.int32]] = []
    channels: list[NDArray[np.uint8]] = []
    values: list[NDArray[np.uint64]] = []

    def add(row: int, name: str, found: NDArray[np.uint64]) -> None:
        if len(found):
            rows.append(np.full(len(found), row, np.int32))
            channels.append(np.full(len(found), BY_NAME[name].id, np.uint8))
            values.append(found)

    for row, document in enumerate(documents):
        words = Words(document)
        if not words.words:
            continue
        exact[row] = exact_hash(words)
        signatures[row] = signature(shingles(words.hashes), settings.permutations)
        add(row, "bands", np.unique(band_keys(signatures[row])))
        for name, found in keys(words):
            add(row, name, found)
    return Fingerprints(
        exact,
        signatures,
        np.concatenate(rows) if rows else np.zeros(0, np.int32),
        np.concatenate(channels) if channels else np.zeros(0, np.uint8),
        np.concatenate(values) if values else np.zeros(0, np.uint64),
    )


def exact_hash(words: Words) -> int:
    """64-bit hash of the folded words; 0 where there are none, and for nothing else."""
    import hashlib

    if not words.words:
        return 0
    text = " ".join(words.words).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8, person=b"exact").digest(), "little") or 1
