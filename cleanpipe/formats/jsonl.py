"""JSON Lines: one record a line.

Lines are read with a limit and their byte offsets, which the package jsonlines has no notion of; it also stops at the
first line that it can't read, or drops it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BufferedIOBase
from itertools import chain

from cleanpipe.formats.charset import UTF_8, Told
from cleanpipe.formats.fields import FieldError, build_record
from cleanpipe.formats.jsonvalue import JsonError, Parsed, parse
from cleanpipe.formats.lines import Line, excerpt, in_utf_8, split_lines
from cleanpipe.formats.source import Head, Source
from cleanpipe.model import Origin, Record, Rejected

WHAT = "JSON Lines"

LINES_LOOKED_AT = 5
"""One broken line at the beginning doesn't make a text of JSON Lines."""

SUFFIXES = frozenset({".jsonl", ".ndjson", ".jl"})
_OBJECT = re.compile(rb'\{\s*"')


def recognises(head: Head) -> bool:
    """Whether one of the first lines is an object. Where a text says nothing, its name does."""
    return begins_with_objects(head) or (head.is_text and head.suffix in SUFFIXES)


def begins_with_objects(head: Head) -> bool:
    body = head.text.lstrip()
    if not body.startswith(b"{"):
        return False
    lines = body.split(b"\n")
    if not head.whole and len(lines) == 1:
        return _OBJECT.match(body) is not None  # a first line longer than what was looked at
    if not head.whole:
        lines.pop()
    return any(_is_object(line) for line in [line for line in lines if line.strip()][:LINES_LOOKED_AT])


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(parse(line.decode("utf-8", "replace").encode("utf-8"))[0], dict)
    except JsonError:
        return False


def read(source: Source) -> Iterator[Record | Rejected]:
    """The records of the lines. The byte order mark is noted with the first line alone."""
    stream, origin = source.as_utf_8()
    yield from read_lines(source, stream, origin, len(origin.mark) // 2)


def read_lines(
    source: Source, stream: BufferedIOBase, origin: Origin, offset: int, number: int = 0
) -> Iterator[Record | Rejected]:
    """The records of a stream's lines, of which the first stands at `offset` in the file, behind `number` others."""
    lines = split_lines(stream, source.job.line_limit, origin.charset, offset, number)
    for line, told, parsed in parsed_lines(lines, Told(origin.charset, origin.charset_by)):
        if line.data.isspace():
            continue
        mark = origin.mark if line.number == 1 else ""
        place = Origin(
            origin.file,
            line.number,
            line.offset,
            charset=told.charset,
            mark=mark,
            charset_by=told.by,
            stray_bytes=told.strays,
            member=origin.member,
        )
        yield record_of(line, parsed, source, place, "line")


def parsed_lines(
    lines: Iterator[Line], told: Told, parsed: Callable[[bytes], Parsed] = Parsed
) -> Iterator[tuple[Line, Told, Parsed | None]]:
    """Lines as `in_utf_8` gives them. As long as all are UTF-8 and JSON the parser finds that out in passing, and what
    it made of them comes along."""
    utf_8 = told == UTF_8
    for line in lines:
        if utf_8 and line.whole and (found := parsed(line.data)).is_sound:
            yield line, told, found
        else:
            yield from ((*read, None) for read in in_utf_8(chain((line,), lines), told))


def record_of(line: Line, parsed: Parsed | None, source: Source, place: Origin, what: str) -> Record | Rejected:
    """The record that a line of JSON, in UTF-8, holds. `what` is what people call it."""
    if not line.whole:
        return Rejected(place, f"the {what} is longer than {source.job.limit_says}", excerpt(line.data))
    try:
        value, note = (parsed or Parsed(line.data)).value()
        return build_record(value, source.job.names, replace(place, note=note) if note else place)
    except (JsonError, FieldError) as error:
        return Rejected(place, str(error), excerpt(line.data))
