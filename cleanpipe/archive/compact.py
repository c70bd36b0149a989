"""A database written anew without the space of what was deleted: DuckDB keeps freed blocks, and the bytes in them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cleanpipe.archive.export import sweep
from cleanpipe.archive.files import DATABASE, no_archive, written_anew
from cleanpipe.archive.store import Archive
from cleanpipe.errors import ArchiveError

if TYPE_CHECKING:
    import duckdb

WANTED = "compact"
"""The name in `meta` that says that deleted texts still lie in the file."""


class Sizes(NamedTuple):
    """Bytes of the database file before and after."""

    before: int
    after: int


class Room(NamedTuple):
    """Bytes that a second database file takes at most, and that are free on the disk."""

    needed: int
    free: int


def room_for(folder: Path) -> Room:
    """What `compact` needs beside the archive while it works. Raises ArchiveError where there is none."""
    if not (folder / DATABASE).exists():
        raise no_archive(folder)
    files = [folder / DATABASE, folder / f"{DATABASE}.wal"]
    return Room(sum(path.stat().st_size for path in files if path.exists()), shutil.disk_usage(folder).free)


def compact(folder: Path) -> Sizes:
    """Writes the database anew beside its file and puts it in its place in one step.

    Killed at any moment, the archive is the old one or the new one, whole; what lies beside it the next run removes.
    Nobody can write to the archive meanwhile. Raises ArchiveBusyError where another process has it open, ArchiveError
    where the disk lacks room or the file is damaged; then the archive is as it was.
    """
    path = folder / DATABASE
    before = room_for(folder).needed
    with Archive.open(folder) as archive:
        sweep(folder)
        archive.connection.execute("CHECKPOINT")
    room = room_for(folder)
    if room.free < room.needed:
        raise ArchiveError(
            f"{folder}: writing its database anew takes up to {room.needed / 1e6:,.0f} MB beside it, and "
            f"{room.free / 1e6:,.0f} MB are free; make room and try again"
        )
    with written_anew(folder) as connection:
        connection.execute("COPY FROM DATABASE old TO new")
        _compare(connection, folder)
        connection.execute(f"DELETE FROM new.meta WHERE name = '{WANTED}'")
    return Sizes(before, path.stat().st_size)


def _compare(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Raises ArchiveError where a table of the new database lacks rows."""
    names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'old'").fetchall()
    for (name,) in names:
        counts = [connection.execute(f'SELECT count(*) FROM {side}."{name}"').fetchone() for side in ("old", "new")]
        if counts[0] != counts[1]:
            raise ArchiveError(f"{folder}: the new database has other rows in {name} than the old one; it is as it was")
