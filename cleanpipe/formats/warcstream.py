"""The records of a web archive (WARC), one by one, within bounds and past damage.

warcio reads their headers. Its own iterator takes lines of any length, believes every length that a record states, and
stops at a file that was gzipped as a whole; so the way from one record to the next is gone here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedIOBase
from typing import Any

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats.lines import EXCERPT

LONGEST_LINE = 1 << 16
"""Bytes of a header's line; URLs of some thousand bytes are met."""

LONGEST_HEADERS = 1 << 20
"""Bytes of the headers of a record."""

VERSION_LINE = 32
"""Bytes that hold the first line of a record, and the end of the line before."""

BLOCK = 1 << 20

BEHIND = 128
"""Bytes behind a block that show whether a record follows, and the first lines of one at the end of a BLOCK."""

EXCERPT_BYTES = 4 * EXCERPT
"""Bytes of a block that can't be used which are kept to be shown."""

AGAIN = 4
"""A block whose digest is wrong and in which a record begins is read again from there; no more bytes of such blocks,
all in all, than this many times what was read so far."""

CUT_OFF = "the file ends within the record"
WRONG_LENGTH = "the record's length is wrong: another record begins within it, or none where it ends"
NO_LENGTH = "the record doesn't say how long it is"
BAD_HEADERS = "the record's headers can't be read"
NO_RECORD = "something that is no record stands between the records"

