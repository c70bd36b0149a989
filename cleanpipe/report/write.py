"""Writes `report.html` into an archive: summary and list of stories first, then the stories' texts in portions.

The same exports give the same bytes. Memory holds what the list needs, and the texts of one story at a time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from cleanpipe.archive.export import write_atomically
from cleanpipe.errors import ArchiveError
from cleanpipe.report import words
from cleanpipe.report.embed import Portions, json_for_script
from cleanpipe.report.exports import Export
from cleanpipe.report.names import rule_sentences, source_names, source_spellings
from cleanpipe.report.page import page
from cleanpipe.report.story import Article, story
from cleanpipe.report.summary import Files, LinkEntry, Summary, summarise
from cleanpipe.text.jsonline import load

Json = dict[str, Any]

SCRIPTS = ("elements.js", "comparison.js", "evidence.js", "story.js", "report.js")
"""Parts of one ES module, put together in this order."""
NAME = "report.html"
BLOCK_BYTES = 1 << 20
_RELATIONS = tuple(words.RELATIONS)


def write_report(archive: Path) -> Path:
    """Writes the report of an archive from its exports, where its bytes would differ; the path of the report.

    Raises ArchiveError for a folder without exports, an export that is damaged, or a folder that can't be written to.
    """
    manifest = _manifest(archive)
    names = source_names(manifest)
    with (
        Export(archive, "articles.jsonl", required=True) as articles,
        Export(archive, "edits.jsonl") as edits,
        Export(archive, "links.jsonl") as links,
        Export(archive, "clusters.jsonl") as clusters,
        Export(archive, "rejected.jsonl") as rejected,
        tempfile.TemporaryFile() as texts,
    ):
        exports = Files(articles, edits, links, clusters, rejected)
        summary = summarise(exports, names, source_spellings(manifest))
        index = _write_stories(exports, summary, names, texts)
        rules = rule_sentences(manifest)
        assets = files(__package__)
        head, tail = page(
            template=assets.joinpath("template.html.j2").read_text("utf-8"),
            style=assets.joinpath("report.css").read_text("utf-8"),
            script="\n".join(assets.joinpath(name).read_text("utf-8") for name in SCRIPTS),
            index=json_for_script({**index, "rules": rules, "words": words.for_page()}).decode(),
            summary=summary,
            rules=rules,
            manifest=manifest,
        )
        write_atomically(archive / NAME, _pieces(head, texts, tail))
    return archive / NAME


def _pieces(head: bytes, texts: IO[bytes], tail: bytes) -> Iterator[bytes]:
    yield head
    texts.seek(0)
    while block := texts.read(BLOCK_BYTES):
        yield block
    yield tail


def _write_stories(exports: Files, summary: Summary, names: Mapping[str, str], texts: IO[bytes]) -> Json:
    """Writes the texts of all stories, those with most copies first; the list of them as the page's script reads it."""
    sources: dict[str, int] = {}
    rows: list[list[Any]] = []
    portions = Portions()
    for cluster in sorted(summary.clusters, key=lambda cluster: (-len(cluster["members"]), cluster["cluster"])):
        links = _links(cluster, summary)
        data = _story(cluster, links, exports, summary, names)
        place = portions.add(data)
        texts.writelines(portions.take())
        rows.append([*_list_row(cluster, [link for _, link in links], summary, sources), *(place or (-1, 0))])
    texts.writelines(portions.finish())
    return {"stories": rows, "sources": list(sources), "relations": _RELATIONS}


def _links(cluster: Json, summary: Summary) -> list[tuple[str, LinkEntry]]:
    """The copies of a story with their links: by relation, the surest first."""
    found = [(member, summary.links[member]) for member in cluster["members"] if member in summary.links]
    return sorted(found, key=lambda item: (_RELATIONS.index(item[1].relation), -item[1].confidence, item[0]))


def _story(
    cluster: Json, links: list[tuple[str, LinkEntry]], exports: Files, summary: Summary, names: Mapping[str, str]
) -> Json:
    order = sorted(
        (id for id in cluster["members"] if id in summary.members), key=lambda id: (id != cluster["canonical"], id)
    )
    articles = [Article(exports.articles.at(summary.members[id].offset)) for id in order]
    edits = {id: [exports.edits.at(offset) for offset in summary.edit_offsets.get(id, ())] for id in order}
    return story(cluster, articles, edits, [exports.links.at(entry.offset) for _, entry in links], names)


def _list_row(cluster: Json, links: list[LinkEntry], summary: Summary, sources: dict[str, int]) -> list[Any]:
    """One line of the list. The order of the columns is that in which `report.js` takes them apart."""
    members = {id: summary.members[id] for id in cluster["members"] if id in summary.members}
    published = sorted(member.published for member in members.values() if member.published)
    original = members.get(cluster["canonical"])
    headline = cluster["headline"]
    return [
        cluster["cluster"],
        headline,
        (original or next(iter(members.values()))).lang if members else None,
        len(links),
        sorted({_RELATIONS.index(link.relation) for link in links}),
        sum(link.status == "review" for link in links),
        sorted({sources.setdefault(member.source, len(sources)) for member in members.values() if member.source}),
        min(link.confidence for link in links),
        ((original.published if original else None) or (published[0] if published else "") or "")[:10],
        int(cluster["virtual"]),
        sorted({member.title for member in members.values() if member.title and member.title != headline}),
    ]


def _manifest(archive: Path) -> Json:
    path = archive / "manifest.json"
    try:
        manifest = load(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ArchiveError(f"{path}: no valid JSON; delete it and run again, which exports it anew") from error
    return manifest if isinstance(manifest, dict) else {}
