"""Where records were found: of several places of one record, the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleanpipe.archive.rows import plain, text_of
from cleanpipe.archive.store import Archive, columns_of
from cleanpipe.model import Origin


def keep_first_origins(archive: Archive, known: Mapping[str, Origin], found: Sequence[tuple[str, Origin]]) -> None:
    """Of all places of one record, by its key, the archive names the first, whichever came earlier. `known` are those
    that it names now, `found` others, of records that it may not hold too."""
    first: dict[str, Origin] = {}
    for key, origin in found:
        if key in known and _place(origin) < _place(first.get(key, known[key])):
            first[key] = origin
    if first:
        rows = [(key, text_of(plain(origin)), origin.assumed) for key, origin in first.items()]
        with archive.transaction():
            archive.outdate("articles.jsonl")
            archive.scan(
                "UPDATE documents SET origin = given.origin, assumed = given.assumed, "
                "changed = (SELECT max(run) FROM runs) FROM given WHERE documents.key = given.key",
                columns_of(("key", "origin", "assumed"), rows),
            )


def is_before(one: Origin, other: Origin) -> bool:
    return _place(one) < _place(other)


def _place(origin: Origin) -> tuple[str, str, int, int, int]:
    return origin.file, origin.member or "", origin.row or 0, origin.line or 0, origin.offset or 0
