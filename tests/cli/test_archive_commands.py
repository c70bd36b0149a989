"""`cleanpipe archive info`, `compact` and `forget`: what they say, what they leave, and what a stop costs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import small_dump
from click.testing import CliRunner, Result
from small_dump import RECORDS, SECRET

from cleanpipe.archive import DATABASE, EXPORTS, Archive
from cleanpipe.cli import cli


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def everything(folder: Path) -> str:
    """All that the files of an archive say: their bytes, and every cell of the database, which compresses texts."""
    parts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(folder.rglob("*")) if path.is_file()]
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            table = connection.execute(f'SELECT * FROM "{name}"').fetchall()
            parts += [str(cell) for row in table for cell in row]
    return "\n".join(parts)


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dump") / "dump.jsonl"
    return small_dump.write(path)


@pytest.fixture(scope="module")
def made(dump: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "archive"
    assert invoke("run", dump, "-o", folder).exit_code == 0
    said = ("decide", "accept", folder, "later", "widow-names-dolphins", "--by", "Ana")
    assert invoke(*said).exit_code == 0
    return folder


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "archive"))


def test_info_counts_and_says_what_is_behind(archive: Path) -> None:
    found = json.loads(invoke("archive", "info", archive, "--json").stdout)
    assert found["complete"] and not found["forgetting"]
    assert found["counts"]["articles"] == 4
    assert found["counts"]["rejected"] and sum(found["counts"]["rejected"].values()) == 1
    assert [(run["added"], run["finished"] is not None) for run in found["runs"]] == [(4, True), (0, True)]
    assert {table["name"]: table["rows"] for table in found["tables"]}["documents"] == 4
    assert all(table["bytes"] for table in found["tables"] if table["rows"])
    assert {item["state"] for item in found["exports"]} == {"up to date"}
    (archive / "links.jsonl").unlink()
    (archive / "articles.jsonl").write_bytes(b"{}\n")
    said = invoke("archive", "info", archive).stdout
    assert "links.jsonl      0 bytes      missing" in said
    assert "changed by others" in said
    with Archive.open(archive) as store:
        store.start_run()
    assert "A run was stopped before its end" in invoke("archive", "info", archive).stdout


def test_compact_gives_freed_space_back_and_changes_nothing_else(archive: Path) -> None:
    before = {name: (archive / name).read_bytes() for name in EXPORTS}
    random = "AS SELECT uuid()::VARCHAR AS x FROM range(300000)"
    with Archive.open(archive) as store:
        store.connection.execute(f"CREATE TABLE filler {random}; CHECKPOINT; CREATE TABLE behind {random}; CHECKPOINT")
        store.connection.execute("DROP TABLE filler")
    assert json.loads(invoke("archive", "info", archive, "--json").stdout)["database"]["free"] > 4e6
    size = (archive / DATABASE).stat().st_size
    done = json.loads(invoke("archive", "compact", archive, "--json").stdout)
    assert done["before"] == size
    assert done["after"] == (archive / DATABASE).stat().st_size < size - 4e6
    assert json.loads(invoke("archive", "info", archive, "--json").stdout)["database"]["free"] == 0
    with Archive.open(archive, read_only=True) as store:
        assert store.connection.execute("SELECT count(*) FROM behind").fetchone() == (300_000,)
    assert {path.name for path in archive.iterdir()} == {*EXPORTS, DATABASE, "report.html"}
    assert {name: (archive / name).read_bytes() for name in EXPORTS} == before
    assert invoke("archive", "verify", archive).exit_code == 0


def test_compact_says_what_it_needs_and_refuses_a_full_disk(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "MB beside the archive" in invoke("archive", "compact", archive).stderr
    usage = shutil.disk_usage(archive)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    before = (archive / DATABASE).read_bytes()
    done = invoke("archive", "compact", archive)
    assert done.exit_code == 1
    assert "make room" in done.stderr
    assert (archive / DATABASE).read_bytes() == before


COMPACT_AND_DIE = """
import os, signal, sys
from pathlib import Path
from cleanpipe.archive import compact, files

fatal, points = int(sys.argv[2]), 0

def point():
    global points
    points += 1
    if points == fatal:
        os.kill(os.getpid(), signal.SIGKILL)

replace, flush, beside = Path.replace, files.flush, compact._compare

def watched(function):
    def call(*given):
        point()
        result = function(*given)
        point()
        return result
    return call

