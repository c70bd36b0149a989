"""JSON Lines: one record a line.

Lines are read with a limit and their byte offsets, which the package jsonlines has no notion of; it also stops at the
first line that it can't read, or drops it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BufferedIOBase
from typing import NamedTuple

from cleanpipe.formats.charset import OTHER_CHARSET, decode_other
from cleanpipe.formats.fields import FieldError, build_record
from cleanpipe.formats.jsonvalue import JsonError, parse
from cleanpipe.formats.stream import BLOCK
from cleanpipe.model import Origin, Record, Rejected

EXCERPT = 200
"""Characters of a rejected line that a person gets to see."""

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


def read_lines(
    stream: BufferedIOBase, names: Mapping[str, str], limit: int, origin: Origin
) -> Iterator[Record | Rejected]:
    """The records of a stream of UTF-8 (see stream.Transcoded), whose byte order mark is taken off.

    `names` is what `fields.input_names` gives. `origin` says the file, its charset and mark; the mark is noted with
    the first line alone. `limit` is in bytes of a line.
    """
    for line in split_lines(stream, limit, origin.charset, len(origin.mark) // 2):
        place = replace(origin, line=line.number, offset=line.offset, mark=origin.mark if line.number == 1 else "")
        if not line.whole:
            yield Rejected(
                place, f"the line is longer than {limit // 1_000_000} MB (input.line_limit_mb)", excerpt(line.data)
            )
        elif not line.data.isspace():
            yield _read_line(line, names, place)


def split_lines(stream: BufferedIOBase, limit: int, charset: str, offset: int) -> Iterator[Line]:
    """The lines of a stream of UTF-8, never holding more than `limit` bytes of one.

    Offsets are those in the file, which is in `charset`, from `offset` on.
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
    if place.charset == "utf-8":
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            data = decode_other(data).encode("utf-8")
            place = replace(place, other_charset=OTHER_CHARSET, other_lines=(1,))
    try:
        value, note = parse(data)
        return build_record(value, names, replace(place, note=note) if note else place)
    except (JsonError, FieldError) as error:
        return Rejected(place, str(error), excerpt(line.data))


def _size(data: bytes, charset: str) -> int:
    """Bytes that this UTF-8 takes in the file's charset."""
    if charset == "utf-8":
        return len(data)
    characters = len(data.translate(None, _CONTINUATION))
    if charset.startswith("utf-32"):
        return 4 * characters
    return 2 * characters + 2 * len(data.translate(None, _BELOW_ASTRAL))
