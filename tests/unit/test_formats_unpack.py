"""Compressed data: in parts, padded, cut, damaged, nested, and data that unpacks to more than anyone wants."""

from __future__ import annotations

import builtins
import bz2
import gzip
import lzma
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reading import matches, read_bytes, texts

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats import unpack
from cleanpipe.model import Record, Rejected

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pack = Callable[[bytes], bytes]
PACK: dict[str, Pack] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1}),
}
LINES = b"".join(b'{"text": "line %d of the file"}\n' % number for number in range(30_000))
TEXTS = [f"line {number} of the file" for number in range(30_000)]

each = pytest.mark.parametrize(("name", "pack"), PACK.items(), ids=PACK.keys())


@each
def test_parts_one_after_the_other(tmp_path: Path, name: str, pack: Pack) -> None:
    packed = pack(LINES[:100_000]) + pack(b"") + pack(LINES[100_000:])
    assert texts(read_bytes(tmp_path, packed)) == TEXTS
    assert texts(read_bytes(tmp_path, packed + bytes(512))) == TEXTS


@each
def test_what_can_be_read_of_a_cut_file_is_read(tmp_path: Path, name: str, pack: Pack) -> None:
    packed = b"".join(pack(LINES[at : at + 100_000]) for at in range(0, len(LINES), 100_000))
    found = texts(read_bytes(tmp_path, packed[: len(packed) * 2 // 3]))
    assert f"the {name} data ends too early" in found[-1]
    whole = [text for text in found if not text.startswith("!")]
    assert len(whole) > 10_000 and whole == TEXTS[: len(whole)]


@each
def test_damage(tmp_path: Path, name: str, pack: Pack) -> None:
    packed = pack(LINES)
    at = len(packed) // 2
    found = texts(read_bytes(tmp_path, packed[:at] + b"\x55\xaa" * 8 + packed[at + 16 :]))
    assert found[-1].startswith("!") and f"the {name} data is damaged" in found[-1]


@each
def test_something_behind_it(tmp_path: Path, name: str, pack: Pack) -> None:
    found = texts(read_bytes(tmp_path, pack(LINES) + b"and so on, and so on"))
    assert found[:-1] == TEXTS and f"something that is no {name} follows" in found[-1]


@each
def test_names_of_texts(tmp_path: Path, name: str, pack: Pack) -> None:
    suffix = {"gzip": ".gz", "bzip2": ".bz2", "xz": ".xz", "zstd": ".zst"}[name]
    (item,) = read_bytes(tmp_path, pack(b"It was mended."), f"pages/a.txt{suffix}")
    assert isinstance(item, Record) and item.id == "pages/a"


@each
def test_a_small_file_does_not_unpack_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, pack: Pack
) -> None:
    monkeypatch.setattr(unpack, "FREE_BYTES", 2_000_000)
    monkeypatch.setattr(unpack, "EXPANSION", 1)
    lines = b'{"text": "the same again"}\n' * 200_000
    items = read_bytes(tmp_path, pack(lines))
    assert isinstance(items[-1], Rejected) and "unpacks to more than 2 MB" in items[-1].reason
    assert 50_000 < len(items) < 110_000


def test_all_layers_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "FREE_BYTES", 1_100_000)
    monkeypatch.setattr(unpack, "EXPANSION", 0)
    stored = gzip.compress(LINES[:600_000], 0)
    assert len(read_bytes(tmp_path, stored)) > 15_000
    assert "unpacks to more than 1 MB" in texts(read_bytes(tmp_path, gzip.compress(stored, 0)))[-1]


def test_layers_come_to_an_end(tmp_path: Path) -> None:
    data = b'{"text": "a"}\n'
    for number in range(9):
        data = list(PACK.values())[number % 4](data)
    assert matches(read_bytes(tmp_path, data), ["!unpack it first"])


def test_frames_that_are_skipped(tmp_path: Path) -> None:
    skipped = b"\x50\x2a\x4d\x18\4\0\0\0abcd"
    assert texts(read_bytes(tmp_path, skipped + zstd.compress(LINES) + skipped)) == TEXTS


def test_a_long_window_is_told(tmp_path: Path) -> None:
    options: dict[int, int] = {
        zstd.CompressionParameter.window_log: 28,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    compressor = zstd.ZstdCompressor(options=options)
    packed = compressor.compress(LINES) + compressor.flush()
    assert matches(read_bytes(tmp_path, packed), ["!zstd data is damaged"])


@pytest.mark.parametrize("head", [b"BZh is how it begins", b"\x1f\x8c", b"BZh0 and so on", b"\xfd7zX"])
def test_what_begins_alike_is_not_compressed(tmp_path: Path, head: bytes) -> None:
    (item,) = read_bytes(tmp_path, head + b" of a text that goes on", "a.txt")
    assert isinstance(item, Record)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really_import = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name in ("backports", "compression"):
            raise ImportError(name)
        return really_import(name, *rest)

    packed = zstd.compress(LINES)
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=r"a\.zst: reading zstd needs.*pip install 'cleanpipe\[zst\]'"):
        read_bytes(tmp_path, packed, "a.zst")
