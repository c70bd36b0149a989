"""`cleanpipe archive info`: what an archive holds, and how large it is."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import echo, print_json, table, visible

RUNS_SHOWN = 10


@click.command()
@archive_argument
@json_option
def info(archive: Path, as_json: bool) -> None:
    """Say what ARCHIVE holds and how large it is: counts, runs, tables, exports.

    An export is behind where a run was stopped before it wrote it; the next run does. What is in the exports is
    compared by `archive verify`.

    \b
    Examples:
      cleanpipe archive info archive
      cleanpipe archive info archive --json
    """
    from cleanpipe.archive import Archive, count
    from cleanpipe.archive.compact import WANTED
    from cleanpipe.archive.sizes import database, exports, runs, tables

    with Archive.open(archive, read_only=True) as store:
        found = {
            "archive": str(archive),
            "schema": int(store.meta("schema") or 0),
            "complete": store.meta("state") == "exported",
            "forgetting": store.meta(WANTED) is not None,
            "counts": count(store).as_dict(),
            "inputs": len(store.inputs()),
            "database": dataclasses.asdict(database(store)),
            "runs": [dataclasses.asdict(item) for item in runs(store)],
            "tables": [dataclasses.asdict(item) for item in tables(store)],
            "exports": [dataclasses.asdict(item) for item in exports(store)],
        }
    if as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    counts, size = found["counts"], found["database"]
    copies, waiting, lost = (sum(counts[name].values()) for name in ("copies", "review", "rejected"))
    echo(f"{visible(found['archive'])}: schema version {found['schema']}, {found['inputs']:,} input files read")
    echo(f"  {counts['articles']:,} articles, {counts['repaired']:,} of them repaired")
    echo(
        f"  {copies:,} copies of {counts['originals']:,} originals here and {counts['absent_originals']:,} that are "
        f"not; {waiting:,} wait for a decision"
    )
    echo(f"  {counts['decisions']:,} decisions, {lost:,} rejected records, {counts['forgotten']:,} forgotten")
    echo(f"  database of {_size(size['bytes'])}, {_size(size['free'])} of it freed (`archive compact` gives that back)")
    if not found["complete"]:
        echo("  A run was stopped before its end: give its command again, and it goes on from there.")
    if found["forgetting"]:
        echo("  Forgotten texts are still in the database's file: run `cleanpipe archive compact` on it.")
    runs = found["runs"]
    echo()
    rows = [
        (str(run["run"]), run["started"], run["finished"] or "stopped", f"{run['added']:,}", f"{run['changes']:,}")
        for run in runs[-RUNS_SHOWN:]
    ]
    table(rows, header=("run", "started", "finished", "articles added", "links changed"))
    if len(runs) > RUNS_SHOWN:
        echo(f"and {len(runs) - RUNS_SHOWN:,} before these; --json has them all")
    echo()
    table(
        [(item["name"], f"{item['rows']:,}", _size(item["bytes"])) for item in found["tables"]],
        header=("table", "rows", "size"),
    )
    echo()
    table(
        [(item["name"], _size(item["bytes"]), item["state"]) for item in found["exports"]],
        header=("export", "size", "state"),
    )


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count:,} bytes"
