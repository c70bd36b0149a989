"""What killed runs cost: every one is finished by the next, and the exports are those of an undisturbed run.

    python bench/faults.py                  # 240 kills, a table for bench/faults.md
    python bench/faults.py --kills 25 --json
    python bench/faults.py --kills 60 --job forget --job compact

Six jobs are disturbed on a small archive of generated articles: a first run, one that adds to an archive, a decision
with what it changes, `--rebuild`, `archive forget` and `archive compact`. Each is killed before and after commits and
renamings, within exports, at random moments with one and with two worker processes, or loses a worker, or may write
no file beyond a size. Then the job is done again, every second time killed once more, and at last undisturbed. A
fault is whatever is not as it has to be then: exports that differ in a byte, an archive that doesn't open, a file or
a process left behind, an unforeseen error.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import killing
from generated import article
from killing import REFUSED, Ended

from cleanpipe.archive import DATABASE, EXPORTS, Archive
from cleanpipe.archive.compact import WANTED, compact
from cleanpipe.settings import RepairSettings, Settings

ARTICLES = 8
"""In each of three files. Batches are made small, so that even these give dozens of commits a job."""
RECORDS, PAIRS = 4, 12
"""Records and pairs in a batch."""
SHARES = {"commit": 5, "renaming": 3, "export": 1, "moment": 2, "moment, two workers": 1, "a worker": 1, "room": 1}
"""How often each kind comes. Those that need worker processes take seconds, for their imports."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done to an archive that is there before, or to none, and what may stand there afterwards."""

    name: str
    before: Path | None
    do: Callable[[Path, int], object]
    """Does it to an archive, with so many worker processes."""
    finish: Callable[[Path], object]
    """Does what is left to be done of it."""
    expected: Sequence[dict[str, bytes]]
    points: Sequence[str] = ()
    seconds: float = 0.0
    spreads: bool = True
    """Whether it uses worker processes where it may."""


@dataclass(slots=True)
class Tally:
    disturbed: int = 0
    killed: int = 0
    workers_killed: int = 0
    out_of_room: int = 0
    faults: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=240, help="how many runs are disturbed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--job", action="append", default=[], help="disturb only this one; may be given repeatedly")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = "1714521600"
    with tempfile.TemporaryDirectory() as name:
        tallies = disturb(Path(name), given.kills, random.Random(given.seed), given.job)
    if given.json:
        print(json.dumps({kind: row_of(tally) for kind, tally in tallies.items()}, indent=2))
    else:
        print(table(tallies))
    sys.exit(any(tally.faults for tally in tallies.values()))


COLUMNS = {
    "disturbed": "times",
    "killed": "runs killed",
    "workers_killed": "workers killed",
    "out_of_room": "out of room",
    "faults": "faults",
    "lost": "articles lost",
    "doubled": "doubled",
}


def row_of(tally: Tally) -> dict[str, int | list[str]]:
    return {name: getattr(tally, name) for name in COLUMNS}


def table(tallies: dict[str, Tally]) -> str:
    together = Tally(
        *(sum((getattr(tally, name) for tally in tallies.values()), start()) for name, start in ZEROS.items())
    )
    lines = [f"| what is disturbed | {' | '.join(COLUMNS.values())} |", "| --- " * (len(COLUMNS) + 1) + "|"]
    for kind, tally in [*sorted(tallies.items()), ("together", together)]:
        cells = [len(value) if isinstance(value, list) else value for value in row_of(tally).values()]
        lines.append(f"| {kind} | {' | '.join(map(str, cells))} |")
    return "\n".join([*lines, *(f"\nfault: {said}" for said in together.faults)])


ZEROS: dict[str, Callable[[], Any]] = {name: list if name == "faults" else int for name in COLUMNS}


def disturb(folder: Path, count: int, draw: random.Random, only: Sequence[str] = ()) -> dict[str, Tally]:
    """Disturbs so many jobs in turn, by all kinds; what came of it, by job and kind."""
    jobs = [job for job in _jobs(folder) if not only or job.name in only]
    tallies: dict[str, Tally] = collections.defaultdict(Tally)
    for number, (job, kind) in enumerate(_plan(jobs, count, draw)):
        tally = tallies[f"{job.name}: {kind}"]
        archive = folder / "disturbed"
        shutil.rmtree(archive, ignore_errors=True)
        if job.before:
            shutil.copytree(job.before, archive)
        tally.disturbed += 1
        said = []
        for ended in _disturbances(job, kind, archive, draw, again=number % 2 == 1):
            tally.killed += ended.status == -signal.SIGKILL
            tally.workers_killed += ended.workers_killed
            tally.out_of_room += ended.status == REFUSED and kind == "room"
            if ended.outlived:
                said.append("a worker outlived its run")
            if ended.status not in (0, REFUSED, -signal.SIGKILL) or (ended.status == REFUSED and kind != "room"):
                said.append(f"it ended with {ended.status}: {ended.said}")
            said += _unopened(archive)
        ended = killing.child(lambda job=job, archive=archive: job.finish(archive))  # type: ignore[misc]
        if ended.status:
            said.append(f"it could not be finished: {ended.said}")
        else:
            said += _differences(archive, job, tally)
        tally.faults += [f"{job.name}, {kind}, number {number}: {what}" for what in said]
    return tallies


