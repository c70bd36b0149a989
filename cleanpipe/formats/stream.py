"""Byte streams under the readers: one that tells how far it got on the disk, one that turns UTF-16 into UTF-8 so that
lines can be found in it, and the form that all of them have."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

BLOCK = 1 << 16
"""Bytes that are handled at a time: as much as is had without asking the system for fresh memory each time."""


class Filling(io.RawIOBase):
    """A raw stream whose reads are full until the data ends, so that a peek into a pipe sees as much as into a file.

    It never raises for what the data is like: what went wrong stands in `problem` once the data has ended.
    """

    def __init__(self) -> None:
        super().__init__()
        self.problem: str | None = None
        self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer)
        size = len(view)
        filled = 0
        while filled < size and not self._over:
            block = self._more(size - filled)
            if not block:
                self._over = True
                break
            view[filled : filled + len(block)] = block
            filled += len(block)
        return filled

    def _more(self, size: int) -> bytes:
        """At most `size` bytes, none at the end."""
        raise NotImplementedError


class Counted(Filling):
    """A file that calls `progress` with the number of bytes it gave. It can be sought in where the file can."""

    def __init__(self, file: BinaryIO, progress: Callable[[int], None] | None) -> None:
        super().__init__()
        self._file = file
        self._progress = progress

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer)
        filled = 0
        while filled < len(view) and (count := self._file.readinto(view[filled:])):  # type: ignore[attr-defined]
            filled += count
            if self._progress:
                self._progress(count)
        return filled

    def seekable(self) -> bool:
        return self._file.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


class Transcoded(Filling):
    """UTF-16 or UTF-32 (its mark already taken off) as UTF-8; a lone surrogate gets the three bytes it would have."""

    def __init__(self, file: BinaryIO, charset: str) -> None:
        super().__init__()
        self._file = file
        self._charset = charset
        self._decoder = codecs.getincrementaldecoder(charset)("surrogatepass")
        self._pending = b""
        self._ended = False

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


class _Rejoined(Filling):
    def __init__(self, block: bytes, stream: io.BufferedReader) -> None:
        super().__init__()
        self._block: io.BytesIO | None = io.BytesIO(block)
        self._stream = stream

    def _more(self, size: int) -> bytes:
        if self._block is not None:
            if given := self._block.read(size):
                return given
            self._block = None
        return self._stream.read(size)


def rejoined(block: bytes, stream: io.BufferedReader) -> io.BufferedReader:
    """A stream before which a block that was read of it is put back."""
    return io.BufferedReader(_Rejoined(block, stream), BLOCK)


def open_counted(path: Path, progress: Callable[[int], None] | None) -> io.BufferedReader:
    """Opens a file for reading. Raises OSError."""
    return io.BufferedReader(Counted(cast(BinaryIO, path.open("rb", buffering=0)), progress), BLOCK)
