"""Parquet: values as JSON has them, places, layouts, damage, and small files that make much of themselves."""

from __future__ import annotations

import builtins
import datetime
import decimal
import io
import re
import time
from pathlib import Path
from typing import Any

import pytest
from reading import Items, matches, read_bytes, texts

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats import record_key
from cleanpipe.formats.parquet import page_size
from cleanpipe.model import Record, Rejected
from cleanpipe.text.jsonline import dump

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def written(columns: dict[str, Any], **options: Any) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.table(columns), file, **options)
    return file.getvalue()


MOMENT = datetime.datetime(2024, 3, 3, 10, 0, 0, 250_000)
VALUES: dict[str, tuple[Any, Any]] = {
    "an integer": (pa.array([7], pa.uint64()), 7),
    "true": (pa.array([True]), True),
    "nothing": (pa.nulls(1), None),
    "a number": (pa.array([1.5]), 1.5),
    "NaN": (pa.array([float("nan")]), None),
    "an infinity": (pa.array([float("-inf")]), "-Infinity"),
    "a decimal": (pa.array([decimal.Decimal("1.10")]), "1.10"),
    "a time of day and year": (pa.array([MOMENT], pa.timestamp("us")), "2024-03-03T10:00:00.25"),
    "nanoseconds": (pa.array([1], pa.timestamp("ns")), "1970-01-01T00:00:00.000000001"),
    "another zone": (pa.array([MOMENT], pa.timestamp("ms", "Asia/Tokyo")), "2024-03-03T10:00:00.25Z"),
    "a date": (pa.array([MOMENT.date()]), "2024-03-03"),
    "a time": (pa.array([MOMENT.time()]), "10:00:00.250000"),
    "a span of time": (pa.array([datetime.timedelta(minutes=1)]), 60.0),
    "text as bytes": (pa.array([b"caf\xc3\xa9"]), "café"),
    "bytes": (pa.array([b"\xff\x00"]), "base64:/wA="),
    "few texts": (pa.array(["a"]).dictionary_encode(), "a"),
    "large text": (pa.array(["a"], pa.large_string()), "a"),
    "a list": (pa.array([["a", None]]), ["a", None]),
    "a struct": (
        pa.array([{"t": MOMENT, "n": [float("inf")]}]),
        {"t": "2024-03-03T10:00:00.250000", "n": ["Infinity"]},
    ),
    "a map": (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int8())), {"k": 1}),
    "a map with a key twice": (pa.array([[("k", 1), ("k", 2)]], pa.map_(pa.string(), pa.int8())), [["k", 1], ["k", 2]]),
    "an image": (pa.array([{"bytes": b"\x89PNG", "path": "a.png"}]), {"path": "a.png"}),
}


@pytest.mark.parametrize(("column", "expected"), VALUES.values(), ids=VALUES.keys())
def test_values(tmp_path: Path, column: Any, expected: Any) -> None:
    (item,) = read_bytes(tmp_path, written({"text": ["T."], "x": column}))
    assert isinstance(item, Record), item
    assert item.metadata == {"x": expected} and type(item.metadata["x"]) is type(expected)
    assert dump(dict(item.metadata)) and record_key(item)


def test_what_is_left_out_is_noted(tmp_path: Path) -> None:
    image = pa.array([{"bytes": b"\x89PNG", "path": None}])
    (item,) = read_bytes(tmp_path, written({"text": ["T."], "image": image}))
    assert item.origin.note == "not read: image.bytes"


@pytest.mark.parametrize(
    ("fields", "metadata"),
    [
        ({"url": "https://e.example"}, {"url": "https://e.example", "date": "2024-03-03", "language": "en"}),
        ({}, {"date": "2024-03-03", "language": "en"}),
    ],
)
def test_metadata_of_datatrove(tmp_path: Path, fields: dict[str, str], metadata: dict[str, str]) -> None:
    inner = pa.array([{**fields, "date": "2024-03-03", "language": "en"}])
    (item,) = read_bytes(tmp_path, written({"text": ["T."], "id": ["i"], "metadata": inner}))
    assert isinstance(item, Record)
    assert (item.id, item.url, item.published, item.lang) == ("i", fields.get("url"), "2024-03-03", "en")
    assert item.metadata == metadata


