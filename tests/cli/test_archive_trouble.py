"""What an archive meets besides kills: other runs, damage, other versions, a full disk, a directory that may only be
read. Each ends in a clear message, and the archive is as it was."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import duckdb
import pytest
from mill import STORY, exports, finished, invoke, rows, write

from cleanpipe.archive import DATABASE, Archive, files
from cleanpipe.archive.files import BESIDE


def start(*arguments: object, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "cleanpipe", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    copy = {"id": "copy", "text": STORY.split(" A queue")[0], "published": "2024-03-02"}
    return write(tmp_path / "dump.jsonl", {"id": "mill", "text": STORY, "published": "2024-03-01"}, copy)


@pytest.fixture
def more(tmp_path: Path) -> Path:
    return write(tmp_path / "more.jsonl", {"id": "more", "text": f"{STORY} It rained.", "published": "2024-03-04"})


@pytest.fixture
def archive(dump: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    assert invoke("run", dump, "-o", folder).exit_code == 0
    return folder


def hidden(archive: Path) -> list[str]:
    return [path.name for path in archive.iterdir() if path.name.startswith(".") or path.name.endswith(".wal")]


HOLDER = """
import sys
from pathlib import Path
from cleanpipe.archive import Archive
with Archive.open(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(archive: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the archive open, as a run has."""
    command = [sys.executable, "-c", HOLDER, str(archive)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process


def test_a_second_run_says_that_the_archive_is_busy(archive: Path, more: Path, holder: subprocess.Popen[str]) -> None:
    before = exports(archive)
    for arguments in (("run", more, "-o", archive), ("run", more, "-o", archive, "--wait", "0.5")):
        busy = invoke(*arguments)
        assert busy.exit_code == 1
        assert f"another run (process {holder.pid}) has this archive open" in busy.stderr
        assert "--wait" in busy.stderr
        assert ("waiting for it to end" in busy.stderr) == ("--wait" in arguments)
    assert exports(archive) == before


def test_a_second_run_waits(archive: Path, more: Path, holder: subprocess.Popen[str]) -> None:
    waiting = start("run", more, "-o", archive, "--wait", "120")
    assert waiting.stderr and "waiting for it to end" in waiting.stderr.readline()
    assert holder.stdin
    holder.stdin.close()
    status, said = finished(waiting)
    assert status == 0, said
    assert len(rows(archive / "articles.jsonl")) == 3


def test_two_runs_that_make_one_archive_at_once(dump: Path, more: Path, tmp_path: Path) -> None:
    archive, together = tmp_path / "archive", tmp_path / "together"
    runs = [start("run", path, "-o", archive, "--wait", "120") for path in (dump, more)]
    for process in runs:
        status, said = finished(process)
        assert status == 0, said
    assert invoke("run", dump, more, "-o", together).exit_code == 0
    assert exports(archive) == exports(together)
    assert hidden(archive) == []


def flipped(data: bytes, start: int, stop: int) -> bytes:
    return data[:start] + bytes(byte ^ 255 for byte in data[start:stop]) + data[stop:]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "of no length": lambda data: b"",
    "cut within its header": lambda data: data[:5000],
    "cut in half": lambda data: data[: len(data) // 2],
    "another file": lambda data: b"%PDF-1.7" + data[8:],
    "header": lambda data: flipped(data, 0, 12_288),
    "all but the header": lambda data: flipped(data, 12_288, len(data)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_told_and_its_copy_goes_on(archive: Path, more: Path, damage: str) -> None:
    whole, before = (archive / DATABASE).read_bytes(), exports(archive)
    (archive / DATABASE).write_bytes(DAMAGES[damage](whole))
    spoilt = (archive / DATABASE).read_bytes()
    result = invoke("run", more, "-o", archive)
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr and result.exception.__class__ is SystemExit
    assert DATABASE in result.stderr and "put a copy of it back" in result.stderr
    assert f"cleanpipe decide import NEW {archive}/decisions.jsonl" in result.stderr
    assert exports(archive) == before
    assert (archive / DATABASE).read_bytes() == spoilt
    (archive / DATABASE).write_bytes(whole)
    assert invoke("run", more, "-o", archive).exit_code == 0


def test_one_damaged_block_is_told_or_was_not_in_use(archive: Path, more: Path, tmp_path: Path) -> None:
    """DuckDB's blocks have checksums: a wrong byte never becomes a wrong result."""
    whole, size = archive / DATABASE, 262_144
    expected = tmp_path / "expected"
    shutil.copytree(archive, expected)
    assert invoke("run", more, "-o", expected).exit_code == 0
    told = 0
    for block in range(12_288, whole.stat().st_size, size):
        folder = shutil.copytree(archive, tmp_path / str(block))
        (folder / DATABASE).write_bytes(flipped(whole.read_bytes(), block + 1000, block + 1100))
        result = invoke("run", more, "-o", folder)
        assert result.exception is None or result.exception.__class__ is SystemExit, result.exception
        if result.exit_code:
            told += 1
            assert "Corrupt" in result.stderr and "put a copy of it back" in result.stderr
        else:
            assert exports(folder) == exports(expected)
    assert told > 3


@pytest.mark.parametrize(
    ("schema", "says"), [("0", "make a new archive"), ("99", "update cleanpipe"), ("?", "make a new archive")]
)
def test_a_database_of_another_version_is_told(archive: Path, dump: Path, schema: str, says: str) -> None:
    with Archive.open(archive) as store:
        store.set_meta("schema", schema)
    before = exports(archive)
    for arguments in (("run", dump, "-o", archive), ("run", "--rebuild", "-o", archive), ("export", archive)):
        result = invoke(*arguments)
        assert result.exit_code == 1
        assert f"schema version {schema}" in result.stderr and says in result.stderr
    assert exports(archive) == before


def test_what_a_killed_process_left_beside_the_database_is_removed(archive: Path, more: Path) -> None:
    (archive / f"{BESIDE}123.tmp").mkdir()
    (archive / f"{BESIDE}123.tmp" / "duckdb_temp_block.tmp").write_bytes(b"spilled")
    (archive / f"{BESIDE}0123456789abcdef").write_bytes(b"half a database")
    assert invoke("run", more, "-o", archive).exit_code == 0
    assert hidden(archive) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB; skipped where it may not be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system can't be mounted here; bench/faults.py runs out of room in another way")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_what_was_done_is_kept(small_disk: Path, tmp_path: Path) -> None:
    draw = random.Random(1)
    texts = [" ".join("".join(draw.choices(ascii_lowercase, k=8)) for _ in range(400)) for _ in range(40)]
    records = [{"id": f"a{n}", "text": text} for n, text in enumerate(texts)]
    dump = write(tmp_path / "dump.jsonl", *records)
    archive = small_disk / "archive"
    full = invoke("run", dump, "-o", archive, "--workers", "1")
    assert full.exit_code == 1 and full.exception.__class__ is SystemExit, full.exception
    assert "No space left on device" in full.stderr and "run again" in full.stderr
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    assert invoke("run", dump, "-o", archive, "--workers", "1").exit_code == 0
    assert invoke("run", dump, "-o", tmp_path / "roomy", "--workers", "1").exit_code == 0
    assert exports(archive) == exports(tmp_path / "roomy")


def test_a_directory_that_may_only_be_read(archive: Path, dump: Path, more: Path, tmp_path: Path) -> None:
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:  # root may write everywhere, unless it gives that up
        if not shutil.which("setpriv"):
            pytest.skip("root, and no setpriv to give up its rights with")
        before = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--")
    kept = exports(archive)
    locked = tmp_path / "locked"
    locked.mkdir()
    paths = [locked, archive, *archive.iterdir()]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        status, said = finished(start("run", more, "-o", archive, before=before))
        assert status == 1 and "can't be written" in said and "work on a copy" in said
        assert finished(start("run", dump, "-o", archive, before=before))[0] == 0  # nothing new: nothing is written
        assert finished(start("export", archive, before=before))[0] == 0
        status, said = finished(start("run", more, "-o", locked / "new", before=before))
        assert status == 1 and "can't be made" in said
        status, said = finished(start("run", more, "-o", locked, before=before))
        assert status == 1 and "can't be made" in said
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert exports(archive) == kept
    assert invoke("run", more, "-o", archive).exit_code == 0


def test_a_log_of_another_database_is_told_and_can_be_put_away(archive: Path, more: Path) -> None:
    """As where a copy of the database is put back beside the log of the one that was lost."""
    log = archive / f"{DATABASE}.wal"
    shutil.copy(archive / DATABASE, archive / "backup")
    with duckdb.connect(str(archive / DATABASE)) as connection:
        connection.execute("SET checkpoint_threshold = '1GB'; CREATE TABLE moons (name VARCHAR); CHECKPOINT")
        connection.execute("INSERT INTO moons VALUES ('Io')")
        shutil.copy(log, archive / "log")
    (archive / "backup").replace(archive / DATABASE)
    (archive / "log").replace(log)
    result = invoke("run", more, "-o", archive)
    assert result.exit_code == 1
    assert f"move {log} elsewhere and give the run again" in result.stderr and "put a copy of it back" in result.stderr
    log.unlink()
    assert invoke("run", more, "-o", archive).exit_code == 0


def test_a_database_that_is_gone_is_told(archive: Path, more: Path) -> None:
    before = exports(archive)
    (archive / DATABASE).unlink()
    result = invoke("run", more, "-o", archive)
    assert result.exit_code == 1
    assert f"its {DATABASE} is missing" in result.stderr and "decide import" in result.stderr
    assert exports(archive) == before and not (archive / DATABASE).exists()


def test_a_file_that_grew_after_a_stop_is_read_to_its_end(archive: Path, more: Path, tmp_path: Path) -> None:
    """What was begun under its name, of other bytes, is not waited for any more: nobody has it."""
    with Archive.open(archive) as store:
        store.start_run()
        store.set_input(more.name, "0" * 64, 9, finished=False)
    assert invoke("run", more, "-o", archive).exit_code == 0
    assert invoke("archive", "verify", archive, "--quick").exit_code == 0
    both = [tmp_path / "dump.jsonl", more]
    assert invoke("run", "--replay", archive / "manifest.json", *both, "-o", tmp_path / "again").exit_code == 0


def test_a_database_that_is_replaced_while_it_is_opened_is_opened_anew(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by `compact`: who opened the old file in the same moment would write to one that has no name any more."""
    connect, beside = duckdb.connect, archive / "beside"
    shutil.copy(archive / DATABASE, beside)
    with duckdb.connect(str(beside)) as other:
        other.execute("INSERT INTO meta VALUES ('anew', 'yes')")

    def replaced(*given: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(*given, **named)
        if beside.exists():
            beside.replace(archive / DATABASE)
        return connection

    monkeypatch.setattr(duckdb, "connect", replaced)
    with Archive.open(archive) as store:
        assert store.meta("anew") == "yes"


@pytest.mark.parametrize(
    ("says", "advice"),
    [
        ("could not write: No space left on device", "make room and run again"),
        ("Failed to create checkpoint because of error: Could not write file: File too large", "make room"),
        ("Could not write file: Disk quota exceeded", "make room"),
        ("Could not write file: Input/output error", "put a copy of it back"),
    ],
)
def test_what_does_not_fit_is_not_taken_for_damage(tmp_path: Path, says: str, advice: str) -> None:
    assert advice in str(files.told(tmp_path / DATABASE, duckdb.FatalException(says)))


def test_what_is_flushed_is_open_for_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows flushes no other."""
    file = tmp_path / "file"
    file.write_bytes(b"x")
    modes = []
    monkeypatch.setattr(os, "fsync", lambda number: modes.append(fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE))
    files.flush(file)
    files.flush(tmp_path)
    assert modes == [os.O_RDWR, os.O_RDONLY]
