"""Brings the database of an earlier cleanpipe to the present schema, step by step, each from one version to the next.

What is written once and can't be had again is carried over: articles, their repairs, decisions, names, the log. What is
computed from it may be dropped: the next run computes it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cleanpipe.archive.ids import distinct_ids
from cleanpipe.archive.rows import origin_from
from cleanpipe.archive.schema import SCHEMA_VERSION, TABLES
from cleanpipe.text.jsonline import dump, load

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


def _from_3(connection: duckdb.DuckDBPyConnection) -> None:
    """Ids and what is counted of an article get columns, no large table has an index, links and matches new columns.

    Matches, links and clusters are left out, and every article is marked as one to compare.
    """
    from cleanpipe.archive.store import columns_of

    rows = connection.execute("SELECT key, given_id FROM documents").fetchall()
    ids = distinct_ids({key: load(id) for key, id in rows})
    connection.execute("DROP TABLE matches; DROP TABLE links; DROP TABLE clusters")
    connection.execute("ALTER TABLE documents RENAME TO documents_3")
    _create_missing(connection)
    connection.execute("CREATE TEMP TABLE added (key VARCHAR, id VARCHAR, rules VARCHAR, assumed VARCHAR)")
    (last,) = connection.execute("SELECT coalesce(max(rowid), -1) FROM documents_3").fetchone() or (-1,)
    for start in range(0, last + 1, ROWS):
        query = "SELECT key, edits, origin FROM documents_3 WHERE rowid BETWEEN ? AND ?"
        rows = [
            (key, dump(ids[key]).decode(), _rules(load(edits)), origin_from(load(origin)).assumed)
            for key, edits, origin in connection.execute(query, [start, start + ROWS - 1]).fetchall()
        ]
        if rows:
            given = columns_of(("key", "id", "rules", "assumed"), rows)  # DuckDB finds it in this frame
            connection.execute("INSERT INTO added SELECT key, id, rules, assumed FROM given")
            del given
    connection.execute(
        "INSERT INTO documents BY NAME SELECT old.*, id, assumed, run AS changed, coalesce(counted.held, 0) AS held, "
        "CASE WHEN rules <> '' THEN string_split(rules, chr(10)) ELSE [] END AS rules "
        "FROM documents_3 old JOIN added USING (key) "
        "LEFT JOIN (SELECT document, count(*) AS held FROM keys GROUP BY document) counted ON document = hash"
    )
    connection.execute("INSERT INTO touched SELECT hash FROM documents")
    connection.execute("DROP TABLE documents_3; DROP TABLE added; DELETE FROM meta WHERE name = 'linked'")


def _rules(edits: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    return "\n".join(rule for rows in edits.values() for edit in rows for rule in edit["rules"])


def _from_4(connection: duckdb.DuckDBPyConnection) -> None:
    """Of each article is noted which run changed it last: as far as is known, the one that added it. Pairs get other
    columns: they are left out, and every article is marked as one to compare. What its story rests on is written
    otherwise; the next run does that (`reprints.resting_as_before`)."""
    connection.execute("ALTER TABLE documents ADD COLUMN IF NOT EXISTS changed INTEGER")
    connection.execute("UPDATE documents SET changed = coalesce(changed, run)")
    connection.execute("DROP TABLE matches; DELETE FROM touched; INSERT INTO touched SELECT hash FROM documents")
    connection.execute("DELETE FROM meta WHERE name IN ('linked', 'asked')")
    _create_missing(connection)


STEPS: dict[int, Callable[[duckdb.DuckDBPyConnection], None]] = {3: _from_3, 4: _from_4}
"""By the version that each begins with."""
