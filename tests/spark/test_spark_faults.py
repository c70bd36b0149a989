"""What goes wrong on a cluster: texts that end its workers, and a worker that is killed half-way."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import killer
import mixed_dump
import pytest
from same_archive import assert_same

import cleanpipe
from cleanpipe import pipeline
from cleanpipe.engines import local
from cleanpipe.spark import comparing, reading
from cleanpipe.spark.run import run
from cleanpipe.upkeep.load import import_load

MAIN = Path(cleanpipe.__file__).parent / "__main__.py"
LONGEST_SECONDS = 600


def test_what_ends_a_worker_is_left_out_in_the_same_words(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [mixed_dump.TIDE, f"{mixed_dump.TIDE} CLASH", f"{mixed_dump.TIDE} CLASH again", mixed_dump.FERRY]
    texts += [f"RAISES {mixed_dump.COUNCIL}", f"KILLS {mixed_dump.COUNCIL}", mixed_dump.COUNCIL]
    dump = tmp_path / "dump.jsonl"
    lines = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts)]
    dump.write_text("\n".join(lines), encoding="utf-8")
    for module, engine in ((pipeline, None), (reading, "prepare"), (comparing, "verify_pairs")):
        for name in ("prepare", "verify_pairs") if engine is None else (engine,):
            monkeypatch.setattr(module, name, getattr(killer, name))
    monkeypatch.setattr(local, "FEW_BATCHES", 0)
    pipeline.run([dump], tmp_path / "local", workers=2)
    monkeypatch.undo()
    monkeypatch.setattr(reading, "prepare", killer.prepare)
    monkeypatch.setattr(comparing, "verify_pairs", killer.verify_pairs)
    run([str(dump)], str(tmp_path / "load"))
    import_load(tmp_path / "load", tmp_path / "spark")
    assert_same(tmp_path / "local", tmp_path / "spark")
    told = [json.loads(line)["reason"] for line in (tmp_path / "spark" / "rejected.jsonl").read_bytes().splitlines()]
    assert [re.sub(r"line \d+\)", "line N)", reason) for reason in told] == [
        "comparing it with dump.jsonl, line 3, failed (ArithmeticError: these two; killer.py, line N)",
        "preparing it failed (ValueError: a defect; killer.py, line N)",
        "preparing it ended the worker process (SIGKILL, mostly for lack of memory)",
    ]


class Cluster:
    """A master and two workers of Spark on this machine, each a process with a group of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        import pyspark

        self.home = Path(pyspark.__file__).parent
        self.environment = {**environment, "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1"}
        self._program = str(self.home / "bin" / "spark-class")
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        ports = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        log = self._start("master.Master", *ports)
        self.url = self._said(log, r"spark://127\.0\.0\.1:\d+")
        self.workers = []
        for name in ("one", "two"):
            place = ("--work-dir", str(folder / name), "--cores", "1", "--memory", "1g")
            log = self._start("worker.Worker", *ports, *place, self.url)
            self._said(log, "Successfully registered with master")
            self.workers.append(self._processes[-1])

    def _start(self, name: str, *arguments: str) -> Path:
        log = self._folder / f"{len(self._processes)}.log"
        with log.open("wb") as file:
            self._processes.append(
                subprocess.Popen(
                    [self._program, f"org.apache.spark.deploy.{name}", *arguments],
                    env=self.environment,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        return log

    def _said(self, log: Path, pattern: str) -> str:
        deadline = time.monotonic() + LONGEST_SECONDS
        while not (found := re.search(pattern, log.read_text(encoding="utf-8", errors="replace"))):
            assert self._processes[-1].poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        return found[0]

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """The process and the executors that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in self._processes:
            self.kill(process)


@pytest.fixture
def cluster(java: str, seen_by_workers: str, tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    cluster = Cluster(folder, {**os.environ, "PYTHONPATH": seen_by_workers, "PYSPARK_PYTHON": sys.executable})
    yield cluster
    cluster.close()


def test_a_worker_that_is_killed_half_way_changes_nothing_of_what_was_submitted(
    cluster: Cluster, tmp_path: Path
) -> None:
    dump = mixed_dump.write(tmp_path / "dump")
    pipeline.run([dump], tmp_path / "local", workers=1)
    load = tmp_path / "load"
    small = {"executor.memory": "600m", "driver.memory": "600m", "sql.shuffle.partitions": "2"}
    options = [part for name, value in small.items() for part in ("--conf", f"spark.{name}={value}")]
    command = [str(cluster.home / "bin" / "spark-submit"), "--master", cluster.url, *options, str(MAIN)]
    with (tmp_path / "driver.log").open("wb") as log:
        driver = subprocess.Popen(
            [*command, "run", str(dump), "-o", str(load), "--engine", "spark"],
            env=cluster.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + LONGEST_SECONDS
    while not (load / "state" / "values").exists() and driver.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert driver.poll() is None, (tmp_path / "driver.log").read_text()
    cluster.kill(cluster.workers[0])
    status = driver.wait(LONGEST_SECONDS)
    assert status == 0, (tmp_path / "driver.log").read_text()
    assert list((tmp_path / "cluster" / "one").rglob("stderr")), "the worker that was killed had no executor"
    import_load(load, tmp_path / "spark")
    assert_same(tmp_path / "local", tmp_path / "spark")
