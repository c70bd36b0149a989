"""`cleanpipe undo`: a document as it was read, from an archive or from the log of `clean`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import click

from cleanpipe.archive.rows import edit_from, origin_from
from cleanpipe.cli.exports import article, rows_with
from cleanpipe.errors import InputError, UsageError
from cleanpipe.text.jsonline import dump_line, load
from cleanpipe.text.offsets import revert


@click.command()
@click.argument("archive", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.argument("document", required=False, metavar="[ID]")
@click.option("--field", default="text", show_default=True, help="Which field of the document.")
@click.option("--bytes", "as_bytes", is_flag=True, help="The file's own bytes: charset, marks and all.")
@click.option("--log", type=click.File("rb"), help="Undo `cleanpipe clean --log`: repaired text on standard input.")
def undo(archive: Path | None, document: str | None, field: str, as_bytes: bool, log: BinaryIO | None) -> None:
    """Give a document back as it was before the repair.

    With ARCHIVE and ID, the field of that document as it was read. With --log, what `clean` was given, from what it
    gave. --bytes gives back the file itself, for a document that was a file of its own.

    \b
    Examples:
      cleanpipe undo archive page-17
      cleanpipe undo archive page-17 --bytes > page-17.txt
      cleanpipe undo --log edits.jsonl --bytes < repaired.txt > scraped.txt
    """
    output = sys.stdout.buffer
    if log is not None:
        if archive is not None:
            raise UsageError("give either ARCHIVE and ID, or --log with the repaired text on standard input")
        output.writelines(_from_log([load(line) for line in log], sys.stdin.buffer, as_bytes))
        return
    if archive is None or document is None:
        raise UsageError("give ARCHIVE and ID, or --log with the repaired text on standard input")
    row = article(archive, document)
    if not isinstance(row.get(field), str):
        raise UsageError(f"{document}: has no text in the field {field!r}; undo works on text, title, author, source")
    entries = [entry for entry in rows_with(archive, "edits.jsonl", "id", {document}) if entry["field"] == field]
    text = revert(row[field], map(edit_from, entries[0]["edits"])) if entries else row[field]
    if as_bytes:
        if row["origin"]["line"] is not None:
            raise UsageError(
                f"{document}: is one record of {row['origin']['file']}, not a file of its own; leave --bytes out"
            )
        output.write(_encoded(text, row["origin"]))
    else:
        output.write(text.encode("utf-8", "surrogatepass"))


def _from_log(entries: list[dict[str, Any]], repaired: BinaryIO, as_bytes: bool) -> Iterator[bytes]:
    if len(entries) == 1 and entries[0]["line"] is None:
        try:
            text = repaired.read().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise InputError(f"standard input: not the UTF-8 that `clean` wrote ({error})") from error
        original = revert(text, map(edit_from, entries[0]["edits"]))
        yield _encoded(original, entries[0]["origin"]) if as_bytes else original.encode("utf-8", "surrogatepass")
        return
    if as_bytes:
        raise UsageError("--bytes undoes the log of one text; a log of records gives back the records' fields")
    by_line: dict[int, list[dict[str, Any]]] = {}
    for entry in entries:
        by_line.setdefault(entry["line"], []).append(entry)
    for number, line in enumerate(repaired, 1):
        if number not in by_line:
            yield line
            continue
        record = load(line)
        for entry in by_line[number]:
            record[entry["field"]] = revert(record[entry["field"]], map(edit_from, entry["edits"]))
        yield dump_line(record)


def _encoded(text: str, origin: Mapping[str, Any]) -> bytes:
    from cleanpipe.formats import encode

    return encode(text, origin_from(origin))
