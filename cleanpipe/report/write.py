"""Writes `report.html` into an archive: summary and list of stories first, then the stories' texts in portions.

The same exports give the same bytes. Memory holds what the list needs, and the texts of one story at a time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cleanpipe.archive.export import write_atomically
from cleanpipe.report.assets import script, style
from cleanpipe.report.collect import Collection, list_of_stories
from cleanpipe.report.embed import Portions, json_for_script
from cleanpipe.report.page import page, policy

NAME = "report.html"
BLOCK_BYTES = 1 << 20


def write_report(archive: Path) -> Path:
    """Writes the report of an archive from its exports, where its bytes would differ; the path of the report.

    Raises ArchiveError for a folder without exports, an export that is damaged, or a folder that can't be written to.
    """
    with Collection(archive) as collection, tempfile.TemporaryFile() as texts:
        places = _write_stories(collection, texts)
        code, look = script(), style()
        head, tail = page(
            collection.summary,
            rules=collection.rules,
            manifest=collection.manifest,
            style=look,
            script=code,
            policy=policy(style=look, script=code),
            index=json_for_script(list_of_stories(collection.summary, collection.rules, places)).decode(),
        )
        write_atomically(archive / NAME, _pieces(head, texts, tail))
    return archive / NAME


def _write_stories(collection: Collection, texts: IO[bytes]) -> dict[str, tuple[int, int]]:
    """Writes the texts of all stories, those with most copies first; in which portion, at which place, each stands."""
    places: dict[str, tuple[int, int]] = {}
    portions = Portions()
    for cluster in collection.clusters():
        place = portions.add(collection.story(cluster))
        if place is None:
            break
        places[cluster["cluster"]] = place
        texts.writelines(portions.take())
    texts.writelines(portions.finish())
    return places


def _pieces(head: bytes, texts: IO[bytes], tail: bytes) -> Iterator[bytes]:
    yield head
    texts.seek(0)
    while block := texts.read(BLOCK_BYTES):
        yield block
    yield tail
