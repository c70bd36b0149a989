"""Fingerprints of a batch of documents, as columns: exact hash, MinHash signature, and the keys of every channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cleanpipe.match.channels import BY_NAME
from cleanpipe.match.compared import Compared, Words
from cleanpipe.match.keys import fact_keys, word_keys
from cleanpipe.match.minhash import band_keys, shingle_hash, shingles, signature
from cleanpipe.match.prepared import Prepared
from cleanpipe.match.sketch import sketch
from cleanpipe.settings import MatchSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FINGERPRINT_VERSION = "6:words-blake2b,shingles-5,affine32"
"""Changes with folding, shingles, hashes, facts and the choice of keys. Those of two versions can't be compared."""

FEW = 200
"""Documents that a process fingerprints without compiled functions, which take as long to load as this many do."""

_seen = 0
"""Documents that this process was given so far. The fingerprints are the same either way."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Columns of n documents and m keys; `key_document` is a row of the first three. No key row stands twice.

    `exact` is uint64[n], 0 for a document without a word; `signatures` uint32[n, permutations]; `key_document`
    int32[m], `key_channel` uint8[m], `key_value` uint64[m]. `sketches` has one for each document.
    """

    exact: NDArray[np.uint64]
    signatures: NDArray[np.uint32]
    key_document: NDArray[np.int32]
    key_channel: NDArray[np.uint8]
    key_value: NDArray[np.uint64]
    sketches: Sequence[bytes] = ()
    ready: Sequence[Callable[[], Prepared]] = ()
    """What makes each document ready for a closer look; good until the next fingerprints are made."""


Columns = tuple["NDArray[np.int32]", "NDArray[np.uint8]", "NDArray[np.uint64]"]
"""Row, channel and value of keys."""


def fingerprint(documents: Sequence[Compared], settings: MatchSettings) -> Fingerprints:
    """Fingerprints, in the order of the documents. Each depends on its document and the settings alone."""
    global _seen
    _seen += len(documents)
    if _seen < FEW:
        return fingerprint_plainly(documents, settings)
    from cleanpipe.match.batch import fingerprint_batch

    return fingerprint_batch(documents, settings)


def fingerprint_plainly(documents: Sequence[Compared], settings: MatchSettings) -> Fingerprints:
    """The same without compiled functions: what they must give, and what a few documents are better off with."""
    import numpy as np

    exact = np.zeros(len(documents), np.uint64)
    signatures = np.full((len(documents), settings.permutations), 0xFFFFFFFF, np.uint32)
    parts: list[tuple[int, str, NDArray[np.uint64]]] = []
    prepared = [Prepared(document) for document in documents]
    for row, words in enumerate(prepared):
        if not words.words:
            continue
        exact[row] = exact_hash(words)
        signatures[row] = signature(shingles(words.hashes), settings.permutations)
        parts.append((row, "bands", np.unique(band_keys(signatures[row]))))
        parts += [(row, name, found) for name, found in (*word_keys(words), *fact_keys(words))]
    ready = [partial(_itself, document) for document in prepared]
    return Fingerprints(exact, signatures, *columns_of(parts), [sketch(document) for document in prepared], ready)


def _itself(document: Prepared) -> Prepared:
    return document


def columns_of(parts: Sequence[tuple[int, str, NDArray[np.uint64]]]) -> Columns:
    """Columns of keys from the row of a document, the name of a channel, and the values of both."""
    import numpy as np

    lengths = [len(found) for _, _, found in parts]
    rows = np.repeat(np.array([row for row, _, _ in parts], np.int32), lengths)
    channels = np.repeat(np.array([BY_NAME[name].id for _, name, _ in parts], np.uint8), lengths)
    values = np.concatenate([found for _, _, found in parts]) if parts else np.zeros(0, np.uint64)
    order = np.lexsort((channels, rows))
    return rows[order], channels[order], values[order]


def exact_hash(words: Words) -> int:
    """64-bit hash of the folded words; 0 where there are none, and for nothing else."""
    return (shingle_hash(words.hashes.tolist()) or 1) if words.words else 0
