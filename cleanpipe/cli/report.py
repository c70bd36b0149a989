"""`cleanpipe report`: writes an archive's HTML report anew from its exported files."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli.output import echo, json_option, print_json


@click.command()
@click.argument("archive", type=click.Path(exists=True, file_okay=False, path_type=Path))
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

    target = write_report(archive, anew=True)
    if as_json:
        print_json({"report": str(target), "bytes": target.stat().st_size})
    else:
        echo(str(target))
