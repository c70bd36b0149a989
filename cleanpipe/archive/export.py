"""The files of an archive, written from its database.

Every file is written whole beside its place and moved into it only where its bytes differ, so that a reader never sees
half a file and a run that learned nothing touches nothing. Nothing in them tells the time, but for the decisions. The
database keeps the hash and the size of each as it was last written.
"""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cleanpipe.archive.files import DATABASE, beside_of, flush
from cleanpipe.archive.lines import LINES
from cleanpipe.archive.store import BEHIND, Archive
from cleanpipe.errors import ArchiveError

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
EXPORTS = (*LINES, MANIFEST)
REPORT = "report.html"
"""Made of the exports by whoever calls a run."""


class Written(NamedTuple):
    """A file that was written: whether its bytes are others than before, their SHA-256 in hex, and how many."""

    changed: bool
    sha256: str
    size: int


def export(archive: Archive, manifest: Mapping[str, Any], *, whole: bool = False) -> tuple[str, ...]:
    """Writes the exports that the database is ahead of, and those that were never written or are not there, or `whole`
    all of them; the names of those that changed. The manifest comes last, and names the hash of every other one."""
    changed = []
    rows = archive.connection.execute("SELECT name FROM meta WHERE starts_with(name, ?)", [BEHIND]).fetchall()
    behind = {name.removeprefix(BEHIND) for (name,) in rows}
    hashes: dict[str, dict[str, Any]] = {}
    for name, lines in LINES.items():
        known = recorded(archive, name)
        if whole or name in behind or known is None or not is_as_written(archive, name):
            done = replace_file(archive.folder / name, lines(archive))
            changed += [name] if done.changed else []
            known = {"sha256": done.sha256, "bytes": done.size}
        hashes[name] = known
    done = replace_file(archive.folder / MANIFEST, [manifest_bytes(manifest, hashes)])
    changed += [MANIFEST] if done.changed else []
    hashes[MANIFEST] = {"sha256": done.sha256, "bytes": done.size}
    flush(archive.folder)  # before the database says that they are there: a power cut may not take a renaming back
    with archive.transaction():
        archive.connection.execute("DELETE FROM meta WHERE starts_with(name, ?)", [BEHIND])
        for name, known in hashes.items():
            archive.set_meta(f"export {name}", json.dumps(known))
    return tuple(changed)


def manifest_bytes(manifest: Mapping[str, Any], hashes: Mapping[str, Mapping[str, Any]]) -> bytes:
    """`manifest.json`, with the hash and the size of every other export."""
    return json.dumps({**manifest, "exports": hashes}, indent=2, sort_keys=True).encode() + b"\n"


def recorded(archive: Archive, name: str) -> dict[str, Any] | None:
    """SHA-256 and bytes of an export as it was last written, None where it never was."""
    found = archive.meta(f"export {name}")
    return json.loads(found) if found is not None else None


def is_as_written(archive: Archive, name: str) -> bool:
    """Whether an export is there and of the size that was last written. What is in it, nobody looks at."""
    known = recorded(archive, name)
    try:
        return known is not None and (archive.folder / name).stat().st_size == known["bytes"]
    except OSError:
        return False


def write_atomically(path: Path, chunks: Iterable[bytes]) -> bool:
    """Replaces a file in one step; False where it already held these bytes. A pipe or a device, such as /dev/stdout, is
    never replaced: it is written to."""
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            stream.writelines(chunks)
        return True
    return replace_file(path, chunks).changed


def replace_file(path: Path, chunks: Iterable[bytes]) -> Written:
    """Replaces a file in one step, where its bytes differ."""
    digest, size = hashlib.sha256(), 0
    try:
        beside = beside_of(path)
        try:
            with beside.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            changed = not (path.exists() and filecmp.cmp(beside, path, shallow=False))
            if changed:
                beside.replace(path)
            else:
                beside.unlink()
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise ArchiveError(
            f"{path}: can't be written ({error.strerror}); make room or mend the rights, run again"
        ) from error
    return Written(changed, digest.hexdigest(), size)


def sweep(folder: Path) -> None:
    """Removes what a killed run left half written. Call it with the archive open for writing: so no other is at it."""
    for name in (*EXPORTS, REPORT, DATABASE):
        for left in folder.glob(f".{name}.*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