def test_common_crawl_news_in_all_languages(tmp_path: Path) -> None:
    columns = {
        "requested_url": "https://e.example/a",
        "plain_text": "T.",
        "published_date": "2024-03-03",
        "title": "H",
        "sitename": "Echo",
        "author": "A. Quill",
        "language": "fr",
        "tags": "",
    }
    (item,) = read_bytes(tmp_path, written({name: [value] for name, value in columns.items()}))
    assert isinstance(item, Record)
    assert (item.text, item.url, item.published, item.source) == ("T.", "https://e.example/a", "2024-03-03", "Echo")
    assert (item.title, item.author, item.lang, item.metadata) == ("H", "A. Quill", "fr", {"tags": ""})


def test_columns_are_named_by_the_settings(tmp_path: Path) -> None:
    (item,) = read_bytes(tmp_path, written({"body": ["B."], "text": ["t"]}), fields={"text": "body"})
    assert isinstance(item, Record) and (item.text, item.metadata) == ("B.", {"text": "t"})


@pytest.mark.parametrize(
    ("column", "read"),
    [
        (pa.array([b"Gr\xf6\xdfe hei\xdft das", b"plain"]), "windows-1252"),
        (pa.array(["Größe heißt das".encode("utf-16"), b"plain"]), "utf-16-le"),
        (
            pa.Array.from_buffers(pa.string(), 2, pa.array([b"Gr\xf6\xdfe hei\xdft das", b"plain"]).buffers()),
            "windows-1252",
        ),
    ],
    ids=["bytes", "UTF-16 in bytes", "a string that is none"],
)
def test_charsets(tmp_path: Path, column: Any, read: str) -> None:
    first, second = read_bytes(tmp_path, written({"text": column}))
    assert texts([first, second]) == ["Größe heißt das", "plain"]
    assert (first.origin.charset, second.origin.charset) == (read, "utf-8")
    assert first.origin.row == 1 and first.origin.format == "parquet"


REJECTED = {
    "no column": (written({"body": ["a"]}), "no column 'text'"),
    "no rows": (written({"text": pa.array([], pa.string())}), "no rows"),
    "cut": (written({"text": ["a"]})[:-9], "damaged or cut off"),
    "a head alone": (b"PAR1", "damaged or cut off"),
    "a footer of no size": (b"PAR1\0\0\0\0PAR1", "damaged or cut off"),
    "a footer of any size": (b"PAR1\xff\xff\xff\x7fPAR1", "damaged or cut off"),
    "encrypted": (b"PARE" + bytes(20) + b"PARE", "encrypted Parquet"),
}


@pytest.mark.parametrize(("data", "reason"), REJECTED.values(), ids=REJECTED.keys())
def test_rejected(tmp_path: Path, data: bytes, reason: str) -> None:
    (item,) = read_bytes(tmp_path, data)
    assert isinstance(item, Rejected) and reason in item.reason


def test_damage_costs_its_row_group(tmp_path: Path) -> None:
    rows = [f"text {number} " + "x" * 50 for number in range(6)]
    data = written({"text": rows}, row_group_size=2, use_dictionary=False, compression="none")
    at = data.index(b"text 2")
    items = read_bytes(tmp_path, data[: at - 30] + b"\xff" * 30 + data[at:])
    assert matches(items, [*rows[:2], "!the rows from here", *rows[4:]]), texts(items)
    assert [item.origin.row for item in items] == [1, 2, 3, 5, 6]


@pytest.mark.parametrize("stated", [-1, 0, 1, 49, 51, 63])
def test_numbers_of_rows_that_contradict_one_another(tmp_path: Path, stated: int) -> None:
    """Those of the file, of the values of two columns, of their row group. Where one is too small, pyarrow leaves rows
    out without a word."""
    rows = [f"text {number}" for number in range(50)]
    data = written({"text": rows, "n": list(range(50))}, use_dictionary=False, compression="none")
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    field = b"\x16"  # 64 bits, in Thrift's short form, one field after the last
    places = [found.start() for found in re.finditer(field + bytes([100]), data) if found.start() >= footer]
    assert len(places) == 4
    whole, *others = (
        read_bytes(tmp_path, data[: at + 1] + bytes([stated * 2 if stated >= 0 else 1]) + data[at + 2 :])
        for at in places
    )
    assert texts(whole) == rows or (stated < 0 and matches(whole, ["!damaged"]))
    for items in others:
        assert rows[: len(items) - 1] == texts(items)[:-1], stated
        assert isinstance(items[-1], Rejected)


