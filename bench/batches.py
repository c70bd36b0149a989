"""The same answer, however the articles came: one run over all, and the same articles in batches.

    python bench/batches.py INPUT [--articles 18151] [--batches 30] [--seed 1] [--workers 2] [--keep FOLDER]

INPUT is a file of JSON lines, plain or gzipped. Three archives are made: of all articles in one run, of batches in the
order of the file, and of batches of shuffled articles. Printed: how many links and clusters the one has that each other
one has too, both as shares of those that either has, and CPU seconds. Every link that differs is told, with what became
of it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cleanpipe.pipeline import run

SHOWN = 12
"""Links that differ and are told one by one."""


def lines_of(path: Path, most: int) -> list[bytes]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        return [line for line, _ in zip(file, range(most), strict=False)]


def parts(lines: Sequence[bytes], batches: int) -> list[list[bytes]]:
    return [list(lines[at * len(lines) // batches : (at + 1) * len(lines) // batches]) for at in range(batches)]


def archive_of(batches: Sequence[Sequence[bytes]], folder: Path, workers: int) -> list[float]:
    """Makes an archive of batches, one run each; CPU and wall seconds of each run."""
    seconds = []
    for number, batch in enumerate(batches):
        dump = folder.parent / f"{folder.name}-{number:03}.jsonl"
        dump.write_bytes(b"".join(batch))
        began = time.perf_counter()
        run([dump], folder, workers=workers)
        seconds.append(time.perf_counter() - began)
        dump.unlink()
    return seconds


def links_of(folder: Path) -> dict[str, dict[str, Any]]:
    rows = map(json.loads, (folder / "links.jsonl").read_text(encoding="utf-8").splitlines())
    return {row["copy"]: row for row in rows}


def members_of(folder: Path) -> set[frozenset[str]]:
    rows = map(json.loads, (folder / "clusters.jsonl").read_text(encoding="utf-8").splitlines())
    return {frozenset(row["members"]) for row in rows}


def told(link: dict[str, Any] | None) -> str:
    return f"{link['canonical']} ({link['relation']}, {link['status']}, {link['confidence']})" if link else "no link"


def kind(ours: dict[str, Any] | None, theirs: dict[str, Any] | None) -> str:
    if ours is None or theirs is None:
        return "only in batches" if ours is None else "only in one run"
    if ours["canonical"] != theirs["canonical"]:
        return "another original"
    return "another status" if ours["status"] != theirs["status"] else "other figures"


def compare(one: Path, other: Path, name: str) -> float:
    """Prints how far two archives agree; the share of links that they have in common."""
    ours, theirs = links_of(one), links_of(other)
    as_sets = [{(row["copy"], row["canonical"], row["status"]) for row in rows.values()} for rows in (ours, theirs)]
    pairs = [{(row["copy"], row["canonical"]) for row in rows.values()} for rows in (ours, theirs)]
    clusters = [members_of(folder) for folder in (one, other)]
    shares = [len(a & b) / len(a | b) if a | b else 1.0 for a, b in (as_sets, pairs, clusters)]
    print(
        f"{name}: {shares[0]:.4f} of links, {shares[1]:.4f} without their status, {shares[2]:.4f} of clusters the same"
    )
    apart = sorted(copy for copy in ours.keys() | theirs.keys() if told(ours.get(copy)) != told(theirs.get(copy)))
    kinds = Counter(kind(ours.get(copy), theirs.get(copy)) for copy in apart)
    print(f"  {dict(kinds)}")
    for copy in apart[:SHOWN]:
        print(f"  {copy}: {told(ours.get(copy))}; {told(theirs.get(copy))}")
    return shares[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path)
    parser.add_argument("--articles", type=int, default=18_151)
    parser.add_argument("--batches", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    lines = lines_of(given.input, given.articles)
    shuffled = random.Random(given.seed).sample(lines, len(lines))
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        whole, daily, mixed = folder / "whole", folder / "daily", folder / "shuffled"
        for made, batches in (
            (whole, [lines]),
            (daily, parts(lines, given.batches)),
            (mixed, parts(shuffled, given.batches)),
        ):
            seconds = archive_of(batches, made, given.workers)
            print(f"{made.name}: {sum(seconds):.1f} s, the first run {seconds[0]:.1f}, the last {seconds[-1]:.1f}")
        compare(whole, daily, "batches in order")
        compare(whole, mixed, "shuffled batches")


if __name__ == "__main__":
    main()
