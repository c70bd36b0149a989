"""`cleanpipe clean`: the repair alone, as a filter."""

from __future__ import annotations

import codecs
import collections
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from cleanpipe.archive.rows import plain
from cleanpipe.cli.options import FINDINGS, charset_option, declared_charset, rules_option
from cleanpipe.cli.output import message
from cleanpipe.model import Edit, Origin, Profile
from cleanpipe.text.jsonline import dump, dump_line


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--jsonl", is_flag=True, help="The input is JSON lines: repair fields of each record.")
@click.option("--field", "fields", multiple=True, metavar="NAME", help="With --jsonl, the fields; else text and title.")
@click.option(
    "--profile",
    type=click.Choice(["archival", "plain"]),
    default="archival",
    show_default=True,
    help="archival keeps typography as it came; plain folds ligatures, widths, accents and spaces too.",
)
@charset_option
@click.option("--lang", metavar="CODE", help="The language, such as fr, where you know it.")
@rules_option
@click.option("--log", type=click.File("wb"), help="Write every edit here, for `cleanpipe undo --log`.")
@click.option("--check", is_flag=True, help="Write nothing; exit with status 3 if there is anything to repair.")
@click.option("--json", "as_json", is_flag=True, help="Print text and edits as one JSON object (not with --jsonl).")
def clean(
    file: BinaryIO,
    jsonl: bool,
    fields: tuple[str, ...],
    profile: Profile,
    charset: str | None,
    lang: str | None,
    folders: tuple[Path, ...],
    log: BinaryIO | None,
    check: bool,
    as_json: bool,
) -> None:
    """Repair text only, from standard input to standard output.

    The input is one text in any charset (or, with --jsonl, one record a line); the output is UTF-8. What was
    repaired and which charset was read is told on standard error. Line ends stay as they are.

    \b
    Examples:
      cleanpipe clean < scraped.txt > repaired.txt
      cleanpipe clean --log edits.jsonl < scraped.txt > repaired.txt
      cleanpipe clean --charset koi8-r < scraped.txt > repaired.txt
      zcat dump.jsonl.gz | cleanpipe clean --jsonl --field body > repaired.jsonl
      cleanpipe clean --check < scraped.txt || echo "needs repair"
    """
    from cleanpipe.repair import repair

    def mend(text: str) -> tuple[str, tuple[Edit, ...]]:
        mended = repair(text, profile=profile, lang=lang, rules_folders=tuple(map(str, folders)))
        return mended.text, mended.edits

    if fields and not jsonl:
        raise click.UsageError("--field goes with --jsonl: a text has no fields")
    if jsonl and as_json:
        raise click.UsageError("--json goes with one text; with --jsonl use --log for the edits")
    rows: Iterable[tuple[bytes, list[dict[str, Any]]]]
    declared = declared_charset(charset)
    if jsonl:
        rows = _records(file, declared, fields or ("text", "title"), mend)
    else:
        rows = _text(file.read(), declared, mend, as_json)
    rules: collections.Counter[str] = collections.Counter()
    output = sys.stdout.buffer
    for line, entries in rows:
        if not check:
            output.write(line)
        for entry in entries:
            rules.update(rule for edit in entry["edits"] for rule in edit["rules"])
            if log:
                log.write(dump_line(entry))
    if rules:
        told = ", ".join(
            f"{rule} {count:,}" for rule, count in sorted(rules.items(), key=lambda row: (-row[1], row[0]))
        )
        message(f"repaired: {told}")
        if check:
            click.get_current_context().exit(FINDINGS)


def _text(data: bytes, declared: str | None, mend: Any, as_json: bool) -> Iterator[tuple[bytes, list[dict[str, Any]]]]:
    """The whole input as one text."""
    from cleanpipe.formats import decode

    decoded = decode(data, declared)
    text, origin = decoded.text, decoded.origin(Origin("-"))
    if origin.assumed:
        parts = []
        if origin.other_lines:
            newlines = text.count("\n")
            parts.append(f"{len(origin.other_lines):,} of {newlines + 1:,} lines")
        if origin.stray_bytes:
            many = len(origin.stray_bytes)
            parts.append(f"{many:,} byte{'s' if many > 1 else ''} that fit{'' if many > 1 else 's'} in nowhere")
        message(f"read as {origin.assumed}" + (f": {', '.join(parts)}" if parts else ""))
    mended, edits = mend(text)
    entry = {"line": None, "field": "text", "edits": plain(edits), "origin": plain(origin)}
    if as_json:
        yield dump_line({"text": mended, **entry}), [entry]
    else:
        yield mended.encode("utf-8", "surrogatepass"), [entry]


def _records(
    file: BinaryIO, declared: str | None, fields: tuple[str, ...], mend: Any
) -> Iterator[tuple[bytes, list[dict[str, Any]]]]:
    """Each line a record. A line that is none, or can't be written again without loss, goes through and is told."""
    from cleanpipe.formats.jsonvalue import parse
    from cleanpipe.formats.read import open_lines

    read: collections.Counter[str] = collections.Counter()
    mark, lines = open_lines(file, declared)
    for line, (charset, by, strays) in lines:
        origin = Origin("-", line.number, line.offset, charset, charset_by=by, stray_bytes=strays)
        if origin.assumed:
            read[origin.assumed] += 1
        start = codecs.BOM_UTF8 if mark == codecs.BOM_UTF8 and line.number == 1 else b""
        body = line.data.rstrip(b"\r\n")
        try:
            record = parse(body)[0]
            if not isinstance(record, dict):
                raise ValueError("not an object")
        except ValueError as error:
            if line.data.strip():
                done = (
                    "left as it is" if charset == "utf-8" and not strays else f"brought from {charset} into UTF-8 alone"
                )
                message(f"line {line.number} is no JSON record and was {done}: {error}")
            yield start + line.data, []
            continue
        entries = []
        for field in fields:
            if isinstance(record.get(field), str):
                record[field], edits = mend(record[field])
                if edits:
                    entry = {"line": line.number, "field": field, "edits": plain(edits)}
                    entries.append({**entry, "origin": plain(origin)} if by else entry)
        mended = dump(record) + line.data[len(body) :] if entries else line.data
        if by and not entries:
            entries.append({"line": line.number, "field": None, "edits": [], "origin": plain(origin)})
        yield start + mended, entries
    for charset, count in sorted(read.items(), key=lambda row: (-row[1], row[0])):
        message(f"read as {charset}: {count:,} line{'s' if count > 1 else ''}")
