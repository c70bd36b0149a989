"""Whatever happens to a run, it ends in a clear message and an archive that opens, and the next run finishes it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from mill import STORY, exports, finished, invoke, rows, write

LEAST_KILLS = 25


def test_runs_that_are_killed_are_finished_and_nothing_is_lost_or_doubled(checkout: Path) -> None:
    program = [sys.executable, str(checkout / "bench" / "faults.py"), "--kills", str(LEAST_KILLS), "--json"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=500, check=False)
    assert done.stdout, done.stderr
    tallies = json.loads(done.stdout)
    assert [fault for tally in tallies.values() for fault in tally["faults"]] == []
    assert sum(tally["lost"] + tally["doubled"] for tally in tallies.values()) == 0
    assert sum(tally["killed"] + tally["workers_killed"] for tally in tallies.values()) >= LEAST_KILLS
    assert {kind.split(": ")[0] for kind in tallies} == {
        "first run",
        "added to",
        "decision",
        "forget",
        "compact",
        "rebuild",
    }
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

def verify_pairs(batch):
    for one, other in batch[0]:
        if "CLASH" in one.text and "CLASH" in other.text:
            os.kill(os.getpid(), signal.SIGSEGV)
    return steps.verify_pairs(batch)
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
