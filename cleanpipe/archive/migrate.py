"""Brings the database of an earlier cleanpipe to the present schema, step by step, each from one version to the next.

What is written once and can't be had again is carried over: articles, their repairs, decisions, names, the log. What is
computed from it may be dropped: the next run computes it again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cleanpipe.archive.schema import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    import duckdb

ROWS = 1000
"""Articles read at a time."""


def can_migrate(found: str | None) -> bool:
    """Whether there are steps from that version of the schema to the present one."""
    if found is None or not found.isdecimal() or int(found) >= SCHEMA_VERSION:
        return False
    return set(range(int(found), SCHEMA_VERSION)) <= STEPS.keys()


def migrate(connection: duckdb.DuckDBPyConnection, found: int) -> bool:
    """Takes the steps from the version `found` to the present one; False where they aren't all there.

    Call it in a transaction. Afterwards the archive waits for the next run to do what is missing.
    """
    if not can_migrate(str(found)):
        return False
    for version in range(found, SCHEMA_VERSION):
        STEPS[version](connection)
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('schema', ?), ('state', 'open')", [str(SCHEMA_VERSION)])
    return True


def _create_missing(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(TABLES.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "))


STEPS: dict[int, Callable[[duckdb.DuckDBPyConnection], None]] = {}
"""By the version that each begins with."""
