"""`cleanpipe show`: a story's copies beside what they were made from, in the width at hand."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli.explain_columns import screen_width
from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import echo, print_json

WIDEST = 160
"""Columns for two texts; beyond these, lines are hard to follow."""


@click.command()
@archive_argument
@click.argument("cluster")
@json_option
def show(archive: Path, cluster: str, as_json: bool) -> None:
    """Lay the copies of a story beside their original, sentence by sentence.

    CLUSTER is the name of a story in `clusters.jsonl` of ARCHIVE, or the id of any of its documents: with the id of a
    copy, that copy alone is shown. Words that were dropped or replaced stand in [-brackets-], those that are new in
    {+braces+}. The sign of a row says what became of it: = the same, ~ reworded, - dropped, + added, > moved here,
    < moved away, # page furniture. In a window too narrow for two columns the texts stand below each other.

    \b
    Examples:
      cleanpipe show archive c655e452825c4
      cleanpipe show archive harbour-daily/0412
      cleanpipe show archive harbour-daily/0412 --json
    """
    from cleanpipe.cli.showing import about_story, story_lines

    about = about_story(archive, cluster)
    if as_json:
        print_json(about)
    else:
        for line in story_lines(about, screen_width(WIDEST)):
            echo(line)
