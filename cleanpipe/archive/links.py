"""All links and clusters of an archive, put in the place of those before, with the log of what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleanpipe.archive.changes import Change, Occasion, Placed, add_changes, compare, placed_links
from cleanpipe.archive.decisions import Kept, added_since_linked, overruled, replace_contradictions, replace_overruled
from cleanpipe.archive.rows import plain
from cleanpipe.archive.store import Archive, columns_of, text_of
from cleanpipe.model import Cluster, Contradiction, Decision, Link


def replace_links(
    archive: Archive,
    links: Sequence[Link],
    clusters: Sequence[Cluster],
    key_of: Mapping[str, str],
    decisions: Sequence[Kept],
    run: int,
) -> list[Change]:
    """All links and clusters anew; what changed, which is logged. `key_of` gives the key of an id. Call it in a
    transaction, after `replace_findings`."""
    before = placed_links(archive)
    occasion = _occasion(archive, clusters, decisions, run)
    archive.connection.execute("DELETE FROM links; DELETE FROM clusters")
    after = {}
    rows = []
    for link in links:
        key, original = key_of[link.copy], key_of.get(link.canonical, link.canonical)
        after[key] = (link.copy, Placed(original, link.canonical, link.relation, link.status))
        rows.append((text_of(link.copy), text_of(plain(link)), key, original))
    if rows:
        query = "INSERT INTO links SELECT copy, link, key, original FROM given"
        archive.scan(query, columns_of(("copy", "link", "key", "original"), rows))
    if clusters:
        stories = [(text_of(item.cluster), text_of(plain(item))) for item in clusters]
        columns = columns_of(("cluster", "story"), stories)
        archive.scan("INSERT INTO clusters SELECT cluster, story FROM given", columns)
    for item in clusters:
        keys = text_of([key_of[member] for member in item.members])
        for name in (item.canonical, *item.aliases) if item.virtual else item.aliases:
            archive.connection.execute(
                "INSERT INTO names VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET keys = excluded.keys",
                [name, run, keys],
            )
    changed = compare(before, after, occasion)
    add_changes(archive, changed)
    archive.set_meta("linked", str(run))
    return changed


def replace_findings(
    archive: Archive,
    found: Sequence[Kept],
    overruled: Sequence[tuple[Decision, Decision]],
    against: Sequence[Contradiction],
    run: int,
) -> None:
    """What linking found out about the decisions `found` in the archive. Call it in a transaction."""
    number_of = {item.decision: item.number for item in found}
    replace_overruled(archive, [(number_of[item], number_of[newer]) for item, newer in overruled])
    replace_contradictions(archive, [(number_of[item.decision], item) for item in against], run)


def _occasion(archive: Archive, clusters: Sequence[Cluster], decisions: Sequence[Kept], run: int) -> Occasion:
    last = int(archive.meta("linked") or 0)
    gone = overruled(archive)
    aliases = {item.canonical: item.aliases for item in clusters if item.aliases}
    taken = [item.decision for item in decisions if item.run > last and item.number not in gone]
    forgot = archive.connection.execute("SELECT 1 FROM forgotten WHERE run > ?", [last]).fetchone() is not None
    return Occasion(run, added_since_linked(archive), taken, aliases, forgot)