Path.replace = watched(replace)
files.flush = watched(flush)
compact._compare = watched(beside)
compact.compact(Path(sys.argv[1]))
print(points)
"""


def test_compact_killed_at_any_point_leaves_an_archive_that_is_whole(archive: Path, tmp_path: Path, dump: Path) -> None:
    def compact(folder: Path, fatal: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", COMPACT_AND_DIE, str(folder), str(fatal)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    points = int(compact(Path(shutil.copytree(archive, tmp_path / "whole")), 0).stdout)
    assert points == 8
    left = 0
    for fatal in range(1, points + 1):
        folder = Path(shutil.copytree(archive, tmp_path / f"killed-{fatal}"))
        assert compact(folder, fatal).returncode == -signal.SIGKILL
        left += any(path.name.startswith(".") for path in folder.iterdir())
        assert invoke("archive", "verify", folder).exit_code == 0
        assert invoke("archive", "compact", folder).exit_code == 0
        assert {path.name for path in folder.iterdir()} == {*EXPORTS, DATABASE, "report.html"}
    assert left, "no kill left a half-written file: the test kills in the wrong places"


def test_an_archive_that_another_process_writes_to_is_not_compacted(archive: Path) -> None:
    hold = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(archive / DATABASE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout and other.stdout.readline() == "open\n"
        done = invoke("archive", "compact", archive)
        assert done.exit_code == 1
        assert "open" in done.stderr
        other.communicate("")


def test_where_there_is_no_archive_none_is_made_to_be_compacted(tmp_path: Path) -> None:
    done = invoke("archive", "compact", tmp_path)
    assert done.exit_code == 1 and "no archive here" in done.stderr
    assert not list(tmp_path.iterdir())


def test_nothing_of_a_forgotten_article_is_left_in_any_file(archive: Path, dump: Path) -> None:
    before = everything(archive)
    for said in (SECRET, "widow-names-dolphins", "Widow names dolphins", "Orlebar"):
        assert said in before
    done = invoke("archive", "forget", archive, "widow-names-dolphins", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["forgotten"] == ["widow-names-dolphins"]
    assert told["copies"] == ["copy", "later"]
    assert {"articles.jsonl", "links.jsonl", "clusters.jsonl", "rejected.jsonl", "manifest.json"} <= {*told["changed"]}
    after = everything(archive)
    for said in (SECRET, SECRET[:40], "widow-names-dolphins", "Widow names dolphins", "Orlebar", "Tamsin"):
        assert said not in after, said
    assert {path.name for path in archive.iterdir()} == {*EXPORTS, DATABASE, "report.html"}
    assert invoke("archive", "verify", archive).exit_code == 0
    with Archive.open(archive, read_only=True) as store:
        assert store.connection.execute("SELECT count(*) FROM touched").fetchone() == (0,)


def test_articles_of_every_kind_can_be_forgotten(newsdump: Path, tmp_path: Path) -> None:
    """An original with copies, a repaired text, and all copies of an original that isn't there, with its name."""
    folder = Path(shutil.copytree(newsdump, tmp_path / "newsdump"))
    stories = rows(folder / "clusters.jsonl")
    absent = next(story for story in stories if story["virtual"])
    original = next(story["canonical"] for story in stories if not story["virtual"])
    repaired = next(row["id"] for row in rows(folder / "edits.jsonl") if row["field"] == "text")
    gone = {original, repaired, *absent["members"]}
    articles = rows(folder / "articles.jsonl")
    kept = "\n".join(row["text"] for row in articles if row["id"] not in gone)
    own = {}
    for row in articles:
        if row["id"] in gone:
            lines = [row["text"][at : at + 60] for at in range(0, len(row["text"]) - 60, 60)]
            own[row["id"]] = [line for line in lines if line not in kept and not {*line} & {*'"\\\n'}]
    assert len(own) == len(gone) and all(own.values())
    before = everything(folder)
    assert all(id in before for id in gone) and absent["canonical"] in before
    done = invoke("archive", "forget", folder, *gone)
    assert done.exit_code == 0, done.output
    after = everything(folder)
    left = [line for id, lines in own.items() for line in (*lines, f'"{id}"') if line in after]
    assert not left
    assert absent["canonical"] not in after
    done = invoke("archive", "verify", folder, "--quick")
    assert done.exit_code == 0, done.output


def test_what_hung_on_a_forgotten_article_is_linked_anew_and_the_log_says_so(archive: Path) -> None:
    assert {link["canonical"] for link in rows(archive / "links.jsonl")} == {"widow-names-dolphins"}
    assert invoke("archive", "forget", archive, "widow-names-dolphins").exit_code == 0
    (link,) = rows(archive / "links.jsonl")
    assert (link["copy"], link["canonical"]) == ("later", "copy")
    log = {item["copy"]: item for item in json.loads(invoke("archive", "log", archive, "--run", "3", "--json").stdout)}
    assert {item["why"] for item in log.values()} == {"its original was forgotten"}
    assert {copy: item["change"] for copy, item in log.items()} == {"copy": "removed", "later": "moved"}
    assert log["later"]["before"]["canonical"].startswith("forgotten:")


