"""What documents are called: by their own ids, but never two by the same one."""

from __future__ import annotations

import collections
import re
from collections.abc import Mapping

from cleanpipe.archive.store import Archive, columns_of, document_hash, text_of
from cleanpipe.model import EXTERNAL
from cleanpipe.text.jsonline import load

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


PERHAPS_SHARED = f"""
SELECT key, given_id, id FROM documents
WHERE given_id <> id OR starts_with(given_id, '"{EXTERNAL}') OR regexp_matches(given_id, '#[0-9a-f]{{{HASH_DIGITS}}}"$')
OR given_id IN (SELECT given_id FROM documents GROUP BY given_id HAVING count(*) > 1)
"""
"""Every document that may need another id than its own, and those whose ids it could be taken for."""


def give_ids(archive: Archive) -> None:
    """Calls every document by an id of its own. Those called otherwise than before are touched. Call it in a
    transaction, after documents came or went."""
    import numpy as np

    rows = archive.connection.execute(PERHAPS_SHARED).fetchall()
    before = {key: load(id) for key, _, id in rows}
    after = distinct_ids({key: load(given) for key, given, _ in rows})
    changed = [(key, text_of(id)) for key, id in sorted(after.items()) if id != before[key]]
    if changed:
        given = columns_of(("key", "new_id"), changed)
        archive.scan("UPDATE documents SET id = new_id FROM given WHERE documents.key = given.key", given)
        archive.touch(np.array([document_hash(key) for key, _ in changed], np.uint64))
