"""The benchmark of whole jobs: every peer finds the same article twice, and what is printed is what was measured."""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

import peers
import whole_job
from generated import article
from whole_job import CLEANPIPE, Measured

NEEDS = {"rensa": "rensa", "gaoya": "gaoya"}


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    texts = [article(random.Random(seed), 120) for seed in range(6)]
    texts += [texts[0], f"{texts[1]} And a word more."]
    path = tmp_path / "dump.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", peers.PEERS)
def test_a_peer_finds_what_is_as_good_as_the_same(name: str, dump: Path) -> None:
    if name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None:
        pytest.skip(f"{NEEDS[name]} is not installed")
    assert peers.PEERS[name](dump) == 2


def test_a_process_is_measured_with_its_children() -> None:
    child = "sum(i * i for i in range(3_000_000))"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print('{{\"found\": 3}}')"
    measured = whole_job.measure([sys.executable, "-c", script])
    assert measured.printed == {"found": 3}
    assert measured.cpu_s > 0 and measured.peak_kb > 1000
    with pytest.raises(subprocess.CalledProcessError):
        whole_job.measure([sys.executable, "-c", "raise SystemExit(2)"])


def test_the_table_says_how_many_times_cleanpipe_each_takes() -> None:
    def measured(seconds: float, peak_kb: int) -> dict[str, Measured]:
        ours = Measured(seconds, peak_kb, {"copies": {"exact": 2, "spun": 1}, "seconds": {"read": 1.5, "write": 0.5}})
        return {
            CLEANPIPE: ours,
            **{name: Measured(5 * seconds, peak_kb, {"found": 4}) for name in whole_job.PEERS},
        }

    printed = whole_job.table([measured(2.0, 1900), measured(4.0, 2800)], measured(0.2, 1000), 200, 0.05)
    assert "| cleanpipe run | 2.0 | 3.0 |  |  | 10.0 | 3 |" in printed
    assert "| ftfy + rensa | 10.0 | 15.0 | 5.00 | 3 | 10.0 | 4 |" in printed
    assert "| start | 2.0 | 10.00 | 50% |" in printed


def test_the_peers_that_are_timed_are_the_peers_that_there_are() -> None:
    assert whole_job.PEERS.keys() == peers.PEERS.keys()
    assert all(goals.keys() == peers.PEERS.keys() for goals in whole_job.GOALS.values())
