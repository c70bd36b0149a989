"""The file `archive.duckdb`: made, opened and replaced so that there is always a whole one, or a clear word why not."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cleanpipe.archive.schema import SCHEMA_VERSION, TABLES
from cleanpipe.errors import ArchiveBusyError, ArchiveError

if TYPE_CHECKING:
    import duckdb

DATABASE = "archive.duckdb"
BESIDE = f".{DATABASE}."
"""How the names of files begin that a process makes beside the database, or that it spills to."""

LEAST_MEMORY, MEMORY_EACH = 256_000_000, 2_000
"""Bytes beyond which DuckDB spills to the disk: so many, or so many for each article where that is more. Its own limit,
80 % of the machine, is for a machine of its own. The archive of 4,000 news articles, 32 MB, is made with 64 MB in the
same time as without a limit; to sort and join what a million share takes more."""

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "wal_autocheckpoint": "128MB",
    "memory_limit": f"{LEAST_MEMORY}B",
}
"""How DuckDB is opened. Each checkpoint writes the tables' last 122,880 rows anew: with DuckDB's own 16 MB of log, an
archive of 4,000 articles costs twice the time and 90 MB in place of 55."""

SETTINGS = "SET enable_progress_bar = false; SET disabled_compression_methods = 'dict_fsst,zstd'"
"""What it is told then. Without the two slowest compressions a checkpoint of 3,000 articles takes 0.1 s of CPU time in
place of 1.9, for a file a quarter larger, and few rows of a large table are read without the others."""

LOCKED = re.compile(r"Could not set lock on file|being used by another process")
"""How DuckDB says that another process has the file open; the second on Windows."""

NO_ROOM = ("No space left", "Out of Memory", "File too large", "quota exceeded")
"""How DuckDB and the system say that something does not fit."""

OF_THE_LOG = "WAL"
"""What DuckDB names where it stumbles over the log that lies beside the database."""

ASK_AGAIN_SECONDS = 0.2
"""How often a busy archive is asked for."""

RESTORE = (
    "put a copy of it back; or make a new archive of the same input in another directory, and take over the decisions "
    "with `cleanpipe decide import NEW {folder}/decisions.jsonl`"
)

PUT_AWAY = (
    "where the database was put back or copied without its log, move {log} elsewhere and give the run again, which "
    "does anew what stood in the log alone; else "
)


def ensure_database(folder: Path) -> None:
    """A database with empty tables, where the folder has none."""
    path = folder / DATABASE
    if path.exists() and path.stat().st_size == 0 and not _has_exports(folder):
        path.unlink()  # killed when it had just been created
    if not path.exists():
        make_database(folder)


def _has_exports(folder: Path) -> bool:
    return any(item.name != DATABASE and not item.name.startswith(".") for item in folder.iterdir())


def memory_for(articles: int) -> int:
    """Bytes that DuckDB may use for an archive of so many articles before it spills to the disk."""
    return max(LEAST_MEMORY, MEMORY_EACH * articles)


def make_database(folder: Path) -> None:
    """A database with empty tables in a folder that has none, which is made where it isn't there.

    It is made beside its place and put there whole. Where another process did so at the same time, that one's stays.
    """
    import duckdb

    path = folder / DATABASE
    _make_folder(folder)
    beside = beside_of(path)
    try:
        with duckdb.connect(str(beside)) as connection:
            create_tables(connection)
        flush(beside)
        _put(beside, path)
        flush(folder)
    except (duckdb.Error, OSError) as error:
        if path.exists():  # another process was first, and has removed what was beside it
            return
        raise ArchiveError(
            f"{folder}: an archive can't be made there ({first_line(error)}); make room, mend the rights, or choose "
            "another directory"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


@contextlib.contextmanager
def made_beside(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a new, empty database, which is put into its place in a folder when the block ends. The folder is
    made where it isn't there.

    Raises ArchiveError where the folder holds anything, or the disk is full; nothing is left behind then.
    """
    import duckdb

    path = folder / DATABASE
    _make_folder(folder)
    if path.exists():
        raise ArchiveError(f"{folder}: there is an archive already; give a new directory to -o")
    beside = beside_of(path)
    connection = duckdb.connect(str(beside), config={**CONFIG, "temp_directory": f"{beside}.tmp"})
    try:
        connection.execute(SETTINGS)
        yield connection
        connection.close()
        flush(beside)
        _put(beside, path)
        flush(folder)
    except (duckdb.Error, OSError) as error:
        if isinstance(error, OSError) or is_fault_of_file(error):
            raise ArchiveError(f"{folder}: an archive can't be made there ({first_line(error)}); make room") from error
        raise
    finally:
        connection.close()
        for left in (beside, beside.with_name(f"{beside.name}.wal")):
            left.unlink(missing_ok=True)
        shutil.rmtree(f"{beside}.tmp", ignore_errors=True)


