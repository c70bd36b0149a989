"""What a record is called, and when two records are one."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from cleanpipe.formats import assigned_id, record_key
from cleanpipe.model import Origin, Record

RECORD = Record(
    text="It was mended.", origin=Origin("a.jsonl", 1, 0), url="https://example.org", metadata={"b": 1, "a": [2]}
)


def test_where_it_was_found_does_not_count() -> None:
    key = record_key(RECORD)
    assert len(key) == 32 and int(key, 16)
    assert record_key(replace(RECORD, origin=Origin("b.jsonl", 7, 99))) == key
    assert record_key(replace(RECORD, metadata=MappingProxyType({"a": [2], "b": 1}))) == key


def test_everything_that_it_says_counts() -> None:
    names = ("text", "id", "title", "url", "source", "author", "published", "lang", "canonical_url")
    changes: list[dict[str, Any]] = [{name: "x"} for name in names]
    changed = [replace(RECORD, **change) for change in changes]
    others = [
        *changed,
        replace(RECORD, metadata={"b": 1}),
        replace(RECORD, text="\ud83d\ude00"),
        replace(RECORD, text="😀"),
    ]
    assert len({record_key(record) for record in [RECORD, *others]}) == len(others) + 1


def test_an_id_is_kept_or_made_of_url_source_title_and_text() -> None:
    assert assigned_id(replace(RECORD, id="n1")) == "n1"
    made = assigned_id(RECORD)
    assert made.startswith("sha256:") and len(made) == 23
    assert assigned_id(replace(RECORD, metadata={}, author="x", published="2024-01-01")) == made
    assert assigned_id(replace(RECORD, source="x")) != made
    assert assigned_id(replace(RECORD, text="\ud83d")) != made