def _plan(jobs: Sequence[Job], count: int, draw: random.Random) -> list[tuple[Job, str]]:
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    draw.shuffle(kinds)
    rounds = [divmod(number, len(kinds)) for number in range(count)]
    plan = []
    for turn, at in rounds:
        able = [job for job in jobs if job.spreads or "worker" not in kinds[at]] or jobs
        job = able[(at + turn) % len(able)]
        plan.append((job, _fitting(job, kinds[at])))
    return plan


def _fitting(job: Job, kind: str) -> str:
    """The kind, or another one where there is nothing of that kind in the job."""
    if "worker" in kind and not job.spreads:
        return "moment"
    if kind in ("commit", "export") and not any(label.endswith(kind) for label in job.points):
        return "renaming"
    return kind


def _disturbances(job: Job, kind: str, archive: Path, draw: random.Random, *, again: bool) -> Iterator[Ended]:
    """The job disturbed, and then, if `again`, what is left of it killed at one of its first points."""
    yield _disturbed(job, kind, archive, draw)
    if again:
        yield killing.killed_at(lambda: job.finish(archive), draw.randrange(1, FIRST_POINTS))


def _disturbed(job: Job, kind: str, archive: Path, draw: random.Random) -> Ended:
    def alone() -> object:
        return job.do(archive, 1)

    def spread() -> object:
        return job.do(archive, 2)

    if kind == "room":
        return killing.out_of_room(alone, draw.randrange(1 << 14, 1 << 21))
    if kind == "a worker":
        return killing.child(spread, killing.worker_after(draw.uniform(0, START_SECONDS + job.seconds)))
    if "moment" in kind:
        two = "two" in kind
        seconds = job.seconds + (START_SECONDS if two else 0)
        return killing.child(spread if two else alone, killing.after(draw.uniform(0, MOST_OF_IT * seconds)))
    fatal = draw.choice([number for number, label in enumerate(job.points, 1) if label.endswith(kind)])
    return killing.killed_at(alone, fatal)


FIRST_POINTS = 5
"""A run that has little left to do still passes so many."""

MOST_OF_IT = 0.7
"""Of the time that an undisturbed run took; some are faster, and a kill at the end would come too late."""

START_SECONDS = 2.0
"""What worker processes take to start."""


def _unopened(archive: Path, *, done: bool = False) -> list[str]:
    """Why the archive doesn't open, unless its run was killed before there was one; and, where all should be `done`,
    what is left to do."""
    if not (archive / DATABASE).exists():
        return []

    def look() -> None:
        with Archive.open(archive, read_only=True) as store:
            assert store.meta("schema")
            assert not done or store.meta(WANTED) is None, "forgotten words are still in its file"
            assert not done or store.meta("state") == "exported", "exports are behind"

    ended = killing.child(look)
    return [f"it doesn't open: {ended.said}"] if ended.status else []


def _differences(archive: Path, job: Job, tally: Tally) -> list[str]:
    found = exports(archive)
    ids = collections.Counter(json.loads(line)["id"] for line in found["articles.jsonl"].splitlines())
    wanted = {json.loads(line)["id"] for line in job.expected[0]["articles.jsonl"].splitlines()}
    tally.lost += len(wanted - ids.keys())
    tally.doubled += sum(count - 1 for count in ids.values())
    said = _unopened(archive, done=True)
    said += [f"left behind: {path.name}" for path in archive.iterdir() if path.name.startswith(".")]
    if found not in job.expected:
        names = [name for name in EXPORTS if found[name] not in [exports[name] for exports in job.expected]]
        said.append(f"exports differ: {', '.join(names) or 'together, though each is one of those expected'}")
    return said


def exports(archive: Path) -> dict[str, bytes]:
    return {name: (archive / name).read_bytes() for name in EXPORTS}


