"""ZIP files: each member read as what it is. Nothing is ever unpacked to the disk under a member's name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from cleanpipe.formats.members import Member, is_hidden, leads_out, plain_name
from cleanpipe.formats.source import Head, Source
from cleanpipe.model import Origin, Record, Rejected

WHAT = "a ZIP file"

DIRECTORY_LIMIT = 64 << 20
"""Bytes of a directory of members: some 600,000 of them. All of it is held, at several times its size."""

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 0x1
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
    try:
        data = archive.open(member)
    except NotImplementedError:
        yield Rejected(place, f"the member is compressed in a way that is not read (method {member.compress_type})")
        return
    except Exception as error:
        yield Rejected(place, f"the archive is damaged here ({error or type(error).__name__})")
        return
    with data:
        yield from source.member(name, Member(data.read, source.job.quota))


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
