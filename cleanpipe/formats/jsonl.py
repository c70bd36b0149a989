"""JSON Lines: one record a line.

Lines are read with a limit and their byte offsets, which the package jsonlines has no notion of; it also stops at the
first line that it can't read, or drops it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BufferedIOBase
from typing import NamedTuple

from cleanpipe.formats.charset import Told, detected, read_other, read_told
from cleanpipe.formats.encodings import WIDE
from cleanpipe.formats.fields import FieldError, build_record
from cleanpipe.formats.jsonvalue import JsonError, parse
from cleanpipe.formats.source import Head, Source
from cleanpipe.formats.stream import BLOCK
from cleanpipe.model import Origin, Record, Rejected

WHAT = "JSON Lines"

LINES_LOOKED_AT = 5
"""One broken line at the beginning doesn't make a text of JSON Lines."""

EXCERPT = 200
"""Characters of a rejected line that a person gets to see."""

LOOK_AHEAD = 1 << 18
"""Bytes of lines after the first one that isn't UTF-8 from which a charset is told with it."""

_SUFFIXES = {".jsonl", ".ndjson", ".jl"}
_OBJECT = re.compile(rb'\{\s*"')
_CONTINUATION = bytes(range(0x80, 0xC0))
_BELOW_ASTRAL = bytes(range(0xF0))


class Line(NamedTuple):
    number: int
    offset: int
    data: bytes
    """Only the beginning where the line is longer than the limit."""
    whole: bool
    ended: bool
    """Whether a line end follows, and not the end of the file."""


def recognises(head: Head) -> bool:
    """Whether one of the first lines is an object. Where a text says nothing, its name does."""
    return _has_object(head) or (head.is_text and head.suffix in _SUFFIXES)


def _has_object(head: Head) -> bool:
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
    names, limit = source.job.names, source.job.line_limit
    lines = split_lines(stream, limit, origin.charset, len(origin.mark) // 2)
    for line, (charset, by, strays) in in_utf_8(lines, Told(origin.charset, origin.charset_by)):
        place = replace(
            origin,
            line=line.number,
            offset=line.offset,
            charset=charset,
            charset_by=by,
            stray_bytes=strays,
            mark=origin.mark if line.number == 1 else "",
        )
        if not line.whole:
            yield Rejected(place, f"the line is longer than {source.job.limit_says}", excerpt(line.data))
        elif not line.data.isspace():
            yield _read_line(line, names, place)


def in_utf_8(lines: Iterator[Line], told: Told) -> Iterator[tuple[Line, Told]]:
    """Each line with its data in UTF-8, and the charset it was read in.

    `told` is the charset that `charset.begins_as` gives; of UTF-16 and UTF-32 the lines are UTF-8 already. Lines that
    are not valid in it are UTF-8, or in a charset that is detected from the first such line and those within LOOK_AHEAD
    bytes after it, which are held until then. It is detected once; where nothing tells, again with the next such line
    after these.
    """
    held: deque[Line] = deque()
    other: Told | None = None
    seen = 0
    while line := held.popleft() if held else next(lines, None):
        if told.charset in WIDE or not line.whole:
            yield line, told
            continue
        found = read_told(line.data, told)
        if found is None:
            if other is None or (other.by == "assumed" and line.number > seen):
                held.extend(_within(lines, LOOK_AHEAD))
                other = detected(item.data for item in (line, *held) if read_told(item.data, told) is None)
                seen = held[-1].number if held else line.number
            found = read_other(line.data, other)
        text, read = found
        plain = read.charset == "utf-8" and not read.strays
        yield line if plain else line._replace(data=text.encode("utf-8")), read


def _within(lines: Iterator[Line], size: int) -> Iterator[Line]:
    """The next lines, until they have `size` bytes together."""
    while size > 0 and (line := next(lines, None)):
        size -= len(line.data)
        yield line


def split_lines(stream: BufferedIOBase, limit: int, charset: str, offset: int) -> Iterator[Line]:
    """The lines of a stream, never holding more than `limit` bytes of one.

    Offsets are those in the file, from `offset` on. Where `charset`, the file's, is UTF-16 or UTF-32, the stream has
    it as UTF-8.
    """
    number = 0
    while data := stream.readline(limit + 1):
        number += 1
        size = _size(data, charset)
        whole = len(data) <= limit or data.endswith(b"\n")
        more = data
        while not whole and more and not more.endswith(b"\n"):
            more = stream.readline(BLOCK)
            size += _size(more, charset)
        yield Line(number, offset, data if whole else data[: 4 * EXCERPT], whole, more.endswith(b"\n"))
        offset += size


def excerpt(data: bytes) -> str:
    return data[: 4 * EXCERPT].decode("utf-8", "replace").strip()[:EXCERPT]


def _read_line(line: Line, names: Mapping[str, str], place: Origin) -> Record | Rejected:
    data = line.data.rstrip(b"\r\n")
    try:
        value, note = parse(data)
        return build_record(value, names, replace(place, note=note) if note else place)
    except (JsonError, FieldError) as error:
        return Rejected(place, str(error), excerpt(line.data))


def _size(data: bytes, charset: str) -> int:
    """Bytes that this data takes in the file."""
    if charset not in WIDE:
        return len(data)
    characters = len(data.translate(None, _CONTINUATION))
    if charset.startswith("utf-32"):
        return 4 * characters
    return 2 * characters + 2 * len(data.translate(None, _BELOW_ASTRAL))