def _jobs(folder: Path) -> Iterator[Job]:
    """Each with the exports of an undisturbed run, and how long that takes when everything is imported."""
    from cleanpipe import decisions, pipeline
    from cleanpipe.rebuild import rebuild
    from cleanpipe.upkeep.forget import forget as forgotten

    pipeline.BATCH_RECORDS, pipeline.BATCH_PAIRS = RECORDS, PAIRS
    days = [_day(folder, number) for number in range(3)]
    sound = Settings(repair=RepairSettings(enabled=False))

    def add(paths: Sequence[Path], settings: Settings | None = None) -> Callable[[Path, int], object]:
        return lambda archive, workers: pipeline.run(paths, archive, workers=workers, settings=settings)

    def decide(archive: Path, workers: int) -> object:
        return decisions.decide(archive, "reject", "0-copy-1", "0-1", by="Ana")

    def forget(archive: Path, workers: int) -> object:
        return forgotten(archive, ["0-1", "0-5"])

    def compacted(archive: Path, workers: int) -> object:
        return compact(archive)

    def made_anew(archive: Path, workers: int) -> object:
        rebuild(archive, Settings(), workers=workers)
        return pipeline.run([], archive, workers=workers)

    def undisturbed(name: str, before: Path | None, *steps: Callable[[Path, int], object]) -> tuple[Path, float]:
        archive = folder / name
        if before:
            shutil.copytree(before, archive)
        ended = [killing.child(lambda step=step: step(archive, 1)) for step in steps]  # type: ignore[misc]
        for one in ended:
            if one.status:
                raise RuntimeError(f"{name}: an undisturbed run failed: {one.said}")
        return archive, sum(one.seconds for one in ended)

    warm(folder, days[0])
    first, second, third = add(days[:1]), add(days[:2]), add(days)
    one, _ = undisturbed("one", None, first)
    two, took_second = undisturbed("two", one, second)
    all_at_once, took_all = undisturbed("all", None, third)
    decided, took_decision = undisturbed("decided", two, decide)
    without, took_forgetting = undisturbed("without", two, forget)
    compact_too, took_compacting = undisturbed("compact too", decided, compacted)
    unrepaired, _ = undisturbed("unrepaired", None, add(days[:2], sound))
    anew, took_anew = undisturbed("anew", unrepaired, made_anew)
    assert exports(decided)["links.jsonl"] != exports(two)["links.jsonl"], "the decision has to change something"
    assert exports(without)["links.jsonl"] != exports(two)["links.jsonl"], "so has the forgetting"
    assert exports(compact_too) == exports(decided), "and compacting nothing"
    assert exports(anew)["articles.jsonl"] != exports(unrepaired)["articles.jsonl"], "so has the rebuilding"

    for job in (
        Job("first run", None, third, lambda archive: third(archive, 1), [exports(all_at_once)], seconds=took_all),
        Job("added to", one, second, lambda archive: second(archive, 1), [exports(two)], seconds=took_second),
        # Killed before its commit it was never taken: then the archive is as it was.
        Job(
            *("decision", two, decide, lambda archive: second(archive, 1), [exports(decided), exports(two)]),
            seconds=took_decision,
            spreads=False,
        ),
        Job(
            *("forget", two, forget, lambda archive: second(archive, 1), [exports(without), exports(two)]),
            seconds=took_forgetting,
            spreads=False,
        ),
        Job(
            *("compact", decided, compacted, lambda archive: compacted(archive, 1), [exports(decided)]),
            seconds=took_compacting,
            spreads=False,
        ),
        Job(
            "rebuild", unrepaired, made_anew, lambda archive: made_anew(archive, 1), [exports(anew)], seconds=took_anew
        ),
    ):
        archive = folder / f"points of {job.name}"
        if job.before:
            shutil.copytree(job.before, archive)
        points = killing.points_of(lambda job=job, archive=archive: job.do(archive, 1), folder)  # type: ignore[misc]
        yield replace(job, points=points)


def warm(folder: Path, day: Path) -> None:
    """Imports and compiles what a run needs, in this process, and leaves no thread behind."""
    from cleanpipe import pipeline

    pipeline.run([day], folder / "warm", workers=1)


def _day(folder: Path, number: int) -> Path:
    """A file of articles, copies of some, whole, cut or changed, and what can't be read or comes every day."""
    draw = random.Random(number)
    texts = [article(random.Random(100 * number + at), 90) for at in range(ARTICLES)]
    rows = [
        {"id": f"{number}-{at}", "text": text, "published": f"2024-05-{number + 1:02}"} for at, text in enumerate(texts)
    ]
    for at, text in enumerate(texts[:4]):
        words = text.split()
        copy = (text, text[: len(text) // 2], " ".join([*words[:40], "nevertheless", *words[41:]]))[at % 3]
        rows.append({"id": f"{number}-copy-{at}", "text": copy, "published": f"2024-05-{number + 2:02}"})
    earlier = article(random.Random(7), 90)
    rows.append({"id": f"{number}-again", "text": earlier, "published": f"2024-05-{9 - number:02}"})
    rows.append({"id": f"{number}-damaged", "text": "The cafÃ© reopened; its owner said â€œat lastâ€\x9d to all."})
    rows.append({"id": "everyday", "text": f"The weather of day {number}."})
    draw.shuffle(rows)
    lines = [json.dumps(row) for row in rows]
    path = folder / f"day-{number}.jsonl"
    path.write_text("\n".join([*lines[:9], "{broken", *lines[9:]]) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
