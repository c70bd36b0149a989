"""Whatever happens to a run, it ends in a clear message and an archive that opens, and the next run finishes it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cleanpipe.archive import DATABASE, EXPORTS, Archive
from cleanpipe.archive.files import BESIDE
from cleanpipe.cli import cli

STORY = (
    "The tide mill of Orsund ground 40 sacks of rye on Thursday, the first since 1931, said miller Tove Brandal. "
    "Its wheel had been raised from the mud in 14 pieces. “We oiled everything twice,” she said. A queue of 200 people "
    "waited for the flour, and the school closed at noon."
)
LEAST_KILLS = 25


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def start(*arguments: object, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "cleanpipe", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def exports(archive: Path) -> dict[str, bytes]:
    return {name: (archive / name).read_bytes() for name in EXPORTS}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


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


def test_runs_that_are_killed_are_finished_and_nothing_is_lost_or_doubled(checkout: Path) -> None:
    program = [sys.executable, str(checkout / "bench" / "faults.py"), "--kills", str(LEAST_KILLS), "--json"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=500, check=False)
    assert done.stdout, done.stderr
    tallies = json.loads(done.stdout)
    assert [fault for tally in tallies.values() for fault in tally["faults"]] == []
    assert sum(tally["lost"] + tally["doubled"] for tally in tallies.values()) == 0
    assert sum(tally["killed"] + tally["workers_killed"] for tally in tallies.values()) >= LEAST_KILLS
    assert {kind.split(": ")[0] for kind in tallies} == {"first run", "added to", "decision", "rebuild"}
    assert len({kind.split(": ")[1] for kind in tallies}) >= 6
    assert done.returncode == 0, done.stderr


# Texts that end or hang the process that prepares them, or that can't be compared. A module of its own, because worker
# processes import what they call.
KILLER = """
import os, signal, time
from cleanpipe import steps

def prepare(records, settings):
    for _, record in records:
        if "KILLS" in record.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "RAISES" in record.text:
            raise ValueError("a defect")
        while "HANGS" in record.text:
            time.sleep(0.01)
    return steps.prepare(records, settings)

def verify_pairs(batch, settings):
    for one, other in batch[0]:
        if "CLASH" in one.text and "CLASH" in other.text:
            os.kill(os.getpid(), signal.SIGSEGV)
    return steps.verify_pairs(batch, settings)
"""
WITH_KILLER = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import killer
from cleanpipe import pipeline
from cleanpipe.cli import main
from cleanpipe.engines import local
pipeline.prepare, pipeline.verify_pairs = killer.prepare, killer.verify_pairs
pipeline.BATCH_RECORDS, pipeline.BATCH_PAIRS, local.FEW_BATCHES = 4, 4, int(sys.argv.pop(1))
main()
"""


@pytest.fixture
def with_killer(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    (tmp_path / "killer").mkdir()
    (tmp_path / "killer" / "killer.py").write_text(KILLER)

    def begin(few: int, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WITH_KILLER, str(tmp_path / "killer"), str(few), *map(str, arguments)]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heeding_ctrl_c
        )

    return begin


def heeding_ctrl_c() -> None:
    """A shell that put the tests in the background has all that they start ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=240)
    return process.returncode, said


def test_articles_and_pairs_that_end_workers_are_left_out(
    with_killer: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    stories = [{"id": f"s{n}", "text": f"{STORY} Sack {n}.", "published": f"2024-03-{n + 1:02}"} for n in range(6)]
    clash = [{"id": f"c{n}", "text": f"{STORY} A CLASH of {n} drums.", "published": "2024-04-01"} for n in range(2)]
    killers = [{"id": "kills", "text": "KILLS whoever reads it."}, {"id": "raises", "text": "RAISES an exception."}]
    sound, dump = tmp_path / "sound.jsonl", tmp_path / "dump.jsonl"
    write(sound, *stories, *clash)
    write(dump, *stories, *clash, *killers)
    assert invoke("run", sound, "-o", tmp_path / "sound").exit_code == 0
    archive = tmp_path / "archive"
    status, said = finished(with_killer(1, "run", dump, "-o", archive, "--workers", "2", "--strict"))
    assert status == 3, said
    assert "3 articles or pairs left out" in said and "could not be read" not in said
    rejected = {row["line"]: row for row in rows(archive / "rejected.jsonl")}
    assert sorted(rejected) == [7, 9, 10]
    assert rejected[7]["reason"] == "comparing it with dump.jsonl, line 8, ended the worker process (SIGSEGV)"
    assert rejected[9]["reason"].startswith("preparing it ended the worker process (SIGKILL")
    assert rejected[10]["reason"].startswith("preparing it failed (ValueError: a defect; killer.py, line ")
    assert rejected[9]["excerpt"] == killers[0]["text"]
    found = [{**row, "origin": None} for row in rows(archive / "articles.jsonl")]
    assert found == [{**row, "origin": None} for row in rows(tmp_path / "sound" / "articles.jsonl")]
    links = {row["copy"]: row["canonical"] for row in rows(archive / "links.jsonl")}
    assert links == {row["copy"]: row["canonical"] for row in rows(tmp_path / "sound" / "links.jsonl")}
    before = exports(archive)
    again = invoke("run", dump, "-o", archive)
    assert again.exit_code == 0 and "Nothing new" in again.stderr
    assert exports(archive) == before


def test_a_text_that_ends_a_run_in_one_process_is_found_by_the_third(
    with_killer: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    dump = write(tmp_path / "dump.jsonl", {"id": "a", "text": STORY}, {"id": "b", "text": "KILLS."})
    command = (9, "run", dump, "-o", tmp_path / "archive", "--workers", "1")
    assert finished(with_killer(*command))[0] == -signal.SIGKILL
    assert finished(with_killer(*command))[0] == -signal.SIGKILL
    status, said = finished(with_killer(*command))
    assert status == 0, said
    assert [row["id"] for row in rows(tmp_path / "archive" / "articles.jsonl")] == ["a"]
    (rejected,) = rows(tmp_path / "archive" / "rejected.jsonl")
    assert rejected["reason"].startswith("preparing it ended the worker process")


def test_ctrl_c_ends_a_run_at_once_and_the_next_goes_on(
    with_killer: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    records = [{"id": f"a{n}", "text": f"{STORY} {n}"} for n in range(8)]
    dump = write(tmp_path / "dump.jsonl", *records, {"id": "z", "text": "HANGS."})
    archive = tmp_path / "archive"
    process = with_killer(1, "run", dump, "-o", archive, "--workers", "2")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not workers_of(process.pid):
        time.sleep(0.05)
    workers = workers_of(process.pid)
    time.sleep(1)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    status, said = finished(process)
    assert time.monotonic() - began < 15
    assert status == 130 and "interrupted" in said and "Traceback" not in said
    assert workers
    assert_ended(workers)
    write(dump, *records)
    assert invoke("run", dump, "-o", archive).exit_code == 0
    assert len(rows(archive / "articles.jsonl")) == 8


def assert_ended(processes: list[int]) -> None:
    """That these processes are gone, a moment after the one that began them is."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and any(map(runs, processes)):
        time.sleep(0.05)
    assert not [number for number in processes if runs(number)]


def runs(process: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def workers_of(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if stat.read_text().rsplit(")", 1)[1].split()[1] == str(parent):
                found.append(int(stat.parent.name))
        except OSError:
            continue
    return found


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
