"""ZIP files: each member read as what it is. Nothing is ever unpacked to the disk under a member's name."""

from __future__ import annotations

import bz2
import copy
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from cleanpipe.formats.members import Member, is_hidden, leads_out, plain_name
from cleanpipe.formats.source import Head, Source
from cleanpipe.formats.stream import BLOCK
from cleanpipe.formats.unpack import XZ_MEMORY, Decompressor
from cleanpipe.model import Origin, Record, Rejected

WHAT = "a ZIP file"

DIRECTORY_LIMIT = 64 << 20
"""Bytes of a directory of members: some 600,000 of them. All of it is held, at several times its size."""

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 0x1
_END_MARKED = 0x2
"""LZMA data has a mark at its end, and not a size before it."""

_DOCUMENT = {
    "[Content_Types].xml": "an office document",
    "META-INF/container.xml": "an e-book",
    "META-INF/manifest.xml": "an office document",
    "META-INF/MANIFEST.MF": "a Java program",
    "AndroidManifest.xml": "an Android program",
}


def recognises(head: Head) -> bool:
    return head.data.startswith(_MAGIC)


def read(source: Source) -> Iterator[Record | Rejected]:
    """The records of the members, in the order of the directory."""
    with source.random_access() as file:
        try:
            archive = zipfile.ZipFile(cast(BinaryIO, _Bounded(file)))
        except Exception as error:  # a directory can be broken in many ways
            yield source.rejected(f"the ZIP file is damaged or cut off ({error or type(error).__name__})")
            return
        with archive:
            names = set(archive.namelist())
            what = next((what for name, what in _DOCUMENT.items() if name in names), None)
            if what is not None:
                yield source.rejected(f"the file is {what}, which is not read; docs/formats.md lists what is read")
                return
            members = wanted(archive.infolist())
            if not members:
                yield source.rejected("the ZIP file holds no files")
            for member in members:
                if source.job.quota.spent:
                    yield source.rejected(f"{source.job.quota.says}; the members from here on were left out")
                    return
                yield from _read_member(source, archive, member)


def wanted(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The members that are read: of a WACZ, which is a ZIP file around web archives, these alone; else all files."""
    names = {member.filename for member in members}
    files = [member for member in members if not member.filename.endswith("/") and not is_hidden(member.filename)]
    archives = [member for member in files if member.filename.startswith("archive/")]
    return archives if archives and "datapackage.json" in names else files


def _read_member(source: Source, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Record | Rejected]:
    name = plain_name(member.filename)
    path = f"{source.origin.member}/{name}" if source.origin.member else name
    place = Origin(source.origin.file, member=path)
    if not name:
        yield Rejected(source.origin, "a member has no name")
        return
    if leads_out(name):
        yield Rejected(place, "the member's name leads out of the archive")
        return
    if member.flag_bits & _ENCRYPTED:
        yield Rejected(place, "the member is encrypted; unpack it first")
        return
    if stat.S_ISLNK(member.external_attr >> 16):
        yield Rejected(place, "the member is a link, which is not followed")
        return
    try:
        data = _opened(archive, member)
    except NotImplementedError:
        yield Rejected(place, f"the member is compressed in a way that is not read (method {member.compress_type})")
        return
    except Exception as error:
        yield Rejected(place, f"the archive is damaged here ({error or type(error).__name__})")
        return
    yield from source.member(name, Member(data, source.job.quota))


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[int], bytes]:
    """What reads a member, at most so many bytes at a time. The package zipfile bounds stored and deflated ones alone:
    64 kB of bzip2 would become gigabytes in one step. Raises NotImplementedError, and whatever damage leads to."""
    if member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return archive.open(member).read
    if member.compress_type not in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        raise NotImplementedError
    packed = copy.copy(member)
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, member.compress_size
    del packed.CRC  # that of the data unpacked
    data = archive.open(packed).read
    if member.compress_type == zipfile.ZIP_BZIP2:
        return _Unpacking(bz2.BZ2Decompressor(), b"", data, member.CRC).read
    _, size = struct.unpack("<HH", data(4))
    unpacked = -1 if member.flag_bits & _END_MARKED else member.file_size
    head = data(size) + struct.pack("<q", unpacked)  # the same data as a file of its own, as liblzma reads them
    return _Unpacking(lzma.LZMADecompressor(lzma.FORMAT_ALONE, XZ_MEMORY), head, data, member.CRC).read


class _Unpacking:
    """A member's data, unpacked no faster than they are asked for. `head` comes before those that `read` gives."""

    def __init__(self, part: Decompressor, head: bytes, read: Callable[[int], bytes], checksum: int) -> None:
        self._part = part
        self._pending = head
        self._more = read
        self._checksum = checksum
        self._found = 0

    def read(self, size: int) -> bytes:
        while not self._part.eof:
            data, self._pending = self._pending, b""
            if not data and self._part.needs_input and not (data := self._more(BLOCK)):
                raise EOFError("its data ends too early")
            block = self._part.decompress(data, size)
            self._found = zlib.crc32(block, self._found)
            if block:
                return block
        if self._found != self._checksum:
            raise zipfile.BadZipFile("Bad CRC-32")
        return b""


class _Bounded:
    """A file that gives no more than DIRECTORY_LIMIT bytes at once: the package zipfile reads the directory whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > DIRECTORY_LIMIT:
            position = self._file.tell()
            left = self._file.seek(0, 2) - position
            self._file.seek(position)
            if left > DIRECTORY_LIMIT:
                raise ValueError(f"its directory is larger than {DIRECTORY_LIMIT >> 20} MB")
        return self._file.read(size)

    def seekable(self) -> bool:
        return True
