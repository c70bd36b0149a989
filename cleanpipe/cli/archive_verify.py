"""`cleanpipe archive verify`: a full check of an archive."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cleanpipe.cli.options import FINDINGS, archive_argument, json_option, workers_option
from cleanpipe.cli.output import echo, message, print_json, visible
from cleanpipe.cli.progress import TerminalProgress


@click.command()
@archive_argument
@click.argument("inputs", nargs=-1, metavar="[INPUT...]")
@click.option("--quick", is_flag=True, help="Don't repair and fingerprint every article anew.")
@workers_option
@json_option
@click.pass_context
def verify(
    ctx: click.Context, archive: Path, inputs: tuple[str, ...], quick: bool, workers: int | None, as_json: bool
) -> None:
    """Check every article, edit, link and export of ARCHIVE, and change nothing.

    The edits of each article are undone, made again and compared, and its key is found anew from the record as it
    was read; then it is repaired and fingerprinted anew, which takes as long as the first half of a run (--quick
    leaves that out). Links, stories and decisions are held to the articles, exports to the database and, where INPUT
    is given, those files to the ones that were read.

    Exit status 3 where anything is wrong: each finding says what, where, and what to do.

    \b
    Examples:
      cleanpipe archive verify archive
      cleanpipe archive verify archive dump/ --quick
    """
    from cleanpipe.upkeep.verify import verify

    found = []
    with TerminalProgress() as progress:
        for item in verify(
            archive, inputs, quick=quick, workers=workers or os.cpu_count() or 1, progress=progress, say=message
        ):
            if as_json:
                found.append(item._asdict())
            else:
                progress.close()
                echo(visible(f"{item.where}: {item.what}; {item.do}"))
                found.append({})
    if as_json:
        print_json({"sound": not found, "findings": found})
    else:
        message(f"{len(found):,} finding{'' if len(found) == 1 else 's'}." if found else "sound.")
    if found:
        ctx.exit(FINDINGS)
