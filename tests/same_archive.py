"""Two archives held to each other: the bytes of their exports, and every row of their tables."""

from __future__ import annotations

from pathlib import Path

import duckdb

from cleanpipe.archive import EXPORTS

TABLES = (
    *("meta", "inputs", "documents", "keys", "hot", "touched", "matches", "links", "clusters", "names", "forgotten"),
    *("rejected", "decisions", "changes"),
)


def assert_same(one: Path, two: Path) -> None:
    for name in EXPORTS:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    with duckdb.connect() as connection:
        for name, folder in (("one", one), ("two", two)):
            connection.execute(f"ATTACH '{folder / 'archive.duckdb'}' AS {name} (READ_ONLY)")
        for table in TABLES:
            for here, there in (("one", "two"), ("two", "one")):
                query = f"FROM {here}.{table} EXCEPT ALL FROM {there}.{table}"
                assert connection.execute(query).fetchall() == [], f"{table}: rows of {here} alone"
