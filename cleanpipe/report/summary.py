"""Counts what stands at the top of the report, and remembers where each row lies that a story will need."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from cleanpipe.report import words
from cleanpipe.report.characters import Part, visible
from cleanpipe.report.story import source_of

Json = dict[str, Any]

REJECTED_SHOWN = 100
"""Rejected records that the page lists; the file has all."""
EXAMPLES = 2
LONGEST_EXAMPLE = 40
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


class Member(NamedTuple):
    """What the list of stories says of an article that belongs to one."""

    offset: int
    title: str
    source: str | None
    published: str | None
    lang: str | None


class LinkEntry(NamedTuple):
    offset: int
    canonical: str
    relation: str
    status: str
    confidence: float


@dataclass(slots=True)
class Summary:
    """Figures of an archive, and byte offsets by id of the rows that belong to stories."""

    articles: int = 0
    repaired: int = 0
    edits: int = 0
    damage: Counter[str] = field(default_factory=Counter)
    """Articles by repair rule."""
    examples: dict[str, list[tuple[list[Part], list[Part]]]] = field(default_factory=dict)
    relations: Counter[str] = field(default_factory=Counter)
    """Linked copies by relation; those that wait for a decision aren't among them."""
    waiting: int = 0
    sizes: Counter[str] = field(default_factory=Counter)
    copied: Counter[str] = field(default_factory=Counter)
    """Linked copies by the source of their original."""
    copying: Counter[str] = field(default_factory=Counter)
    """Linked copies by their own source, those that have one."""
    dates: Counter[str] = field(default_factory=Counter)
    """Linked copies by the month in which they appeared, such as "2024-04"."""
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    rejected_rows: list[Json] = field(default_factory=list)
    links: dict[str, LinkEntry] = field(default_factory=dict)
    clusters: list[Json] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    edit_offsets: dict[str, list[int]] = field(default_factory=dict)

    @property
    def copies(self) -> int:
        return sum(self.relations.values())

    @property
    def originals(self) -> int:
        """Articles that others are copies of."""
        return len(self.members) - self.copies - self.waiting

    @property
    def alone(self) -> int:
        """Articles that belong to no story with copies."""
        return self.articles - len(self.members)


class Rows(Protocol):
    """The rows of an export, in a file or as they would stand there, each with its byte offset."""

    def rows(self) -> Iterator[tuple[int, Json]]: ...


class Files(NamedTuple):
    """The exports that the report is made from."""

    articles: Rows
    edits: Rows
    links: Rows
    clusters: Rows
    rejected: Rows


def summarise(files: Files, source_names: Mapping[str, str], spellings: Mapping[str, str]) -> Summary:
    """Reads every export once. Clusters without a link (an article that stands alone) are no stories."""
    summary = Summary()
    _read_links(files.links, summary)
    wanted = _read_clusters(files.clusters, summary)
    _read_articles(files.articles, summary, wanted)
    _read_edits(files.edits, summary, wanted)
    _read_rejected(files.rejected, summary)
    for copy, entry in summary.links.items():
        if entry.status == "review":
            continue
        if own := summary.members.get(copy):
            if own.source:
                summary.copying[own.source] += 1
            if month := _MONTH.match(own.published or ""):
                summary.dates[month[0]] += 1
        source = words.external_source(entry.canonical)
        if entry.canonical in summary.members:
            source = summary.members[entry.canonical].source
            source = spellings.get(source.casefold(), source) if source else None
        elif source is not None:
            source = source_names.get(source, source)
        summary.copied[source or "Source unknown"] += 1
    return summary


def _read_links(links: Rows, summary: Summary) -> None:
    for offset, row in links.rows():
        summary.links[row["copy"]] = LinkEntry(
            offset, row["canonical"], row["relation"], row["status"], float(row["confidence"])
        )
        if row["status"] == "review":
            summary.waiting += 1
        else:
            summary.relations[row["relation"]] += 1


def _read_clusters(clusters: Rows, summary: Summary) -> set[str]:
    wanted: set[str] = set()
    for _, row in clusters.rows():
        if any(member in summary.links for member in row["members"]):
            summary.clusters.append(row)
            summary.sizes[words.size_name(len(row["members"]))] += 1
            wanted.update(row["members"])
    return wanted


def _read_articles(articles: Rows, summary: Summary, wanted: set[str]) -> None:
    for offset, row in articles.rows():
        summary.articles += 1
        repairs = row.get("repairs") or {}
        if repairs.get("count"):
            summary.repaired += 1
            summary.edits += repairs["count"]
            summary.damage.update(list(repairs["rules"]))
        if row["id"] in wanted:
            summary.members[row["id"]] = Member(
                offset, str(row.get("title") or ""), source_of(row), row.get("published"), row.get("lang")
            )


def _read_edits(edits: Rows, summary: Summary, wanted: set[str]) -> None:
    for offset, row in edits.rows():
        if row["id"] in wanted:
            summary.edit_offsets.setdefault(row["id"], []).append(offset)
        for edit in row["edits"]:
            if len(edit["before"]) > LONGEST_EXAMPLE or len(edit["after"]) > LONGEST_EXAMPLE:
                continue
            for rule in edit["rules"]:
                found = summary.examples.setdefault(rule, [])
                if len(found) < EXAMPLES:
                    example = visible(edit["before"]), visible(edit["after"])
                    if example not in found:
                        found.append(example)


def _read_rejected(rejected: Rows, summary: Summary) -> None:
    for _, row in rejected.rows():
        summary.rejected += 1
        summary.reasons[row["reason"]] += 1
        if len(summary.rejected_rows) < REJECTED_SHOWN:
            summary.rejected_rows.append(row)
