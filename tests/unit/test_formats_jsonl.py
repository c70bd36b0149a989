"""JSON Lines: what is a record, what is rejected and why."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest

from cleanpipe.errors import SettingsError
from cleanpipe.formats import InputFile, read
from cleanpipe.model import Origin, Record, Rejected
from cleanpipe.settings import InputSettings

Items = list[Record | Rejected]


def read_bytes(folder: Path, data: bytes, name: str = "a.jsonl", **settings: Any) -> Items:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return list(read(InputFile(path, name, len(data)), InputSettings(**settings)))


def record(folder: Path, data: bytes, **settings: Any) -> Record:
    (item,) = read_bytes(folder, data, **settings)
    assert isinstance(item, Record), item
    return item


def test_every_known_field_is_read(tmp_path: Path) -> None:
    fields = {
        "id": "n1",
        "title": "Ferry runs again",
        "url": "https://example.org/ferry",
        "source": "Harbour Post",
        "author": "Ada Quill",
        "published": "2024-03-03T10:00:00Z",
        "lang": "en",
        "canonical_url": "https://example.org/f",
        "text": "The ferry runs again.",
    }
    got = record(tmp_path, json.dumps({**fields, "section": ["local", 3]}).encode())
    assert {name: getattr(got, name) for name in fields} == fields
    assert got.metadata == {"section": ["local", 3]}
    assert got.origin == Origin("a.jsonl", 1, 0)


READ: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "a number for an id": ({"id": 17}, {"id": "17"}, {}),
    "null is absent": ({"id": None, "title": None}, {"id": None, "title": None}, {}),
    "authors as a list": ({"author": ["A", "B"]}, {"author": None}, {"author": ["A", "B"]}),
    "a region in lang": ({"lang": "en-US"}, {"lang": "en"}, {"lang": "en-US"}),
    "a language's name": ({"lang": "English"}, {"lang": None}, {"lang": "English"}),
    "an unclear date": ({"published": "3/4/2024"}, {"published": None}, {"published": "3/4/2024"}),
    "a date in words": ({"published": "March 3, 2024"}, {"published": "2024-03-03"}, {"published": "March 3, 2024"}),
    "datatrove": (
        {"id": "d", "metadata": {"url": "https://e.org", "date": "2024-03-03", "language": "en", "dump": "CC-1"}},
        {"url": "https://e.org", "published": "2024-03-03", "lang": "en"},
        {"url": "https://e.org", "date": "2024-03-03", "language": "en", "dump": "CC-1"},
    ),
    "dolma": (
        {"source": "s", "added": "2024-05-01", "created": "2020-01-01", "metadata": {"length": 5}},
        {"source": "s", "published": None},
        {"added": "2024-05-01", "created": "2020-01-01", "length": 5},
    ),
    "the top counts first": ({"url": "u1", "metadata": {"url": "u2"}}, {"url": "u1"}, {"url": "u2"}),
    "nothing is overwritten": (
        {"added": 1, "metadata": {"added": 2}},
        {},
        {"added": 1, "metadata": {"added": 2}},
    ),
    "metadata that is no object": ({"metadata": "m"}, {}, {"metadata": "m"}),
    "long integers": ({"n": 123456789012345678901234567890}, {}, {"n": 123456789012345678901234567890}),
}


@pytest.mark.parametrize(("given", "fields", "metadata"), READ.values(), ids=READ.keys())
def test_fields(tmp_path: Path, given: dict[str, Any], fields: dict[str, Any], metadata: dict[str, Any]) -> None:
    got = record(tmp_path, json.dumps({"text": "T.", **given}).encode())
    assert {name: getattr(got, name) for name in fields} == fields
    assert got.metadata == metadata


def test_fields_can_be_called_otherwise(tmp_path: Path) -> None:
    data = b'{"body": "B.", "text": "t", "headline": "H"}'
    got = record(tmp_path, data, fields={"text": "body", "title": "headline"})
    assert (got.text, got.title, got.metadata) == ("B.", "H", {"text": "t"})


def test_a_field_that_is_not_known_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'teaser'"):
        read_bytes(tmp_path, b"{}", fields={"teaser": "x"})


REJECTED = {
    "broken": (b'{"text": "a"', "no valid JSON"),
    "no object": (b'["a"]', "a list and no object"),
    "no text": (b'{"id": 1}', "no 'text'"),
    "null text": (b'{"text": null}', "no 'text'"),
    "text is a number": (b'{"text": 5}', "a number and no string"),
    "empty text": (b'{"text": " \\n"}', "is empty"),
    "a key twice": (b'{"text": "a", "text": "b"}', "'text' stands twice"),
    "a key twice inside": (b'{"text": "a", "m": {"k" :1,"k":2}}', "'k' stands twice"),
    "a long key twice": (
        b'{"text": "a", "%s": 1, "%s": 2}' % (b"k" * 999, b"k" * 999),
        f"the key '{'k' * 40}' stands twice",
    ),
    "NaN": (b'{"text": "a", "n": NaN}', "NaN"),
    "infinity": (b'{"text": "a", "n": -Infinity}', "-Infinity"),
    "too large a number": (b'{"text": "a", "n": 1e999}', "too large"),
    "brackets": (b"[" * 100_000, "levels deep"),
    "objects in objects": (b'{"a":' * 100_000, "levels deep"),
    "a few too many": (b'{"text": "a", "m": ' + b"[" * 101 + b"]" * 101 + b"}", "levels deep"),
    "lone surrogate and brackets": (b'{"text": "\\ud83d", "m": ' + b"[" * 5000 + b"]" * 5000 + b"}", "levels deep"),
    "an integer of many digits": (b'{"text": "\\ud83d", "n": ' + b"9" * 5000 + b"}", "no valid JSON"),
}


@pytest.mark.parametrize(("line", "reason"), REJECTED.values(), ids=REJECTED.keys())
def test_rejected_with_its_place_and_the_run_goes_on(tmp_path: Path, line: bytes, reason: str) -> None:
    before, after = b'{"text": "one"}\n\n', b'\n{"text": "two"}'
    first, bad, last = read_bytes(tmp_path, before + line + after)
    assert isinstance(first, Record) and isinstance(last, Record)
    assert last.origin == Origin("a.jsonl", 4, len(before) + len(line) + 1)
    assert isinstance(bad, Rejected)
    assert bad.origin == Origin("a.jsonl", 3, len(before))
    assert reason in bad.reason
    assert bad.excerpt == line[:200].decode()


def test_a_lone_surrogate_is_read(tmp_path: Path) -> None:
    assert record(tmp_path, b'{"text": "a \\ud83d b"}').text == "a \ud83d b"


def test_unescaped_control_characters_are_read_and_noted(tmp_path: Path) -> None:
    got = record(tmp_path, b'{"text": "a\x01\tb"}')
    assert got.text == "a\x01\tb"
    assert got.origin.note is not None and "control" in got.origin.note


def test_quotes_and_colons_inside_a_text_are_no_keys(tmp_path: Path) -> None:
    line = {"text": 'He said "a": then "b" : and {"c":1}.', "m": [{"k": 1}, {"k": 2}]}
    assert record(tmp_path, json.dumps(line).encode()).text == line["text"]


def test_invalid_utf_8_is_read_as_windows_1252_and_noted(tmp_path: Path) -> None:
    good, bad = read_bytes(tmp_path, '{"text": "café"}\n'.encode() + b'{"text": "caf\xe9"}')
    assert isinstance(good, Record) and isinstance(bad, Record)
    assert (good.text, good.origin.charset, good.origin.charset_by) == ("café", "utf-8", None)
    assert (bad.text, bad.origin.charset, bad.origin.charset_by) == ("café", "windows-1252", "detected")


def test_a_mark_is_noted_once(tmp_path: Path) -> None:
    first, second = read_bytes(tmp_path, b'\xef\xbb\xbf{"text": "a"}\r\n{"text": "b"}\r\n')
    assert first.origin == Origin("a.jsonl", 1, 3, mark="efbbbf")
    assert second.origin == Origin("a.jsonl", 2, 18)


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_utf_16_with_a_mark(tmp_path: Path, charset: str) -> None:
    lines = ['{"text": "a ਊ 😀"}\n', '{"text": "\\ud83d"}\n', "{broken\n", '{"text": "end"}']
    data = ("\ufeff" + "".join(lines)).encode(charset)
    items = read_bytes(tmp_path, data)
    assert [item.text if isinstance(item, Record) else item.excerpt for item in items] == [
        "a ਊ 😀",
        "\ud83d",
        "{broken",
        "end",
    ]
    for number, item in enumerate(items):
        assert item.origin.offset == len(("\ufeff" + "".join(lines[:number])).encode(charset))
        assert item.origin.charset == charset


def test_half_a_character_at_the_end_of_utf_16(tmp_path: Path) -> None:
    data = "\ufeff".encode("utf-16-le") + '{"text": "a"}\n'.encode("utf-16-le") + b"\x20"
    good, bad = read_bytes(tmp_path, data)
    assert isinstance(good, Record)
    assert isinstance(bad, Rejected) and "utf-16-le" in bad.reason


def test_a_line_over_the_limit_is_rejected_and_the_next_one_read(tmp_path: Path) -> None:
    long = b'{"text": "' + b"x" * 3_000_000 + b'"}\n'
    bad, good = read_bytes(tmp_path, long + b'{"text": "b"}\n', line_limit_mb=1)
    assert isinstance(bad, Rejected) and "longer than 1 MB" in bad.reason and len(bad.excerpt) == 200
    assert isinstance(good, Record) and good.origin == Origin("a.jsonl", 2, len(long))


def test_a_line_of_50_mb_is_read(tmp_path: Path) -> None:
    started = time.process_time()
    got = record(tmp_path, b'{"text": "' + b"word " * 10_000_000 + b'"}')
    assert len(got.text) == 50_000_000
    assert time.process_time() - started < 10


def test_jsonl_is_known_by_its_content(tmp_path: Path) -> None:
    (item,) = read_bytes(tmp_path, b'\n {"text": "a"}\n', name="dump.txt")
    assert isinstance(item, Record) and item.origin.line == 2


LINES = b"".join(b'{"text": "line %d"}\n' % number for number in range(20_000))


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    seen: list[int] = []
    packed = gzip.compress(LINES[:100_000]) + gzip.compress(LINES[100_000:])
    path = tmp_path / "dump"
    path.write_bytes(packed + b"\0" * 512)
    items = list(read(InputFile(path, "dump"), InputSettings(), seen.append))
    assert [item.text for item in items if isinstance(item, Record)] == [f"line {number}" for number in range(20_000)]
    assert sum(seen) == len(packed) + 512


def test_what_can_be_read_of_a_cut_gzip_is_read(tmp_path: Path) -> None:
    packed = gzip.compress(LINES)
    items = read_bytes(tmp_path, packed[: len(packed) // 2], name="a.jsonl.gz")
    texts = [item.text for item in items if isinstance(item, Record)]
    assert 5_000 < len(texts) < 20_000 and texts == [f"line {number}" for number in range(len(texts))]
    rejected = [item for item in items if isinstance(item, Rejected)]
    assert "ends too early" in rejected[-1].reason and str(len(packed) // 2) in rejected[-1].reason


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data: data[:-8] + b"\0" * 8, "damaged"),
        (lambda data: data + b"and more", "no gzip follows"),
        (lambda data: data + b"!", "no gzip follows"),
        (lambda data: data[:2], "ends too early"),
        (lambda data: data[:3] + b"\xff" * 40, "damaged"),
    ],
)
def test_damaged_gzip(tmp_path: Path, spoil: Any, reason: str) -> None:
    items = read_bytes(tmp_path, spoil(gzip.compress(LINES)), name="a.jsonl.gz")
    assert isinstance(items[-1], Rejected) and reason in items[-1].reason


def test_a_small_file_cannot_fill_the_memory(tmp_path: Path) -> None:
    bomb = gzip.compress(b'{"text": "' + b"0" * 40_000_000, 9)
    (item,) = read_bytes(tmp_path, bomb, name="a.jsonl.gz", line_limit_mb=1)
    assert isinstance(item, Rejected) and "longer than 1 MB" in item.reason
