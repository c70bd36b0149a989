"""`cleanpipe run`: the same answer however it came, nothing written for nothing new, and no bad input in silence."""

from __future__ import annotations

import errno
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cleanpipe.archive import EXPORTS
from cleanpipe.cli import cli
from cleanpipe.errors import ArchiveError


def invoke(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin)


def exports(archive: Path, *more: str) -> dict[str, bytes]:
    return {name: (archive / name).read_bytes() for name in (*EXPORTS, *more)}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


STORY = (
    "Ferries to Hallowmere stopped for six hours on Friday after a pod of 27 dolphins settled in the harbour mouth. "
    "“We asked them nicely,” said harbour master Ruta Lindqvist, who has kept the log since 1994. The company refunded "
    "312 tickets and served soup on the quay. By dusk the animals had followed a mackerel boat out to sea."
)


# So few texts would otherwise be one batch, and no worker process would be started for them.
IN_BATCHES = """
import sys
from cleanpipe import pipeline
from cleanpipe.cli import main
from cleanpipe.engines import local

pipeline.BATCH_RECORDS = pipeline.BATCH_PAIRS = int(sys.argv.pop(1))
local.FEW_BATCHES = 1
main()
"""


def test_the_same_bytes_under_any_hash_seed_worker_count_and_order(checkout: Path, tmp_path: Path) -> None:
    source = checkout / "fixtures" / "newsdump" / "input"
    found = []
    for seed, workers, batch, parts in (
        ("1", "1", 250, ["wire-en.jsonl", "garbled.jsonl", "pages-en"]),
        ("2", "2", 20, ["pages-en", "wire-en.jsonl", "garbled.jsonl"]),
    ):
        archive = tmp_path / seed
        program = [sys.executable, "-c", IN_BATCHES, str(batch)]
        command = [*program, "run", *(str(source / part) for part in parts)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(
            [*command, "-o", str(archive), "--workers", workers], env=environment, check=True, capture_output=True
        )
        found.append(exports(archive, "report.html"))
    assert found[0] == found[1]
    assert found[0]["links.jsonl"]


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text(json.dumps({"id": "a", "text": STORY}) + "\n{torn\n", encoding="utf-8")
    archive = tmp_path / "archive"
    assert invoke("run", dump, "-o", archive).exit_code == 0
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in archive.iterdir()}
    again = invoke("run", dump, "-o", archive)
    assert again.exit_code == 0
    assert "Nothing new: nothing was written." in again.stderr
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in archive.iterdir()} == before


def test_a_run_with_more_adds_to_the_archive(tmp_path: Path) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    first.write_text(json.dumps({"id": "a", "text": STORY, "published": "2024-02-02"}) + "\n", encoding="utf-8")
    copy = {"id": "b", "text": STORY.split(" The company")[0], "published": "2024-02-03"}
    second.write_text(json.dumps(copy) + "\n", encoding="utf-8")
    together, daily = tmp_path / "together", tmp_path / "daily"
    assert invoke("run", first, second, "-o", together).exit_code == 0
    assert invoke("run", first, "-o", daily).exit_code == 0
    assert rows(daily / "links.jsonl") == []
    assert invoke("run", second, "-o", daily).exit_code == 0
    assert exports(daily) == exports(together)
    (link,) = rows(daily / "links.jsonl")
    assert (link["copy"], link["canonical"]) == ("b", "a")


