"""How large an archive is: its tables, its database file, its exports."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from cleanpipe.archive.export import EXPORTS, recorded
from cleanpipe.archive.files import DATABASE
from cleanpipe.archive.store import Archive


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its rows, and the bytes of the blocks that hold them; small tables share blocks."""

    name: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Database:
    """Bytes of `archive.duckdb`, and how many of them belong to freed blocks, which `compact` gives back."""

    bytes: int
    free: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run or a decision, with its times in UTC, ISO 8601. `finished` is None where it was stopped."""

    run: int
    started: str
    finished: str | None
    added: int
    """Articles."""
    changes: int
    """Links that it added, removed, moved or changed."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An export and its size. It is `up to date` where its size is what was last written after the last change; what is
    in it, `verify` compares."""

    name: str
    bytes: int
    state: Literal["up to date", "behind", "missing", "changed by others"]


def tables(archive: Archive) -> list[Table]:
    query = archive.connection.execute
    (block,) = query("SELECT block_size FROM pragma_database_size()").fetchone() or (0,)
    found = []
    for (name,) in query("SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1").fetchall():
        (rows,) = query(f'SELECT count(*) FROM "{name}"').fetchone() or (0,)
        (blocks,) = query(
            "SELECT count(DISTINCT block) FROM "
            "(SELECT unnest(list_prepend(block_id, coalesce(additional_block_ids, []))) AS block "
            f"FROM pragma_storage_info('{name}') WHERE persistent)"
        ).fetchone() or (0,)
        found.append(Table(name, rows, blocks * block))
    return found


def database(archive: Archive) -> Database:
    row = archive.connection.execute("SELECT block_size, free_blocks FROM pragma_database_size()").fetchone()
    block, free = row or (0, 0)
    return Database((archive.folder / DATABASE).stat().st_size, block * free)


def runs(archive: Archive) -> list[Run]:
    rows = archive.connection.execute("""
        SELECT run, started, finished, coalesce(a.rows, 0), coalesce(c.rows, 0) FROM runs
        LEFT JOIN (SELECT run, count(*) AS rows FROM documents GROUP BY run) a USING (run)
        LEFT JOIN (SELECT run, count(*) AS rows FROM changes GROUP BY run) c USING (run) ORDER BY run""").fetchall()
    return [
        Run(run, _time(started), _time(ended) if ended else None, added, moved)
        for run, started, ended, added, moved in rows
    ]


def exports(archive: Archive) -> list[Exported]:
    whole = archive.meta("state") == "exported"
    found = []
    for name in EXPORTS:
        known = recorded(archive, name)
        try:
            size = (archive.folder / name).stat().st_size
        except OSError:
            found.append(Exported(name, 0, "missing"))
            continue
        if not whole or known is None:
            found.append(Exported(name, size, "behind"))
        else:
            found.append(Exported(name, size, "up to date" if size == known["bytes"] else "changed by others"))
    return found


def _time(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
