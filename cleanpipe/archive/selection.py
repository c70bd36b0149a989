"""Which documents the deduplicated corpus leaves out."""

from __future__ import annotations

from cleanpipe.archive.lines import streamed
from cleanpipe.archive.store import Archive
from cleanpipe.text.jsonline import load

NEAREST_FIRST = ("exact", "near-duplicate", "rewrite", "spun", "excerpt", "derived")
"""Which copy stands for a story whose original is not in the archive: the one that is nearest to it."""


def redundant_ids(archive: Archive) -> frozenset[str]:
    """Ids of linked copies: what the deduplicated corpus leaves out.

    Of a story whose original is not in the archive one copy stays: the nearest to the original, then the longest.
    """
    names = archive.absent_originals()
    cursor = archive.connection.cursor()
    cursor.execute("SELECT link, length(article) FROM links JOIN documents USING (key)")
    linked: set[str] = set()
    best: dict[str, tuple[int, int, str]] = {}
    for row, length in streamed(cursor):
        link = load(row)
        if link["status"] != "linked":
            continue
        copy, canonical = link["copy"], link["canonical"]
        linked.add(copy)
        if canonical in names:
            rank = (NEAREST_FIRST.index(link["relation"]), -length, copy)
            best[canonical] = min(rank, best.get(canonical, rank))
    return frozenset(linked - {id for _, _, id in best.values()})
