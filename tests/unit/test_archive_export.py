"""Exports are written where the database is ahead of them, and what was written last is known."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from cleanpipe.archive import EXPORTS, Archive, export, write_atomically
from cleanpipe.archive.export import recorded
from cleanpipe.archive.lines import LINES, PARTS_IN_MEMORY
from cleanpipe.outputs import chunks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive") as store:
        export(store, {"format": 1})
    return tmp_path / "archive"


def test_only_what_is_behind_is_written(folder: Path) -> None:
    """The others are taken for what they were, without a look into them; the manifest is written in any case."""
    for name in EXPORTS:
        path = folder / name
        path.write_bytes(b"x" * path.stat().st_size)
    with Archive.open(folder) as store:
        store.outdate("rejected.jsonl")
        assert export(store, {"format": 1}) == ("manifest.json",)
        (folder / "links.jsonl").write_bytes(b"longer than it was")
        (folder / "edits.jsonl").unlink()
        assert export(store, {"format": 1}) == ("edits.jsonl", "links.jsonl")
        assert export(store, {"format": 1}) == ()
    # Same size, other bytes: nobody looks, unless all are to be written.
    lines = b'{"id":"a"}\n'
    (folder / "rejected.jsonl").write_bytes(lines)
    with Archive.open(folder) as store:
        store.set_meta("export rejected.jsonl", json.dumps({"sha256": "", "bytes": len(lines)}))
        assert "rejected.jsonl" not in export(store, {"format": 1})
        assert "rejected.jsonl" in export(store, {"format": 1}, whole=True)


def test_renamings_are_on_the_disk_before_the_database_knows_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []

    def flush(path: Path) -> None:
        assert all((path / name).exists() for name in EXPORTS)
        assert recorded(store, "links.jsonl") is None
        flushed.append(path)

    with Archive.open(tmp_path / "archive") as store:
        monkeypatch.setattr(sys.modules[write_atomically.__module__], "flush", flush)
        export(store, {"format": 1})
        assert recorded(store, "links.jsonl") is not None
    assert flushed == [tmp_path / "archive"]


def test_the_manifest_names_the_hash_and_size_of_every_other_export(folder: Path) -> None:
    with Archive.open(folder) as store:
        known = {name: recorded(store, name) for name in EXPORTS}
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["exports"] == {name: value for name, value in known.items() if name != "manifest.json"}
    assert {name: value["bytes"] for name, value in known.items() if value} == {
        name: (folder / name).stat().st_size for name in EXPORTS
    }


def test_lines_sorted_in_parts_are_those_sorted_at_once(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = sum(len((archive / name).read_bytes()) for name in LINES)
    stories = set()
    for part in (1, 5_000, at_once):
        monkeypatch.setattr("cleanpipe.archive.lines.memory_for", lambda _, part=part: part * PARTS_IN_MEMORY)
        with Archive.open(archive, read_only=True) as store:
            for name, lines in LINES.items():
                assert b"".join(lines(store)) == (archive / name).read_bytes(), (name, part)
            stories.add(b"".join(chunks(store, "jsonld")))
    assert len(stories) == 1
