"""Writes `report.html` into an archive: summary and list of stories first, then the stories' texts in portions.

The same exports give the same bytes. Memory holds what the list needs, and the texts of one story at a time.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cleanpipe.archive.export import write_atomically
from cleanpipe.report.assets import script, style
from cleanpipe.report.collect import Collection, digest
from cleanpipe.report.embed import Portions, json_for_script
from cleanpipe.report.page import page, policy

NAME = "report.html"
BLOCK_BYTES = 1 << 20
HEAD_BYTES = 4096
"""As much of a report has what it was made from in it."""
_MADE_FROM = re.compile(rb'<meta name="made-from" content="([0-9a-f]{64})">')


def write_report(archive: Path, *, anew: bool = False) -> Path:
    """Writes the report of an archive from its exports, where its bytes would differ; the path of the report.

    A report says what it was made from, so that one which is up to date is left without laying all texts side by side
    again; `anew` makes it all the same. Raises ArchiveError for a folder without exports, an export that is damaged, or
    a folder that can't be written to.
    """
    made_from = digest(archive)
    if not anew and _made_from(archive / NAME) == made_from:
        return archive / NAME
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
            made_from=made_from,
            index=json_for_script(collection.index(places)).decode(),
        )
        write_atomically(archive / NAME, _pieces(head, texts, tail))
    return archive / NAME


def _made_from(report: Path) -> str | None:
    """What a report that is there says it was made from."""
    try:
        with report.open("rb") as file:
            found = _MADE_FROM.search(file.read(HEAD_BYTES))
    except OSError:
        return None
    return found[1].decode() if found else None


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