def test_what_stays_is_as_if_the_article_had_never_been_there(archive: Path, tmp_path: Path) -> None:
    assert invoke("archive", "forget", archive, "widow-names-dolphins").exit_code == 0
    dump = tmp_path / "dump.jsonl"
    dump.write_text("\n" + "".join(f"{json.dumps(record)}\n" for record in RECORDS[1:]), encoding="utf-8")
    assert invoke("run", dump, "-o", tmp_path / "without").exit_code == 0
    for name in ("edits.jsonl", "links.jsonl", "clusters.jsonl"):
        assert (archive / name).read_bytes() == (tmp_path / "without" / name).read_bytes()
    ids = [row["id"] for row in rows(archive / "articles.jsonl")]
    assert ids == ["copy", "later", "other"]


def test_a_forgotten_record_stays_out_until_it_is_asked_for_again(archive: Path, dump: Path, tmp_path: Path) -> None:
    whole = {name: (archive / name).read_bytes() for name in ("articles.jsonl", "links.jsonl", "clusters.jsonl")}
    assert invoke("archive", "forget", archive, "widow-names-dolphins").exit_code == 0
    more = tmp_path / "more.jsonl"
    more.write_text(
        json.dumps(RECORDS[0]) + "\n" + json.dumps({"id": "new", "text": "Snow fell."}) + "\n", encoding="utf-8"
    )
    for given in (dump, more):
        done = invoke("run", given, "-o", archive)
        assert done.exit_code == 0
        assert SECRET not in everything(archive)
    assert "1 forgotten record left out" in done.stderr
    assert len(rows(archive / "articles.jsonl")) == 4
    assert invoke("archive", "forget", archive, "new").exit_code == 0
    done = invoke("run", dump, "-o", archive, "--again")
    assert done.exit_code == 0, done.output
    assert {name: (archive / name).read_bytes() for name in whole} == whole
    assert json.loads(invoke("archive", "info", archive, "--json").stdout)["counts"]["forgotten"] == 1


def test_an_unknown_id_is_wrong_usage_and_nothing_is_touched(archive: Path) -> None:
    before = {path.name: path.read_bytes() for path in archive.iterdir()}
    done = invoke("archive", "forget", archive, "other", "widow-names-dolphin")
    assert done.exit_code == 2
    assert "nearest: widow-names-dolphins" in done.stderr
    assert {path.name: path.read_bytes() for path in archive.iterdir()} == before


FORGET_AND_DIE = COMPACT_AND_DIE.replace(
    "compact.compact(Path(sys.argv[1]))",
    """
import cleanpipe.archive.store as store
transaction = store.Archive.transaction

def watched_transaction(self):
    class Watched:
        def __enter__(inner):
            point()
            inner.held = transaction(self)
            return inner.held.__enter__()
        def __exit__(inner, *error):
            point()
            result = inner.held.__exit__(*error)
            point()
            return result
    return Watched()

store.Archive.transaction = watched_transaction
from cleanpipe.upkeep.forget import forget
forget(sys.argv[1], ["widow-names-dolphins"])
""",
)


def test_forget_killed_anywhere_is_finished_by_the_next_run(archive: Path, dump: Path, tmp_path: Path) -> None:
    def forget(folder: Path, fatal: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", FORGET_AND_DIE, str(folder), str(fatal)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})

    done = Path(shutil.copytree(archive, tmp_path / "whole"))
    points = int(forget(done, 0).stdout)
    expected = {name: (done / name).read_bytes() for name in EXPORTS}
    for fatal in range(3, points + 1, 4):
        folder = Path(shutil.copytree(archive, tmp_path / f"killed-{fatal}"))
        assert forget(folder, fatal).returncode == -signal.SIGKILL
        assert invoke("run", dump, "-o", folder).exit_code == 0
        if fatal > 3:  # before its transaction was committed nothing has happened
            assert {name: (folder / name).read_bytes() for name in EXPORTS} == expected, fatal
            assert SECRET not in everything(folder)
        assert invoke("archive", "verify", folder).exit_code == 0


def test_the_database_alone_is_a_backup(archive: Path, dump: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    shutil.copy(archive / DATABASE, backup / DATABASE)
    assert invoke("run", dump, "-o", backup).exit_code == 0
    assert {path.name for path in backup.iterdir()} == {*EXPORTS, DATABASE, "report.html"}
    for name in EXPORTS:
        assert (backup / name).read_bytes() == (archive / name).read_bytes()