_VERSION = re.compile(rb"WARC/\d\.\d+\s*\Z")
_BEHIND = re.compile(rb"(?:\s*\n)?(?:\s*\Z|WARC/\d\.\d+\s*(?:\n|\Z))")
_NEXT = re.compile(rb"\r?\n(?=WARC/\d\.\d+\r?\n[\w-]+:)")
_DIGEST = re.compile(r"(sha-?1|sha-?256|md5):([A-Za-z0-9+/=]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """A record: where it begins in bytes, its headers, and its block. `problem` says why it can't be used. `whole` is
    False where the block was larger than the limit and was left out."""

    offset: int
    headers: Any
    block: bytes = b""
    problem: str | None = None
    whole: bool = True

    def header(self, name: str) -> str | None:
        value: str | None = self.headers.get_header(name) if self.headers is not None else None
        return value

    @property
    def altered(self) -> bool:
        """Whether the block isn't the one that its digest was made of."""
        return not _matches(self.block, self.header("WARC-Block-Digest"))


def warc_records(stream: BufferedIOBase, limit: int) -> Iterator[WarcRecord]:
    """The records of a stream. `limit` is in bytes of a block. Raises MissingExtraError.

    Where a record's length is wrong, that record has a problem, and reading goes on at the next that can be found.
    """
    parser = _header_parser()
    source = _Source(stream)
    while True:
        offset, line = source.next_line()
        if not line:
            return
        if not _VERSION.match(line):
            yield WarcRecord(offset, None, line, NO_RECORD)
            source.find_record()
            continue
        try:
            headers = parser.parse(source, line)
        except _TooLongError:
            yield WarcRecord(offset, None, line, BAD_HEADERS)
            source.find_record()
            continue
        length = _length(headers.get_header("Content-Length"))
        if length is None:
            yield WarcRecord(offset, headers, b"", NO_LENGTH)
            source.find_record()
        else:
            yield _read_block(source, offset, headers, length, limit)


def _read_block(source: _Source, offset: int, headers: Any, length: int, limit: int) -> WarcRecord:
    if length > limit:
        problem = source.skip_to_record(length)
        return WarcRecord(offset, headers, b"", problem, whole=False)
    problem = source.problem_at(length)
    record = WarcRecord(offset, headers, source.peek(length if problem is None else EXCERPT_BYTES), problem)
    if problem is None:
        if b"\nWARC/" not in record.block or not record.altered or not source.next_within(length):
            source.skip(length)
            return record
        source.again += length
    if source.again <= AGAIN * (offset + length) and (end := source.next_within(length)):
        source.skip(end)
        return replace(record, problem=WRONG_LENGTH)
    if problem == WRONG_LENGTH:
        source.skip(max(0, length - VERSION_LINE))  # the length may end within the next record's first line
        source.find_record()
    else:
        source.skip(length)
    return replace(record, problem=problem or WRONG_LENGTH)


class _TooLongError(ValueError):
    pass


class _Source:
    """A stream that can be looked ahead in, with lines of bounded length. `again` counts bytes of blocks that were
    whole and are read again as other records."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self._held = bytearray()
        """What was read ahead. Its beginning can be taken away without moving the rest."""
        self._offset = 0
        self._header_bytes = 0
        self.again = 0

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer at the end; they stay."""
        self._fill(size)
        with memoryview(self._held) as held:
            return bytes(held[:size])

    def problem_at(self, length: int) -> str | None:
        """What is wrong with a block of this length: the file ends before, or no record follows."""
        self._fill(length + BEHIND)
        if len(self._held) < length:
            return CUT_OFF
        return None if _BEHIND.match(self._held[length : length + BEHIND]) else WRONG_LENGTH

    def next_within(self, length: int) -> int:
        """How far ahead another record begins within a block of this length, which was looked at; 0 for none."""
        found = _NEXT.search(self._held, 0, length)
        return found.end() if found else 0

    def skip(self, size: int) -> None:
        while size > 0 and (self._held or self._fill(min(size, BLOCK))):
            size -= self._drop(size)

    def skip_to_record(self, length: int) -> str | None:
        """Goes past a block, or to a record that begins in it; what is wrong with its length."""
        while length > 0:
            self._fill(min(length, BLOCK))
            if end := self.next_within(length):
                self._drop(end)
                return WRONG_LENGTH
            if len(self._held) >= length:
                self._drop(length)
                return None
            if len(self._held) < BLOCK:
                self._drop(length)
                return CUT_OFF
            length -= self._drop(len(self._held) - BEHIND)  # a record's first lines may go on in the next block
        return None

    def readline(self, size: int | None = None) -> bytes:
        """A line of headers. Raises _TooLongError."""
        line = self._line()
        self._header_bytes += len(line)
        if len(line) > LONGEST_LINE or self._header_bytes > LONGEST_HEADERS:
            raise _TooLongError
        return line

    def next_line(self) -> tuple[int, bytes]:
        """The next line that isn't blank, or the beginning of one, and where it begins; empty at the end."""
        self.blank_lines()
        self._header_bytes = 0
        return self._offset, self._line()

    def blank_lines(self) -> None:
        """Goes past empty lines."""
        while (line := self._next()) and not line.strip():
            self._drop(len(line))

    def find_record(self) -> None:
        """Goes on to the line with which a record begins, or to the end."""
        at_start = False
        while (line := self._next()) and not (at_start and _VERSION.match(line)):
            at_start = line.endswith(b"\n")
            self._drop(len(line))

    def _line(self) -> bytes:
        line = self._next()
        self._drop(len(line))
        return line

    def _next(self) -> bytes:
        """The next line, or the beginning of one; it stays."""
        end = self._held.find(b"\n", 0, LONGEST_LINE + 1) + 1
        if not end and len(self._held) <= LONGEST_LINE:
            self._held += self._stream.readline(LONGEST_LINE + 1 - len(self._held))
        return bytes(self._held[: end or LONGEST_LINE + 1])

    def _fill(self, size: int) -> int:
        """Reads on until so many bytes are held, or the end; how many are."""
        while len(self._held) < size and (part := self._stream.read(min(size - len(self._held), BLOCK))):
            self._held += part
        return len(self._held)

    def _drop(self, size: int) -> int:
        """Takes bytes away that are held; how many there were."""
        size = min(size, len(self._held))
        del self._held[:size]
        self._offset += size
        return size


def _header_parser() -> Any:
    try:
        from warcio.statusandheaders import StatusAndHeadersParser
    except ImportError as error:
        raise MissingExtraError("web archives", "warc") from error
    return StatusAndHeadersParser(["WARC/"], verify=False)


def _length(value: str | None) -> int | None:
    return int(value) if value is not None and re.fullmatch(r"[0-9]{1,18}", value.strip()) else None


def _matches(block: bytes, digest: str | None) -> bool:
    """Whether a block has the digest that is stated, in base 32 or hex; True where none can be read."""
    found = _DIGEST.fullmatch((digest or "").strip())
    if found is None:
        return True
    made = hashlib.new(found[1].lower().replace("-", ""), block, usedforsecurity=False).digest()
    stated = found[2].rstrip("=").lower()
    return stated in (made.hex(), base64.b32encode(made).decode().rstrip("=").lower()) or len(stated) not in (
        len(made) * 2,
        -(-len(made) * 8 // 5),
    )
