"""`cleanpipe run --replay`: the same bytes from a manifest, wherever the files lie; refused where something differs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import small_dump
from click.testing import CliRunner, Result

from cleanpipe.archive import EXPORTS
from cleanpipe.cli import cli


def invoke(*arguments: object, given: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=given)


def exports(archive: Path) -> dict[str, bytes]:
    return {name: (archive / name).read_bytes() for name in EXPORTS}


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days' dumps of one name, and a page that takes its id from where it lies."""
    folder = tmp_path_factory.mktemp("dumps")
    for name, records in (("monday", small_dump.RECORDS[:2]), ("tuesday", small_dump.RECORDS[2:])):
        (folder / name).mkdir()
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / name / "dump.jsonl").write_text(lines + "{torn\n", encoding="utf-8")
    (folder / "tuesday" / "pages").mkdir()
    (folder / "tuesday" / "pages" / "heron.txt").write_text("A heron has moved into the mill pond.", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(dumps: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two runs with settings of its own, a decision, and an article forgotten."""
    folder = tmp_path_factory.mktemp("made") / "archive"
    assert invoke("run", dumps / "monday", "-o", folder, "--no-repair").exit_code == 0
    assert invoke("run", dumps / "tuesday", "-o", folder, "--no-repair").exit_code == 0
    said = ("decide", "reject", folder, "later", "copy", "--by", "Ana", "--note", "another ferry")
    assert invoke(*said).exit_code == 0
    assert invoke("archive", "forget", folder, "other").exit_code == 0
    return folder


def replay(made: Path, target: Path, *inputs: object, options: tuple[str, ...] = ()) -> Result:
    return invoke("run", "--replay", made / "manifest.json", *inputs, "-o", target, *options)


def test_the_same_bytes_wherever_the_files_lie(made: Path, dumps: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(dumps / "monday", moved / "x" / "one")
    shutil.copy(dumps / "tuesday" / "dump.jsonl", moved / "two.jsonl")
    shutil.copy(dumps / "tuesday" / "pages" / "heron.txt", moved / "page.txt")
    for number, inputs in enumerate([[dumps / "monday", dumps / "tuesday"], [moved]]):
        done = replay(made, tmp_path / str(number), *inputs)
        assert (done.exit_code, done.stdout) == (0, ""), done.output
        assert "the same exports, byte for byte" in done.stderr
        assert exports(tmp_path / str(number)) == exports(made)
        assert invoke("archive", "verify", tmp_path / str(number)).exit_code == 0
    assert b'"id":"pages/heron"' in (tmp_path / "1" / "articles.jsonl").read_bytes()


def test_the_news_dump_comes_out_the_same(archive: Path, checkout: Path, tmp_path: Path) -> None:
    source = checkout / "fixtures" / "newsdump" / "input"
    done = replay(archive, tmp_path / "again", source, options=("--json",))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["versions"], told["differences"]) == ({}, [])
    assert exports(tmp_path / "again") == exports(archive)


def test_standard_input_can_be_given_again(tmp_path: Path) -> None:
    data = json.dumps(small_dump.RECORDS[0]).encode()
    assert invoke("run", "-", "-o", tmp_path / "archive", given=data).exit_code == 0
    given = ("run", "--replay", tmp_path / "archive" / "manifest.json", "-", "-o", tmp_path / "again")
    assert invoke(*given, given=data).exit_code == 0
    assert exports(tmp_path / "again") == exports(tmp_path / "archive")


def changed(made: Path, folder: Path, **parts: Any) -> Path:
    """A copy of an archive's exports with other things in its manifest."""
    folder.mkdir()
    for name in EXPORTS:
        shutil.copy(made / name, folder / name)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name, value in parts.items():
        manifest[name] = {**manifest[name], **value} if isinstance(value, dict) else value
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


OTHER: list[tuple[dict[str, Any], str]] = [
    ({"hashes": {"rules": "x"}}, "made with other rules (x, here "),
    ({"hashes": {"weights": "x"}}, "made with other weights"),
    ({"hashes": {"settings": "x"}}, "made with other settings"),
    ({"hashes": {"fingerprint": "x"}}, "made with other fingerprint"),
    ({"settings": {"match": {"permutations": 64}}}, "made with other settings"),
    ({"settings": {"rules": {"folders": ["/no/such/folder"]}}}, "/no/such/folder"),
    ({"settings": {"match": {"permutation": 64}}}, "unknown setting 'permutation'"),
    ({"format": 2}, "exports have form 2"),
    ({"inputs": "none"}, "has no 'inputs'"),
    ({"inputs": []}, "is none of its inputs"),
]


@pytest.mark.parametrize(("parts", "says"), OTHER, ids=[says for _, says in OTHER])
def test_what_differs_is_refused_before_anything_is_made(
    made: Path, dumps: Path, tmp_path: Path, parts: dict[str, Any], says: str
) -> None:
    folder = changed(made, tmp_path / "old", **parts)
    done = replay(folder, tmp_path / "again", dumps / "monday", dumps / "tuesday")
    assert done.exit_code == 1, done.output
    assert says in done.stderr
    assert not (tmp_path / "again").exists()


def test_other_inputs_are_refused(made: Path, dumps: Path, tmp_path: Path) -> None:
    done = replay(made, tmp_path / "again", dumps / "monday")
    assert done.exit_code == 1
    assert "its input dump.jsonl and 1 more is not among the files given" in done.stderr
    other = Path(shutil.copytree(dumps, tmp_path / "other"))
    with (other / "monday" / "dump.jsonl").open("a") as file:
        file.write("\n")
    done = replay(made, tmp_path / "again", other / "monday", other / "tuesday")
    assert done.exit_code == 1
    assert "monday/dump.jsonl" in done.stderr
    assert "give the files that it lists under inputs" in done.stderr
    assert not (tmp_path / "again").exists()


def test_other_versions_are_told_and_no_error(made: Path, dumps: Path, tmp_path: Path) -> None:
    folder = changed(made, tmp_path / "old", versions={"ftfy": "6.0", "gone": "1"})
    done = replay(folder, tmp_path / "again", dumps)
    assert done.exit_code == 0, done.output
    assert "ftfy was 6.0 then and is" in done.stderr
    assert "gone was 1 then and is not there now" in done.stderr


def test_differences_are_listed_with_status_3(made: Path, dumps: Path, tmp_path: Path) -> None:
    other = {"sha256": "0" * 64, "bytes": 1}
    folder = changed(made, tmp_path / "old", exports={"edits.jsonl": other, "decisions.jsonl": other})
    done = replay(folder, tmp_path / "again", dumps, options=("--json",))
    assert done.exit_code == 3, done.output
    told = {item["export"]: item["says"] for item in json.loads(done.stdout)["differences"]}
    assert told["edits.jsonl"] == "its bytes are others"
    assert told.keys() == {"edits.jsonl", "decisions.jsonl", "links.jsonl", "clusters.jsonl"}
    assert told["links.jsonl"] == "line 1 (copy) has other direction"


def test_a_directory_that_is_not_new_is_wrong_usage(made: Path, dumps: Path, tmp_path: Path) -> None:
    before = exports(made)
    done = replay(made, made, dumps)
    assert done.exit_code == 2
    assert "give a new directory" in done.stderr
    done = replay(made, tmp_path / "again", dumps, options=("--no-repair",))
    assert done.exit_code == 2
    assert "leave all options out" in done.stderr
    assert exports(made) == before
