"""How an archive grows: the whole job at several sizes, and a batch into archives of several sizes.

    python bench/archive.py INPUT FOLDER [--jobs 10000 30000 100000] [--then 1000000] [--batch 1000] [--workers 2]

INPUT is a file of JSON lines whose sentences are what articles of 400 words are made of (`bench/grown.py`). For each of
`--jobs` an archive is made in FOLDER from nothing, then a batch is added to it. `--then` adds to the last one until it
has so many, and a batch to that. Each run is a process of its own. Printed as a table: CPU seconds of the job, of
finding, comparing and linking, of the exports; wall seconds; peak memory, of the process and of its largest worker.
What is there already in FOLDER is not made again.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grown import stock_of, write

SHARD = 50_000
"""Articles in a file."""

MATCHING = ("candidates", "screen", "verify", "settle", "link")
APART = ("export", "check")
BATCH_FROM = 5_000_000
"""Number of the first article of batches."""


def child(archive: Path, workers: int, inputs: Sequence[Path]) -> None:
    """One run; its figures as JSON."""
    from cleanpipe.pipeline import run
    from cleanpipe.settings import RepairSettings, Settings

    began = time.perf_counter()
    summary = run(inputs, archive, settings=Settings(repair=RepairSettings(enabled=False)), workers=workers)
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    rows = {
        "articles": summary.counts.articles,
        "copies": sum(summary.counts.copies.values()),
        "wall": time.perf_counter() - began,
        "seconds": dict(summary.seconds),
        "peak_mb": [peak / 1e3 for peak in peaks],
    }
    json.dump(rows, sys.stdout)


def measured(archive: Path, workers: int, inputs: Sequence[Path]) -> dict[str, Any]:
    command = [sys.executable, __file__, "--child", str(archive), "--workers", str(workers), *map(str, inputs)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def shards(source: Path, folder: Path, first: int, stop: int) -> list[Path]:
    """Files with the articles of these numbers, made where they aren't there."""
    stock = None
    paths = []
    for start in range(first, stop, SHARD):
        end = min(start + SHARD, stop)
        path = folder / f"articles-{start:07}-{end:07}.jsonl"
        if not path.exists():
            stock = stock or stock_of(source)
            write(stock, path.with_suffix(".part"), range(start, end))
            path.with_suffix(".part").replace(path)
        paths.append(path)
    return paths


def row(name: str, found: dict[str, Any]) -> str:
    seconds = found["seconds"]
    matching = sum(seconds.get(step, 0.0) for step in MATCHING)
    job = sum(value for step, value in seconds.items() if step not in APART)
    own, worker = found["peak_mb"]
    return (
        f"| {name} | {found['articles']:,} | {job:.1f} | {matching:.1f} | {seconds.get('export', 0.0):.1f} | "
        f"{found['wall']:.1f} | {own:.0f} + {worker:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", type=Path, nargs="+")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    parser.add_argument("--then", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    if given.child:
        child(given.child, given.workers, given.inputs)
        return
    source, folder = given.inputs
    folder.mkdir(parents=True, exist_ok=True)
    print("| run | articles then | job, CPU s | of that matching and linking | exports | wall s | peak MB |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    batch = shards(source, folder, BATCH_FROM, BATCH_FROM + given.batch)
    jobs: list[tuple[int, float]] = []
    matching: list[tuple[int, float]] = []

    def batch_into(archive: Path, size: int) -> None:
        found = measured(archive, given.workers, batch)
        matching.append((size, sum(found["seconds"].get(step, 0.0) for step in MATCHING)))
        print(row(f"{given.batch:,} into {size:,}", found), flush=True)

    for size in given.jobs:
        archive = folder / f"archive-{size}"
        found = measured(archive, given.workers, shards(source, folder, 0, size))
        jobs.append((size, sum(value for step, value in found["seconds"].items() if step not in APART)))
        print(row(f"{size:,} from nothing", found), flush=True)
        batch_into(archive, size)
    if given.then > given.jobs[-1]:
        archive = folder / f"archive-{given.jobs[-1]}"
        found = measured(archive, given.workers, shards(source, folder, 0, given.then))
        print(row(f"then up to {given.then:,}", found), flush=True)
        batch = shards(source, folder, BATCH_FROM + given.batch, BATCH_FROM + 2 * given.batch)
        batch_into(archive, given.then)
    (least, first), (most, last) = jobs[0], jobs[-1]
    if most > least:
        exponent = math.log(last / first) / math.log(most / least)
        print(f"\nThe whole job grows with exponent {exponent:.3f} (1.1 at most).")
    for (small, before), (large, after) in itertools.pairwise(matching):
        print(f"A batch costs {after / before:.2f} times as much in {large:,} as in {small:,}.")


if __name__ == "__main__":
    main()
