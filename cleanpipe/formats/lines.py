"""The lines of a stream, each with its place and the charset it was read in, however long they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from io import BufferedIOBase
from typing import NamedTuple

from cleanpipe.formats.charset import UTF_8, Told, detected, read_other, read_told
from cleanpipe.formats.encodings import WIDE
from cleanpipe.formats.stream import BLOCK

EXCERPT = 200
"""Characters of a rejected line that a person gets to see."""

LOOK_AHEAD = 1 << 18
"""Bytes of lines after the first one that isn't UTF-8 from which a charset is told with it."""

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
    size: int = 0
    """Bytes that it takes in the file."""


def is_utf_8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


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
        if told.charset == "utf-8" and is_utf_8(line.data):
            yield line, UTF_8
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


def split_lines(stream: BufferedIOBase, limit: int, charset: str, offset: int, number: int = 0) -> Iterator[Line]:
    """The lines of a stream, never holding more than `limit` bytes of one, and a block.

    Offsets are those in the file, from `offset` on, numbers those behind `number`. Where `charset`, the file's, is
    UTF-16 or UTF-32, the stream has it as UTF-8.
    """
    wide = charset in WIDE
    parts: list[bytes] = []
    held = 0
    size = 0
    while block := stream.read(BLOCK):
        *ends, rest = block.split(b"\n")
        for end in ends:
            data = end + b"\n"
            long = size_in(data, charset) if wide else len(data)
            if parts:
                held += len(end)
                long += size
                data = b"".join((*parts, data))
                parts = []
            else:
                held = len(end)
            number += 1
            whole = held <= limit
            yield Line(number, offset, data if whole else data[: 4 * EXCERPT], whole, True, long)
            offset += long
            held = size = 0
        if rest:
            size += size_in(rest, charset) if wide else len(rest)
            if held <= limit:
                parts.append(rest)
                if held + len(rest) > limit:
                    parts = [b"".join(parts[:2])[: 4 * EXCERPT]]
            held += len(rest)
    if parts:
        data = b"".join(parts)
        whole = held <= limit
        yield Line(number + 1, offset, data if whole else data[: 4 * EXCERPT], whole, False, size)


def excerpt(data: bytes) -> str:
    return data[: 4 * EXCERPT].decode("utf-8", "replace").strip()[:EXCERPT]


def size_in(data: bytes, charset: str) -> int:
    """Bytes that data in UTF-8 takes in a file of this charset, where that is UTF-16 or UTF-32; else as they are."""
    if charset not in WIDE:
        return len(data)
    characters = len(data.translate(None, _CONTINUATION))
    if charset.startswith("utf-32"):
        return 4 * characters
    return 2 * characters + 2 * len(data.translate(None, _BELOW_ASTRAL))
