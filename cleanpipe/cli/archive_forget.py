"""`cleanpipe archive forget`: removes articles, and everything that rests on them."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli.link_changes import all_kinds, change_row, changes_lines
from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import message, print_json, visible
from cleanpipe.cli.progress import TerminalProgress

COPIES_SHOWN = 20


@click.command()
@archive_argument
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@json_option
def forget(archive: Path, ids: tuple[str, ...], as_json: bool) -> None:
    """Remove the articles ID... from ARCHIVE, and everything that rests on them.

    Their words are gone from every file of the folder: the exports and the report are written anew, and so is the
    database, which needs as much room again while that goes on. What hung on them is linked anew. The records stay out
    when their files are read again, unless `run --again` is given: a hash of each is kept, and nothing else. Copies of
    them are articles of their own, and are named here; docs/archive.md says what else stays.

    \b
    Examples:
      cleanpipe archive forget archive harbour-daily/0412
      cleanpipe archive forget archive page-17 page-18 --json
    """
    from cleanpipe.report import write_report
    from cleanpipe.upkeep.forget import forget

    with TerminalProgress() as progress:
        done = forget(archive, ids, progress=progress)
    write_report(archive)
    if as_json:
        print_json(
            {
                "forgotten": list(done.keys),
                "copies": list(done.copies),
                "changed": list(done.changed),
                "links": all_kinds(done.links),
                "changes": [change_row(item) for item in done.changes],
                "database": {"before": done.sizes.before, "after": done.sizes.after},
            }
        )
        return
    message(f"{len(done.keys):,} forgotten: {', '.join(map(visible, done.keys))}.")
    for line in changes_lines(done.links, done.changes):
        message(line)
    if done.copies:
        named = ", ".join(map(visible, done.copies[:COPIES_SHOWN]))
        more = f" and {len(done.copies) - COPIES_SHOWN:,} more" if len(done.copies) > COPIES_SHOWN else ""
        message(f"Linked with what was forgotten, and still there: {named}{more}.")
