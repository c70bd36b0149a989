"""The files of an archive, written from its database.

Every file is written whole beside its place and moved into it only where its bytes differ, so that a reader never sees
half a file and a run that learned nothing touches nothing. Lines are sorted by id; nothing in them tells the time.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cleanpipe.archive.decisions import decision_lines
from cleanpipe.archive.store import Archive
from cleanpipe.errors import ArchiveError
from cleanpipe.text.jsonline import dump, dump_line, load

FORMAT_VERSION = 1
EXPORTS = (
    *("articles.jsonl", "edits.jsonl", "links.jsonl", "clusters.jsonl", "rejected.jsonl", "decisions.jsonl"),
    "manifest.json",
)
CHUNK = 2000
# Which copy stands for a story whose original is not in the archive: the one that is nearest to it.
NEAREST_FIRST = ("exact", "near-duplicate", "rewrite", "spun", "excerpt", "derived")


def export(archive: Archive, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Writes all exports into the archive's folder; the names of those that changed. `manifest` comes last."""
    import json

    sources: dict[str, Iterable[bytes]] = {
        "articles.jsonl": article_lines(archive),
        "edits.jsonl": edit_lines(archive),
        "links.jsonl": _json_lines(archive, "SELECT copy, link FROM links"),
        "clusters.jsonl": _json_lines(archive, "SELECT cluster, story FROM clusters"),
        "rejected.jsonl": rejected_lines(archive),
        "decisions.jsonl": decision_lines(archive),
        "manifest.json": [json.dumps(manifest, indent=2, sort_keys=True).encode() + b"\n"],
    }
    return tuple(name for name in EXPORTS if write_atomically(archive.folder / name, sources[name]))


def write_atomically(path: Path, chunks: Iterable[bytes]) -> bool:
    """Replaces a file in one step; False where it already held these bytes."""
    try:
        beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with beside.open("xb") as file:
                file.writelines(chunks)
                file.flush()
                os.fsync(file.fileno())
            if path.exists() and filecmp.cmp(beside, path, shallow=False):
                beside.unlink()
                return False
            beside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise ArchiveError(
            f"{path}: can't be written ({error.strerror}); make room or mend the rights, run again"
        ) from error
    return True


def sweep(folder: Path) -> None:
    """Removes what a killed run left half written."""
    for name in EXPORTS:
        for left in folder.glob(f".{name}.*"):
            left.unlink(missing_ok=True)


def article_lines(archive: Archive, *, without: frozenset[str] = frozenset()) -> Iterator[bytes]:
    """Lines of `articles.jsonl`, sorted by id, but for the ids in `without`."""
    for id, article, origin, _ in _documents(archive):
        if id not in without:
            yield b'{"id":' + dump(id) + b"," + article.encode()[1:-1] + b',"origin":' + origin.encode() + b"}\n"


def edit_lines(archive: Archive) -> Iterator[bytes]:
    for id, _, _, edits in _documents(archive):
        if edits != "{}":
            for field, rows in sorted(load(edits).items()):
                yield dump_line({"id": id, "field": field, "edits": rows})


def rejected_lines(archive: Archive) -> Iterator[bytes]:
    query = "SELECT row FROM rejected ORDER BY file, line NULLS FIRST, byte_offset NULLS FIRST, reason, row"
    for (row,) in archive.connection.execute(query).fetchall():
        yield row.encode() + b"\n"


def redundant_ids(archive: Archive) -> frozenset[str]:
    """Ids of linked copies: what the deduplicated corpus leaves out.

    Of a story whose original is not in the archive one copy stays: the nearest to the original, then the longest.
    """
    lengths: dict[str, int] = {}
    links = [load(link) for (link,) in archive.connection.execute("SELECT link FROM links").fetchall()]
    linked = [link for link in links if link["status"] == "linked"]
    names = archive.absent_originals()
    absent = [link for link in linked if link["canonical"] in names]
    if absent:
        wanted = {link["copy"] for link in absent}
        lengths = {id: len(article) for id, article, _, _ in _documents(archive) if id in wanted}
    best: dict[str, tuple[int, int, str]] = {}
    for link in absent:
        rank = (NEAREST_FIRST.index(link["relation"]), -lengths[link["copy"]], link["copy"])
        best[link["canonical"]] = min(rank, best.get(link["canonical"], rank))
    return frozenset(link["copy"] for link in linked) - {id for _, _, id in best.values()}


def _documents(archive: Archive) -> Iterator[tuple[str, str, str, str]]:
    """(id, article, origin, edits) of every document, the last three as JSON, sorted by id."""
    order = sorted((id, key) for key, id in archive.ids().items())
    for start in range(0, len(order), CHUNK):
        part = order[start : start + CHUNK]
        rows = archive.rows([key for _, key in part])
        for id, key in part:
            yield (id, *rows[key])


def _json_lines(archive: Archive, query: str) -> Iterator[bytes]:
    rows = [(load(id), line) for id, line in archive.connection.execute(query).fetchall()]
    for _, line in sorted(rows):
        yield line.encode() + b"\n"
