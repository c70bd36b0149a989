"""`cleanpipe archive log`: how links changed from run to run, and why."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli.link_changes import change_line, change_row
from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import echo, print_json


@click.command()
@archive_argument
@click.argument("document", required=False)
@click.option("--run", type=click.IntRange(min=1), help="Only what this run or decision changed.")
@json_option
def log(archive: Path, document: str | None, run: int | None, as_json: bool) -> None:
    """List how the links of ARCHIVE changed, oldest first, and why.

    Every run and every decision has a number, and a line for each link that it added, removed, moved to another
    original, or changed in relation or status. With DOCUMENT, only the history of its own link.

    \b
    Examples:
      cleanpipe archive log archive
      cleanpipe archive log archive harbour-daily/0412
      cleanpipe archive log archive --run 3 --json
    """
    from cleanpipe.archive import Archive
    from cleanpipe.archive.changes import changes
    from cleanpipe.decisions import Names

    with Archive.open(archive, read_only=True) as store:
        key = Names(store).document(document) if document is not None else None
        found = changes(store, key=key, run=run)
        if as_json:
            print_json([change_row(item) for item in found])
            return
        for item in found:
            echo(f"{item.run}: {change_line(item)}")
