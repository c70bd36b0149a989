"""Tar files: each member read as what it is, in one pass. Nothing is unpacked to the disk under a member's name."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from tarfile import (  # type: ignore[attr-defined]  # not named in the stubs
    EmptyHeaderError,
    InvalidHeaderError,
    SubsequentHeaderError,
    TruncatedHeaderError,
)
from typing import BinaryIO, Self, cast

from cleanpipe.formats.members import Member, is_hidden, leads_out, plain_name, readable
from cleanpipe.formats.source import Head, Source
from cleanpipe.model import Origin, Record, Rejected

WHAT = "a tar file"

HEADER_LIMIT = 1 << 20
"""Bytes of a name or of other things that are said about a member, which are held in memory."""

_AT = 257
_SUM = slice(148, 156)
_MAGIC = (b"ustar\x00", b"ustar  ")
_SAYING = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class Damaged(Exception):
    """A header that is none, where the package tarfile takes it for the end."""


class _Header(tarfile.TarInfo):
    """A member's header that doesn't fill the memory, whatever size it names, and doesn't end a file in silence."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile)
        except (InvalidHeaderError, TruncatedHeaderError, SubsequentHeaderError) as error:
            raise Damaged(str(error)) from error
        except EmptyHeaderError:
            raise Damaged("it has no end mark") from None

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _SAYING and not 0 <= self.size <= HEADER_LIMIT:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        if self.size < 0:
            raise tarfile.ReadError("a member of less than no size")
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]


def recognises(head: Head) -> bool:
    """Whether it begins with a header of this century or, as the oldest have no mark, with one whose sum is right."""
    block = head.data[: tarfile.BLOCKSIZE]
    if len(block) < tarfile.BLOCKSIZE or not block.strip(b"\0"):
        return False
    if block.startswith(_MAGIC, _AT):
        return True
    if not block[_SUM].strip(b" \0").isdigit():
        return False
    try:
        return bool(tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape").name)
    except (tarfile.TarError, ValueError):
        return False


def read(source: Source) -> Iterator[Record | Rejected]:
    """The records of the members, in the order they stand there."""
    try:
        archive = tarfile.open(  # noqa: SIM115 (closed below)
            fileobj=cast(BinaryIO, source.stream), mode="r|", tarinfo=_Header, errors="surrogateescape"
        )
    except Exception as error:
        yield _damaged(source, error)
        return
    empty = True
    with archive:
        while True:
            try:
                member = archive.next()
            except OSError:
                raise
            except Exception as error:  # a header can be broken in many ways
                yield _damaged(source, error)
                return
            if member is None:
                if empty:
                    yield source.rejected("the tar file holds no files")
                return
            archive.members = []  # type: ignore[attr-defined]  # else all headers are kept
            if source.job.quota.spent:
                yield source.rejected(f"{source.job.quota.says}; the members from here on were left out")
                return
            empty = empty and member.isdir()
            yield from _read_member(source, archive, member)


def _read_member(source: Source, archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[Record | Rejected]:
    name = plain_name(readable(member.name))
    path = f"{source.origin.member}/{name}" if source.origin.member else name
    place = Origin(source.origin.file, member=path)
    if member.isdir() or not name or is_hidden(name):
        return
    if leads_out(name):
        yield Rejected(place, "the member's name leads out of the archive")
    elif member.issym() or member.islnk():
        yield Rejected(place, f"the member is a link to {readable(member.linkname)}, which is not followed")
    elif not member.isfile():
        yield Rejected(place, "the member is a device or a pipe and no file")
    else:
        data = archive.extractfile(member)
        assert data is not None
        yield from source.member(name, Member(data.read, source.job.quota))


def _damaged(source: Source, error: Exception) -> Rejected:
    return source.rejected(f"the tar file is damaged or cut off ({error}); what came before was read")
