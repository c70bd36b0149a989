"""`cleanpipe undo`: a document as it was read, from an archive or from the log of `clean`."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import click

from cleanpipe.archive.rows import edit_from, origin_from
from cleanpipe.cli.exports import article, rows_with
from cleanpipe.errors import InputError, UsageError
from cleanpipe.text.jsonline import dump, load
from cleanpipe.text.offsets import apply, revert


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
        output.writelines(_from_log(_entries(log), sys.stdin.buffer, as_bytes))
        return
    if archive is None or document is None:
        raise UsageError("give ARCHIVE and ID, or --log with the repaired text on standard input")
    row = article(archive, document)
    if not isinstance(row.get(field), str):
        raise UsageError(f"{document}: has no text in the field {field!r}; undo works on text, title, author, source")
    text = _as_read(archive, row, field)
    if as_bytes:
        origin = origin_from(row["origin"])
        if not origin.is_whole:
            what = "was taken out of" if origin.line is origin.offset is origin.row else "is one record of"
            raise UsageError(f"{document}: {what} {origin.file}, not a text file of its own; leave --bytes out")
        output.write(_encoded(text, row["origin"]))
    else:
        output.write(text.encode("utf-8", "surrogatepass"))


def _as_read(archive: Path, row: Mapping[str, Any], field: str) -> str:
    """A field of an article before its repair. A text file's title has no edits of its own: it is part of the text."""
    within = "text" if field == "title" and row["title_span"] else field
    log = (entry for entry in rows_with(archive, "edits.jsonl", "id", {row["id"]}) if entry["field"] == within)
    entry = next(log, None)
    text: str = revert(row[within], map(edit_from, entry["edits"])) if entry else row[within]
    if within == field:
        return text
    from cleanpipe.formats.plain import find_title

    title = find_title(text)
    return text[title.start : title.end] if title else row[field]


def _entries(log: BinaryIO) -> list[dict[str, Any]]:
    try:
        return [load(line) for line in log]
    except ValueError as error:
        raise InputError(f"{log.name}: no log of `clean` ({error}); give the file that --log wrote") from error


def _from_log(entries: list[dict[str, Any]], repaired: BinaryIO, as_bytes: bool) -> Iterator[bytes]:
    if len(entries) == 1 and entries[0]["line"] is None:
        try:
            text = repaired.read().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise InputError(f"standard input: not the UTF-8 that `clean` wrote ({error})") from error
        original = _reverted(text, entries[0], "standard input")
        yield _encoded(original, entries[0]["origin"]) if as_bytes else original.encode("utf-8", "surrogatepass")
        return
    if as_bytes:
        raise UsageError("--bytes undoes the log of one text; a log of records gives back the records' fields")
    by_line: dict[int, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry["edits"]:  # else it only says what the line was read as
            by_line.setdefault(entry["line"], []).append(entry)
    for number, line in enumerate(repaired, 1):
        if number not in by_line:
            yield line
            continue
        yield _record_reverted(line, number, by_line[number])


def _record_reverted(line: bytes, number: int, entries: list[dict[str, Any]]) -> bytes:
    from cleanpipe.formats.jsonvalue import parse

    where = f"standard input, line {number}"
    mark, body, end = _split_line(line, number)
    try:
        record = parse(body)[0]
    except ValueError as error:
        raise InputError(
            f"{where}: not what `clean` wrote ({error}); give its output and the log of the same call"
        ) from error
    for entry in entries:
        text = record.get(entry["field"]) if isinstance(record, dict) else None
        record[entry["field"]] = _reverted(text if isinstance(text, str) else "", entry, where)
    return mark + dump(record) + end


def _reverted(text: str, entry: dict[str, Any], where: str) -> str:
    """The text before the entry's edits. Raises InputError for one that they didn't make."""
    edits = [edit_from(row) for row in entry["edits"]]
    original = revert(text, edits)
    if apply(original, edits) != text:
        raise InputError(f"{where}: not what `clean` wrote; give its output and the log of the same call")
    return original


def _encoded(text: str, origin: Mapping[str, Any]) -> bytes:
    from cleanpipe.formats import encode

    return encode(text, origin_from(origin))


def _split_line(line: bytes, number: int) -> tuple[bytes, bytes, bytes]:
    """A line's byte order mark (of the first line alone), its JSON, and its line end."""
    mark = codecs.BOM_UTF8 if number == 1 and line.startswith(codecs.BOM_UTF8) else b""
    body = line[len(mark) :].rstrip(b"\r\n")
    return mark, body, line[len(mark) + len(body) :]
