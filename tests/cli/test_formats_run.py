"""The whole program on every format: what is read, where it says it was, what can be given back."""

from __future__ import annotations

import builtins
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from cleanpipe.cli import cli

FILES = ["array.json", "excel.csv", "articles.parquet", "pages.zip", "pages.tar.gz", "articles.jsonl.zst"]


def call(*arguments: str | Path) -> Any:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formats")
    fixtures = Path(__file__).parents[2] / "fixtures" / "formats"
    (folder / "in").mkdir()
    for name in FILES:
        shutil.copy(fixtures / name, folder / "in" / name)
    done = call("run", folder / "in", "-o", folder / "out", "--no-repair")
    assert done.exit_code == 0, done.output
    return folder / "out"


def rows(archive: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (archive / name).read_bytes().splitlines()]


def test_every_article_is_there(archive: Path) -> None:
    titles = {row["title"] for row in rows(archive, "articles.jsonl")}
    assert titles == {"Kelp ferry “runs again”", "Die Uhr am Markt geht wieder", "Le marché aux ombres"}
    assert {row["relation"] for row in rows(archive, "links.jsonl")} >= {"exact"}


@pytest.mark.parametrize("name", ["articles", "rejected"])
def test_the_schema_holds(checkout: Path, archive: Path, name: str) -> None:
    schema = json.loads((checkout / "docs" / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    found = rows(archive, f"{name}.jsonl")
    assert found
    for row in found:
        jsonschema.Draft202012Validator(schema).validate(row)


def test_what_is_rejected_says_the_member(archive: Path) -> None:
    (row,) = rows(archive, "rejected.jsonl")
    assert (row["file"], row["member"]) == ("pages.tar.gz", "pages/link.txt")


def test_nothing_new_is_nothing_written(archive: Path) -> None:
    done = call("run", archive.parent / "in", "-o", archive, "--no-repair")
    assert done.exit_code == 0 and "Nothing new" in done.output


def test_a_text_in_an_archive_is_given_back(archive: Path) -> None:
    done = call("undo", archive, "pages.zip/pages/kelp-ferry", "--bytes")
    assert done.exit_code == 0
    assert done.stdout_bytes.startswith("Kelp ferry “runs again”\n\nThe kelp ferry".encode())
    assert "pages.zip, pages/kelp-ferry.txt" in call("explain", archive, "pages.zip/pages/kelp-ferry").output


def test_the_file_of_a_row_is_not_given_back(archive: Path) -> None:
    for row in rows(archive, "articles.jsonl"):
        if row["origin"]["format"]:
            done = call("undo", archive, row["id"], "--bytes")
            assert done.exit_code == 2 and "is one record of" in done.output
            assert call("undo", archive, row["id"]).stdout == row["text"]


def test_a_missing_library_stops_the_run_and_is_named(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_import = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return really_import(name, *rest)

    inputs = [checkout / "fixtures" / "formats" / name for name in ("articles.csv", "articles.parquet")]
    with monkeypatch.context() as patched:
        patched.setattr(builtins, "__import__", refuse)
        done = call("run", *inputs, "-o", tmp_path / "out", "--no-repair")
    assert done.exit_code == 1
    assert "articles.parquet" in done.output and "pip install 'cleanpipe[parquet]'" in done.output
    done = call("run", *inputs, "-o", tmp_path / "out", "--no-repair")
    assert done.exit_code == 0 and "5 articles" in done.output, done.output  # one is the same in both


def test_nothing_that_a_terminal_would_obey_is_printed(tmp_path: Path) -> None:
    """The name of a column comes into the reason, and the reason into the summary."""
    (tmp_path / "a.csv").write_text("\x07id,body\n1,a\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("The ferry runs again.", encoding="utf-8")
    done = call("run", tmp_path / "a.csv", tmp_path / "b.txt", "-o", tmp_path / "out")
    assert done.exit_code == 0 and "no column 'text'" in done.output and "\x07" not in done.output
