"""Links between real wire stories, each read by a person once: which of them are wrong.

    python bench/judge.py                    run on the first 2,000 stories, count the verdicts, name what is unread
    python bench/judge.py --show             print the unread links with both texts, to be read
    python bench/judge.py --add FILE         add verdicts: JSON lines {copy, canonical, verdict, note}

Verdicts are kept by id in `bench/judged.jsonl`; a later run needs eyes only for links that are not there. "right" is a
copy, a repeat, an update or a correction of the same story; "wrong" is everything else: another story on the topic, the
next report of a series, a page of the same form.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleanpipe.pipeline import run

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parents[1] / "shared" / "data" / "reuters21578.jsonl.gz"
JUDGED = HERE / "judged.jsonl"
STORIES = 2000
VERDICTS = ("right", "wrong")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Links of a run by what a person said of them; each link is (copy, canonical)."""

    right: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...]
    unread: tuple[tuple[str, str], ...]
    links: tuple[dict[str, Any], ...]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def judge(corpus: Path, stories: int, folder: Path) -> Judgement:
    """Runs the main job on the first `stories` records of `corpus` in `folder`, and looks its links up."""
    dump = folder / "stories.jsonl"
    with dump.open("w", encoding="utf-8") as file:
        for _, record in zip(range(stories), read_lines(corpus), strict=False):
            file.write(json.dumps(record) + "\n")
    run([dump], folder / "archive")
    links = tuple(row for row in read_lines(folder / "archive" / "links.jsonl") if row["status"] == "linked")
    verdicts = {(row["copy"], row["canonical"]): row["verdict"] for row in read_lines(JUDGED)}
    found: dict[str, list[tuple[str, str]]] = {"right": [], "wrong": [], "unread": []}
    for link in links:
        pair = (link["copy"], link["canonical"])
        found[verdicts.get(pair, verdicts.get(pair[::-1], "unread"))].append(pair)
    return Judgement(tuple(found["right"]), tuple(found["wrong"]), tuple(found["unread"]), links)


def show(judgement: Judgement, folder: Path) -> None:
    records = {row["id"]: row for row in read_lines(folder / "stories.jsonl")}
    links = {(row["copy"], row["canonical"]): row for row in judgement.links}
    for copy, canonical in judgement.unread:
        link = links[copy, canonical]
        print(f"=== {copy} -> {canonical}  {link['relation']} {link['confidence']}")
        for id in (canonical, copy):
            if id in records:
                print(f"--- {id}  {records[id]['published']}  {records[id]['title']}\n{records[id]['text']}")


def add(path: Path) -> None:
    rows = {(row["copy"], row["canonical"]): row for row in (*read_lines(JUDGED), *read_lines(path))}
    wrong = [row for row in rows.values() if row["verdict"] not in VERDICTS]
    if wrong:
        sys.exit(f"a verdict is one of {', '.join(VERDICTS)}, not {wrong[0]['verdict']!r}")
    names = ("copy", "canonical", "verdict", "note")
    with JUDGED.open("w", encoding="utf-8") as file:
        for _, row in sorted(rows.items()):
            file.write(json.dumps({name: row[name] for name in names if row.get(name)}, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--stories", type=int, default=STORIES)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--add", type=Path)
    arguments = parser.parse_args()
    if arguments.add:
        add(arguments.add)
        return
    with tempfile.TemporaryDirectory() as name:
        judgement = judge(arguments.corpus, arguments.stories, Path(name))
        print(
            f"{arguments.stories} stories, {len(judgement.links)} links: {len(judgement.right)} right, "
            f"{len(judgement.wrong)} wrong, {len(judgement.unread)} unread"
        )
        for pair in judgement.wrong:
            print("wrong:", *pair)
        if arguments.show:
            show(judgement, Path(name))


if __name__ == "__main__":
    main()