def test_rows_that_are_no_records(tmp_path: Path) -> None:
    items = read_bytes(tmp_path, written({"text": ["a", None, "", "b"], "n": [1, 2, 3, 4]}))
    assert matches(items, ["a", "!no 'text'", "!is empty", "b"])
    assert [item.origin.row for item in items] == [1, 2, 3, 4]


ODD_ROWS: dict[str, dict[str, Any]] = {
    "no text": {"text": None},
    "a blank text": {"text": " "},
    "a date in another form": {"text": "three", "published": "March 3, 2024"},
    "bytes": {"text": "three", "raw": b"\xff"},
    "a text over the limit": {"text": "x" * 1_000_001},
}


@pytest.mark.parametrize("odd", ODD_ROWS.values(), ids=ODD_ROWS.keys())
def test_a_row_unlike_the_others_changes_nothing_of_them(tmp_path: Path, odd: dict[str, Any]) -> None:
    rows = [{"text": text, "published": "2024-03-03", "n": number} for number, text in enumerate(["one", "two"])]

    def read_rows(*more: dict[str, Any]) -> Items:
        made = [{"text": None, "published": None, "n": None, "raw": None, **row} for row in (*rows, *more)]
        columns = {name: [row[name] for row in made] for name in made[0]}
        return read_bytes(tmp_path, written({**columns, "raw": pa.array(columns["raw"], pa.binary())}), line_limit_mb=1)

    *same, last = read_rows(odd)
    assert same == read_rows() and texts(same) == ["one", "two"]
    assert last.origin.row == 3


def test_a_text_over_the_limit_is_rejected(tmp_path: Path) -> None:
    items = read_bytes(tmp_path, written({"text": ["x" * 1_000_001, "b"]}), line_limit_mb=1)
    assert matches(items, ["!larger than 1 MB", "b"])


def test_a_value_that_is_meant_a_thousand_times(tmp_path: Path) -> None:
    """Ten megabytes stand once in the file, and it would be ten gigabytes."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), ["x" * 10_000_000])
    path = tmp_path / "file"
    path.write_bytes(written({"text": text}))
    from cleanpipe.formats import InputFile, read
    from cleanpipe.settings import InputSettings

    given, last = 0, None
    for item in read(InputFile(path, "a", path.stat().st_size), InputSettings()):
        given += len(item.text) if isinstance(item, Record) else 0
        last = item
    assert 0 < given < 600_000_000
    assert isinstance(last, Rejected) and "unpacks to more than" in last.reason and "row" in last.reason


def test_a_million_rows_of_nothing(tmp_path: Path) -> None:
    started = time.process_time()
    items = read_bytes(tmp_path, written({"text": pa.nulls(3_000_000, pa.string())}))
    assert len(items) < 400_000 and "unpacks to more than" in texts(items)[-1]
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("header", "size"),
    [(b"\x15\x04\x15\x80\x89\x7a\x15\x02", 1_000_000), (b"\x15\x00\x15\x0a", 5)],
)
def test_the_size_of_a_page(header: bytes, size: int) -> None:
    assert page_size(header) == size


@pytest.mark.parametrize("header", [b"", b"\x15", b"\x15\xff", b"\x25\x04\x15\x0a", b"\x15" + b"\xff" * 30])
def test_no_page(header: bytes) -> None:
    with pytest.raises(ValueError, match="no header"):
        page_size(header)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really_import = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return really_import(name, *rest)

    data = written({"text": ["a"]})
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=r"news\.parquet: reading Parquet needs.*cleanpipe\[parquet\]"):
        read_bytes(tmp_path, data, "news.parquet")
