"""A large file in parts gives what it gives as a whole; what can't be parted isn't."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.formats import InputFile, read
from cleanpipe.formats.splits import read_split, scan
from cleanpipe.model import Record, Rejected
from cleanpipe.settings import InputSettings

LINES = [
    b'{"id": "a", "text": "One line."}\n',
    '{"id": "b", "text": "Zwei Wörter – “zwei”."}\r\n'.encode(),
    b'{"id": "c", "text": torn\n',
    b"\n",
    b'{"id": "d", "text": "' + b"long " * 60 + b'"}\n',
    '\ufeff{"id": "e", "text": "A mark that is none."}\n'.encode(),
]


def whole_and_parts(path: Path, each: int) -> tuple[list[Record | Rejected], list[Record | Rejected], int]:
    file, settings = InputFile(path, "dump.jsonl", path.stat().st_size), InputSettings()
    found = scan(file, settings, each)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.size == path.stat().st_size
    parts = [item for split in found.splits for item in read_split(file, split, settings)]
    return list(read(file, settings)), parts, len(found.splits)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(LINES), max_size=30).map(b"".join),
    st.sampled_from([b"", b'{"text": "The last line has no end."}']),
    st.integers(1, 900),
)
def test_parts_give_what_the_whole_gives(
    tmp_path_factory: pytest.TempPathFactory, lines: bytes, last: bytes, each: int
) -> None:
    path = tmp_path_factory.mktemp("parts") / "dump.jsonl"
    path.write_bytes(LINES[0] + lines + last)
    whole, parts, count = whole_and_parts(path, each)
    assert parts == (whole if count else [])
    assert count > 1 or len(LINES[0] + lines + last) <= each + 400


def test_a_file_is_parted_at_every_so_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes(LINES[0] * 3_000)
    whole, parts, count = whole_and_parts(path, 10_000)
    assert parts == whole
    assert count == 10  # of 303 lines of 33 bytes each, but for the last


@pytest.mark.parametrize(
    "data",
    [
        LINES[0] * 50 + '{"id": "latin", "text": "Käse"}\n'.encode("latin-1"),
        b"\xef\xbb\xbf" + LINES[0] * 50,
        b"id,text\na,One line.\n" * 50,
        b"[" + b",".join(line.strip() for line in [LINES[0]] * 50) + b"]",
        b"One text.\n" * 50,
        LINES[0],
        b"",
    ],
    ids=["a line in another charset", "a mark", "a table", "an array", "a text", "one line", "empty"],
)
def test_what_has_to_be_read_as_a_whole_is_not_parted(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes(data)
    assert scan(InputFile(path, "dump", len(data)), InputSettings(), 200).splits == ()


def test_a_declared_charset_keeps_a_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes(LINES[0] * 50)
    file = InputFile(path, "dump.jsonl", path.stat().st_size)
    assert scan(file, InputSettings(charset="latin-1"), 200).splits == ()
    assert len(scan(file, InputSettings(), 200).splits) > 1
