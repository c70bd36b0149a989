"""A run or a decision that was killed, at any commit and at any file being replaced, is finished by the next run.

The child process kills itself with SIGKILL at the n-th such point; what stands at the end must be, byte for byte, what
an undisturbed run leaves.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cleanpipe.archive import EXPORTS

RUN_AND_DIE = """
import os, signal, sys
from pathlib import Path
import cleanpipe.archive.store as store
from cleanpipe import pipeline
from cleanpipe.report import write_report

inputs, output, fatal = sys.argv[1], sys.argv[2], int(sys.argv[3])
points = 0

def point():
    global points
    points += 1
    if points == fatal:
        os.kill(os.getpid(), signal.SIGKILL)

transaction, replace = store.Archive.transaction, Path.replace

def watched(self):
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

def watched_replace(self, target):
    point()
    result = replace(self, target)
    point()
    return result

store.Archive.transaction, Path.replace = watched, watched_replace
pipeline.BATCH_RECORDS = 2
pipeline.BATCH_PAIRS = 3
pipeline.run([inputs], output, workers=1)
print(points)
"""

DECIDE_AND_DIE = RUN_AND_DIE.replace(
    "pipeline.run([inputs], output, workers=1)",
    "decisions.decide(output, 'reject', 'part', 'first', by='Ana')",
).replace("from cleanpipe import pipeline", "from cleanpipe import decisions, pipeline")

STORY = (
    "The lighthouse keeper of Saltmere counted 412 puffins on Tuesday, said Ines Okafor of the island council. "
    "The colony had been feared lost after the storm of 1998. Volunteers rowed out in three boats and found the "
    "burrows on the western cliff. “We never expected to see them again,” Okafor said. The council voted 9 to 2 "
    "to close the cliff path until August."
)


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven records, three of one story, one damaged, one that can't be read."""
    folder = tmp_path_factory.mktemp("dump")
    records = [
        {"id": "first", "title": "Puffins return to Saltmere", "text": STORY, "published": "2024-05-01"},
        {"id": "again", "title": "Puffins return", "text": STORY, "published": "2024-05-02"},
        {"id": "part", "text": STORY[: len(STORY) // 2], "published": "2024-05-03"},
        {
            "id": "garbled",
            "text": "The cafÃ© on the quay reopened; its owner said â€œat lastâ€\x9d and poured tea for all.",
        },
        {"id": "alone", "text": "A brass band from Velden practised on the ferry, to the delight of 30 commuters."},
        {"id": "twice", "text": "The library of Ord lends umbrellas."},
        {"id": "twice", "text": "The library of Ord lends ladders."},
    ]
    lines = [json.dumps(record) for record in records]
    (folder / "dump.jsonl").write_text("\n".join([*lines[:4], "{broken", *lines[4:]]) + "\n", encoding="utf-8")
    return folder / "dump.jsonl"


def start(dump: Path, archive: Path, fatal: int, program: str = RUN_AND_DIE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, str(dump), str(archive), str(fatal)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1714521600"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


def exports(archive: Path) -> dict[str, bytes]:
    return {name: (archive / name).read_bytes() for name in EXPORTS}


def test_a_killed_run_is_finished_by_the_next(dump: Path, tmp_path: Path) -> None:
    undisturbed = start(dump, tmp_path / "undisturbed", 0)
    assert undisturbed.returncode == 0, undisturbed.stderr
    points = int(undisturbed.stdout.split()[-1])
    expected = exports(tmp_path / "undisturbed")
    assert points > 20
    assert len(expected["articles.jsonl"].splitlines()) == 7

    archive = tmp_path / "killed"
    for fatal in range(1, points + 1, max(1, points // 12)):
        # Each round kills a run of its own, and then the run that takes it up, before one is let through.
        folder = archive / str(fatal)
        assert start(dump, folder, fatal).returncode == -signal.SIGKILL
        assert start(dump, folder, 4).returncode in (-signal.SIGKILL, 0)
        finished = start(dump, folder, 0)
        assert finished.returncode == 0, finished.stderr
        assert exports(folder) == expected, f"killed at point {fatal} of {points}"
        left = sorted(path.name for path in folder.iterdir() if path.name.startswith("."))
        assert left == [], "temporary files of the killed run were left"


def test_a_killed_decision_is_carried_out_by_the_next_run_or_was_never_taken(dump: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    assert start(dump, before, 0).returncode == 0
    shutil.copytree(before, after)
    undisturbed = start(dump, after, 0, DECIDE_AND_DIE)
    assert undisturbed.returncode == 0, undisturbed.stderr
    points = int(undisturbed.stdout.split()[-1])
    undecided, decided = exports(before), exports(after)
    assert points > 8 and undecided["links.jsonl"] != decided["links.jsonl"]

    taken = set()
    for fatal in range(1, points + 1, 2):
        folder = Path(shutil.copytree(before, tmp_path / str(fatal)))
        assert start(dump, folder, fatal, DECIDE_AND_DIE).returncode == -signal.SIGKILL
        finished = start(dump, folder, 0)
        assert finished.returncode == 0, finished.stderr
        found = exports(folder)
        assert found in (undecided, decided), f"killed at point {fatal} of {points}"
        taken.add(found == decided)
        assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]
    assert taken == {False, True}
