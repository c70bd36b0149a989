"""Checks the exports against the database, and input files against their hashes."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cleanpipe.archive import Archive, count
from cleanpipe.archive.export import MANIFEST, manifest_bytes
from cleanpipe.archive.lines import LINES
from cleanpipe.archive.tombstones import forgotten
from cleanpipe.errors import ArchiveError
from cleanpipe.identity import settings_of
from cleanpipe.inputs import file_hash, input_files
from cleanpipe.text.jsonline import load
from cleanpipe.upkeep.findings import Finding

ANEW = "delete it and give the last `cleanpipe run` again, which writes it anew"
HELD_TO = ("settings", "rules", "weights", "fingerprint")


def check_exports(archive: Archive, advance: Callable[[int], None]) -> Iterator[Finding]:
    """Whether each export is what the database would write now."""
    hashes: dict[str, dict[str, Any]] = {}
    for name, lines in LINES.items():
        digest, size = hashlib.sha256(), 0

        def counted(chunks: Iterable[bytes]) -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                digest.update(chunk)  # noqa: B023 (used up before the next round)
                size += len(chunk)
                yield chunk

        chunks = counted(lines(archive))
        line = _first_other(archive.folder / name, chunks)
        for _ in chunks:
            pass
        if line is not None:
            says = f"line {line} is not what the database holds" if line else "it is missing"
            yield Finding(says, name, ANEW)
        hashes[name] = {"sha256": digest.hexdigest(), "bytes": size}
        advance(1)
    yield from _check_manifest(archive, hashes)
    advance(1)


def _first_other(path: Path, lines: Iterable[bytes]) -> int | None:
    """The number of the first line that a file has otherwise; 0 where there is no file, None where all are the same."""
    try:
        with path.open("rb") as file:
            number = 0
            for number, line in enumerate(lines, 1):
                if file.read(len(line)) != line:
                    return number
            return number + 1 if file.read(1) else None
    except FileNotFoundError:
        return 0


def _check_manifest(archive: Archive, hashes: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    """Versions are left out: they are those of the run that wrote it."""
    try:
        written = (archive.folder / MANIFEST).read_bytes()
        manifest = load(written)
        settings_of(archive)
    except FileNotFoundError:
        yield Finding("it is missing", MANIFEST, ANEW)
        return
    except (ValueError, ArchiveError) as error:
        yield Finding(f"it can't be read, or is another archive's: {error}", MANIFEST, ANEW)
        return
    expected = {
        "inputs": archive.inputs(),
        "hashes": {name: archive.meta(name) for name in HELD_TO},
        "counts": count(archive).as_dict(),
        "forgotten": forgotten(archive),
        "exports": hashes,
    }
    other = [name for name, value in expected.items() if manifest.get(name) != value]
    if other:
        yield Finding(f"it says otherwise than the database: {', '.join(other)}", MANIFEST, ANEW)
    elif written != manifest_bytes(manifest, hashes):
        yield Finding("it was written by another program", MANIFEST, ANEW)


def hash_of(path: Path) -> str:
    """SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_inputs(archive: Archive, inputs: Sequence[str], advance: Callable[[int], None]) -> Iterator[Finding]:
    """Whether these input files are those that the archive was made from, under the same names."""
    with contextlib.ExitStack() as stack:
        files, unreadable = input_files(inputs, archive.folder, stack)
        found = {(file.name, file_hash(file, advance)) for file in files}
    for rejected in unreadable:
        yield Finding(rejected.reason, rejected.origin.file, "mend the rights or leave it out")
    known = {(item["name"], item["sha256"]): item for item in archive.inputs()}
    names = {name for name, _ in found}
    for name, sha256 in sorted(found - known.keys()):
        if any(other == name for other, _ in known):
            yield Finding("it is not the file that was read: its hash is another", name, "put back the file as it was")
        else:
            yield Finding(
                "it was never read", name, f"give it to `cleanpipe run`, or leave it out here ({sha256[:16]})"
            )
    for name, _ in sorted(known.keys() - found):
        if name not in names:
            yield Finding("it was read, and is not among the files given", name, "give it too, or leave all out")
