"""The exported files of a real run are what the JSON Schemas in `docs/schema/` say, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

LINES = ["articles.jsonl", "edits.jsonl", "links.jsonl", "clusters.jsonl", "rejected.jsonl", "decisions.jsonl"]
FILES = [*LINES, "manifest.json"]


def schema(checkout: Path, file: str) -> dict[str, Any]:
    path = checkout / "docs" / "schema" / f"{file.split('.')[0]}.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def rows(path: Path) -> list[Any]:
    text = path.read_bytes()
    return [json.loads(text)] if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]


def objects(part: object, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object that a schema describes by its properties, with its place in the schema."""
    if isinstance(part, dict):
        if "properties" in part and "type" in part:
            yield where, part
        for name, item in part.items():
            yield from objects(item, f"{where}/{name}")
    elif isinstance(part, list):
        for number, item in enumerate(part):
            yield from objects(item, f"{where}/{number}")


@pytest.mark.parametrize("file", FILES)
def test_the_schema_is_one_and_closed(checkout: Path, file: str) -> None:
    loaded = schema(checkout, file)
    jsonschema.Draft202012Validator.check_schema(loaded)
    assert not [where for where, part in objects(loaded) if part.get("additionalProperties") is not False]


@pytest.mark.parametrize("file", FILES)
def test_a_run_writes_what_the_schema_says(checkout: Path, archive: Path, file: str) -> None:
    validator = jsonschema.Draft202012Validator(schema(checkout, file))
    found = rows(archive / file)
    if file not in ("rejected.jsonl", "decisions.jsonl"):
        assert found, "nothing to hold the schema to"
    for row in found:
        validator.validate(row)


def test_a_rejected_record_is_what_the_schema_says(checkout: Path, tmp_path: Path) -> None:
    from cleanpipe.pipeline import run

    (tmp_path / "torn.jsonl").write_bytes(b'{"id": "a", "text": "Whole."}\n{"id": "b", "text": "Torn\n')
    run([tmp_path / "torn.jsonl"], tmp_path / "archive", workers=1)
    found = rows(tmp_path / "archive" / "rejected.jsonl")
    assert len(found) == 1
    jsonschema.Draft202012Validator(schema(checkout, "rejected.jsonl")).validate(found[0])


def test_every_manifest_names_the_format(archive: Path) -> None:
    assert json.loads((archive / "manifest.json").read_bytes())["format"] == 1
