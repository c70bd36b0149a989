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
from cleanpipe.archive.rows import plain, text_of
from cleanpipe.archive.store import Archive, columns_of
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
    linked, stories, named = link_rows(links, key_of), cluster_rows(clusters, key_of), name_rows(clusters, key_of)
    if linked:
        archive.scan(f"INSERT INTO links SELECT {', '.join(LINK)} FROM given", columns_of(LINK, linked))
    if stories:
        archive.scan(f"INSERT INTO clusters SELECT {', '.join(CLUSTER)} FROM given", columns_of(CLUSTER, stories))
    for name, keys in named:
        archive.connection.execute(
            "INSERT INTO names VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET keys = excluded.keys",
            [name, run, keys],
        )
    if before or links:
        archive.outdate("links.jsonl", "clusters.jsonl")
    after = places_of(links, key_of)
    occasion = _occasion(archive, documents, clusters, taken, run)
    changed = compare(before, after, occasion)
    add_changes(archive, changed)
    archive.scan("DELETE FROM touched WHERE hash IN (SELECT hash FROM given)", {"hash": documents})
    return Changed(changed, [item for item in changed if item.before or item.key not in occasion.added])


def note_linked(archive: Archive, run: int) -> None:
    """The run has linked all that was touched. Call it in a transaction."""
    archive.set_meta("linked", str(run))
    archive.connection.execute("DELETE FROM meta WHERE name = ?", [MADE_ANEW])


LINK = ("key", "original", "copy", "canonical", "relation", "status", "link")
CLUSTER = ("original", "virtual", "cluster", "story")
"""Columns of the tables, in the order of `link_rows` and `cluster_rows`."""


def link_rows(links: Sequence[Link], key_of: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The rows of links. `key_of` gives the key of an id."""
    return [
        (
            key_of[link.copy],
            key_of.get(link.canonical, link.canonical),
            text_of(link.copy),
            text_of(link.canonical),
            link.relation,
            link.status,
            text_of(plain(link)),
        )
        for link in links
    ]


def cluster_rows(clusters: Sequence[Cluster], key_of: Mapping[str, str]) -> list[tuple[str, bool, str, str]]:
    """The rows of clusters, likewise."""
    return [
        (key_of.get(item.canonical, item.canonical), item.virtual, text_of(item.cluster), text_of(plain(item)))
        for item in clusters
    ]


def name_rows(clusters: Sequence[Cluster], key_of: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names of absent originals, each with the keys of the documents that it stands for as JSON."""
    return [
        (name, text_of([key_of[member] for member in item.members]))
        for item in clusters
        for name in ((item.canonical, *item.aliases) if item.virtual else item.aliases)
    ]


def places_of(links: Sequence[Link], key_of: Mapping[str, str]) -> dict[str, tuple[str, Placed]]:
    """The id and the place of each copy by its key, as `changes.compare` takes them."""
    return {
        key_of[link.copy]: (
            link.copy,
            Placed(key_of.get(link.canonical, link.canonical), link.canonical, link.relation, link.status),
        )
        for link in links
    }


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
