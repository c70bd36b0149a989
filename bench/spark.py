"""The cluster engine on this machine: whether it gives what one machine gives, and how its work grows.

    python bench/spark.py identity articles.jsonl.gz [--articles 18151] [--master local[2]]
    python bench/spark.py growth texts.jsonl [--articles 20000 50000 100000]
    python bench/spark.py template [--pages 20000]

`identity` runs both engines and holds their exports to each other, byte for byte. `growth` loads articles made of the
sentences of `texts.jsonl` (see grown.py) and prints seconds, shuffled bytes and bytes of tables an article by stage,
and the slope of the seconds, on logarithmic scales, without those of a load of a hundred. `template` loads pages of one
form and holds the longest task of each stage to its median. Figures of tasks are those of Spark's event log. The exit
status is 1 where exports differ, the slope is above 1.1, or a task takes more than three times the median.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import grown
import template

from cleanpipe.archive import EXPORTS
from cleanpipe.pipeline import run
from cleanpipe.upkeep.load import import_load

STEEPEST, LONGEST = 1.1, 3.0
"""The slope, and the longest task as a multiple of the median, up to which all is well."""

START_ARTICLES = 100
"""A load of so few shows what a load takes whatever it holds."""

LEAST_TASKS, LEAST_SECONDS = 8, 10.0
"""Stages with fewer tasks, or where the longest is shorter, say nothing: the first task of a Python process takes some
seconds more, in which it loads what compares texts."""


@dataclass(slots=True)
class Stage:
    """What the event log tells of the tasks that made one table: bytes shuffled, and seconds of the tasks of each of
    its steps."""

    shuffled: int = 0
    steps: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def longest(self) -> tuple[float, float]:
        """The longest task and the median, in seconds, of the step where they are farthest apart; 0 and 0 where none
        tells."""
        tell = [tasks for tasks in self.steps.values() if len(tasks) >= LEAST_TASKS]
        ends = [(max(tasks), statistics.median(tasks)) for tasks in tell if max(tasks) >= LEAST_SECONDS]
        return max(ends, key=lambda end: end[0] / end[1], default=(0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Load:
    """A load in a process of its own. `seconds` are those of each table, on the clock; `size` the bytes of all."""

    articles: int
    seconds: dict[str, float]
    stages: dict[str, Stage]
    size: int

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def load(inputs: Path, folder: Path, master: str, options: Sequence[str] = ()) -> Load:
    """Loads `inputs` into `folder`, which is new."""
    with tempfile.TemporaryDirectory() as events:
        confs = ["spark.eventLog.enabled=true", f"spark.eventLog.dir={Path(events).as_uri()}", *options]
        confs += ["spark.eventLog.rolling.enabled=false", "spark.eventLog.compress=false"]
        submit = " ".join(f"--conf {conf}" for conf in confs)
        command = [sys.executable, "-m", "cleanpipe", "run", str(inputs), "-o", str(folder), "--engine", "spark"]
        done = subprocess.run(
            [*command, "--master", master, "--json"],
            env={**os.environ, "PYSPARK_SUBMIT_ARGS": f"{submit} pyspark-shell"},
            stdout=subprocess.PIPE,
            check=True,
        )
        told = json.loads(done.stdout)
        stages = read_events(next(path for path in Path(events).iterdir() if path.name[0] != "."))
    size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    return Load(told["articles"], told["seconds"], stages, size)


def read_events(log: Path) -> dict[str, Stage]:
    """What an event log of Spark tells, by the table that was made."""
    stages: defaultdict[str, Stage] = defaultdict(Stage)
    table_of: dict[int, str] = {}
    for event in map(json.loads, log.open(encoding="utf-8")):
        if event["Event"] == "SparkListenerJobStart":
            name = event["Properties"].get("spark.job.description") or "other jobs"
            table_of.update(dict.fromkeys(event["Stage IDs"], name))
        elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            stage, metrics = stages[table_of[event["Stage ID"]]], event["Task Metrics"]
            stage.shuffled += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            stage.steps[event["Stage ID"]].append(metrics["Executor Run Time"] / 1000)
    return stages


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the line through points, on logarithmic scales, by least squares."""
    xs, ys = ([math.log(point[side]) for point in points] for side in (0, 1))
    middle, high = statistics.mean(xs), statistics.mean(ys)
    return sum((x - middle) * (y - high) for x, y in zip(xs, ys, strict=True)) / sum((x - middle) ** 2 for x in xs)


