"""Reads an archive's exports once, and gives the list of its stories, and any one story, as the page needs them.

Memory holds what the list needs; texts are read again by their places in the files, those of one story at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cleanpipe.report import words
from cleanpipe.report.exports import Export, read_manifest
from cleanpipe.report.names import rule_sentences, source_names, source_spellings
from cleanpipe.report.story import Article, story
from cleanpipe.report.summary import Files, LinkEntry, Member, Summary, summarise

Json = dict[str, Any]

DAY = len("2024-04-16")
_RELATIONS = tuple(words.RELATIONS)


class Collection:
    """The stories of an archive. A context manager: it keeps the exports open.

    Raises ArchiveError for a folder without exports, or an export that is damaged.
    """

    def __init__(self, archive: Path) -> None:
        self.manifest = read_manifest(archive)
        self.rules = rule_sentences(self.manifest)
        self._names = source_names(self.manifest)
        with ExitStack() as stack:
            self._exports = {
                name: stack.enter_context(Export(archive, f"{name}.jsonl", required=name == "articles"))
                for name in Files._fields
            }
            self.summary = summarise(Files(**self._exports), self._names, source_spellings(self.manifest))
            self._stack = stack.pop_all()

    def __enter__(self) -> Collection:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def clusters(self) -> list[Json]:
        """The rows of the stories, those with most copies first."""
        return most_copies_first(self.summary)

    def story(self, cluster: Json) -> Json:
        """What the page has to know of one story; see `cleanpipe.report.story`."""
        summary, canonical = self.summary, cluster["canonical"]
        order = sorted((id for id in cluster["members"] if id in summary.members), key=lambda id: (id != canonical, id))
        articles = [Article(self._exports["articles"].at(summary.members[id].offset)) for id in order]
        edits = {id: [self._exports["edits"].at(offset) for offset in summary.edit_offsets.get(id, ())] for id in order}
        links = [self._exports["links"].at(entry.offset) for _, entry in _links(summary, cluster)]
        return story(cluster, articles, edits, links, self._names)


def most_copies_first(summary: Summary) -> list[Json]:
    """The rows of the stories, those with most copies first."""
    return sorted(summary.clusters, key=lambda cluster: (-len(cluster["members"]), cluster["cluster"]))


def list_of_stories(
    summary: Summary, rules: Mapping[str, str], places: Mapping[str, tuple[int, int]] | None = None
) -> Json:
    """The list of stories as the page's script reads it. `places` says where in the page each story's texts stand:
    (portion, place in it), by cluster."""
    sources: dict[str, int] = {}
    rows = [
        [
            *list_row(cluster, [link for _, link in _links(summary, cluster)], summary.members, sources),
            *(places or {}).get(cluster["cluster"], (-1, 0)),
        ]
        for cluster in most_copies_first(summary)
    ]
    return {
        "stories": rows,
        "sources": list(sources),
        "relations": _RELATIONS,
        "rules": rules,
        "words": words.for_page(),
    }


def _links(summary: Summary, cluster: Json) -> list[tuple[str, LinkEntry]]:
    """The copies of a story with their links: by relation, the surest first."""
    links = summary.links
    found = [(member, links[member]) for member in cluster["members"] if member in links]
    return sorted(found, key=lambda item: (_RELATIONS.index(item[1].relation), -item[1].confidence, item[0]))


def list_row(
    cluster: Json, links: Sequence[LinkEntry], members: Mapping[str, Member], sources: dict[str, int]
) -> list[Any]:
    """One line of the list, without the place of its texts. The order of the columns is that of COLUMNS in `list.js`;
    `sources` gives each source its number, and takes in those that are new."""
    own = {id: members[id] for id in cluster["members"] if id in members}
    published = sorted(member.published for member in own.values() if member.published)
    original = own.get(cluster["canonical"])
    headline = cluster["headline"]
    return [
        cluster["cluster"],
        headline,
        (original or next(iter(own.values()))).lang if own else None,
        len(links),
        sorted({_RELATIONS.index(link.relation) for link in links}),
        sum(link.status == "review" for link in links),
        sorted({sources.setdefault(member.source, len(sources)) for member in own.values() if member.source}),
        min(link.confidence for link in links),
        ((original.published if original else None) or (published[0] if published else "") or "")[:DAY],
        int(cluster["virtual"]),
        sorted({member.title for member in own.values() if member.title and member.title != headline}),
    ]
