"""The whole job on records made by program, and what came of it: which pairs were compared, which were linked."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleanpipe.archive import Archive
from cleanpipe.pipeline import run
from cleanpipe.settings import RepairSettings, Settings

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`compared` are the pairs of ids that were verified, the smaller first; `links` the rows of links.jsonl;
    `stages` CPU seconds by what the job says it is doing."""

    compared: frozenset[Pair]
    links: list[dict[str, Any]]
    stages: dict[str, float]

    @property
    def linked(self) -> dict[str, dict[str, Any]]:
        """Links that count, by copy."""
        return {row["copy"]: row for row in self.links if row["status"] == "linked"}

    def seconds(self) -> float:
        return sum(self.stages.values())


class Clock:
    """Told of the stages of a run as its progress, it counts the CPU seconds of this process in each."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._name, self._since = "starting", time.process_time()

    def stage(self, name: str, total: int | None) -> None:
        now = time.process_time()
        self.stages[self._name] = self.stages.get(self._name, 0.0) + now - self._since
        self._name, self._since = name, now

    def advance(self, amount: int) -> None:
        pass


def run_records(records: Iterable[dict[str, Any]], folder: Path | None = None, *, repair: bool = False) -> Outcome:
    """Runs the main job in one process on records with `id` and `text`, in a folder that is thrown away if not
    given."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        dump, archive = Path(name) / "made.jsonl", Path(name) / "archive"
        with dump.open("w", encoding="utf-8") as file:
            for record in records:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        clock = Clock()
        run([dump], archive, settings=Settings(repair=RepairSettings(enabled=repair)), workers=1, progress=clock)
        clock.stage("done", None)
        with Archive.open(archive, read_only=True) as store:
            ids = store.ids()
            documents = store.connection.execute("SELECT hash, key FROM documents").fetchall()
            named = {name: ids[key] for hash, key in documents for name in (hash, key)}
            pairs = store.connection.execute("SELECT a, b FROM matches").fetchall()
            compared = frozenset(ordered(named[a], named[b]) for a, b in pairs)
        lines = (archive / "links.jsonl").read_text(encoding="utf-8").splitlines()
        return Outcome(compared, [json.loads(line) for line in lines], clock.stages)


def ordered(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)
