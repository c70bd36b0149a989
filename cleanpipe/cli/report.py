"""`cleanpipe report`: writes an archive's HTML report anew from its exported files."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import echo, print_json


@click.command()
@archive_argument
@json_option
def report(archive: Path, as_json: bool) -> None:
    """Write the HTML report of ARCHIVE anew, from the files that `cleanpipe run` exported.

    The report is one file that opens in any browser without a network. `run` writes it too; this command is for an
    archive whose report was lost, or was written by an older version.

    \b
    Example:
      cleanpipe report archive
    """
    from cleanpipe.report import write_report

    target = write_report(archive)
    if as_json:
        print_json({"report": str(target), "bytes": target.stat().st_size})
    else:
        echo(str(target))
