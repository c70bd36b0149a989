"""A database from the tables of a first load on a cluster: what that worked out, put where runs keep it.

The load's hashes are signed, moved by half their range; here they come back. Everything is as if one run of one machine
had done it, so that daily runs go on from there.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleanpipe.archive.files import MEMORY_EACH, create_tables, made_beside
from cleanpipe.archive.lines import LINES
from cleanpipe.archive.pairs import ASKED
from cleanpipe.archive.store import Archive
from cleanpipe.errors import ArchiveError, ArchiveVersionError

if TYPE_CHECKING:
    import duckdb

FORM = "1"
"""The form of the tables. A load of another form is refused."""

LEAST_MEMORY = 1_000_000_000
"""Bytes that DuckDB may have at least: it reads whole groups of rows of Parquet, 128 MB each, in each thread."""

PLAN = "load.json"
"""What a load is of, in its folder from its beginning on."""

INPUTS, DOCUMENTS, RENAMED, REPRINTS = "state/inputs", "state/documents", "state/renamed", "state/reprints"
VALUES, FOUND, GLANCES, MATCHES = "state/values", "state/pairs", "state/glances", "state/matches"
SETTLED = "state/settled"
LINKED, REJECTED = "state/linked", "state/rejected"
"""The tables that an archive is made of, by their folders."""


def _back(column: str) -> str:
    """A hash as it was."""
    return f"({column}::HUGEINT + 9223372036854775808)::UBIGINT"


FILLED = {
    "inputs": ((INPUTS,), f"SELECT name, sha256, bytes, true FROM {{{INPUTS}}}"),
    "documents": (
        (DOCUMENTS, RENAMED),
        f"""SELECT d.key, {_back("hash")}, given_id, coalesce(r.id, given_id), article, origin, edits, credits,
        {_back("exact")}, signature, sketch, rests, held, rules, assumed, 1, 1
        FROM {{{DOCUMENTS}}} d LEFT JOIN {{{RENAMED}}} r ON d.key = r.key WHERE kind = 0""",
    ),
    "keys": (
        (DOCUMENTS,),
        f"""SELECT {_back("hash")}, channel, {_back("value")} FROM (
        SELECT hash, unnest(channels) AS channel, unnest(keys) AS value FROM {{{DOCUMENTS}}} WHERE kind = 0)""",
    ),
    "hot": (
        (VALUES,),
        f"SELECT channel, {_back('value')} FROM {{{VALUES}}} WHERE crowded AND octet_length(holders) = 0",
    ),
    "matches": (
        (FOUND, MATCHES, GLANCES, SETTLED),
        f"""SELECT {_back("m.a")}, {_back("m.b")}, kept, m.wanted, probability, coalesce(s.settled, probability), alike,
        measured, tells, found FROM {{{MATCHES}}} m JOIN {{{FOUND}}} f ON m.a = f.a AND m.b = f.b
        LEFT JOIN {{{SETTLED}}} s ON m.a = s.a AND m.b = s.b
        UNION ALL SELECT {_back("g.a")}, {_back("g.b")}, kept, g.wanted, probability, probability, false, NULL, NULL,
        NULL FROM {{{GLANCES}}} g JOIN {{{FOUND}}} f ON g.a = f.a AND g.b = f.b WHERE NOT close""",
    ),
    "links": (
        (LINKED,),
        f"SELECT key, original, copy, canonical, relation, status, link FROM {{{LINKED}}} WHERE kind = 0",
    ),
    "clusters": ((LINKED,), f"SELECT original, virtual, cluster, story FROM {{{LINKED}}} WHERE kind = 1"),
    "names": ((LINKED,), f"SELECT original, 1, keys FROM {{{LINKED}}} WHERE kind = 2"),
    "changes": (
        (LINKED,),
        f"""SELECT 1, key, id, nullif(before, 'null'), nullif(after, 'null'), why FROM {{{LINKED}}} WHERE kind = 3""",
    ),
    "rejected": ((REJECTED,), f"SELECT file, sha256, line, byte_offset, reason, row FROM {{{REJECTED}}}"),
}
"""For each table of the archive the tables of the load that it is made from, and the query."""


def fill(folder: Path, load: Path, manifest: Mapping[str, Any]) -> None:
    """Makes the database of the archive in `folder`, which is new or empty, from the tables in the folder `load`. It
    is put there whole or not at all; a run has yet to write the exports.

    Raises ArchiveError for a folder that isn't empty, and for a load that isn't finished or whole.
    """
    with made_beside(folder) as connection:
        create_tables(connection)
        archive = Archive(folder, connection)
        room = max(LEAST_MEMORY, MEMORY_EACH * int(manifest["counts"]["articles"]))
        connection.execute(f"SET memory_limit = '{room}B'; SET preserve_insertion_order = false")
        for table, (names, query) in FILLED.items():
            places = {name: _parquet(load, name) for name in names}
            connection.execute(f"INSERT INTO {table} {query.format_map(places)}")
        _check(connection, load, manifest)
        archive.begin_run()
        for name, value in {**manifest["hashes"], ASKED: "1", "linked": "1"}.items():
            archive.set_meta(name, value)
        archive.outdate(*LINES)


def manifest_of_load(load: Path) -> dict[str, Any]:
    """The manifest of a finished load. Raises ArchiveError where there is none, ArchiveVersionError where another
    version of cleanpipe made it."""
    try:
        plan = json.loads((load / PLAN).read_bytes())
    except (OSError, ValueError) as error:
        raise ArchiveError(
            f"{load}: no load of `cleanpipe run --engine spark` ({PLAN} can't be read); give the directory that was "
            "given to its -o, copied to a disk of this machine"
        ) from error
    if glob.has_magic(str(load)):
        raise ArchiveError(f"{load}: *, ? and [ in the name of a directory mean something else here; give it another")
    if plan["identity"]["form"] != FORM:
        raise ArchiveVersionError(f"{load}: made by another version of cleanpipe; use that version for the import")
    try:
        manifest: dict[str, Any] = json.loads((load / "manifest.json").read_bytes())
    except FileNotFoundError as error:
        raise ArchiveError(
            f"{load}: this load isn't finished; give its command again, it goes on from there"
        ) from error
    return manifest


def _parquet(load: Path, name: str) -> str:
    """The files of a table as DuckDB reads them, or no rows for one that the load had no use for."""
    files = sorted((load / name).glob("*.parquet"))
    if not files and name == GLANCES:
        none = "NULL::BIGINT AS a, NULL::BIGINT AS b, NULL::BOOLEAN AS wanted, NULL::DOUBLE AS probability"
        return f"(SELECT {none}, true AS close LIMIT 0)"
    if not files:
        raise ArchiveError(f"{load / name}: this table is missing; copy the whole directory of the load")
    pattern = str(load / name / "*.parquet").replace("'", "''")
    return f"read_parquet('{pattern}')"


def _check(connection: duckdb.DuckDBPyConnection, load: Path, manifest: Mapping[str, Any]) -> None:
    """Raises ArchiveError where there are not as many rows as the load counted."""
    for table, name in (
        ("documents", "articles"),
        ("links", "links"),
        ("clusters", "clusters"),
        ("rejected", "rejected"),
    ):
        (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
        if found != manifest["tables"][name]:
            raise ArchiveError(
                f"{load}: has {found:,} {name} in place of {manifest['tables'][name]:,}; copy the whole directory"
            )
