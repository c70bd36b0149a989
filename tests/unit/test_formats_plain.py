"""Text files: one document each; and what is no text."""

from __future__ import annotations

import gzip
import io
import struct
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cleanpipe.formats import InputFile, encode, read
from cleanpipe.formats.plain import find_title, text_id
from cleanpipe.model import Origin, Record, Rejected, Span
from cleanpipe.settings import InputSettings

BODY = "The ferry between the two islands runs again after three weeks, the harbour master said on Monday morning. " * 2


def read_one(folder: Path, data: bytes, name: str = "a.txt", limit: int = 256) -> Record | Rejected:
    path = folder / "file"
    path.write_bytes(data)
    (item,) = read(InputFile(path, name), InputSettings(line_limit_mb=limit))
    return item


TITLES = {
    "a blank line below": ("Ferry runs again\n\nIt was mended.", "Ferry runs again"),
    "blank lines above": ("\n\n  Ferry runs again \r\n\r\nIt was mended.", "Ferry runs again"),
    "a question": ("Will the ferry run again?\n\nNobody knows.", "Will the ferry run again?"),
    "a paragraph below": (f"Ferry runs again\n{BODY}", "Ferry runs again"),
    "a short line below": ("Ferry runs again\nIt was mended.", None),
    "a sentence": ("The ferry runs again.\n\nIt was mended.", None),
    "a sentence in quotes": ("“The ferry runs again.”\n\nIt was mended.", None),
    "a Chinese sentence": ("渡轮恢复运行。\n\n已经修好了。", None),
    "wrapped text": (
        "The ferry between the two islands runs again after three\nweeks, the harbour master said on Monday.",
        None,
    ),
    "one line": ("Ferry runs again", None),
    "a paragraph": (BODY.strip().rstrip(".") + "\n\nIt was mended.", None),
    "a rule": ("-----\n\nIt was mended.", None),
    "an introduction": ("The harbour master said:\n\nIt was mended.", None),
}


@pytest.mark.parametrize(("text", "title"), TITLES.values(), ids=TITLES.keys())
def test_a_first_line_that_stands_apart_is_the_title(text: str, title: str | None) -> None:
    span = find_title(text)
    assert (text[span.start : span.end] if span else None) == title


def test_a_text_file_is_one_document(tmp_path: Path) -> None:
    text = "Ferry runs again\r\n\r\nIt was mended — at last.\r\n"
    got = read_one(tmp_path, text.encode(), name="pages/2024/ferry.txt")
    assert got == Record(
        text=text,
        origin=Origin("pages/2024/ferry.txt"),
        id="pages/2024/ferry",
        title="Ferry runs again",
        title_span=Span(0, 16),
    )


@pytest.mark.parametrize(
    ("name", "id"),
    [("a.txt", "a"), ("p/a.TXT.gz", "p/a"), ("a.b.txt", "a.b"), ("report-2.1", "report-2.1"), ("-", "stdin")],
)
def test_the_id_is_the_name_without_its_suffix(name: str, id: str) -> None:
    assert text_id(name) == id


def test_the_bytes_come_back(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfcaf\xe9\r\ncaf\xc3\xa9\rx\n"
    got = read_one(tmp_path, data)
    assert isinstance(got, Record)
    assert got.text == "café\r\ncafé\rx\n"
    assert encode(got.text, got.origin) == data


def test_text_in_gzip(tmp_path: Path) -> None:
    got = read_one(tmp_path, gzip.compress(b"It was mended."), name="a.txt.gz")
    assert isinstance(got, Record) and (got.text, got.id) == ("It was mended.", "a")


def test_cut_gzip_gives_the_text_that_is_there_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(BODY.encode(), 0)[:-60])
    text, rejected = read(InputFile(path, "a.txt.gz"), InputSettings())
    assert isinstance(text, Record) and BODY.startswith(text.text)
    assert isinstance(rejected, Rejected) and "ends too early" in rejected.reason


def test_nul_bytes_in_a_text_are_kept(tmp_path: Path) -> None:
    got = read_one(tmp_path, b"It was\0 mended, and the ferry runs again.")
    assert isinstance(got, Record) and "\0" in got.text


REJECTED = {
    "nothing": (b"", "a.txt", "empty"),
    "white space": (b" \r\n\t\n", "a.txt", "empty"),
    "a mark alone": (b"\xef\xbb\xbf", "a.txt", "empty"),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(40), "a.txt", "a program"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(40), "a.txt", "an image"),
    "a ZIP": (b"PK\x03\x04 and so on", "a.docx", "ZIP"),
    "random": (bytes(range(256)) * 4, "a.txt", "binary"),
    "32-bit numbers": (struct.pack("<8I", *range(8)), "a.txt", "binary"),
    "no web page": (b"It was mended.", "a.html", "has no tags"),
    "XML": (b"<?xml version='1.0'?><a>It was mended.</a>", "a.txt", "no feed"),
    "empty gzip": (gzip.compress(b""), "a.txt.gz", "empty"),
}


@pytest.mark.parametrize(("data", "name", "reason"), REJECTED.values(), ids=REJECTED.keys())
def test_rejected(tmp_path: Path, data: bytes, name: str, reason: str) -> None:
    got = read_one(tmp_path, data, name)
    assert isinstance(got, Rejected) and reason in got.reason
    assert got.origin.file == name


def test_a_text_over_the_limit_is_rejected(tmp_path: Path) -> None:
    got = read_one(tmp_path, b"word " * 300_000, limit=1)
    assert isinstance(got, Rejected) and "larger than 1 MB" in got.reason


def test_a_file_that_went_away_is_rejected(tmp_path: Path) -> None:
    (got,) = read(InputFile(tmp_path / "gone.txt", "gone.txt", 3), InputSettings())
    assert isinstance(got, Rejected) and "No such file" in got.reason


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        (b"It was mended.", ["stdin"]),
        (b'{"id": "x", "text": "a"}\n{"id": "y", "text": "b"}', ["x", "y"]),
        (b'{"id": "x", "text": broken}\n{"id": "y", "text": "b"}', [None, "y"]),
        (gzip.compress(b'{"id": "x", "text": "a"}', mtime=0), ["x"]),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, ids: list[str | None]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    items = list(read(InputFile(None, "-"), InputSettings()))
    assert [getattr(item, "id", None) for item in items] == ids
    assert {item.origin.file for item in items} == {"-"}
