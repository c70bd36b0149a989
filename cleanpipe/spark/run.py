"""A first load on a cluster, top to bottom: what `pipeline.py` does with one machine and a database.

Every step is the function that decides on one machine, called on batches in the cluster's workers; what is between
them stands in tables of Parquet below the output's folder. An archive is made of these by `cleanpipe archive import`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from cleanpipe.archive import Counts
from cleanpipe.archive.loading import (
    DOCUMENTS,
    FORM,
    FOUND,
    GLANCES,
    INPUTS,
    LINKED,
    MATCHES,
    PLAN,
    REJECTED,
    RENAMED,
    REPRINTS,
    SETTLED,
    VALUES,
)
from cleanpipe.archive.rows import rejected_row, text_of
from cleanpipe.engines.progress import Progress, Silent
from cleanpipe.engines.spark import session
from cleanpipe.engines.spark_batches import names_of
from cleanpipe.engines.spark_files import Folder, uri_of
from cleanpipe.engines.spark_holder import held
from cleanpipe.engines.spark_tables import Tables, frame_of, sized
from cleanpipe.errors import ArchiveError, ArchiveVersionError
from cleanpipe.identity import identity_of, manifest_from, versions
from cleanpipe.model import Rejected
from cleanpipe.settings import Settings
from cleanpipe.spark.comparing import matches, pairs, reprints
from cleanpipe.spark.linking import IS_CLUSTER, IS_LINK, linked
from cleanpipe.spark.naming import renamed
from cleanpipe.spark.reading import ARTICLE, PASSED, Place, looked_through, places, prepared
from cleanpipe.spark.reading import INPUTS as INPUTS_SCHEMA
from cleanpipe.spark.reading import REJECTED as IS_REJECTED
from cleanpipe.spark.settling import settled
from cleanpipe.spark.tables import CONTRACT, contract_table, counts_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MANIFEST = "manifest.json"

FORMS = (("", ""), ("", ".new"), (".", ".crc"), (".", ".new.crc"))
"""A file, as it is before it is whole, and what Hadoop puts beside both on a disk of this machine."""

LOOKED, HEADS, FAMILIES = "state/looked", "state/heads", "state/families"
PASSING = (HEADS, FAMILIES)
"""Tables that no archive is made of: they go when the load is done."""

OURS = {"state", *(f"{before}{name}{behind}" for name in (PLAN, MANIFEST) for before, behind in FORMS)}
"""What lies in the folder of a load beside the tables of the contract."""

DOCUMENTS_A_PART = 20_000
"""Documents whose pairs, some 150 bytes each, are joined in one task."""

LINES = "file string, sha256 string, line bigint, byte_offset bigint, reason string, row string"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, and what its output holds. `seconds` are those that each table took, on the clock; `changed` is
    false where everything was there already."""

    output: str
    changed: bool
    counts: Counts
    seconds: Mapping[str, float] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)


