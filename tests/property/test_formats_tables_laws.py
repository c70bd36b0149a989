"""What is written as a table, an array or an archive comes back as it was; whatever else comes raises nothing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reading import read_bytes, texts

from cleanpipe.formats import jsonlist
from cleanpipe.formats.charset import controls
from cleanpipe.formats.fields import KNOWN, build_record, build_records, input_names
from cleanpipe.formats.jsonlist import Items
from cleanpipe.model import Origin, Record, Rejected

IN_A_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)
SPIKY = st.text(st.sampled_from("ab ,;\t|\"'\\\n{}[]é\u2028"), max_size=12)
TEXTS = st.one_of(CELLS, SPIKY).filter(lambda text: bool(text.strip()))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), SPIKY),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(SPIKY, inner, max_size=3)),
    max_leaves=6,
)
ROWS = st.lists(st.fixed_dictionaries({"text": TEXTS, "x": VALUES}), min_size=1, max_size=6)
JSON_PIECES = st.lists(
    st.sampled_from(['{"text":"a"}', "[", "]", "{", "}", ",", '"', "\\", '"text":', "1", "\n", " ", "é", "NaN"]),
    max_size=30,
).map("".join)
CSV_PIECES = st.lists(
    st.sampled_from(["text", "id", ",", ";", '"', "\n", "\r\n", "\r", "a", "\\", "é", "\0"]), max_size=40
)


@IN_A_FOLDER
@given(ROWS, st.sampled_from([None, 1, "\t"]), st.booleans(), st.sampled_from(["utf-8", "utf-16"]), st.integers(1, 64))
def test_an_array_gives_its_items(
    tmp_path: Path, rows: list[dict[str, Any]], indent: Any, escaped: bool, charset: str, block: int
) -> None:
    data = json.dumps(rows, indent=indent, ensure_ascii=escaped).encode(charset)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jsonlist, "BLOCK", block)
        items = read_bytes(tmp_path, data, "a.json")
    assert [item.text if isinstance(item, Record) else item for item in items] == [row["text"] for row in rows]
    assert all(
        isinstance(item, Record) and item.metadata == {"x": row["x"]} for item, row in zip(items, rows, strict=True)
    )


@settings(deadline=None)
@given(JSON_PIECES, st.integers(0, 2), st.integers(1, 9))
def test_items_do_not_hang_on_where_blocks_end(text: str, depth: int, block: int) -> None:
    def items(size: int) -> list[Any]:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(jsonlist, "BLOCK", size)
            found = Items(io.BytesIO(text.encode()), 10**6, "utf-8", 0, depth)
            return [*found, found.ended]

    assert items(block) == items(1 << 18)


@settings(deadline=None)
@given(
    st.one_of(ROWS.map(lambda rows: json.dumps(rows)[1:]), JSON_PIECES),
    st.sampled_from([0, 1, 2]),
    st.sampled_from([3, 1 << 16]),
)
def test_items_that_are_taken_at_a_glance_are_those_that_brackets_bound(text: str, depth: int, block: int) -> None:
    """Items that end at one of their first closing braces, beside all of them found by quotes and brackets."""

    def items(tries: int) -> list[Any]:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(jsonlist, "TRIES", tries)
            patched.setattr(jsonlist, "BLOCK", block)
            found = Items(io.BytesIO(text.encode()), 10**6, "utf-8", 0, depth)
            return [*found, found.number, found.ended, found.behind]

    assert items(jsonlist.TRIES) == items(0)


@settings(deadline=None)
@given(JSON_PIECES)
def test_items_stand_where_they_say(text: str) -> None:
    data = text.encode()
    for item in Items(io.BytesIO(data), 10**6, "utf-8", 0, 1):
        assert data[item.offset : item.offset + len(item.data)] == item.data


@IN_A_FOLDER
@given(
    st.lists(st.tuples(TEXTS, st.one_of(CELLS, SPIKY)), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_table_gives_its_rows(
    tmp_path: Path, rows: list[tuple[str, str]], delimiter: str, quoting: Any, end: str, charset: str
) -> None:
    """The dialect is told from a few rows: one that could be another is read as what shows more rows that fit."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([("text", "x"), *rows])
    assume(not controls(file.getvalue().encode()))
    items = read_bytes(tmp_path, f"sep={delimiter}{end}{file.getvalue()}".encode(charset), "a.csv")
    records = [(item.text, item.metadata["x"]) for item in items if isinstance(item, Record)]
    assert (records == rows and len(items) == len(rows)) or _ambiguous(file.getvalue()), texts(items)


def _ambiguous(text: str) -> bool:
    """Whether the same rows can be written in another dialect with the same delimiter."""
    return '\\"' in text or ' "' in text


def texts_with(*others: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, "", *others])


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"text": st.sampled_from(["A text.", "Another."])},
            optional={
                "title": texts_with("T", " "),
                "published": texts_with("2024-03-03", "3/4/2024", "March 3, 2024"),
                "lang": texts_with("en", "EN-us", "?"),
                "section": st.one_of(texts_with("local"), st.integers()),
            },
        ),
        min_size=1,
        max_size=4,
    ),
    st.dictionaries(st.sampled_from(KNOWN), st.sampled_from(["text", "title", "section"]), max_size=2),
)
def test_columns_give_the_records_that_rows_give(rows: list[dict[str, Any]], fields: dict[str, str]) -> None:
    names = {**input_names(fields), "text": "text"}
    columns = {name: [row.get(name) for row in rows] for name in {name: None for row in rows for name in row}}
    origins = [Origin("a", row=row) for row in range(len(rows))]
    made = build_records(columns, names, iter(origins))
    assume(made is not None)
    assert list(made or ()) == [
        build_record(dict(zip(columns, row, strict=True)), names, origin)
        for row, origin in zip(zip(*columns.values(), strict=True), origins, strict=True)
    ]


@IN_A_FOLDER
@given(CSV_PIECES.map("".join), st.sampled_from(["a.csv", "a.tsv", "a"]))
def test_no_table_raises(tmp_path: Path, text: str, name: str) -> None:
    for item in read_bytes(tmp_path, text.encode(), name):
        assert isinstance(item, Record | Rejected)


@IN_A_FOLDER
@given(JSON_PIECES, st.sampled_from(["a.json", "a"]))
def test_no_json_raises(tmp_path: Path, text: str, name: str) -> None:
    for item in read_bytes(tmp_path, text.encode(), name):
        assert isinstance(item, Record | Rejected)
