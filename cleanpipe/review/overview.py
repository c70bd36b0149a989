"""What the report says of a whole archive, as it is now: decisions change links and stories, and nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from cleanpipe.archive import Archive
from cleanpipe.archive.lines import cluster_lines, link_lines
from cleanpipe.report.exports import Export
from cleanpipe.report.names import rule_sentences, source_names, source_spellings
from cleanpipe.report.summary import Files, Summary, summarise
from cleanpipe.text.jsonline import load

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Overview:
    """Summary of an archive, sentences of its rules, and what made it."""

    summary: Summary
    rules: Mapping[str, str]
    manifest: Mapping[str, Any]


def overview(store: Archive, manifest: Mapping[str, Any]) -> Overview:
    """Read from the open archive where decisions change it, and from its exports where they don't; nothing is written.

    Raises ArchiveError for an export that is damaged or gone.
    """
    with ExitStack() as stack:

        def export(name: str) -> Export:
            return stack.enter_context(Export(store.folder, f"{name}.jsonl", required=True))

        files = Files(
            articles=export("articles"),
            edits=export("edits"),
            links=_Lines(store, link_lines),
            clusters=_Lines(store, cluster_lines),
            rejected=export("rejected"),
        )
        summary = summarise(files, source_names(manifest), source_spellings(manifest))
    return Overview(summary, rule_sentences(manifest), manifest)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Rows of an export that is behind the database. They have no place in a file."""

    store: Archive
    lines: Callable[[Archive], Iterator[bytes]]

    def rows(self) -> Iterator[tuple[int, Json]]:
        for line in self.lines(self.store):
            yield -1, load(line)
