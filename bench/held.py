"""Rows of keys as the channels weigh them, for documents that are in no archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.match.channels import Held

if TYPE_CHECKING:
    from numpy.typing import NDArray


def held_keys(document: NDArray[np.int32], channel: NDArray[np.uint8], value: NDArray[np.uint64]) -> Held:
    """The rows for the keys of documents that are given by number, and are all there are."""
    order = np.lexsort((document, value, channel))
    rows = Held(channel[order], value[order], document[order].astype(np.uint64), np.zeros(len(order), np.int64))
    sizes = np.diff(rows.firsts)
    return Held(rows.channel, rows.value, rows.document, np.repeat(sizes, sizes))
