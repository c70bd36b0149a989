"""Looks things up in the exported files of an archive, line by line, without opening its database.

So an archive can be looked at while a run has it open, and on a machine that got nothing but the files.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cleanpipe.errors import UsageError

if TYPE_CHECKING:
    from cleanpipe.report.exports import Row


def rows(archive: Path, name: str) -> Iterator[Row]:
    """Every line of one exported file. Raises ArchiveError where there is no such file or a line is no JSON object."""
    from cleanpipe.report.exports import Export

    with Export(archive, name, required=True) as export:
        for _, row in export.rows():
            yield row


def rows_with(archive: Path, name: str, field: str, wanted: Collection[str]) -> Iterator[Row]:
    """The lines whose `field` is among `wanted`; lines that hold none of these strings are not even parsed."""
    from cleanpipe.report.exports import Export

    needles = {form for value in wanted for form in _as_json(value)}
    with Export(archive, name, required=True) as export:
        for _, row in export.rows(needles):
            if row.get(field) in wanted:
                yield row


def articles(archive: Path, ids: Collection[str]) -> dict[str, Row]:
    """The articles with these ids, by id."""
    return {row["id"]: row for row in rows_with(archive, "articles.jsonl", "id", ids)}


def article(archive: Path, id: str) -> Row:
    """The article with this id. Raises UsageError, naming the nearest ids, when the archive has none."""
    found = articles(archive, {id}).get(id)
    if found is None:
        known = [row["id"] for row in rows(archive, "articles.jsonl")]
        raise UsageError(f"{archive} has no document {id!r}{nearest(id, known)}")
    return found


def nearest(id: str, known: Collection[str]) -> str:
    """The end of an error message: which ids come closest, most alike first."""
    alike = difflib.get_close_matches(id, known, n=3, cutoff=0.6)
    alike += [other for other in sorted(known) if id and id in other and other not in alike][: 3 - len(alike)]
    if alike:
        return f"; nearest: {', '.join(alike)}"
    return "; `articles.jsonl` lists the ids" if known else "; it has no documents at all"


def _as_json(value: str) -> tuple[bytes, bytes]:
    """How a string may stand in a file: as it is, or with everything beyond ASCII escaped."""
    escaped = json.dumps(value).encode("ascii")
    return (json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), escaped)
