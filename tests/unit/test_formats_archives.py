"""ZIP and tar files: members as what they are, and those that mean harm."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reading import matches, read_bytes, texts

from cleanpipe.formats import unpack
from cleanpipe.formats.members import Member, is_hidden, leads_out
from cleanpipe.model import Origin, Record, Rejected

Members = Sequence[tuple[str, bytes]]
Pack = Callable[[Members], bytes]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def tarred(members: Members, format: int = tarfile.PAX_FORMAT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=format) as archive:
        for name, data in members:
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return file.getvalue()


PACK: dict[str, Pack] = {
    "zip": zipped,
    "zip, stored": lambda members: zipped(members, zipfile.ZIP_STORED),
    "zip, bzip2": lambda members: zipped(members, zipfile.ZIP_BZIP2),
    "zip, lzma": lambda members: zipped(members, zipfile.ZIP_LZMA),
    "tar, pax": tarred,
    "tar, gnu": lambda members: tarred(members, tarfile.GNU_FORMAT),
    "tar, ustar": lambda members: tarred(members, tarfile.USTAR_FORMAT),
    "tar.gz": lambda members: gzip.compress(tarred(members)),
}
each = pytest.mark.parametrize("pack", PACK.values(), ids=PACK.keys())


@each
def test_members_are_read_as_what_they_are(tmp_path: Path, pack: Pack) -> None:
    inner = tarred([("deep.txt", b"Deep down.")])
    items = read_bytes(
        tmp_path,
        pack(
            [
                ("./pages/a.txt", b"A page."),
                ("dump.bin", gzip.compress(b'{"text": "a"}\n{"text": "b"}\n')),
                ("inner.zip", zipped([("inner.tar", inner)])),
                ("caf\u00e9.csv", b"id;text\n1;a, b\n"),
                (".DS_Store", b"\0"),
                ("pages/.hidden/a.txt", b"Not read."),
                ("picture.png", b"\x89PNG\r\n\x1a\n"),
                ("empty.txt", b""),
            ]
        ),
        "news",
    )
    assert matches(items, ["A page.", "a", "b", "Deep down.", "a, b", "!an image", "!empty"]), texts(items)
    places = [(item.origin.member, item.origin.line, item.origin.offset) for item in items[1:4]]
    assert places == [("dump.bin", 1, 0), ("dump.bin", 2, 14), ("inner.zip/inner.tar/deep.txt", None, None)]
    assert isinstance(items[0], Record) and items[0].id == "news/pages/a"
    assert items[0].origin.member == "pages/a.txt"
    assert all(item.origin.file == "news" for item in items)


@each
def test_names_that_lead_out(tmp_path: Path, pack: Pack) -> None:
    names = ["../a.txt", "a/../../b.txt", "/etc/motd", "C:/a.txt", "..\\a.txt", "\\\\host\\a.txt"]
    items = read_bytes(tmp_path, pack([(name, b"Out.") for name in names]))
    assert matches(items, ["!leads out"] * len(names)), texts(items)
    assert not list(tmp_path.parent.glob("*.txt"))


@pytest.mark.parametrize(
    ("name", "out", "hidden"),
    [
        ("a/b.txt", False, False),
        ("a..b/c...txt", False, False),
        ("./a", False, False),
        ("a/..", True, False),
        ("d:x", True, False),
        ("a/.b/c", False, True),
        ("__MACOSX/a", False, True),
        ("a\\.git\\b", False, True),
    ],
)
def test_names(name: str, out: bool, hidden: bool) -> None:
    assert (leads_out(name), is_hidden(name)) == (out, hidden)


def test_what_is_no_file_in_a_tar(tmp_path: Path) -> None:
    file = io.BytesIO()
    kinds = {"link": tarfile.SYMTYPE, "same": tarfile.LNKTYPE, "null": tarfile.CHRTYPE, "disk": tarfile.BLKTYPE}
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in {**kinds, "pipe": tarfile.FIFOTYPE, "folder": tarfile.DIRTYPE}.items():
            header = tarfile.TarInfo(name)
            header.type, header.linkname = kind, "../../etc/motd"
            archive.addfile(header)
    items = read_bytes(tmp_path, file.getvalue())
    assert matches(items, ["!a link to ../../etc/motd", "!a link", "!a device", "!a device", "!a pipe"])


def test_a_link_in_a_zip_is_no_article(tmp_path: Path) -> None:
    """`zip -y` writes where a link leads as the member's content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("latest.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "pages/march.txt")
        archive.writestr("open.txt", "Open.")
    assert matches(read_bytes(tmp_path, file.getvalue()), ["!a link, which is not followed", "Open."])


