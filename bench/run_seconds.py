"""CPU milliseconds an article of a whole job, by step: read, repair, compare, link, write, report.

    python bench/run_seconds.py DUMP.jsonl... [--workers 1] [--rounds 1]

Each round runs `cleanpipe run` in a process of its own, into a folder that is removed. "start" is what the process and
its workers took beyond the steps: interpreters, imports, tables that load on first use. `bench/news_dump.py` writes a
dump to run it on.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path


def timed(dumps: list[Path], workers: int) -> tuple[int, dict[str, float], float]:
    """Articles in the archive, CPU seconds by step, and megabytes that the largest process had."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "cleanpipe", "run", *map(str, dumps), "-o", f"{folder}/archive"]
        done = subprocess.run(
            [*command, "--workers", str(workers), "--json"], check=True, capture_output=True, env=os.environ
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = json.loads(done.stdout)
    seconds: dict[str, float] = found["seconds"]
    total = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    seconds["start"] = total - sum(seconds.values())
    return found["articles"], seconds, after.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dumps", type=Path, nargs="+")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    for number in range(given.rounds):
        articles, seconds, megabytes = timed(given.dumps, given.workers)
        if not number:
            print(f"| step | ms an article ({articles:,} articles, {given.workers} workers) |\n| --- | --- |")
        for step, value in seconds.items():
            print(f"| {step} | {1000 * value / articles:.3f} |")
        total = sum(seconds.values())
        print(f"| all | {1000 * total / articles:.3f} |")
        print(f"| all but the start | {1000 * (total - seconds['start']) / articles:.3f} |")
        print(f"\n{total:.1f} s, {megabytes:.0f} MB\n")


if __name__ == "__main__":
    main()