def _put(beside: Path, path: Path) -> None:
    """Moves a file to a place that is free. Raises FileExistsError where it isn't any more."""
    try:
        os.link(beside, path)  # unlike a renaming, this never takes another's place
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:  # a file system without links
        beside.rename(path)


def no_archive(folder: Path) -> ArchiveError:
    """What to say where a folder without a database was named as an archive."""
    return ArchiveError(f"{folder}: no archive here ({DATABASE} is missing); `cleanpipe run` makes one")


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """All tables, empty, in one transaction."""
    connection.begin()
    connection.execute(TABLES)
    connection.execute("INSERT INTO meta VALUES ('schema', ?), ('state', 'open')", [str(SCHEMA_VERSION)])
    connection.commit()


def connect(
    folder: Path, *, read_only: bool, wait: float = 0.0, waiting: Callable[[], None] | None = None
) -> duckdb.DuckDBPyConnection:
    """Opens the database of a folder. Where another process has it open, this waits up to `wait` seconds, and calls
    `waiting` when it begins to.

    Raises ArchiveBusyError where it is still open then, ArchiveError where the file can't be used.
    """
    import duckdb

    path = folder / DATABASE
    # By the process: DuckDB refuses to open a file twice in one process with two configurations.
    spill = folder / f"{BESIDE}{os.getpid()}.tmp"
    deadline = time.monotonic() + wait
    while True:
        try:
            before = path.stat().st_ino
            connection = duckdb.connect(str(path), read_only=read_only, config={**CONFIG, "temp_directory": str(spill)})
            if path.stat().st_ino != before:  # written anew meanwhile: this may be the one that was taken away
                connection.close()
                continue
            connection.execute(SETTINGS)
            return connection
        except duckdb.Error as error:
            if not LOCKED.search(str(error)):
                raise ArchiveError(_why_not_opened(path, error, read_only)) from error
            if time.monotonic() >= deadline:
                holder = re.search(r"\bPID (\d+)", str(error))
                raise ArchiveBusyError(
                    f"{folder}: another run{f' (process {holder[1]})' if holder else ''} has this archive open; wait "
                    "for it to end, as `cleanpipe run --wait SECONDS` does"
                ) from error
        if waiting:
            waiting()
            waiting = None
        time.sleep(ASK_AGAIN_SECONDS)


