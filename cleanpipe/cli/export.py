"""`cleanpipe export`: the articles of an archive, whole or in part, in the forms that others read."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cleanpipe.errors import UsageError
from cleanpipe.outputs import FORMATS


@click.command()
@click.argument("archive", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A file; else standard output. A bag: a new folder."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True, help="See above.")
@click.option(
    "--canonical-only",
    is_flag=True,
    help="The deduplicated corpus: linked copies are left out; of a story whose original isn't in the archive, "
    "one copy stays.",
)
@click.option(
    "--since",
    type=click.IntRange(min=0),
    default=0,
    metavar="RUN",
    help="Only articles that were added or changed, or whose link was, after this run; `archive info` lists runs.",
)
def export(archive: Path, output: Path | None, form: str, canonical_only: bool, since: int) -> None:
    """Write an archive's documents, with or without the copies.

    One article a line, as in articles.jsonl, sorted by id. A copy that waits for a decision is no copy yet, and stays.

    \b
    Formats:
      jsonl      articles, as in articles.jsonl
      csv        a table for spreadsheets, each article with its link
      parquet    the same with all fields, fixed columns; needs the extra [parquet]
      datatrove  records with text, id and metadata
      dolma      records with id, text, source, created and metadata
      jsonld     schema.org NewsArticle of each story's original, with its copies
      bagit      a bag of the archive's exports with checksums; needs -o

    \b
    Examples:
      cleanpipe export archive --canonical-only -o corpus.jsonl
      cleanpipe export archive --canonical-only --format dolma | gzip > corpus.jsonl.gz
      cleanpipe export archive --since 12 --format csv -o new.csv
    """
    from cleanpipe.archive import Archive, write_atomically
    from cleanpipe.outputs import check_choice, chunks, write_bag

    if output and archive.resolve() in (output.resolve(), *output.resolve().parents):
        raise UsageError(f"{output}: lies in the archive, whose files are its own; give a place elsewhere to -o")
    with Archive.open(archive, read_only=True) as store:
        check_choice(store, form, since, canonical_only)
        if form == "bagit":
            if output is None:
                raise UsageError("a bag is a folder: give a new one to -o")
            write_bag(store, output)
            return
        if output and output.is_dir():
            raise UsageError(f"{output}: is a folder; give a file to -o")
        found = chunks(store, form, since=since, canonical_only=canonical_only)
        if output:
            write_atomically(output, found)
            return
        stream = sys.stdout.buffer
        for chunk in found:
            stream.write(chunk)
