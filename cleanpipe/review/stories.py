"""What the pages show of a link or a story, read from the open archive in the form that the report has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from cleanpipe.archive import Archive
from cleanpipe.archive.rows import text_of
from cleanpipe.archive.store import column_of
from cleanpipe.report import words
from cleanpipe.report.story import Article, source_of, story
from cleanpipe.text.jsonline import load

Json = dict[str, Any]

_RELATIONS = tuple(words.RELATIONS)


def pair_story(store: Archive, copy: str, source_names: Mapping[str, str]) -> Json | None:
    """The story of one copy as the report's script reads it, with this copy alone and what its evidence points to;
    None where it has no link."""
    row = store.connection.execute(
        "SELECT link, story FROM links JOIN clusters USING (original) WHERE copy = ?", [text_of(copy)]
    ).fetchone()
    if row is None:
        return None
    link, cluster = load(row[0]), load(row[1])
    named = {link["copy"], link["canonical"], *link["via"], *(item["other"] for item in link["evidence"])}
    return _story(store, cluster, [link], named & {*cluster["members"]}, source_names)


def whole_story(store: Archive, cluster: str, source_names: Mapping[str, str]) -> Json | None:
    """A story with all its copies, as the report's script reads it; None where there is none of that name."""
    found = store.connection.execute(
        "SELECT original, story FROM clusters WHERE cluster = ?", [text_of(cluster)]
    ).fetchone()
    if found is None:
        return None
    row = load(found[1])
    rows = store.connection.execute("SELECT link FROM links WHERE original = ?", [found[0]]).fetchall()
    links = sorted((load(link) for (link,) in rows), key=lambda link: link["copy"])
    links.sort(key=lambda link: (_RELATIONS.index(link["relation"]), -link["confidence"]))
    return _story(store, row, links, row["members"], source_names)


def _story(
    store: Archive, cluster: Json, links: Sequence[Json], members: Collection[str], source_names: Mapping[str, str]
) -> Json:
    rows, edits = _articles(store, members)
    order = sorted(rows, key=lambda id: (id != cluster["canonical"], id))
    return story(cluster, [Article(rows[id]) for id in order], edits, links, source_names)


def _articles(store: Archive, ids: Collection[str]) -> tuple[dict[str, Json], dict[str, list[Json]]]:
    """Rows of `articles.jsonl` by id, and of `edits.jsonl` by id, of these documents."""
    found = store.scan(
        "SELECT id, article, origin, edits FROM documents SEMI JOIN given USING (id)",
        column_of("id", map(text_of, ids)),
    ).fetchall()
    rows = {load(id): {"id": load(id), **load(article), "origin": load(origin)} for id, article, origin, _ in found}
    edits = {
        load(id): [{"id": load(id), "field": field, "edits": made} for field, made in sorted(load(cell).items())]
        for id, _, _, cell in found
    }
    return rows, edits


def headlines(store: Archive, ids: Collection[str]) -> dict[str, Json]:
    """What a list says of these documents: title, source, date and language, by id."""
    if not ids:
        return {}
    rows, _ = _articles(store, ids)
    return {
        id: {
            "name": Article(row).name,
            "source": source_of(row),
            "published": (row.get("published") or "")[:10],
            "lang": row.get("lang"),
        }
        for id, row in rows.items()
    }
