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
    rows = archive.connection.execute("SELECT copy FROM links WHERE status = 'linked'").fetchall()
    linked = {load(copy) for (copy,) in rows}
    cursor = archive.connection.cursor()
    cursor.execute(
        "SELECT copy, original, relation, length(article) FROM links JOIN clusters USING (original) "
        "JOIN documents USING (key) WHERE virtual AND status = 'linked'"
    )
    best: dict[str, tuple[int, int, str]] = {}
    for copy, original, relation, length in streamed(cursor):
        rank = (NEAREST_FIRST.index(relation), -length, load(copy))
        best[original] = min(rank, best.get(original, rank))
    return frozenset(linked - {id for _, _, id in best.values()})
