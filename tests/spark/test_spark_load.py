"""A first load gives what one run on one machine gives: every export byte for byte, every table row for row."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mixed_dump
import pytest
from click.testing import CliRunner, Result
from same_archive import assert_same

from cleanpipe import pipeline
from cleanpipe.cli import cli
from cleanpipe.errors import ArchiveError
from cleanpipe.spark import comparing, reading
from cleanpipe.spark import run as spark_run
from cleanpipe.upkeep.load import import_load

EXTRA = {
    "id": "extra",
    "text": (
        "The tide mill of Orsund ground 40 sacks of rye on Thursday, the first since 1931, said miller Tove Brandal. "
        "Its wheel had been raised from the mud in 14 pieces. A queue of 200 people waited for the flour."
    ),
    "published": "2024-02-04",
}


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def load(spark: Any, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A load of `fixtures/newsdump`, by the command."""
    folder = tmp_path_factory.mktemp("load") / "load"
    done = invoke("run", checkout / "fixtures/newsdump/input", "-o", folder, "--engine", "spark")
    assert done.exit_code == 0, done.output
    assert "81 copies of 18 originals" in done.output
    assert "archive import" in done.output
    return folder


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mixed_dump.write(tmp_path_factory.mktemp("dump") / "mixed")


def test_newsdump_is_the_same_as_on_one_machine(load: Path, newsdump: Path, tmp_path: Path) -> None:
    done = invoke("archive", "import", load, "-o", tmp_path / "archive", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["articles"] == 170
    assert_same(newsdump, tmp_path / "archive")
    assert (tmp_path / "archive" / "report.html").exists()


def test_the_same_command_again_writes_nothing(load: Path, checkout: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in load.rglob("*") if path.is_file()}
    assert not any("heads" in path.parts for path in before)
    again = invoke("run", checkout / "fixtures/newsdump/input", "-o", load, "--engine", "spark")
    assert "nothing was written" in again.output
    assert {path: path.stat().st_mtime_ns for path in load.rglob("*") if path.is_file()} == before


def test_a_load_is_never_mixed_with_another(load: Path, checkout: Path) -> None:
    folder = checkout / "fixtures/newsdump/input"
    before = tables(load)
    other = invoke("run", folder, "-o", load, "--engine", "spark", "--no-repair")
    assert other.exit_code == 1
    assert "holds a load with other settings" in other.output
    less = invoke("run", next(folder.iterdir()), "-o", load, "--engine", "spark")
    assert "holds a load with other input;" in less.output
    assert tables(load) == before


def tables(load: Path) -> dict[Path, bytes]:
    """The files of a load, but for those that say what was looked at last."""
    return {path: path.read_bytes() for path in load.rglob("*.parquet") if "looked" not in path.parts}


def test_the_tables_of_the_contract_can_be_read_by_others(load: Path, newsdump: Path) -> None:
    from pyarrow import parquet

    for name, key in (("articles", "id"), ("links", "copy"), ("clusters", "cluster"), ("edits", "id")):
        rows = parquet.read_table(load / name).to_pylist()
        lines = [json.loads(line) for line in (newsdump / f"{name}.jsonl").read_bytes().splitlines()]
        told = [{field: cell if cell is None or isinstance(line[field], str | int | float) else json.loads(cell)
                 for field, cell in row.items()} for row, line in zip(
            sorted(rows, key=lambda row: (row[key], row.get("field", ""))), lines, strict=True)]  # fmt: skip
        assert told == lines, name


def test_every_trap_of_a_dump_is_the_same_and_a_stopped_load_goes_on(
    spark: Any, mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FEW_PAIRS", 0)
    monkeypatch.setattr(comparing, "FEW_PAIRS", 0)
    monkeypatch.setattr(comparing, "ASKED_AT_ONCE", 40)
    pipeline.run([mixed], tmp_path / "local", workers=1)
    names = [json.loads(line)["canonical"] for line in (tmp_path / "local/clusters.jsonl").read_bytes().splitlines()]
    assert sum(name.startswith("external:reuters:ferry-harbour-opens-again") for name in names) == 2

    def stops(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(spark_run, "linked", stops)
        with pytest.raises(KeyboardInterrupt):
            spark_run.run([str(mixed)], str(tmp_path / "load"))
    with pytest.raises(ArchiveError, match="isn't finished"):
        import_load(tmp_path / "load", tmp_path / "too early")
    done = spark_run.run([str(mixed)], str(tmp_path / "load"))
    assert {"state/documents", "state/settled"}.isdisjoint(done.seconds)
    assert "state/linked" in done.seconds
    import_load(tmp_path / "load", tmp_path / "spark")
    assert_same(tmp_path / "local", tmp_path / "spark")

    extra = tmp_path / "extra.jsonl"
    extra.write_text(json.dumps(EXTRA) + "\n", encoding="utf-8")
    for name in ("local", "spark"):
        pipeline.run([extra], tmp_path / name, workers=1)
    assert_same(tmp_path / "local", tmp_path / "spark")


def test_every_format_is_read_from_a_file_system_of_hadoop(spark: Any, checkout: Path, tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    shutil.copytree(checkout / "fixtures/formats", dump, ignore=shutil.ignore_patterns("*.py", "*.md"))
    local = pipeline.run([dump], tmp_path / "local", workers=1)
    load = dump / "load"  # which is no input of its own
    done = spark_run.run([dump.as_uri()], load.as_uri())
    assert not spark_run.run([dump.as_uri()], load.as_uri()).changed
    assert done.passed == dict(local.passed) != {}
    import_load(load, tmp_path / "spark")
    assert_same(tmp_path / "local", tmp_path / "spark")


def test_what_ends_a_load_is_told_in_one_sentence(
    spark: Any, mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = reading.Place("gone.jsonl", str(tmp_path / "gone.jsonl"), 1, 0)
    monkeypatch.setattr(spark_run, "places", lambda *_: ([gone], []))
    done = invoke("run", mixed, "-o", tmp_path / "load", "--engine", "spark")
    assert done.exit_code == 1
    (line,) = [line for line in done.output.splitlines() if line.startswith("cleanpipe: ")]
    assert f"{tmp_path}/gone.jsonl: can't be read on " in line
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--engine", "spark", "--workers", "2"], "leave --workers"),
        (["--engine", "spark", "--rebuild"], "leave --workers"),
        (["--master", "local[2]"], "--master is for --engine spark"),
        (["--engine", "spark"], "not empty and no load"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], says: str, checkout: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if says.startswith("not empty"):
        request.getfixturevalue("spark")
        (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    done = invoke("run", checkout / "fixtures/newsdump/input", "-o", tmp_path, *arguments)
    assert done.exit_code in (1, 2)
    assert says in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) in ([], ["notes.txt"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda load: (load / "load.json").unlink(), "no load of `cleanpipe run --engine spark`"),
        (lambda load: (load / "manifest.json").unlink(), "isn't finished"),
        (lambda load: shutil.rmtree(load / "state/settled"), "this table is missing"),
        (lambda load: next((load / "state/linked").glob("*.parquet")).unlink(), "is missing"),
        (lambda load: replaced(load / "manifest.json", '"rules": "', '"rules": "0'), "made with other rules"),
        (lambda load: replaced(load / "load.json", '"form": "1"', '"form": "0"'), "another version"),
        (lambda load: replaced(load / "manifest.json", '"articles": 170', '"articles": 171'), "in place of 171"),
    ],
)
def test_a_load_that_is_not_whole_makes_no_archive(
    change: Callable[[Path], object], says: str, load: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(load, copy)
    change(copy)
    done = invoke("archive", "import", copy, "-o", tmp_path / "archive")
    assert done.exit_code == 1
    assert says in done.output
    assert not (tmp_path / "archive").exists() or not list((tmp_path / "archive").iterdir())


def replaced(path: Path, one: str, other: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert one in text
    path.write_text(text.replace(one, other), encoding="utf-8")


def test_an_archive_is_never_overwritten_by_a_load(load: Path, newsdump: Path, tmp_path: Path) -> None:
    archive, strange = tmp_path / "archive", tmp_path / "a[b]"
    shutil.copytree(newsdump, archive)
    before = {path: path.read_bytes() for path in archive.iterdir()}
    assert "there is an archive already" in invoke("archive", "import", load, "-o", archive).output
    assert {path: path.read_bytes() for path in archive.iterdir()} == before
    assert "no load of --engine spark" in invoke("run", load, "-o", archive, "--engine", "spark").output
    shutil.copytree(load, strange)
    assert "give it another" in invoke("archive", "import", strange, "-o", tmp_path / "new").output
