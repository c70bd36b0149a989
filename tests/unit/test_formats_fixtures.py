"""The same three articles, read from every format that there is a fixture of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cleanpipe.formats import InputFile, read
from cleanpipe.model import Record, Rejected
from cleanpipe.settings import InputSettings

FIELDS = ("id", "title", "url", "source", "author", "published", "lang", "text")

SAME = [
    "articles.jsonl",
    "array.json",
    "wrapped.json",
    "pretty.json",
    "articles.jsonl.gz",
    "articles.jsonl.bz2",
    "articles.jsonl.xz",
    "articles.jsonl.zst",
    "articles.csv",
    "excel.csv",
    "excel.tsv",
]


def read_fixture(checkout: Path, name: str, as_name: str | None = None) -> list[Record | Rejected]:
    path = checkout / "fixtures" / "formats" / name
    seen: list[int] = []
    items = list(read(InputFile(path, as_name or name, path.stat().st_size), InputSettings(), seen.append))
    assert sum(seen) >= path.stat().st_size, "the progress bar hears of every byte"
    return items


def articles(checkout: Path) -> list[dict[str, Any]]:
    lines = (checkout / "fixtures/formats/articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("called", ["its name", "another name"])
def test_the_three_articles(checkout: Path, name: str, called: str) -> None:
    """Whatever the file is called: it is known by its content."""
    items = read_fixture(checkout, name, None if called == "its name" else "dump.txt")
    records = [item for item in items if isinstance(item, Record)]
    assert len(records) == len(items) == 3, items
    for record, article in zip(records, articles(checkout), strict=True):
        assert {field: getattr(record, field) for field in FIELDS} == {field: article[field] for field in FIELDS}
        assert record.metadata == {"section": article["section"]}


def test_parquet(checkout: Path) -> None:
    records = read_fixture(checkout, "articles.parquet", "dump")
    times = ["2024-03-03T10:00:00Z", "2024-03-04T00:00:00Z", "2024-03-05T00:00:00Z"]
    for number, (record, article) in enumerate(zip(records, articles(checkout), strict=True)):
        assert isinstance(record, Record)
        expected = {**{field: article[field] for field in FIELDS}, "published": times[number]}
        assert {field: getattr(record, field) for field in FIELDS} == expected
        assert (record.origin.row, record.origin.format) == (number + 1, "parquet")


def test_common_crawl_news_as_hugging_face_has_it(checkout: Path) -> None:
    records = read_fixture(checkout, "cc_news.parquet")
    for record, article in zip(records, articles(checkout), strict=True):
        assert isinstance(record, Record)
        assert (record.text, record.title, record.url) == (article["text"], article["title"], article["url"])
        assert record.source == article["url"].split("/")[2]
        assert record.published == article["published"][:10] + " 00:00:00"
        assert record.metadata == {"description": "", "image_url": None}


def test_a_table_without_quotes(checkout: Path) -> None:
    records = read_fixture(checkout, "plain.tsv")
    for record, article in zip(records, articles(checkout), strict=True):
        assert isinstance(record, Record)
        assert record.text == article["text"].replace("\n", " ")


@pytest.mark.parametrize("name", ["pages.zip", "pages.tar.gz"])
def test_archives(checkout: Path, name: str) -> None:
    items = read_fixture(checkout, name, "dump")
    records = [item for item in items if isinstance(item, Record)]
    places = [(record.origin.member, record.origin.line, record.id) for record in records]
    assert places == [
        ("pages/kelp-ferry.txt", None, "dump/pages/kelp-ferry"),
        ("pages/table.csv", 2, "uhr-am-markt"),
        ("pages/more/last.jsonl.gz", 1, "marche-aux-ombres"),
    ]
    assert all(article["text"] in record.text for record, article in zip(records, articles(checkout), strict=True))
    rejected = [(item.origin.member, item.reason) for item in items if isinstance(item, Rejected)]
    links = [("pages/link.txt", "the member is a link to kelp-ferry.txt, which is not followed")]
    assert rejected == (links if name == "pages.tar.gz" else [])
