"""The whole of `cleanpipe run` beside what others would do with the same dump: CPU time, memory, and where it goes.

    python bench/whole_job.py [--articles 20000] [--damaged .05] [--rounds 3] [--workers 1] [--shared FOLDER]

Each round runs every job once, each in a process of its own, one after the other, so that a busy machine is busy for
all. CPU time is that of the process and its children. Memory is what the peak grows by from a tenth of the articles to
all of them, an article. `bench/peers.py` has the other jobs, which mend and find near-duplicates alone;
`bench/news_dump.py` makes the articles.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
CLEANPIPE = "cleanpipe run"
PEERS = {
    "datasketch-update": "ftfy + MinHash.update + MinHashLSH",
    "datasketch-bulk": "ftfy + MinHash.bulk + MinHashLSH",
    "rensa": "ftfy + rensa",
    "gaoya": "ftfy + gaoya",
}
GOALS = {
    0.05: {"datasketch-update": 12.0, "datasketch-bulk": 4.0, "rensa": 3.0, "gaoya": 3.0},
    0.5: {"datasketch-update": 5.0, "datasketch-bulk": 2.0, "rensa": 1.5, "gaoya": 1.5},
}
"""How many times cleanpipe's CPU time the others are to need, by the share of articles that are damaged."""

MEMORY_GOAL_KB = 10.0


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of a process with its children, the peak of the largest of them in KB, and the JSON it printed."""

    cpu_s: float
    peak_kb: int
    printed: dict[str, Any]


def measure(command: Sequence[str]) -> Measured:
    """Runs a command to its end. Raises CalledProcessError where it fails."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        out.seek(0)
        return Measured(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, json.loads(out.read()))


def command_of(name: str, dump: Path, folder: Path, workers: int) -> list[str]:
    if name == CLEANPIPE:
        run = ["-m", "cleanpipe", "run", str(dump), "-o", str(folder), "--workers", str(workers), "--json"]
        return [sys.executable, *run]
    return [sys.executable, str(HERE / "peers.py"), name, str(dump)]


def run_round(dump: Path, workers: int) -> dict[str, Measured]:
    found = {}
    for name in (CLEANPIPE, *PEERS):
        with tempfile.TemporaryDirectory(dir=dump.parent) as folder:
            found[name] = measure(command_of(name, dump, Path(folder) / "archive", workers))
    return found


def make_dump(shared: Path, articles: int, damaged: float, target: Path) -> None:
    command = [sys.executable, str(HERE / "news_dump.py"), str(shared), str(articles), str(target)]
    subprocess.run([*command, "--damaged", str(damaged)], check=True)


def table(rounds: Sequence[dict[str, Measured]], tenth: dict[str, Measured], articles: int, damaged: float) -> str:
    return "\n".join(_table(rounds, tenth, articles, GOALS.get(damaged, {})))


def _table(
    rounds: Sequence[dict[str, Measured]], tenth: dict[str, Measured], articles: int, goals: dict[str, float]
) -> Iterator[str]:
    yield "| job | CPU s, least | median | times cleanpipe | goal | KB an article | found |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    ours = statistics.median(found[CLEANPIPE].cpu_s for found in rounds)
    for name in (CLEANPIPE, *PEERS):
        seconds = [found[name].cpu_s for found in rounds]
        median = statistics.median(seconds)
        grown = (max(found[name].peak_kb for found in rounds) - tenth[name].peak_kb) / (articles - articles // 10)
        goal = f"{goals[name]:g}" if name in goals else ""
        times = f"{median / ours:.2f}" if name != CLEANPIPE else ""
        printed = rounds[0][name].printed
        copies = sum(printed["copies"].values()) if name == CLEANPIPE else printed["found"]
        label = PEERS.get(name, name)
        yield f"| {label} | {min(seconds):.1f} | {median:.1f} | {times} | {goal} | {grown:.1f} | {copies} |"
    yield f"\nMemory goal: {MEMORY_GOAL_KB:g} KB an article. Start and a tenth of the articles: " + ", ".join(
        f"{name} {found.peak_kb / 1024:.0f} MB" for name, found in tenth.items()
    )
    steps = rounds[-1][CLEANPIPE].printed.get("seconds", {})
    if steps:
        whole = rounds[-1][CLEANPIPE].cpu_s
        yield "\n| step | CPU s | ms an article | share |"
        yield "| --- | --- | --- | --- |"
        steps = {**steps, "start": whole - sum(steps.values())}
        for step, value in steps.items():
            yield f"| {step} | {value:.1f} | {1000 * value / articles:.2f} | {value / whole:.0%} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--damaged", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        dump, part = Path(name) / "dump.jsonl", Path(name) / "tenth.jsonl"
        make_dump(arguments.shared, arguments.articles, arguments.damaged, dump)
        with dump.open(encoding="utf-8") as lines, part.open("w", encoding="utf-8") as file:
            file.writelines(islice(lines, arguments.articles // 10))
        tenth = run_round(part, arguments.workers)
        rounds = [run_round(dump, arguments.workers) for _ in range(arguments.rounds)]
    print(f"{arguments.articles} articles, {arguments.damaged:.0%} damaged, {arguments.rounds} rounds\n")
    print(table(rounds, tenth, arguments.articles, arguments.damaged))


if __name__ == "__main__":
    main()
