"""CSV and TSV: dialects, cells, charsets, and rows that are none."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from reading import matches, read_bytes, texts

from cleanpipe.formats import InputFile, read
from cleanpipe.model import Record, Rejected
from cleanpipe.settings import InputSettings

ROWS = [
    {"id": "1", "title": 'He said "no"', "text": "One; two, three\tand | four.\r\nLine two."},
    {"id": "2", "title": "Größe", "text": 'It ends in a quote: "so"'},
    {"id": "3", "title": "", "text": "C:\\new\\table"},
]


def written(rows: list[dict[str, str]], **dialect: Any) -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), **dialect)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


DIALECTS: dict[str, dict[str, Any]] = {
    "excel": {"dialect": "excel"},
    "excel-tab": {"dialect": "excel-tab"},
    "unix": {"dialect": "unix"},
    "semicolons": {"delimiter": ";"},
    "bars": {"delimiter": "|"},
    "everything quoted, semicolons": {"delimiter": ";", "quoting": csv.QUOTE_ALL},
    "backslashes before quotes": {
        "doublequote": False,
        "escapechar": "\\",
        "quoting": csv.QUOTE_ALL,
        "lineterminator": "\n",
    },
}


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a"])
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_what_the_package_csv_writes(tmp_path: Path, dialect: dict[str, Any], name: str, charset: str) -> None:
    items = read_bytes(tmp_path, written(ROWS, **dialect).encode(charset), name)
    assert [getattr(item, "id", item) for item in items] == ["1", "2", "3"]
    for item, row in zip(items, ROWS, strict=True):
        assert isinstance(item, Record)
        assert (item.title or "", item.text, item.metadata) == (row["title"], row["text"], {})


READ: dict[str, tuple[bytes, list[str]]] = {
    "what Excel announces": (b"sep=;\r\nid;text\r\n1;a, b\r\n", ["a, b"]),
    "quotes that are signs": (b'id\ttext\n1\t"Hi" he said\n2\tb\n', ['"Hi" he said', "b"]),
    "spaces behind commas": (b'id, text\n1, "a, b"\n2, c\n', ["a, b", "c"]),
    "one column": (b"text\na\nb\n", ["a", "b"]),
    "blank lines": (b"id,text\n\n1,a\n\n\n2,b\n\n", ["a", "b"]),
    "a delimiter at the end of each line": (b"id,text,\n1,a,\n2,b,\n", ["a", "b"]),
    "cells are missing": (b"id,text,n\n1,a\n2,b,3\n", ["a", "b"]),
    "cells too many": (b"id,text\n1,a,x\n2,b\n", ["!3 cells", "b"]),
    "no text in it": (b"id,text\n1,\n2,b\n", ["!is empty", "b"]),
    "a quote that isn't closed": (b'id,text\n1,"a\n2,b\n3,c\n', ["!never closed (line 4)", "b", "c"]),
    "a quote that closes in the next row": (b'id,text\n1,"a\n2,"b"\n3,c\n', ["!expected after", "b", "c"]),
    "something behind a quote": (b'id,text\n1,"a"b\n2,c\n', ["!expected after", "c"]),
    "a lone carriage return": (b"id,text\n1,a\rb\n2,c\n", ["!carriage return", "c"]),
    "a NUL": (b"id,text\n1,a\0b\n2,c\n", ["a\0b", "c"]),
    "a header alone": (b"id,text\n", ["!no rows"]),
    "blank lines before and behind it": (b"\n\r\nid;text\n\n\n", ["!no rows"]),
    "blank lines before it": (b"\n\nid;text\n1;a\n", ["a"]),
    "a header that can't be read": (b'id,"text\n1,a\n', ["!nothing of the table can be read"]),
    "nothing but broken rows": (b'id,text\n1,"a"b\n', ["!expected after"]),
    "two columns of one name": (b"id,text,text\n1,a,b\n", ["!two columns called 'text'"]),
    "no column for the text": (b"id,body\n1,a\n", ["!no column 'text'"]),
    "lines in two charsets": (b"id,text\n1,caf\xe9\n2,caf\xc3\xa9\n", ["café", "café"]),
}


@pytest.mark.parametrize(("data", "expected"), READ.values(), ids=READ.keys())
def test_rows(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    items = read_bytes(tmp_path, data, "a.csv")
    assert matches(items, expected), texts(items)


def test_places(tmp_path: Path) -> None:
    data = 'id,text\r\n1,"é\r\n\r\nb"\r\n2,c\r\n'.encode()
    first, second = (item.origin for item in read_bytes(tmp_path, data, "a.csv"))
    assert (first.line, first.offset, first.format) == (2, 9, "csv")
    assert (second.line, second.offset) == (5, data.index(b"2,c"))
    assert first.place == "a.csv, line 2"


def test_a_record_says_what_its_lines_were_read_as(tmp_path: Path) -> None:
    data = 'id,text\n1,"Größe\n'.encode() + b'Stra\xdfe\nna\xefve"\n2,plain\n'
    first, second = (item.origin for item in read_bytes(tmp_path, data, "a.csv"))
    assert (first.charset, first.other_charset, first.other_lines) == ("utf-8", "windows-1252", (2, 3))
    assert (second.charset, second.assumed) == ("utf-8", None)


def test_a_row_in_two_charsets_across_blocks(tmp_path: Path) -> None:
    """The first lines are read a block at a time, those behind them line by line."""
    lines = "é\n" * 40_000
    data = f'id,text\n1,"{lines}'.encode() + b'Stra\xdfe na\xefve"\n2,b\n'
    first, second = read_bytes(tmp_path, data, "a.csv")
    assert isinstance(first, Record) and first.text == lines + "Straße naïve"
    assert (first.origin.charset, first.origin.other_charset) == ("utf-8", "windows-1252")
    assert first.origin.other_lines == (40_001,)
    assert (second.origin.line, second.origin.offset) == (40_003, data.index(b"2,b"))


def test_missing_cells_are_noted_and_others_carried_as_they_are(tmp_path: Path) -> None:
    short, whole = read_bytes(tmp_path, b"text,n,\na\nb,007,\n", "a.csv")
    assert isinstance(short, Record) and isinstance(whole, Record)
    assert short.origin.note == "the row has 1 of 3 cells" and short.metadata == {}
    assert whole.origin.note is None and whole.metadata == {"n": "007"}


def test_a_column_without_a_name_is_left_out_where_it_is_empty(tmp_path: Path) -> None:
    first, second = read_bytes(tmp_path, b",text,,column type,last\n0,a,,,\n1,b,,,z\n", "a.csv")
    assert isinstance(first, Record) and isinstance(second, Record)
    assert first.metadata == {"column 1": "0", "column type": "", "last": ""}
    assert second.metadata == {"column 1": "1", "column type": "", "last": "z"}


@pytest.mark.parametrize("row", [b"", b"1,a\n"])
def test_a_table_of_a_million_columns(tmp_path: Path, row: bytes) -> None:
    names = b"id,text," + b",".join(b"c%d" % number for number in range(1_000_000))
    started = time.process_time()
    items = read_bytes(tmp_path, names + b"\n" + row * 1000, "a.csv")
    assert len(items) == (1000 if row else 1) and time.process_time() - started < 20
    (item,) = read_bytes(tmp_path, b"x" * 5_000_000 + b",y\na,b\n", "a.csv")
    assert isinstance(item, Rejected) and len(item.reason) < 500


def test_columns_are_named_by_the_settings(tmp_path: Path) -> None:
    (item,) = read_bytes(tmp_path, b"Headline;Body\nH;B, b\n", "a", fields={"text": "Body", "title": "Headline"})
    assert isinstance(item, Record)
    assert (item.title, item.text, item.metadata) == ("H", "B, b", {})


@pytest.mark.parametrize(
    "text",
    [
        "The text, in full, of the letter\nDear sir, I hear, with sorrow,\n",
        "text\n\nA file that begins with this word.",
        "Some text; and more text; here\nA line.\nAnother; line.\n",
        "text | title\nAnd nothing of that kind below.\nNot at all.\n",
    ],
)
def test_a_text_with_commas_is_a_text(tmp_path: Path, text: str) -> None:
    (item,) = read_bytes(tmp_path, text.encode(), "a.txt")
    assert isinstance(item, Record) and item.origin.is_whole


@pytest.mark.parametrize("cell", ["word, " * 1_700_000, ("word, " * 9 + "\n") * 185_000], ids=["one line", "lines"])
def test_a_cell_of_ten_megabytes(tmp_path: Path, cell: str) -> None:
    items = read_bytes(tmp_path, f'id,text\n1,"{cell}"\n2,b\n'.encode(), "dump")
    assert texts(items) == [cell, "b"]


@pytest.mark.parametrize("word", [b"word ", "\U0001f6a2 ".encode(), "\u043f\u0430\u0440\u043e\u043c ".encode("koi8-r")])
def test_a_line_over_the_limit_is_passed_in_one_go(tmp_path: Path, word: bytes) -> None:
    data = b"id,text\n1," + word * (120_000_000 // len(word)) + b"\n2,b\n"
    started = time.process_time()
    items = read_bytes(tmp_path, data, "a.csv", line_limit_mb=100)
    assert time.process_time() - started < 10
    assert matches(items, ["!longer than 16 MB", "b"])


def test_a_row_of_many_lines_is_told_as_that(tmp_path: Path) -> None:
    items = read_bytes(tmp_path, b'id,text\n1,"' + b"\n" * 650_000 + b'"\n2,b\n', "a.csv")
    assert matches(items[:1], ["!longer than 16 MB, where each of its 640,000 lines counts for 24 bytes more"])
    assert matches(items[-1:], ["b"])


def test_a_quote_that_is_never_closed_fills_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\n1,"a\n' + (b"2," + b"x" * 1000 + b"\n") * 10_000)
    tracemalloc.start()
    reasons = 0
    for item in read(InputFile(path, "a.csv"), InputSettings(line_limit_mb=1)):
        reasons += isinstance(item, Rejected) and "longer than 1 MB" in item.reason
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reasons == 1
    assert peak < 30_000_000


def test_rows_that_are_all_broken_take_no_more_than_their_time(tmp_path: Path) -> None:
    data = b"id,text\n" + b'1,"a\n' * 30_001
    started = time.process_time()
    items = read_bytes(tmp_path, data, "a.csv")
    assert items and time.process_time() - started < 10
    worst = b"id,text\n" + b'1,"a\n2,b\n3,b\n4,b"x\n' * 10_000
    started = time.process_time()
    assert sum(isinstance(item, Record) for item in read_bytes(tmp_path, worst, "a.csv")) == 30_000
    assert time.process_time() - started < 10
