"""Times the report of a large archive: how long it takes to write, and how quick it is in a browser.

    python bench/report.py ARCHIVE [--clusters 10000] [--keep FOLDER]

ARCHIVE is one that `cleanpipe run fixtures/newsdump/input` wrote. Its stories are written again and again, under other
ids, headlines, sources and dates, until there are as many as asked for. Chromium must be on the PATH. Prints a table in
Markdown, as it stands in report.md.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Json = dict[str, Any]

EXPORTS = ("articles", "edits", "links", "clusters", "rejected")
FIRST_DAY, DAYS = date(1998, 1, 1), 9_000
"""The made stories appear within 9,000 days, so that the plot of time has something to show."""
TOWNS = ("Varnes", "Ostrel", "Lindow", "Marquay", "Teplin", "Sorrow Bay", "Kaldvik", "Nettle Hill", "Pellin", "Auber")
TRIES = 7
"""Times that each thing is done in the browser; the slowest is told as well as the middle one."""
PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))"


def rows_of(archive: Path, name: str) -> list[Json]:
    return [json.loads(line) for line in (archive / f"{name}.jsonl").read_bytes().splitlines()]


def larger(archive: Path, target: Path, clusters: int) -> int:
    """Writes the exports of an archive with `clusters` stories; the number of its articles."""
    rows = {name: rows_of(archive, name) for name in EXPORTS}
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(archive / "manifest.json", target)
    storied = [row for row in rows["clusters"] if row["size"] > 1]
    chance = random.Random(1)
    articles = 0
    with Writers(target) as write:
        for number in range(-(-clusters // len(storied))):
            town, moved = chance.choice(TOWNS), timedelta(days=chance.randrange(DAYS))
            kept = storied[: clusters - number * len(storied)]
            members = {id for row in kept for id in row["members"]}
            inside = {id for row in storied for id in row["members"]}
            for row in rows["articles"]:
                if row["id"] in members or row["id"] not in inside:
                    write("articles", _moved(row, number, town, moved))
                    articles += 1
            for row in rows["edits"]:
                write("edits", row | {"id": _id(row["id"], number)})
            for row in kept:
                write("clusters", _cluster(row, number, town))
            for row in rows["links"]:
                if row["copy"] in members:
                    write("links", _link(row, number))
        for row in rows["rejected"]:
            write("rejected", row)
    return articles


class Writers:
    """The exports of an archive, open to be written."""

    def __init__(self, folder: Path) -> None:
        self._files = {name: (folder / f"{name}.jsonl").open("w", encoding="utf-8") for name in EXPORTS}

    def __enter__(self) -> Writers:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def __call__(self, name: str, row: Json) -> None:
        self._files[name].write(json.dumps(row, ensure_ascii=False) + "\n")


def _id(id: str, number: int) -> str:
    return f"{id}-{number}"


def _moved(row: Json, number: int, town: str, moved: timedelta) -> Json:
    row = row | {"id": _id(row["id"], number)}
    if row["title"]:
        row["title"] = f"{town} {number}: {row['title']}"
        row["title_span"] = None
    if row["published"]:
        day = FIRST_DAY + (date.fromisoformat(row["published"][:10]) - date(2024, 1, 1)) + moved
        row["published"] = day.isoformat()
    if row["source"] and number % 3:
        row["source"] = f"{row['source']} {number % 40}"
    return row


def _cluster(row: Json, number: int, town: str) -> Json:
    return row | {
        "cluster": _id(row["cluster"], number),
        "canonical": _id(row["canonical"], number),
        "headline": f"{town} {number}: {row['headline']}",
        "members": [_id(id, number) for id in row["members"]],
    }


def _link(row: Json, number: int) -> Json:
    def other(item: Json) -> Json:
        return item | {"other": _id(item["other"], number) if item["other"] else None}

    return row | {
        "copy": _id(row["copy"], number),
        "canonical": _id(row["canonical"], number),
        "status": "review" if number % 9 == 0 else row["status"],
        "via": [_id(id, number) for id in row["via"]],
        "evidence": [other(item) for item in row["evidence"]],
    }


def writing(archive: Path) -> tuple[float, float]:
    """CPU seconds and megabytes of memory at most that `write_report` takes, in a process of its own."""
    code = f"from pathlib import Path; from cleanpipe.report import write_report; write_report(Path({str(archive)!r}))"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


def looking(report: Path) -> Iterator[tuple[str, list[float]]]:
    """What was done in the browser, and the milliseconds until the page was painted again, each time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        paints, lists, wholes = [], [], []
        for _ in range(3):
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.goto(report.as_uri(), wait_until="commit")
            page.wait_for_selector("#list li", timeout=120_000)
            lists.append(page.evaluate("performance.now()"))
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            page.wait_for_load_state("load", timeout=300_000)
            wholes.append(page.evaluate("performance.now()"))
            if len(wholes) < 3:
                page.close()
        yield "first paint", paints
        yield "list there", lists
        yield "whole file read", wholes
        yield "search of one word", [_filled(page, "#search", word) for word in TOWNS[:TRIES]]
        yield "search of two letters", [_filled(page, "#search", word) for word in ("an", "ve", "st", "re", "on", "")]
        for name in ("relation", "status", "source", "language", "order"):
            yield f"filter by {name}", [_filled(page, f"#{name}", number) for number in (1, 2, 1, 0)]
        yield "next page", [_pressed(page, "#next") for _ in range(TRIES)]
        yield "open a story", [_opened(page) for _ in range(TRIES)]
        chromium.close()


def _filled(page: Any, selector: str, value: str | int) -> float:
    took: float = page.evaluate(
        f"""async ([selector, value]) => {{
          const control = document.querySelector(selector);
          if (typeof value === "number") control.selectedIndex = Math.min(value, control.options.length - 1);
          else control.value = value;
          const began = performance.now();
          control.dispatchEvent(new Event(typeof value === "number" ? "change" : "input", {{ bubbles: true }}));
          return await ({PAINTED})() - began;
        }}""",
        [selector, value],
    )
    return took


def _pressed(page: Any, selector: str) -> float:
    took: float = page.evaluate(
        f"""async selector => {{
          const began = performance.now();
          document.querySelector(selector).click();
          return await ({PAINTED})() - began;
        }}""",
        selector,
    )
    return took


def _opened(page: Any) -> float:
    took: float = page.evaluate(
        f"""async () => {{
          const began = performance.now();
          const links = document.querySelectorAll("#list a");
          links[Math.floor(Math.random() * links.length)].click();
          while (document.querySelector("#story").hidden) await new Promise(done => setTimeout(done));
          return await ({PAINTED})() - began;
        }}"""
    )
    page.go_back()
    page.wait_for_selector("#overview:not([hidden])")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--clusters", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, help="Folder for the archive that is made; without it, it is deleted.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target = arguments.keep or Path(folder)
        articles = larger(arguments.archive, target, arguments.clusters)
        seconds, megabytes = writing(target)
        again, _ = writing(target)
        report = target / "report.html"
        print(f"{arguments.clusters:,} stories, {articles:,} articles: report.html has "
              f"{report.stat().st_size / 1e6:.0f} MB. Written in {seconds:.0f} s of CPU time "
              f"with {megabytes:.0f} MB of memory; "
              f"asked for again with nothing new, {again:.1f} s.\n")  # fmt: skip
        print("| in Chromium | milliseconds, middle | slowest |\n| --- | ---: | ---: |")
        for name, times in looking(report):
            print(f"| {name} | {statistics.median(times):.0f} | {max(times):.0f} |")


if __name__ == "__main__":
    main()
