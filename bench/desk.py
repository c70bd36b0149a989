"""Times what a reviewer waits for at the desk: `python bench/desk.py ARCHIVE`.

ARCHIVE is any that `cleanpipe run` wrote; a copy of it is worked on. Prints a table in Markdown, as it stands in
report.md. Times are CPU time, in milliseconds.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cleanpipe.archive import Archive, count
from cleanpipe.model import Verdict
from cleanpipe.report.collect import list_of_stories
from cleanpipe.review.desk import Desk

TRIES = 9
VERDICTS: tuple[Verdict, ...] = ("accept", "reject", "unsure")


def times(tries: int, do: Callable[[int], Any]) -> list[float]:
    """CPU milliseconds of each try, which is given its number."""
    found = []
    for number in range(tries):
        before = time.process_time()
        do(number)
        found.append(1000 * (time.process_time() - before))
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(shutil.copytree(sys.argv[1], Path(folder) / "archive"))
        with Archive.open(archive, read_only=True) as store:
            counts = count(store)
        with Desk.open(archive, "bench") as desk:
            links = [case.link for case in desk.cases()]

            def decide(number: int) -> object:
                return desk.decide(VERDICTS[number % len(VERDICTS)], links[number].copy, links[number].canonical)

            first = times(1, decide)

            def look(number: int) -> None:
                overview = desk.overview()
                list_of_stories(overview.summary, overview.rules)

            table = {
                "the first decision, which loads what knows languages": first,
                "a decision": times(TRIES, lambda number: decide(number + 1)),
                "the queue after it": times(TRIES, lambda _: desk.cases()),
                "a case": times(TRIES, lambda number: desk.pair(links[-1 - number].copy)),
                "the summary and the list of stories after it": times(1, look),
                "undo": times(TRIES, lambda _: desk.undo()),
                "finish": times(1, lambda _: desk.write()),
            }
    print(f"{counts.articles:,} articles, {len(links):,} links.\n")
    print("| at the desk | milliseconds, middle | slowest |\n| --- | ---: | ---: |")
    for name, found in table.items():
        print(f"| {name} | {statistics.median(found):.0f} | {max(found):.0f} |")


if __name__ == "__main__":
    main()