def tidy(folder: Path) -> None:
    """Removes what killed processes left beside the database. Call it while it is open for writing: nobody else then
    makes anything there."""
    for left in (*folder.glob(f"{BESIDE}*"), folder / f"{DATABASE}.tmp"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def written_anew(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a new, empty database `new`, and to that of the archive as `old`.

    When the block ends, the new one takes the place of the old one in one step; when it raises, or is killed, the old
    one stays as it was. Nobody can write to the archive meanwhile.

    Raises ArchiveBusyError where another process has it open, ArchiveError where the disk is full.
    """
    path = folder / DATABASE
    beside = beside_of(path)
    with _alone(path):
        yield from _written_anew(path, beside)


def _written_anew(path: Path, beside: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    folder = path.parent
    connection = duckdb.connect(config={**CONFIG, "temp_directory": f"{beside}.tmp"})
    connection.execute(SETTINGS)
    try:
        # Read only: it keeps writers out, and closing it never touches the log, which has the new one's name by then.
        connection.execute(f"ATTACH {_quoted(path)} AS old (READ_ONLY)")
        if path.with_name(f"{DATABASE}.wal").exists():
            raise ArchiveBusyError(f"{folder}: another run wrote to this archive just now; try again")
        connection.execute(f"ATTACH {_quoted(beside)} AS new")
        connection.execute("USE new")
        yield connection
        connection.execute("CHECKPOINT new; USE memory; DETACH new")
        shutil.copymode(path, beside)
        flush(beside)
        if os.name == "nt":  # where no file that is open can be replaced
            connection.close()
        beside.replace(path)
        flush(folder)
    except (duckdb.Error, OSError) as error:
        if LOCKED.search(str(error)):
            raise ArchiveBusyError(f"{folder}: another run has this archive open; wait for it to end") from error
        if isinstance(error, OSError) or is_fault_of_file(error):
            raise ArchiveError(
                f"{folder}: its database can't be written anew ({first_line(error)}); it is as it was"
            ) from error
        raise
    finally:
        connection.close()
        for left in (beside, beside.with_name(f"{beside.name}.wal")):
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keeps two processes from writing a database anew at once: the lock by which DuckDB reads is one that they share.

    Its file is closed last, because closing it gives up DuckDB's own locks on it in this process.
    """
    if os.name != "posix":  # elsewhere no file can be replaced that another process has open
        yield
        return
    import fcntl

    busy = ArchiveBusyError(f"{path.parent}: its database is being written anew; wait for that to end")
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise busy from None
        if os.fstat(file.fileno()).st_ino != path.stat().st_ino:  # replaced since it was opened
            raise busy
        yield


def is_fault_of_file(error: BaseException) -> bool:
    """Whether DuckDB stumbled over the file, the disk or the memory, and not over a query."""
    import duckdb

    kinds = (duckdb.OperationalError, duckdb.InternalError, duckdb.FatalException)
    return isinstance(error, kinds) or type(error) is duckdb.Error  # so it tells a checksum that is wrong


def told(path: Path, error: BaseException) -> ArchiveError:
    """What to say of an error that `is_fault_of_file`."""
    says = first_line(error)
    if any(words in says for words in NO_ROOM):
        return ArchiveError(f"{path}: {says}; make room and run again, what was committed before is kept")
    return ArchiveError(f"{path}: damaged, or its disk is ({says}); {RESTORE.format(folder=path.parent)}")


def beside_of(path: Path) -> Path:
    """A new name beside a file, hidden, under which its successor is written."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


def flush(path: Path) -> None:
    """Waits until what was written to a file or a folder is on the disk. Windows knows that of files alone, and of
    those that are open for writing."""
    folder = path.is_dir()
    if folder and os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def first_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0]


def _why_not_opened(path: Path, error: Exception, read_only: bool) -> str:
    says = first_line(error)
    if not read_only and not _may_write(path):
        return f"{path}: can't be written ({says}); mend the rights, or work on a copy of the whole directory"
    if not os.access(path, os.R_OK):
        return f"{path}: can't be read ({says}); mend the rights"
    log = path.with_name(f"{DATABASE}.wal")
    advice = PUT_AWAY.format(log=log) if OF_THE_LOG in says and log.exists() else ""
    return f"{path}: can't be opened as a DuckDB file: {says}; {advice}{RESTORE.format(folder=path.parent)}"


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = sorted(item.name for item in folder.iterdir() if not item.name.startswith(BESIDE))
    except OSError as error:
        raise ArchiveError(f"{folder}: can't be made or read ({error.strerror}); choose another directory") from error
    if DATABASE in others:
        return
    if "manifest.json" in others:
        raise ArchiveError(f"{folder}: its {DATABASE} is missing; {RESTORE.format(folder=folder)}")
    if others:
        raise ArchiveError(
            f"{folder}: not empty and no archive (it holds {others[0]!r}); give an empty or a new directory to -o"
        )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
