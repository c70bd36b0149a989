"""The files that a run reads: found, copied where they can be read only once, told by their hashes; and whether any of
them is new."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cleanpipe.archive import DATABASE, EXPORTS, Archive
from cleanpipe.archive.compact import WANTED
from cleanpipe.archive.export import is_as_written
from cleanpipe.errors import ArchiveVersionError, InputError
from cleanpipe.formats import InputFile, discover
from cleanpipe.model import Rejected


def input_files(
    inputs: Sequence[str | Path], archive: Path, stack: contextlib.ExitStack
) -> tuple[list[InputFile], list[Rejected]]:
    """The files that the inputs lead to, standard input and pipes first copied to one, and what can't be read."""
    files: list[InputFile] = []
    unreadable: list[Rejected] = []
    for item in discover([str(name) for name in inputs], without=archive):
        if isinstance(item, Rejected):
            unreadable.append(item)
        elif item.path is None or item.once:
            spool = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cleanpipe-"))) / "input"
            with spool.open("wb") as target, item.path.open("rb") if item.path else sys.stdin.buffer as source:
                shutil.copyfileobj(source, target)
            files.append(replace(item, path=spool, size=spool.stat().st_size, once=False))
        else:
            files.append(item)
    return files, unreadable


def file_hash(file: InputFile, advance: Callable[[int], None]) -> str:
    """SHA-256 of a file's bytes as they stand on the disk, in hex."""
    digest = hashlib.sha256()
    assert file.path is not None
    try:
        with file.path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
                advance(len(block))
    except OSError as error:
        raise InputError(f"{file.path}: can't be read ({error.strerror})") from error
    return digest.hexdigest()


def nothing_new(
    opened: Callable[..., Archive],
    folder: Path,
    files: Sequence[InputFile],
    hashes: Sequence[str],
    unreadable: Sequence[Rejected],
    identity: Mapping[str, str],
) -> bool:
    """Whether the archive is complete and holds all of these files already. Looks only, changes nothing."""
    if not all((folder / name).exists() for name in (DATABASE, *EXPORTS)):
        return False
    with contextlib.suppress(ArchiveVersionError), opened(read_only=True) as store:
        return (
            store.meta("state") == "exported"
            and store.meta(WANTED) is None
            and all(is_as_written(store, name) for name in EXPORTS)
            and all(store.meta(name) == value for name, value in identity.items())
            and all(store.has_input(file.name, sha256) for file, sha256 in zip(files, hashes, strict=True))
            and all(store.has_unreadable(rejected) for rejected in unreadable)
        )
    return False  # of an earlier version, which opening it for writing brings up to date
