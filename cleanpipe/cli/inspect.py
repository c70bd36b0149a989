"""`cleanpipe inspect`: what an input looks like, before it is made an archive of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleanpipe.cli.options import charset_option, config_option, field_option, json_option, settings_from
from cleanpipe.cli.output import echo, passage, print_json, visible
from cleanpipe.cli.run import number

if TYPE_CHECKING:
    from cleanpipe.formats.inspection import FileLook, Look
    from cleanpipe.model import Record, Rejected

MOST_RECORDS = 1000
MOST_FILES = 20
"""Files that are listed one by one; of more, the formats alone are counted."""

MOST_FIELDS = 20
MOST_REASONS = 12
SHOWN_TEXT = 100
"""Characters of a text that are shown."""


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "--records", default=MOST_RECORDS, show_default=True, type=click.IntRange(min=1), help="How many to read."
)
@config_option
@field_option
@charset_option
@json_option
def inspect(
    inputs: tuple[str, ...],
    records: int,
    file: Path | None,
    fields: tuple[str, ...],
    charset: str | None,
    as_json: bool,
) -> None:
    """Say what an input looks like: formats, charsets, fields, some records, and what would be rejected.

    INPUT is what `run` takes. Nothing is written. So many records are read, spread evenly over the files, and no more
    than 256 MB of a file.

    \b
    Examples:
      cleanpipe inspect dump/
      cleanpipe inspect export.csv --field text=body
      cleanpipe inspect crawl.warc.gz --records 50 --json
    """
    from cleanpipe.formats import discover
    from cleanpipe.formats.inspection import look_at

    settings = settings_from(file, fields=fields, charset=charset)
    look = look_at(discover(inputs), settings.input, records)
    if as_json:
        print_json(_as_json(look))
    else:
        for line in _lines(look):
            echo(line)


def _lines(look: Look) -> Iterator[str]:
    yield from _files(look)
    read = sum(found.records for found in look.files)
    rejected = sum(look.reasons.values())
    yield ""
    yield f"{number(read, 'record')} read, {rejected:,} rejected{_extent(look)}."
    yield from _counts("Read as", look.charsets)
    yield from _fields(look)
    yield from _counts("Passed over, for it holds no article", look.passed)
    if look.records:
        yield ""
        yield "Records"
        for record in look.records:
            yield f"  {visible(record.origin.place)}"
            yield f"    {_heading(record)}"
            yield f"    {_start(record)}"
    if rejected:
        yield ""
        yield "Rejected"
        for reason, count in look.reasons.most_common(MOST_REASONS):
            yield f"  {count:7,}  {visible(reason)}"
            first = next((item for item in look.rejected if item.reason == reason), None)
            if first is not None:  # of thousands of reasons not every one is kept with an example
                yield f"           {visible(first.origin.place)}{_excerpt(first)}"
    if look.text_like is not None:
        yield ""
        yield f"The texts may stand under {look.text_like!r}: try --field text={visible(look.text_like)}"


def _files(look: Look) -> Iterator[str]:
    if not look.files:
        return
    yield "Files"
    if len(look.files) <= MOST_FILES:
        for found in look.files:
            yield f"  {visible(found.file.name)}  {_size(found)}{_formats(found.formats)}"
            if found.needs is not None:
                yield f"    {found.needs}"
    else:
        yield from _ranked(_all_formats(look))
        needed = Counter(found.needs.extra for found in look.files if found.needs is not None)
        for extra, count in sorted(needed.items()):
            yield f"  {count:7,}  need the extra [{extra}]: pip install 'cleanpipe[{extra}]'"
    if look.unseen_files:
        yield f"  {number(look.unseen_files, 'more file')} not looked at"


def _extent(look: Look) -> str:
    whole = not look.unseen_files and all(found.whole for found in look.files)
    return "; that is all there is" if whole else "; there is more, see --records"


def _formats(formats: Mapping[str, int]) -> str:
    return (
        "; ".join(f"{name} ({count:,} times)" if count > 1 else name for name, count in formats.items()) or "not read"
    )


def _all_formats(look: Look) -> Counter[str]:
    total: Counter[str] = Counter()
    for found in look.files:
        total.update(found.formats or {"not read": 1})
    return total


def _size(found: FileLook) -> str:
    return "" if found.file.size is None else f"{found.file.size:,} bytes  "


def _counts(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        yield ""
        yield title
        yield from _ranked(counts)


def _ranked(counts: Mapping[str, int]) -> Iterator[str]:
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    for name, count in ranked[:MOST_FIELDS]:
        yield f"  {count:7,}  {visible(name)}"
    if rest := sum(count for _, count in ranked[MOST_FIELDS:]):
        yield f"  {rest:7,}  of other kinds"


def _fields(look: Look) -> Iterator[str]:
    yield ""
    yield "Fields"
    for name, column in look.names.items():
        called = f", called {visible(column)!r}" if column != name else ""
        yield f"  {look.known[name]:7,}  {name}{called}"
    if look.carried:
        yield ""
        yield "Carried along as they are"
        yield from _ranked(look.carried)


def _heading(record: Record) -> str:
    parts = (
        record.published,
        record.source,
        record.title and passage(record.title, 0, len(record.title), most=SHOWN_TEXT),
    )
    return ", ".join(visible(part) for part in parts if part) or "no title"


def _start(record: Record) -> str:
    return f"{len(record.text):,} characters: {passage(record.text, 0, min(len(record.text), SHOWN_TEXT))}"


def _excerpt(item: Rejected) -> str:
    return f": {passage(item.excerpt, 0, min(len(item.excerpt), SHOWN_TEXT))}" if item.excerpt else ""


def _as_json(look: Look) -> dict[str, Any]:
    from cleanpipe.archive.rows import plain

    return {
        "files": [
            {
                "file": found.file.name,
                "size": found.file.size,
                "formats": found.formats,
                "records": found.records,
                "rejected": found.rejected,
                "whole": found.whole,
                "needs": found.needs.extra if found.needs is not None else None,
            }
            for found in look.files
        ],
        "unseen_files": look.unseen_files,
        "charsets": dict(look.charsets),
        "fields": {name: {"called": column, "records": look.known[name]} for name, column in look.names.items()},
        "carried": dict(look.carried),
        "passed": dict(look.passed),
        "reasons": dict(look.reasons),
        "text_like": look.text_like,
        "records": [plain(record) for record in look.records],
        "rejected": [plain(item) for item in look.rejected],
    }
