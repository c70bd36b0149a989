"""Links and clusters of an archive, put in the place of those before, with the log of what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cleanpipe.archive.changes import MADE_ANEW, Change, Occasion, Placed, add_changes, compare, placed_links
from cleanpipe.archive.decisions import (
    Kept,
    added_since_linked,
    overruled,
    replace_contradictions,
    replace_overruled,
    since_linked,
)
from cleanpipe.archive.rows import plain
from cleanpipe.archive.store import Archive, columns_of, text_of
from cleanpipe.model import Cluster, Contradiction, Decision, Link

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Changed(NamedTuple):
    """What became of links; and of that, all but the first links of articles that were added since links were made."""

    changes: list[Change]
    of_earlier: list[Change]


def replace_links(
    archive: Archive,
    documents: NDArray[np.uint64],
    links: Sequence[Link],
    clusters: Sequence[Cluster],
    key_of: Mapping[str, str],
    taken: Sequence[Kept],
    run: int,
) -> Changed:
    """Puts `links` and `clusters` in the place of all that these documents had; what changed, which is logged.

    The documents are whole neighbourhoods, and from now on no longer touched. `key_of` gives the key of an id, `taken`
    are the decisions on these documents. Call it in a transaction, after `replace_findings`.
    """
    before = placed_links(archive, documents)
    if before:
        placed = [(key, place.original) for key, (_, place) in before.items()]
        columns = columns_of(("key", "original"), placed)
        archive.scan("DELETE FROM links WHERE key IN (SELECT key FROM given)", columns)
        archive.scan("DELETE FROM clusters WHERE virtual AND original IN (SELECT original FROM given)", columns)
    archive.scan(
        "DELETE FROM clusters WHERE original IN (SELECT key FROM documents SEMI JOIN given USING (hash))",
        {"hash": documents},
    )
    after = {}
    linked = []
    for link in links:
        key, original = key_of[link.copy], key_of.get(link.canonical, link.canonical)
        after[key] = (link.copy, Placed(original, link.canonical, link.relation, link.status))
        ids = (text_of(link.copy), text_of(link.canonical))
        linked.append((key, original, *ids, link.relation, link.status, text_of(plain(link))))
    if linked:
        names = ("key", "original", "copy", "canonical", "relation", "status", "link")
        archive.scan(f"INSERT INTO links SELECT {', '.join(names)} FROM given", columns_of(names, linked))
    if clusters:
        stories = [
            (key_of.get(item.canonical, item.canonical), item.virtual, text_of(item.cluster), text_of(plain(item)))
            for item in clusters
        ]
        columns = columns_of(("original", "virtual", "cluster", "story"), stories)
        archive.scan("INSERT INTO clusters SELECT original, virtual, cluster, story FROM given", columns)
    for item in clusters:
        keys = text_of([key_of[member] for member in item.members])
        for name in (item.canonical, *item.aliases) if item.virtual else item.aliases:
            archive.connection.execute(
                "INSERT INTO names VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET keys = excluded.keys",
                [name, run, keys],
            )
    if before or links:
        archive.outdate("links.jsonl", "clusters.jsonl")
    occasion = _occasion(archive, documents, clusters, taken, run)
    changed = compare(before, after, occasion)
    add_changes(archive, changed)
    archive.scan("DELETE FROM touched WHERE hash IN (SELECT hash FROM given)", {"hash": documents})
    return Changed(changed, [item for item in changed if item.before or item.key not in occasion.added])


def note_linked(archive: Archive, run: int) -> None:
    """The run has linked all that was touched. Call it in a transaction."""
    archive.set_meta("linked", str(run))
    archive.connection.execute("DELETE FROM meta WHERE name = ?", [MADE_ANEW])


def replace_findings(
    archive: Archive,
    among: Sequence[Kept],
    overruled: Sequence[tuple[Decision, Decision]],
    against: Sequence[Contradiction],
    run: int,
) -> None:
    """What linking found out about the decisions `among` those in the archive. Call it in a transaction."""
    number_of = {item.decision: item.number for item in among}
    numbers = [item.number for item in among]
    gave_way = {item: number_of[newer] for item, newer in overruled}
    # Of two decisions that are equal, second and all, both give way.
    pairs = [(item.number, gave_way[item.decision]) for item in among if item.decision in gave_way]
    replace_overruled(archive, numbers, pairs)
    replace_contradictions(archive, numbers, [(number_of[item.decision], item) for item in against], run)


def _occasion(
    archive: Archive, documents: NDArray[np.uint64], clusters: Sequence[Cluster], taken: Sequence[Kept], run: int
) -> Occasion:
    gone = overruled(archive)
    decisions = [item.decision for item in since_linked(archive, taken) if item.number not in gone]
    aliases = {item.canonical: item.aliases for item in clusters if item.aliases}
    last = int(archive.meta("linked") or 0)
    forgot = archive.connection.execute("SELECT 1 FROM forgotten WHERE run > ?", [last]).fetchone() is not None
    return Occasion(
        run, added_since_linked(archive, documents), decisions, aliases, forgot, archive.meta(MADE_ANEW) is not None
    )
