"""`cleanpipe export`: the articles of an archive as JSON lines, whole or without the copies."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cleanpipe.errors import UsageError


@click.command()
@click.argument("archive", type=click.Path(file_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else standard output.")
@click.option(
    "--canonical-only",
    is_flag=True,
    help="The deduplicated corpus: linked copies are left out; of a story whose original isn't in the archive, "
    "one copy stays.",
)
def export(archive: Path, output: Path | None, canonical_only: bool) -> None:
    """Write an archive's documents, with or without the copies.

    One article a line, as in articles.jsonl, sorted by id. A copy that waits for a decision is no copy yet, and stays.

    \b
    Examples:
      cleanpipe export archive --canonical-only -o corpus.jsonl
      cleanpipe export archive --canonical-only | gzip > corpus.jsonl.gz
    """
    from cleanpipe.archive import Archive, article_lines, redundant_ids, write_atomically

    with Archive.open(archive, read_only=True) as store:
        if output and output.resolve().parent == archive.resolve():
            raise UsageError(f"{output}: lies in the archive, whose files are its own; give a file elsewhere to -o")
        lines = article_lines(store, without=redundant_ids(store) if canonical_only else frozenset())
        if output:
            write_atomically(output, lines)
        else:
            stream = sys.stdout.buffer
            for line in lines:
                stream.write(line)
