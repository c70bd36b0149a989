"""An archive in the forms that others read: the rows of its database, put through the writers of `formats`."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from cleanpipe.archive import Archive, article_lines, redundant_ids
from cleanpipe.archive.lines import (
    LINES,
    article_line,
    entries,
    note_escaped,
    place_in,
    sorted_rows,
    streamed,
    with_links,
)
from cleanpipe.decision_file import now
from cleanpipe.errors import UsageError
from cleanpipe.formats.written import Pair, Pairs
from cleanpipe.text.jsonline import load

FORMATS = ("jsonl", "csv", "parquet", "datatrove", "dolma", "jsonld", "bagit")
WHOLE = ("jsonld", "bagit")
"""Forms of whole stories, or of the whole archive: not of a choice of articles."""


def check_choice(archive: Archive, form: str, since: int, canonical_only: bool) -> None:
    """Raises UsageError for a choice that makes no sense."""
    if form in WHOLE and (since or canonical_only):
        what = "stories" if form == "jsonld" else "the whole archive"
        raise UsageError(f"--format {form} writes {what}: leave --since and --canonical-only out")
    (last,) = archive.connection.execute("SELECT coalesce(max(run), 0) FROM runs").fetchone() or (0,)
    if since > last:
        raise UsageError(f"--since {since}: the archive has {last} runs; `cleanpipe archive info` lists them")


def chunks(archive: Archive, form: str, *, since: int = 0, canonical_only: bool = False) -> Iterator[bytes]:
    """The bytes of one of the FORMATS but a bag: of all articles; of those that were added or changed, or whose link
    was, after run `since`; without linked copies."""
    without = redundant_ids(archive) if canonical_only else frozenset()
    if form == "jsonl":
        return article_lines(archive, since=since, without=without)
    write: Callable[[Any], Iterator[bytes]]
    write = getattr(import_module(f"cleanpipe.formats.{form}_writer"), f"write_{form}")
    return write(_stories(archive) if form == "jsonld" else _pairs(archive, since, without))


def _pairs(archive: Archive, since: int, without: frozenset[str]) -> Pairs:
    for item, link in with_links(archive, entries(archive, since=since)):
        if item.id not in without:
            yield load(article_line(item)), load(link) if link is not None else None


def _stories(archive: Archive) -> Iterator[Any]:
    """Every story with the copies that are linked to it for certain, sorted by its canonical."""
    from cleanpipe.formats.jsonld_writer import Story

    headlines = _Headlines(archive)
    for canonical, members in itertools.groupby(_members(archive), key=lambda member: member[0]):
        article, copies = None, []
        for _, pair in members:
            if pair[1] is None:
                article = pair[0]
            elif pair[1]["status"] == "linked":
                copies.append(pair)
        yield Story(canonical, headlines[canonical], article, copies)


class _Headlines(dict[str, str]):
    """The headline of each story by its canonical's id."""

    def __init__(self, archive: Archive) -> None:
        cursor = archive.connection.cursor()
        cursor.execute("SELECT story FROM clusters")
        for (row,) in streamed(cursor):
            story = load(row)
            self[story["canonical"]] = story["headline"]


def _members(archive: Archive) -> Iterator[tuple[str, Pair]]:
    """Canonical and pair of every document of a story, story by story, copies sorted by id. The canonical's own article
    comes first and has no link."""
    cursor, more = archive.connection.cursor(), archive.connection.cursor()
    for each in (cursor, more):  # what is sorted is narrow; texts and links are sorted apart, so that memory holds one
        note_escaped(each, "documents", "id")
        each.execute(f"""
            CREATE TEMP TABLE members AS
            WITH named AS (SELECT key, id, {place_in("id")} AS place FROM documents LEFT JOIN escaped USING (id)),
            pairs AS (SELECT original, canonical, key, true AS copy FROM links UNION ALL
                SELECT DISTINCT original, canonical, original, false FROM links)
            SELECT pairs.key, canonical, copy,
                row_number() OVER (ORDER BY coalesce(centre.place, encode(original)), copy, named.place) AS number
            FROM pairs JOIN named USING (key) LEFT JOIN named centre ON centre.key = original""")
    links = sorted_rows(
        more, ("link",), "links JOIN members USING (key) WHERE members.copy", "members.number", kept=True
    )
    first = next(links, None)
    texts = ("canonical", "id", "article", "origin", "copy")
    articles = sorted_rows(cursor, texts, "documents JOIN members USING (key)", "members.number")
    links = itertools.chain([first], links) if first else links
    for canonical, id, article, origin, copy in articles:
        row = {"id": load(id), **load(article), "origin": load(origin)}
        yield load(canonical), (row, load(next(links)[0]) if copy else None)


def write_bag(archive: Archive, folder: Path) -> None:
    """The archive's exports as a BagIt bag in a new folder."""
    from cleanpipe.archive.export import MANIFEST, is_as_written, recorded
    from cleanpipe.formats.bagit_writer import write_bag
    from cleanpipe.identity import versions

    if archive.meta("state") != "exported":
        raise UsageError(f"{archive.folder}: a run was stopped before its end; give its command again first")
    path, known = archive.folder / MANIFEST, recorded(archive, MANIFEST)
    manifest = path.read_bytes() if is_as_written(archive, MANIFEST) else b""
    if known is None or hashlib.sha256(manifest).hexdigest() != known["sha256"]:
        raise UsageError(
            f"{path}: is not what the last run wrote; delete it and give that run again, which writes it anew"
        )
    files = {name: lines(archive) for name, lines in LINES.items()}
    about = {"Bagging-Date": now()[:10], "Bag-Software-Agent": f"cleanpipe {versions()['cleanpipe']}"}
    write_bag(folder, {**files, MANIFEST: iter([manifest])}, about)
