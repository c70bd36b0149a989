"""`cleanpipe explain`: why a document was repaired and linked the way it was."""

from __future__ import annotations

from pathlib import Path

import click

from cleanpipe.cli import explaining
from cleanpipe.cli.explain_columns import screen_width, wrapped
from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import echo, print_json


@click.command()
@archive_argument
@click.argument("document")
@click.argument("canonical", required=False)
@json_option
def explain(archive: Path, document: str, canonical: str | None, as_json: bool) -> None:
    """Say why DOCUMENT in ARCHIVE was repaired and linked the way it was.

    Every repair is shown in its context, with invisible characters named, what its rule is for and which standard it
    follows; then what was considered and left as it is, with what it could have become and why it did not; the sources
    that the text credits, the original it was linked to, and the passages that this rests on. With CANONICAL, a second
    document or the name of an absent original ("external:..."), the link between the two is shown item by item, with
    every passage, what speaks for which of them being older, and the scores.

    ARCHIVE is a folder that `cleanpipe run` wrote; documents are called by their ids in `articles.jsonl`.

    \b
    Examples:
      cleanpipe explain archive harbour-daily/0412
      cleanpipe explain archive harbour-daily/0412 reuters/0007
      cleanpipe explain archive harbour-daily/0412 --json
    """
    width = screen_width()
    if canonical is None:
        about = explaining.about_document(archive, document)
        lines = explaining.document_lines(about, width)
    else:
        between = explaining.about_pair(archive, document, canonical)
        about, lines = between, explaining.pair_lines(between)
    if as_json:
        print_json(about)
    else:
        for line in lines:
            indent = len(line) - len(line.lstrip(" "))
            for part in wrapped(line[indent:], indent, width):
                echo(part)