def run(
    inputs: Sequence[str],
    output: str,
    *,
    settings: Settings | None = None,
    master: str | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Reads `inputs` and links what they hold, on a cluster, into tables in the folder `output`.

    Inputs and output are paths that every machine of the cluster sees, or URIs of file systems that Hadoop knows. The
    folder is new, empty, or that of the same load, which then goes on after the last table that was finished. `master`
    is that of the cluster, by default the one of `spark-submit` or this machine.

    Raises InputError for an input that isn't there, ArchiveError for a folder that holds something else or in which
    another run is at work, and MissingExtraError without PySpark.
    """
    settings, progress = settings or Settings(), progress or Silent()
    with session(master) as spark:
        folder = Folder(spark, uri_of(output))
        strange = sorted(set(folder.names()) - {*OURS, *CONTRACT})
        if strange:
            raise ArchiveError(
                f"{output}: not empty and no load of --engine spark (it holds {strange[0]!r}); give a new directory to "
                "-o, and put the result into an archive with `cleanpipe archive import`"
            )
        there, unreadable = places(spark, inputs, folder)
        with held(folder) as holder:
            tables = Tables(spark, folder, holder, progress)
            return _run(tables, there, unreadable, output, settings)


def _run(
    tables: Tables, there: Sequence[Place], unreadable: Sequence[Rejected], output: str, settings: Settings
) -> Loaded:
    """What `run` does in a folder that is its own."""
    folder = tables.folder
    identity = {**identity_of(settings), "form": FORM, "versions": versions()}
    tables.key = _hash([identity, there])
    looked = looked_through(tables, LOOKED, there, settings)
    told = [text_of(rejected_row(item)) for item in unreadable]
    plan = {"identity": identity, "inputs": [item[:3] for item in looked], "unreadable": told}
    _hold_to(folder, output, plan)
    tables.key = _hash(plan)
    done = folder.read(MANIFEST)
    if done is None:
        _load(tables, there, looked, unreadable, settings)
    for name in PASSING:
        tables.drop(name)
    found = json.loads(folder.read(MANIFEST) or b"{}")
    return Loaded(output, done is None, Counts(**found["counts"]), tables.seconds, found["passed"])


def _load(
    tables: Tables, there: Sequence[Place], looked: Sequence[Any], unreadable: Sequence[Rejected], settings: Settings
) -> None:
    """All tables, and the manifest when they are there."""
    from pyspark.sql.functions import lit

    rows = [(item.name, item.sha256, item.size, json.dumps(item.splits)) for item in looked]
    tables.kept(INPUTS, INPUTS_SCHEMA, lambda: frame_of(tables.spark, rows, INPUTS_SCHEMA, 1))
    read = prepared(tables, DOCUMENTS, there, looked, settings)
    documents = read.where(f"kind = {ARTICLE}")
    count = documents.count()
    sized(tables.spark, count, DOCUMENTS_A_PART)
    names = renamed(tables, RENAMED, documents, count)
    called = documents.join(names, "key", "left").selectExpr("*", "coalesce(id, given_id) AS called").drop("id")
    called = called.withColumnRenamed("called", "id")
    same = reprints(tables, REPRINTS, documents)
    both = pairs(tables, FOUND, VALUES, documents, same, count)
    compared = matches(tables, GLANCES, MATCHES, documents, both, count)
    weighed = settled(tables, SETTLED, FAMILIES, compared, same)
    found = linked(tables, LINKED, HEADS, called, compared, weighed, same, settings)

    columns = names_of(LINES)
    left_out = compared.where("reason IS NOT NULL").withColumn("sha256", lit(""))
    lost = read.where(f"kind = {IS_REJECTED}").select(*columns).unionByName(left_out.select(*columns))
    if unreadable:
        told = [
            (item.origin.file, "", item.origin.line, item.origin.offset, item.reason, text_of(rejected_row(item)))
            for item in unreadable
        ]
        lost = lost.unionByName(frame_of(tables.spark, told, LINES, 1))
    rejected = tables.kept(REJECTED, LINES, lambda: lost)
    links, clusters = (found.where(f"kind = {kind}") for kind in (IS_LINK, IS_CLUSTER))
    made: dict[str, DataFrame] = {
        "articles": called,
        "edits": called.where("edits <> '{}'"),
        "links": links.selectExpr("link AS line"),
        "clusters": clusters.selectExpr("story AS line"),
        "rejected": rejected.selectExpr("row AS line"),
    }
    rows_of = {}
    for name, frame in made.items():
        rows_of[name] = tables.kept(name, CONTRACT[name], partial(contract_table, name, frame)).count()
    counts = counts_of(documents, links, clusters, rejected)
    passed = read.where(f"kind = {PASSED}").groupBy("reason").agg({"line": "sum"}).collect()
    inputs = [{"name": item.name, "sha256": item.sha256, "bytes": item.size, "complete": True} for item in looked]
    manifest = {
        **manifest_from(inputs, settings, counts),
        "tables": rows_of,
        "passed": dict(sorted((row[0], row[1]) for row in passed)),
    }
    tables.holder.check()
    tables.folder.write(MANIFEST, json.dumps(manifest, indent=2, sort_keys=True).encode() + b"\n")


def _hold_to(folder: Folder, output: str, plan: Mapping[str, Any]) -> None:
    """Ties the folder to this load. Raises ArchiveVersionError where it is that of another."""
    known = folder.read(PLAN)
    mine = json.dumps(plan, indent=2, sort_keys=True).encode() + b"\n"
    if known is None:
        folder.write(PLAN, mine)
    elif known != mine:
        then, now = json.loads(known), json.loads(mine)
        other = [name for name, value in now["identity"].items() if value != then["identity"].get(name)]
        other += ["input"] if (then["inputs"], then["unreadable"]) != (now["inputs"], now["unreadable"]) else []
        raise ArchiveVersionError(
            f"{output}: holds a load with other {' and '.join(other)}; a load is one run over all its input: give the "
            "same again, or a new directory to -o"
        )


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
