"""`cleanpipe archive compact`: gives the space back that deleted rows take."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import message, print_json


@click.command()
@archive_argument
@json_option
def compact(archive: Path, as_json: bool) -> None:
    """Write the database of ARCHIVE anew, without the space of rows that were deleted.

    The new file is written beside the old one and takes its place in one step, so that a stop at any moment costs
    nothing. It needs as much room again while it works. Nobody can write to the archive meanwhile.

    \b
    Example:
      cleanpipe archive compact archive
    """
    from cleanpipe.archive.compact import compact, room_for

    room = room_for(archive)
    message(f"needs up to {room.needed / 1e6:,.1f} MB beside the archive; {room.free / 1e6:,.0f} MB are free")
    sizes = compact(archive)
    if as_json:
        print_json({"before": sizes.before, "after": sizes.after})
    else:
        message(f"{archive}: {sizes.before / 1e6:,.1f} MB before, {sizes.after / 1e6:,.1f} MB after")
