"""What documents are called: by their own ids, but never two by the same one."""

from __future__ import annotations

import collections
import re
from collections.abc import Mapping

from cleanpipe.model import EXTERNAL

RESERVED = re.compile(f"{EXTERNAL}[^:#]+:[^:#]+")
"""The form of names of absent originals."""
HASH_DIGITS = 16


def distinct_ids(given: Mapping[str, str]) -> dict[str, str]:
    """An id for each key, made of the ids that the documents came with, whatever their order.

    Where two have one id, each gets `#` and the beginning of its key behind it. So does one that could be taken for
    another: it has the form of an absent original's name, or is what another is called by with its hash.

    >>> distinct_ids({"a" * 32: "x", "b" * 32: "x", "c" * 32: "y"})["b" * 32]
    'x#bbbbbbbbbbbbbbbb'
    """
    hashed = {key for key, id in given.items() if RESERVED.fullmatch(id)}
    while True:
        ids = {key: f"{id}#{key[:HASH_DIGITS]}" if key in hashed else id for key, id in given.items()}
        holders = collections.Counter(ids.values())
        clashing = {key for key, id in ids.items() if holders[id] > 1} - hashed
        if not clashing:
            return ids
        hashed |= clashing