def test_records_of_one_id_are_both_kept_and_the_same_record_once(tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    records = [{"id": "x", "text": "One."}, {"id": "x", "text": "Another."}, {"id": "x", "text": "One."}]
    dump.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    result = invoke("run", dump, "-o", tmp_path / "archive")
    ids = [row["id"] for row in rows(tmp_path / "archive" / "articles.jsonl")]
    assert len(ids) == 2
    assert all(id.startswith("x#") and len(id) == 18 for id in ids)
    assert "1 id stood for different articles" in result.stderr


def test_an_id_that_is_another_s_with_its_hash_and_one_of_an_absent_original(tmp_path: Path) -> None:
    first, second = {"id": "x", "text": STORY, "published": "2024-01-02"}, {"id": "x", "text": "Of something else."}
    dump = tmp_path / "dump.jsonl"
    dump.write_text("".join(json.dumps(record) + "\n" for record in (first, second)), encoding="utf-8")
    assert invoke("run", dump, "-o", tmp_path / "before").exit_code == 0
    taken = next(row["id"] for row in rows(tmp_path / "before" / "articles.jsonl") if row["text"] == STORY)
    others = [
        {"id": taken, "text": STORY + " They have not been seen since.", "published": "2024-01-03"},
        {"id": "external:reuters:dolphins", "text": STORY + " It rained.", "published": "2024-01-01"},
    ]
    dump.write_text("".join(json.dumps(row) + "\n" for row in (first, second, *others)), encoding="utf-8")
    archive = tmp_path / "archive"
    result = invoke("run", dump, "-o", archive)
    assert result.exit_code == 0, result.output
    ids = [row["id"] for row in rows(archive / "articles.jsonl")]
    assert len(set(ids)) == 4
    assert {link["canonical"] for link in rows(archive / "links.jsonl")} <= set(ids)
    assert "not in this archive" not in result.stderr
    assert len(invoke("export", archive, "--canonical-only").stdout.splitlines()) == 2


def test_a_damaged_export_comes_back_as_its_error_says(tmp_path: Path) -> None:
    dump, archive = tmp_path / "dump.jsonl", tmp_path / "archive"
    dump.write_text(json.dumps({"id": "a", "text": STORY}) + "\n", encoding="utf-8")
    assert invoke("run", dump, "-o", archive).exit_code == 0
    before = exports(archive)
    (archive / "articles.jsonl").write_bytes(b'{"id":"a", torn')
    assert "delete it and run again" in invoke("explain", archive, "a").stderr
    (archive / "articles.jsonl").unlink()
    assert invoke("run", dump, "-o", archive).exit_code == 0
    assert exports(archive) == before


def test_an_archive_inside_of_its_input_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "dump.jsonl").write_text(json.dumps({"id": "a", "text": STORY}) + "\n", encoding="utf-8")
    archive = tmp_path / "archive"
    assert invoke("run", tmp_path, "-o", archive).exit_code == 0
    before = exports(archive)
    again = invoke("run", tmp_path, "-o", archive)
    assert "Nothing new: nothing was written." in again.stderr
    assert exports(archive) == before


def test_a_run_that_failed_before_it_read_anything_binds_no_later_one(tmp_path: Path) -> None:
    dump, archive = tmp_path / "dump.jsonl", tmp_path / "archive"
    dump.write_text(json.dumps({"id": "a", "text": STORY}) + "\n", encoding="utf-8")
    failed = invoke("run", dump, "-o", archive, "--field", "headline=kicker")
    assert failed.exit_code == 1
    assert "unknown field 'headline'" in failed.stderr
    assert invoke("run", dump, "-o", archive).exit_code == 0
    assert [row["id"] for row in rows(archive / "articles.jsonl")] == ["a"]


