"""`cleanpipe archive import`: an archive of what a cluster worked out."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli.options import json_option
from cleanpipe.cli.output import message, print_json
from cleanpipe.cli.progress import TerminalProgress


@click.command("import")
@click.argument("load", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="The archive's directory."
)
@json_option
def import_(load: Path, output: Path, as_json: bool) -> None:
    """Make an archive of LOAD, the directory that `cleanpipe run --engine spark` made.

    The directory of the archive is new or empty. The archive is the same as one that a run on one machine makes of the
    same input, and later runs add to it. LOAD has to lie on a disk of this machine; it is only read, and no longer
    needed afterwards.

    \b
    Example:
      cleanpipe archive import load -o archive
    """
    from cleanpipe.report import write_report
    from cleanpipe.upkeep.load import import_load

    with TerminalProgress() as progress:
        counts = import_load(load, output, progress)
        progress.stage("report", None)
        write_report(output)
    if as_json:
        print_json(counts.as_dict())
        return
    links = sum(counts.copies.values()) + sum(counts.review.values())
    message(f"{output}: {counts.articles:,} articles, {links:,} links; look at {output / 'report.html'}")
