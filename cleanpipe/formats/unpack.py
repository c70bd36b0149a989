"""Compressed data as the data: gzip, bzip2, xz and zstd, known by how they begin, one part after the other.

What a small file unpacks to is bounded (`Quota`): output is made no faster than it is asked for, so that the memory
isn't filled, and comes to an end, so that neither the disk nor the time is.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import BinaryIO, NamedTuple, Protocol

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats.stream import BLOCK, Filling

FREE_BYTES = 100_000_000
"""Bytes that any file may unpack to, however small it is, ..."""

EXPANSION = 250
"""... and bytes for each of its own that it may unpack to beyond that, all layers and members together. News text
shrinks to a third or a tenth; pages that were saved again every hour, packed with a long window, to a hundredth."""

ZSTD_WINDOW_LOG = 27
"""128 MB, what the command zstd allows by default. More has to be unpacked by hand, for it is held in memory."""

XZ_MEMORY = 1 << 28
"""Bytes that xz may hold; its highest preset takes 65 MB."""


class Quota:
    """How much a file may still unpack to. One for a file, shared by everything in it."""

    def __init__(self, size: int | None) -> None:
        """`size` is that of the file in bytes; None where only reading tells."""
        self._grows = size is None
        self._given = 0
        self.allowed = FREE_BYTES + EXPANSION * (size or 0)

    def take(self, amount: int) -> None:
        """So many bytes were read of the file."""
        if self._grows:
            self.allowed += EXPANSION * amount

    def give(self, amount: int) -> None:
        """So many bytes came out of one of its layers."""
        self._given += amount

    @property
    def spent(self) -> bool:
        return self._given > self.allowed

    @property
    def says(self) -> str:
        return (
            f"the file unpacks to more than {self.allowed // 1_000_000:,} MB, more than is read of a file of its size"
        )


class Decompressor(Protocol):
    """What bz2, lzma and the standard library's zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gunzip:
    """zlib in the form of the others."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        block = self._zlib.decompress(data or self._zlib.unconsumed_tail, max_length)
        # A full block may have left output inside that takes no more input.
        self.needs_input = not self._zlib.unconsumed_tail and len(block) < max_length
        return block


class Codec(NamedTuple):
    """A way of compressing. `start` gives a new decompressor; it may raise MissingExtraError."""

    name: str
    magic: tuple[bytes, ...]
    start: Callable[[], Decompressor]


def _bunzip2() -> Decompressor:
    import bz2

    return bz2.BZ2Decompressor()


def _unxz() -> Decompressor:
    import lzma

    return lzma.LZMADecompressor(memlimit=XZ_MEMORY)


def _unzstd() -> Decompressor:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        raise MissingExtraError("zstd", "zst") from None
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})


_BZIP2 = (b"1AY&SY", b"\x17rE8P\x90")
"""How its blocks begin, and how its data ends where it has none."""

CODECS = (
    Codec("gzip", (b"\x1f\x8b",), _Gunzip),
    Codec("bzip2", tuple(b"BZh%d" % level + begins for level in range(1, 10) for begins in _BZIP2), _bunzip2),
    Codec("xz", (b"\xfd7zXZ\0",), _unxz),
    # Frames that are skipped may stand anywhere; pzstd begins with one.
    Codec("zstd", (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + low]) + b"\x2a\x4d\x18" for low in range(16))), _unzstd),
)

_ALL_MAGIC = tuple(magic for codec in CODECS for magic in codec.magic)

SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zstd")
"""What names of compressed files end in, when the name of what is inside is asked for."""


def codec_of(head: bytes) -> Codec | None:
    """How data that begins so is compressed; None where it isn't."""
    if not head.startswith(_ALL_MAGIC):
        return None
    return next(codec for codec in CODECS if head.startswith(codec.magic))


def inner_name(name: str) -> str:
    """The name without the suffix of a compression.

    >>> inner_name("dump/a.jsonl.zst")
    'dump/a.jsonl'
    """
    lowered = name.lower()
    if not lowered.endswith(SUFFIXES):
        return name
    return next(name[: -len(suffix)] for suffix in SUFFIXES if lowered.endswith(suffix))


class Unpacked(Filling):
    """The data of a compressed stream, its parts (members, streams, frames) one after the other.

    Gives everything that can be read. Raises MissingExtraError when it is made.
    """

    def __init__(self, file: BinaryIO, codec: Codec, quota: Quota) -> None:
        super().__init__()
        self._file = file
        self._codec = codec
        self.codec_name = codec.name
        self._quota = quota
        self._part = codec.start()
        self._pending = b""
        self._consumed = 0
        self._ended = False

    def _more(self, size: int) -> bytes:
        while not self._ended:
            if self._quota.spent:
                self._end(self._quota.says)
                break
            data, self._pending = self._pending, b""
            if not data and self._part.needs_input and not (data := self._fill()):
                self._end(f"the {self._codec.name} data ends too early")
                break
            try:
                block = self._part.decompress(data, size)
            except Exception as error:  # each library has its own, and zlib.error is no other's
                self._end(f"the {self._codec.name} data is damaged ({_says(error)})")
                break
            if self._part.eof:
                self._next_part(self._part.unused_data)
            if block:
                self._quota.give(len(block))
                return block
        return b""

    def _fill(self) -> bytes:
        block = self._file.read(BLOCK)
        self._consumed += len(block)
        return block

    def _next_part(self, rest: bytes) -> None:
        """Goes on behind the end of a part: another one, padding (as tapes and `xz` have it), or something else."""
        rest = rest.lstrip(b"\0")
        longest = max(map(len, self._codec.magic))
        while len(rest) < longest and (more := self._fill()):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            self._ended = True
        elif rest.startswith(self._codec.magic):
            self._pending = rest
            self._part = self._codec.start()
        else:
            self._end(f"something that is no {self._codec.name} follows the {self._codec.name} data and was left out")

    def _end(self, problem: str) -> None:
        self._ended = True
        read = "" if problem.endswith("left out") else "; what came before was read"
        self.problem = f"{problem}{read} (near byte {self._consumed} of the compressed data)"


def _says(error: Exception) -> str:
    says = str(error)
    return says.partition(": ")[2] or says or type(error).__name__
