"""JSON arrays, objects around arrays, records over several lines: what is an item, and what is rejected and why."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from reading import matches, read_bytes, texts

from cleanpipe.formats import jsonlist
from cleanpipe.model import Record, Rejected

READ = {
    "an array": (b'[{"text":"a"},{"text":"b"}]', ["a", "b"]),
    "spaces everywhere": (b' \n[ { "text" : "a" } ,\r\n { "text" : "b" } ]\n\n', ["a", "b"]),
    "quotes and brackets in a text": (b'[{"text":"a \\"]} {[ \\\\"},{"text":"b\\\\\\\\"}]', ['a "]} {[ \\', "b\\\\"]),
    "an object around it": (b'{"total":2,"articles":[{"text":"a"},{"text":"b"}],"next":null}', ["a", "b"]),
    "an object around it, over lines": (b'{\n "a": [\n  {"text": "a"}\n ]\n}\n', ["a"]),
    "the first array that has texts": (b'{"tags":[{"name":"t"}],"items":[{"text":"a"}],"more":[{"text":"b"}]}', ["a"]),
    "a record over lines": (b'{\n "text": "a",\n "authors": [{"text": "no"}]\n}', ["a"]),
    "a record whose list comes first": (b'{"authors": [{"text": "no"}],\n "text": "a"}', ["a"]),
    "several records over lines": (b'{\n"text":"a"}\n{\n"text":"b"\n}', ["a", "b"]),
    "one is wrong": (b'[{"text":"a"},{"text":5},{"n":NaN,"text":"c"},{"text":"d"}]', ["a", "!a number", "!NaN", "d"]),
    "no objects among them": (b'[{"text":"a"}, 7, "b", {"text":"c"}]', ["a", "!no valid JSON", "c"]),
    "a list among them": (b'[{"text":"a"}, [1], {"text":"c"}]', ["a", "!a list and no object", "c"]),
    "cut": (b'[{"text":"a"},{"text":"b', ["a", "!no valid JSON", "!ends too early"]),
    "cut behind an item": (b'[{"text":"a"},', ["a", "!ends too early"]),
    "something behind it": (b'[{"text":"a"}] {"text":"b"}', ["a", "!follows the end"]),
    "one bracket too many": (b'{\n"text":"a"}\n}{"text":"b"}', ["a", "!follows the end"]),
    "a key twice": (b'[{"text":"a","text":"b"},{"text":"c"}]', ["!stands twice", "c"]),
    "windows-1252": (b'[{"text":"caf\xe9"},{"text":"na\xefve"}]', ["café", "naïve"]),
    "UTF-16": ('\ufeff[{"text":"é一😀"},{"text":"b"}]'.encode("utf-16-le"), ["é一😀", "b"]),
    "a mark": (b'\xef\xbb\xbf[{"text":"a"}]', ["a"]),
    "100,000 brackets": (b'[{"text":"a","n":' + b"[" * 100_000 + b"]" * 100_000 + b'},{"text":"b"}]', ["!levels", "b"]),
}


@pytest.mark.parametrize(("data", "expected"), READ.values(), ids=READ.keys())
def test_items(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    items = read_bytes(tmp_path, data)
    assert matches(items, expected), texts(items)


NAMED = {
    "an empty array": (b"[]", ["!holds no records"]),
    "an array of numbers": (b"[1, 2]", ["!no valid JSON"]),
    "a record of another shape": (b'{"body":\n"a"}', ["!no 'text'"]),
    "no JSON": (b"Hello", ["!JSON without records"]),
}


@pytest.mark.parametrize(("data", "expected"), NAMED.values(), ids=NAMED.keys())
def test_what_the_name_says_is_json(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    items = read_bytes(tmp_path, data, "a.json")
    assert matches(items, expected), texts(items)


@pytest.mark.parametrize(
    "data",
    [
        b"[[Category:News]]\nThe ferry runs again.",
        b"[Reuters] The ferry runs again.",
        b'{"a": 1,\n"b": 2}\nis what the machine said.',
        b"{ and so on",
    ],
)
def test_a_text_with_brackets_is_a_text(tmp_path: Path, data: bytes) -> None:
    (item,) = read_bytes(tmp_path, data, "a.txt")
    assert isinstance(item, Record) and item.origin.is_whole


def test_one_record_a_line_is_json_lines(tmp_path: Path) -> None:
    lines = b'{"a":[{"text":"no"}],"text":"a"}\n{"a":[{"text":"no"}],"text":"b"}\n'
    assert [item.origin.line for item in read_bytes(tmp_path, lines, "a.json")] == [1, 2]
    lines = b'{"a":[{"text":"no"}]}\n{"a":[{"text":"no"}]}\n'
    assert matches(read_bytes(tmp_path, lines), ["!no 'text'", "!no 'text'"])


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_offsets_lead_to_the_items(tmp_path: Path, charset: str) -> None:
    parts = ['\ufeff { "n": [', '{"text":"é 😀"}', " , \n", '{"text":"b"}', ",", "{bad}", "]}"]
    data = "".join(parts).encode(charset)
    items = read_bytes(tmp_path, data, fields={})
    assert [item.origin.row for item in items] == [1, 2, 3]
    for item, number in zip(items, (1, 3, 5), strict=True):
        assert item.origin.offset == len("".join(parts[:number]).encode(charset))
    assert [item.origin.mark for item in items] == ["\ufeff".encode(charset).hex(), "", ""]


def test_what_holds_for_lines_holds_for_items(tmp_path: Path) -> None:
    """Wherever a block ends, in the middle of an escape too."""
    rows = [{"text": '\\" ]}[{' * number + "x", "n": {"k": [number]}} for number in range(60)]
    array = json.dumps(rows).encode()
    lines = b"\n".join(json.dumps(row).encode() for row in rows)
    of_array, of_lines = read_bytes(tmp_path, array), read_bytes(tmp_path, lines)
    assert texts(of_array) == texts(of_lines) == [row["text"] for row in rows]


@pytest.mark.parametrize("block", [1, 2, 3, 7, 64])
def test_blocks_end_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(jsonlist, "BLOCK", block)
    data = b'[{"text":"a\\\\"}, {"text":"\\"]\\\\\\""} ,{"text":"[{"}]'
    assert texts(read_bytes(tmp_path, data)) == ["a\\", '"]\\"', "[{"]


def test_an_item_over_the_limit_is_rejected_and_the_next_one_read(tmp_path: Path) -> None:
    data = b'[{"text":"' + b"x" * 3_000_000 + b'"},{"text":"b"}]'
    bad, good = read_bytes(tmp_path, data, line_limit_mb=1)
    assert isinstance(bad, Rejected) and "longer than 1 MB" in bad.reason and len(bad.excerpt) == 200
    assert isinstance(good, Record) and good.origin.offset == data.index(b'{"text":"b"')


def test_many_items_take_no_more_than_their_time(tmp_path: Path) -> None:
    data = b"[" + b",".join(b'{"text":"item %d"}' % number for number in range(50_000)) + b"]"
    started = time.process_time()
    assert len(read_bytes(tmp_path, data)) == 50_000
    assert time.process_time() - started < 10
