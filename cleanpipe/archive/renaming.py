"""Sees to it that no two documents of an archive are called alike, whenever some came or went."""

from __future__ import annotations

from cleanpipe.archive.ids import HASH_DIGITS, distinct_ids
from cleanpipe.archive.rows import text_of
from cleanpipe.archive.store import Archive, columns_of, document_hash
from cleanpipe.model import EXTERNAL
from cleanpipe.text.jsonline import load

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
        archive.scan(
            "UPDATE documents SET id = new_id, changed = (SELECT max(run) FROM runs) FROM given "
            "WHERE documents.key = given.key",
            given,
        )
        archive.outdate("articles.jsonl", "edits.jsonl")
        archive.touch(np.array([document_hash(key) for key, _ in changed], np.uint64))