def test_a_member_without_a_name(tmp_path: Path) -> None:
    data = zipped([("a.txt", b"Nameless."), ("b.txt", b"Open.")]).replace(b"a.txt", b"\0.txt")
    assert matches(read_bytes(tmp_path, data), ["!has no name", "Open."])


def test_an_encrypted_member(tmp_path: Path) -> None:
    data = bytearray(zipped([("a.txt", b"Secret."), ("b.txt", b"Open.")]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert matches(read_bytes(tmp_path, bytes(data)), ["!is encrypted", "Open."])


def test_an_unknown_compression(tmp_path: Path) -> None:
    data = bytearray(zipped([("a.txt", b"Packed."), ("b.txt", b"Open.")]))
    data[8] = 9
    data[data.index(b"PK\x01\x02") + 10] = 9
    assert matches(read_bytes(tmp_path, bytes(data)), ["!(method 9)", "Open."])


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_is_unpacked_no_faster_than_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: int
) -> None:
    largest = 0
    read = Member._more

    def watched(self: Member, size: int) -> bytes:
        nonlocal largest
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        block = read(self, size)
        largest = max(largest, tracemalloc.get_traced_memory()[1] - before)
        return block

    monkeypatch.setattr(Member, "_more", watched)
    data = zipped([("a.txt", b"a" * 50_000_000)], method)
    tracemalloc.start()
    try:
        items = read_bytes(tmp_path, data, line_limit_mb=1)
    finally:
        tracemalloc.stop()
    assert matches(items, ["!larger than 1 MB"]) and 0 < largest < 10_000_000


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_checksum_behind_what_was_unpacked(tmp_path: Path, method: int) -> None:
    data = bytearray(zipped([("a.txt", b"It was mended."), ("b.txt", b"Open.")], method))
    data[data.index(b"PK\x01\x02") + 16] ^= 1
    assert matches(read_bytes(tmp_path, bytes(data)), ["It was mended.", "!Bad CRC-32", "Open."])


def test_a_wrong_checksum(tmp_path: Path) -> None:
    data = zipped([("a.txt", b"It was mended."), ("b.txt", b"Open.")], zipfile.ZIP_STORED)
    data = data.replace(b"It was mended.", b"It was bended.", 1)
    assert matches(read_bytes(tmp_path, data), ["!Bad CRC-32", "Open."])


@pytest.mark.parametrize("size", [0, 3, 4_000_000_000])
def test_a_size_that_lies(tmp_path: Path, size: int) -> None:
    """What a member says of its size makes it no longer than it is, and a shorter text is told."""
    data = bytearray(zipped([("a.txt", b"It was mended."), ("b.txt", b"Open.")], zipfile.ZIP_STORED))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", size)
    data[at + 20 : at + 24] = struct.pack("<I", size)
    items = read_bytes(tmp_path, bytes(data))
    assert [item.origin.member for item in items if isinstance(item, Rejected)][:1] == ["a.txt"]
    assert texts(items)[-1] == "Open."


@each
def test_cut(tmp_path: Path, pack: Pack) -> None:
    data = pack([("a.txt", b"A page."), ("b.txt", bytes(range(65, 91)) * 400)])
    found = texts(read_bytes(tmp_path, data[: len(data) // 2]))
    assert found and found[-1].startswith("!") and ("damaged" in found[-1] or "too early" in found[-1])


@pytest.mark.parametrize("cut", [512, 1023, 1024, 1025, 1500, 1536, 2000, 2048])
def test_a_cut_tar_never_ends_in_silence(tmp_path: Path, cut: int) -> None:
    data = tarred([("a.txt", b"A page."), ("b.txt", b"Another one.")])
    items = read_bytes(tmp_path, data[:cut])
    assert isinstance(items[-1], Rejected) and "cut off" in items[-1].reason


def test_a_damaged_header_in_a_tar(tmp_path: Path) -> None:
    data = bytearray(tarred([("a.txt", b"A page."), ("b.txt", b"Another one.")]))
    data[1030] ^= 1
    assert matches(read_bytes(tmp_path, bytes(data)), ["A page.", "!damaged or cut off (bad checksum)"])


def test_a_name_that_would_fill_the_memory(tmp_path: Path) -> None:
    data = tarred([("n" * 2_000_000, b"A page.")], tarfile.GNU_FORMAT)
    assert matches(read_bytes(tmp_path, data), ["!a header of 2,000,001 bytes"])
    assert matches(read_bytes(tmp_path, tarred([("n" * 2_000_000, b"A page.")])), ["!a header of 2,000,0"])


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_small_archive_does_not_unpack_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(unpack, "FREE_BYTES", 2_000_000)
    monkeypatch.setattr(unpack, "EXPANSION", 1)
    data = PACK[kind]([(f"{number}.txt", b"word " * 100_000) for number in range(50)])
    items = read_bytes(tmp_path, data)
    assert len(items) < 10 and any("from here on were left out" in text for text in texts(items))


def test_members_that_share_their_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand members of a directory, all at one place of the file."""
    monkeypatch.setattr(unpack, "FREE_BYTES", 2_000_000)
    monkeypatch.setattr(unpack, "EXPANSION", 1)
    data = zipped([("a.txt", b"word " * 20_000)])
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, 1000, 1000, 1000 * (end - at))
    items = read_bytes(tmp_path, data[:at] + data[at:end] * 1000 + bytes(tail))
    assert len(items) < 60 and isinstance(items[-1], Rejected)


def test_archives_in_archives_come_to_an_end(tmp_path: Path) -> None:
    data = b'{"text": "a"}\n'
    for _ in range(7):
        data = zipped([("a.zip", data)])
    assert texts(read_bytes(tmp_path, data)) == ["a"]
    for _ in range(4):
        data = zipped([("a.zip", data)])
    assert matches(read_bytes(tmp_path, data), ["!unpack it first"])


def test_documents_are_no_archives(tmp_path: Path) -> None:
    data = zipped([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")])
    assert matches(read_bytes(tmp_path, data, "a.docx"), ["!an office document"])


@pytest.mark.parametrize("data", [zipped([]), tarred([]), zipped([(".DS_Store", b"x")])])
def test_nothing_in_it(tmp_path: Path, data: bytes) -> None:
    items = read_bytes(tmp_path, data, "a.zip")
    assert len(items) <= 1 and not any(isinstance(item, Record) for item in items)


def test_of_a_wacz_the_web_archives_alone(tmp_path: Path) -> None:
    members = [
        ("datapackage.json", b"{}"),
        ("pages/pages.jsonl", b'{"text": "the page as its tool saw it"}\n'),
        ("archive/data.txt", b"stands for a web archive"),
    ]
    assert [item.origin.member for item in read_bytes(tmp_path, zipped(members))] == ["archive/data.txt"]


def test_a_member_that_is_a_text_gives_its_bytes_back(tmp_path: Path) -> None:
    from cleanpipe.formats import encode

    data = b"\xef\xbb\xbfCaf\xe9\r\n\r\nIt was mended."
    (item,) = read_bytes(tmp_path, zipped([("a.txt", data)]))
    assert isinstance(item, Record) and item.origin.is_whole
    assert encode(item.text, item.origin) == data
    assert item.origin.place == "a, a.txt" and item.origin != Origin("a")


def test_many_small_members(tmp_path: Path) -> None:
    members = [(f"pages/{number}.txt", b"It was mended.") for number in range(3000)]
    for pack in (zipped, tarred):
        started = time.process_time()
        assert len(read_bytes(tmp_path, pack(members))) == 3000
        assert time.process_time() - started < 5
