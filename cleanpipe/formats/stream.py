"""Byte streams under the readers: one that tells how far it got on the disk, one that takes gzip off,
and one that turns UTF-16 into UTF-8 so that lines can be found in it."""

from __future__ import annotations

import codecs
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

BLOCK = 1 << 18
GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class _Filling(io.RawIOBase):
    """A raw stream whose reads are full until the data ends, so that a peek into a pipe sees as much as into a file."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer)
        filled = 0
        while filled < len(view):
            block = self._more(len(view) - filled)
            if not block:
                break
            view[filled : filled + len(block)] = block
            filled += len(block)
        return filled

    def _more(self, size: int) -> bytes:
        """At most `size` bytes, none at the end."""
        raise NotImplementedError


class Counted(_Filling):
    """A file that calls `progress` with the number of bytes it gave."""

    def __init__(self, file: BinaryIO, progress: Callable[[int], None] | None) -> None:
        super().__init__()
        self._file = file
        self._progress = progress

    def _more(self, size: int) -> bytes:
        block = self._file.read(size)
        if block and self._progress:
            self._progress(len(block))
        return block


class Gunzipped(_Filling):
    """The data of a gzip file, members one after the other.

    Gives everything that can be read; what went wrong then stands in `problem`. Output is made no faster than it is
    asked for, so that a small file can't fill the memory.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        self._pending = b""
        self._consumed = 0
        self._ended = False
        self.problem: str | None = None

    def _more(self, size: int) -> bytes:
        while not self._ended:
            try:
                block = self._member.decompress(self._pending, size)
            except zlib.error as error:
                says = str(error).partition(": ")[2] or str(error)
                self._end(f"the gzip data is damaged ({says}); what came before was read")
                break
            self._pending = self._member.unconsumed_tail
            if self._member.eof:
                self._next_member(self._member.unused_data)
            if block:
                return block
            if not self._pending and not self._ended and not self._fill():
                self._end("the gzip data ends too early; what came before was read")
        return b""

    def _fill(self) -> bool:
        self._pending = self._file.read(BLOCK)
        self._consumed += len(self._pending)
        return bool(self._pending)

    def _next_member(self, rest: bytes) -> None:
        """Goes on behind the end of a member: another one, padding (as tapes and `gzip` have it), or something else."""
        self._pending = rest.lstrip(b"\0")
        while not self._pending:
            if not self._fill():
                self._ended = True
                return
            self._pending = self._pending.lstrip(b"\0")
        if len(self._pending) < len(GZIP_MAGIC):
            held = self._pending
            self._fill()
            self._pending = held + self._pending
        if not self._pending.startswith(GZIP_MAGIC):
            self._end("something that is no gzip follows the gzip data and was left out")
            return
        self._member = zlib.decompressobj(_GZIP_WINDOW)

    def _end(self, problem: str) -> None:
        self._ended = True
        at = self._consumed - len(self._pending)
        self.problem = f"{problem} (near byte {at} of the compressed file)"


class Transcoded(_Filling):
    """UTF-16 or UTF-32 (its mark already taken off) as UTF-8; a lone surrogate gets the three bytes it would have."""

    def __init__(self, file: BinaryIO, charset: str) -> None:
        super().__init__()
        self._file = file
        self._charset = charset
        self._decoder = codecs.getincrementaldecoder(charset)("surrogatepass")
        self._pending = b""
        self._ended = False
        self.problem: str | None = None

    def _more(self, size: int) -> bytes:
        while not self._pending and not self._ended:
            block = self._file.read(BLOCK)
            self._ended = not block
            try:
                self._pending = self._decoder.decode(block, final=not block).encode("utf-8", "surrogatepass")
            except UnicodeDecodeError as error:
                self._ended = True
                self.problem = f"the data is no valid {self._charset} ({error.reason}); what came before was read"
        block, self._pending = self._pending[:size], self._pending[size:]
        return block


def open_counted(path: Path, progress: Callable[[int], None] | None) -> io.BufferedReader:
    """Opens a file for reading. Raises OSError."""
    return io.BufferedReader(Counted(cast(BinaryIO, path.open("rb", buffering=0)), progress), BLOCK)
