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

LONGEST_LINE = 1 << 16
"""Bytes of a header's line; URLs of some thousand bytes are met."""

LONGEST_HEADERS = 1 << 20
"""Bytes of the headers of a record."""

VERSION_LINE = 32
"""Bytes that hold the first line of a record, and the end of the line before."""

BLOCK = 1 << 20

CUT_OFF = "the file ends within the record"
WRONG_LENGTH = "the record's length is wrong: another record begins within it, or none where it ends"
NO_LENGTH = "the record doesn't say how long it is"
BAD_HEADERS = "the record's headers can't be read"
NO_RECORD = "something that is no record stands between the records"

_VERSION = re.compile(rb"WARC/\d\.\d+\s*\Z")
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
        left = source.skip(length)
        return WarcRecord(offset, headers, b"", CUT_OFF if left else None, whole=False)
    block = source.read(length)
    between = source.blank_lines()
    record = WarcRecord(offset, headers, block)
    problem = CUT_OFF if len(block) < length else None if source.at_record() else WRONG_LENGTH
    found = _NEXT.search(block) if b"\nWARC/" in block else None
    if found and (problem or record.altered):
        source.unread(block[found.end() :] + between)
        problem = WRONG_LENGTH
    elif problem == WRONG_LENGTH:
        source.unread(block[-VERSION_LINE:] + between)  # the length may end within the next record's first line
        source.find_record()
    return replace(record, problem=problem) if problem else record


class _TooLongError(ValueError):
    pass


class _Source:
    """A stream of which bytes can be given back, with lines of bounded length."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self._held = b""
        self._offset = 0
        self._header_bytes = 0

    def read(self, size: int) -> bytes:
        parts = []
        while size > 0:
            part = self._take(min(size, BLOCK))
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def skip(self, size: int) -> int:
        """Goes on by `size` bytes; how many there weren't."""
        while size > 0 and (part := self._take(min(size, BLOCK))):
            size -= len(part)
        return size

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

    def blank_lines(self) -> bytes:
        """Goes past empty lines, and gives the first of them."""
        passed = b""
        while True:
            line = self._line()
            if not line or line.strip():
                self.unread(line)
                return passed
            passed += line if len(passed) < LONGEST_LINE else b""

    def at_record(self) -> bool:
        """Whether a record follows, or the end."""
        line = self._line()
        self.unread(line)
        return not line or _VERSION.match(line) is not None

    def find_record(self) -> None:
        """Goes on to the line with which a record begins, or to the end."""
        at_start = False
        while line := self._line():
            if at_start and _VERSION.match(line):
                self.unread(line)
                return
            at_start = line.endswith(b"\n")

    def unread(self, data: bytes) -> None:
        self._held = data + self._held
        self._offset -= len(data)

    def _line(self) -> bytes:
        if not self._held:
            line = self._stream.readline(LONGEST_LINE + 1)
        else:
            end = self._held.find(b"\n", 0, LONGEST_LINE + 1) + 1 or min(len(self._held), LONGEST_LINE + 1)
            line, self._held = self._held[:end], self._held[end:]
            if not line.endswith(b"\n") and len(line) <= LONGEST_LINE:
                line += self._stream.readline(LONGEST_LINE + 1 - len(line))
        self._offset += len(line)
        return line

    def _take(self, size: int) -> bytes:
        if self._held:
            data, self._held = self._held[:size], self._held[size:]
        else:
            data = self._stream.read(size)
        self._offset += len(data)
        return data


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