@pytest.mark.parametrize("options", [(), ("--no-repair",)])
def test_what_could_not_be_read_before_there_was_an_article_is_as_the_database_says(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    """It stays; where the archive is made with other settings now, which it holds nothing of, it goes."""
    dump, archive = tmp_path / "dump.jsonl", tmp_path / "archive"
    dump.write_text(json.dumps({"id": "a", "text": STORY}) + "\n", encoding="utf-8")
    (tmp_path / "lost.jsonl").symlink_to(tmp_path / "nowhere")
    assert invoke("run", tmp_path / "lost.jsonl", "-o", archive).exit_code == 0
    assert [row["file"] for row in rows(archive / "rejected.jsonl")] == ["lost.jsonl"]
    assert invoke("run", dump, "-o", archive, *options).exit_code == 0
    assert [row["file"] for row in rows(archive / "rejected.jsonl")] == ([] if options else ["lost.jsonl"])
    assert invoke("archive", "verify", archive, "--quick").exit_code == 0


def test_a_run_killed_when_the_database_had_just_been_created_is_taken_up(tmp_path: Path) -> None:
    dump, archive = tmp_path / "dump.jsonl", tmp_path / "archive"
    dump.write_text(json.dumps({"id": "a", "text": STORY}) + "\n", encoding="utf-8")
    archive.mkdir()
    (archive / "archive.duckdb").touch()
    assert invoke("run", dump, "-o", archive).exit_code == 0
    assert [row["id"] for row in rows(archive / "articles.jsonl")] == ["a"]


def test_who_may_read_the_exports_is_for_the_umask_to_say(tmp_path: Path) -> None:
    dump, archive = tmp_path / "dump.jsonl", tmp_path / "archive"
    dump.write_text(json.dumps({"id": "a", "text": STORY}) + "\n", encoding="utf-8")
    before = os.umask(0o077)
    try:
        assert invoke("run", dump, "-o", archive).exit_code == 0
    finally:
        os.umask(before)
    assert {path.name: path.stat().st_mode & 0o077 for path in archive.iterdir() if path.stat().st_mode & 0o077} == {}


def test_a_commit_that_fails_is_told_and_no_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    from cleanpipe.archive import Archive

    with Archive.open(tmp_path / "archive") as store:
        # What DuckDB does where the disk is full: the commit fails, and has ended the transaction.
        monkeypatch.setattr(store, "connection", _FullDisk(store.connection))
        with pytest.raises(ArchiveError, match=r"No space left on device; free some space"), store.transaction():
            store.set_meta("a", "b")
        monkeypatch.undo()
        assert store.meta("a") is None
        assert isinstance(store.connection, duckdb.DuckDBPyConnection)


class _FullDisk:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def commit(self) -> None:
        import duckdb

        self._connection.rollback()
        raise duckdb.TransactionException("Failed to commit: No space left on device")


def test_bad_input_is_told_with_its_place_and_the_rest_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "dump"
    folder.mkdir()
    huge = json.dumps({"id": "huge", "text": "word " * 100_000, "page": "<p>" * 17_000_000}).encode()
    assert len(huge) > 50_000_000
    lines = [
        json.dumps({"id": "good", "text": STORY}).encode(),
        b'{"id": "torn", "text": "half a',
        b'{"id": "no text", "title": "Nothing below"}',
        b'{"id": "surrogate", "text": "a lone \\ud83d surrogate"}',
        '{"id": "mended", "text": "a lone \\ud83d surrogate in the cafÃ©", "published": 1'.encode() + b"0" * 400 + b"}",
        b'{"id": "latin", "text": "caf\xe9 au lait"}',
        huge,
        b'{"id": "same", "text": "first"}',
        b'{"id": "same", "text": "second"}',
    ]
    (folder / "a.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    whole = gzip.compress(
        b"".join(json.dumps({"id": f"z{n}", "text": f"{n} {STORY}"}).encode() + b"\n" for n in range(500))
    )
    (folder / "b.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "c.txt").write_bytes(b"")
    (folder / "d.txt").write_text("Locked away", encoding="utf-8")
    locked = str(folder / "d.txt")
    # Root may read everything, so the refusal is made here.
    open_file = os.open

    def refuse(path: Any, *arguments: Any, **more: Any) -> int:
        if str(path) == locked:
            raise PermissionError(errno.EACCES, "Permission denied", locked)
        return open_file(path, *arguments, **more)

    monkeypatch.setattr(os, "open", refuse)

    archive = tmp_path / "archive"
    result = invoke("run", folder, "-o", archive, "--strict", "--workers", "1")
    assert result.exit_code == 3, result.stderr
    ids = {row["id"].split("#")[0] for row in rows(archive / "articles.jsonl")}
    assert {"good", "surrogate", "latin", "huge", "same", "z0"} <= ids
    surrogate = next(row for row in rows(archive / "articles.jsonl") if row["id"] == "surrogate")
    assert surrogate["text"] == "a lone \ud83d surrogate"
    mended = next(row for row in rows(archive / "articles.jsonl") if row["id"] == "mended")
    assert mended["text"] == "a lone \ud83d surrogate in the café"
    assert mended["published"] is None and mended["metadata"] == {"published": 10**400}
    latin = next(row for row in rows(archive / "articles.jsonl") if row["id"] == "latin")
    assert latin["text"] == "café au lait"
    rejected = {(row["file"], row["line"]): row for row in rows(archive / "rejected.jsonl")}
    assert ("a.jsonl", 2) in rejected and ("a.jsonl", 3) in rejected
    assert rejected["a.jsonl", 2]["offset"] == len(lines[0]) + 1
    files = {file for file, _ in rejected}
    assert files == {"a.jsonl", "b.jsonl.gz", "c.txt", "d.txt"}
    assert all(row["reason"] for row in rejected.values())
    assert f"{len(rejected)} records could not be read" in result.stderr


def test_standard_input_is_read(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "text": STORY}).encode()
    assert invoke("run", "-", "-o", tmp_path / "archive", stdin=line).exit_code == 0
    assert rows(tmp_path / "archive" / "articles.jsonl")[0]["origin"]["file"] == "-"


def test_no_repair_changes_nothing(tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text(json.dumps({"id": "a", "text": "The cafÃ© is open."}), encoding="utf-8")
    assert invoke("run", dump, "-o", tmp_path / "archive", "--no-repair").exit_code == 0
    assert rows(tmp_path / "archive" / "articles.jsonl")[0]["text"] == "The cafÃ© is open."


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["run", "absent.jsonl", "-o", "{tmp}/archive"], 1, "absent.jsonl"),
        (["run", "{dump}", "-o", "{tmp}/full"], 1, "not empty and no archive"),
        (["run", "{dump}", "-o", "{tmp}/archive", "--field", "body"], 2, "NAME=COLUMN"),
        (["run", "{dump}", "-o", "{tmp}/archive", "--config", "{tmp}/wrong.toml"], 1, "unknown setting 'repare'"),
        (["export", "{tmp}/nothing"], 1, "no archive here"),
        (["run", "{dump}", "-o", "{tmp}/damaged"], 1, "archive.duckdb"),
        (["run", "{dump}", "-o", "{tmp}/clock"], 1, "can't be opened as a DuckDB file"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(tmp_path: Path, arguments: list[str], status: int, says: str) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text(json.dumps({"id": "a", "text": STORY}), encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("mine", encoding="utf-8")
    (tmp_path / "wrong.toml").write_text("[repare]\n", encoding="utf-8")
    for name in ("damaged", "clock"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "archive.duckdb").write_bytes(os.urandom(4096))
    result = invoke(*(part.format(tmp=tmp_path, dump=dump) for part in arguments))
    assert result.exit_code == status, result.stderr
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_other_settings_are_refused(tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text(json.dumps({"id": "a", "text": STORY}), encoding="utf-8")
    assert invoke("run", dump, "-o", tmp_path / "archive").exit_code == 0
    before = exports(tmp_path / "archive")
    result = invoke("run", dump, "-o", tmp_path / "archive", "--no-repair")
    assert result.exit_code == 1
    assert "made with other settings" in result.stderr
    assert exports(tmp_path / "archive") == before


def test_export_leaves_the_archives_own_files_alone(archive: Path) -> None:
    before = (archive / "articles.jsonl").read_bytes()
    result = invoke("export", archive, "--canonical-only", "-o", archive / "articles.jsonl")
    assert result.exit_code == 2
    assert "lies in the archive" in result.stderr
    assert (archive / "articles.jsonl").read_bytes() == before


def test_export_without_the_copies(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "corpus.jsonl"
    assert invoke("export", archive, "--canonical-only", "-o", target).exit_code == 0
    kept = {row["id"] for row in rows(target)}
    everything = {row["id"] for row in rows(archive / "articles.jsonl")}
    links = [row for row in rows(archive / "links.jsonl") if row["status"] == "linked"]
    absent = {link["canonical"] for link in links if link["canonical"].startswith("external:")}
    assert absent
    assert len(everything) - len(kept) == len(links) - len(absent)
    for canonical in absent:
        assert len(kept & {link["copy"] for link in links if link["canonical"] == canonical}) == 1
    whole = invoke("export", archive)
    assert whole.stdout_bytes == (archive / "articles.jsonl").read_bytes()