def identity(arguments: argparse.Namespace, folder: Path) -> bool:
    source = folder / "articles.jsonl"
    opened = gzip.open if arguments.file.suffix == ".gz" else open
    with opened(arguments.file, "rb") as file, source.open("wb") as target:
        target.writelines(itertools.islice(file, arguments.articles))
    since = time.monotonic()
    run([source], folder / "local", workers=2)
    local = time.monotonic() - since
    loaded = load(source, folder / "load", arguments.master)
    since = time.monotonic()
    import_load(folder / "load", folder / "spark")
    taken = time.monotonic() - since
    for engine, size in (
        ("load", loaded.size),
        ("archive", sum(p.stat().st_size for p in (folder / "spark").iterdir())),
    ):
        print(f"  {size / loaded.articles:,.0f} bytes an article in the {engine}")
    print(f"{loaded.articles:,} articles: local {local:,.0f} s, Spark {loaded.total:,.0f} s, import {taken:,.0f} s")
    same = True
    for name in EXPORTS:
        one, two = ((folder / engine / name).read_bytes() for engine in ("local", "spark"))
        print(f"  {name:16} {len(one):>13,} bytes  {'the same' if one == two else 'DIFFERENT'}")
        same = same and one == two
    return same


def growth(arguments: argparse.Namespace, folder: Path) -> bool:
    stock = grown.stock_of(arguments.file)
    loads = []
    for count in (START_ARTICLES, *arguments.articles):
        source = folder / f"{count}.jsonl"
        grown.write(stock, source, range(count))
        loads.append(load(source, folder / f"load-{count}", arguments.master))
        for line in load_lines(loads[-1]):
            print(line, flush=True)
    start, *rest = loads
    points = [(found.articles, found.total - start.total) for found in rest]
    if len(points) < 2:
        return True
    steep = slope(points)
    print(f"slope {steep:.2f} (at most {STEEPEST}), without the {start.total:,.0f} s of {start.articles:,} articles")
    return steep <= STEEPEST


def load_lines(found: Load) -> Iterator[str]:
    shuffled = sum(stage.shuffled for stage in found.stages.values())
    yield (
        f"{found.articles:,} articles in {found.total:,.0f} s; an article: {shuffled / found.articles:,.0f} bytes "
        f"shuffled, {found.size / found.articles:,.0f} bytes of tables"
    )
    for name, seconds in found.seconds.items():
        stage = found.stages.get(name.rpartition("/")[2], Stage())
        yield f"  {seconds:8.1f} s  {stage.shuffled / found.articles:9,.0f} bytes  {name}"
    for name in sorted(found.stages.keys() - {name.rpartition("/")[2] for name in found.seconds}):
        yield f"  {'':10}  {found.stages[name].shuffled / found.articles:9,.0f} bytes  {name}"


def template_pages(arguments: argparse.Namespace, folder: Path) -> bool:
    source = folder / "pages.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for row in template.make(arguments.pages, seed=3):
            file.write(json.dumps(row) + "\n")
    found = load(source, folder / "load", arguments.master)
    for line in load_lines(found):
        print(line)
    ends = {name: stage.longest for name, stage in found.stages.items() if any(stage.longest)}
    for name, (longest, median) in ends.items():
        print(f"  {longest / median:5.1f} times the median: {longest:.1f} s, the longest task of {name}")
    if not ends:
        print(
            f"  no stage has {LEAST_TASKS} tasks and one of {LEAST_SECONDS} s: nothing can be said; give more --pages"
        )
    return bool(ends) and all(longest <= LONGEST * median for longest, median in ends.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, function in (("identity", identity), ("growth", growth), ("template", template_pages)):
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        command.add_argument("--master", default="local[2]")
        if function is not template_pages:
            command.add_argument("file", type=Path)
    commands.choices["identity"].add_argument("--articles", type=int)
    commands.choices["growth"].add_argument("--articles", type=int, nargs="+", default=[20_000, 50_000, 100_000])
    commands.choices["template"].add_argument("--pages", type=int, default=20_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cleanpipe-bench-") as folder:
        if not arguments.function(arguments, Path(folder)):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
