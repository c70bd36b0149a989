"""Quality of links on `links_dev`, pinned: what falls by more than its noise is named, and the exit status is 1.

    python bench/quality.py [--sample] [--archive FOLDER] [--shared FOLDER] [--workers N] [--decided] [--write]

Runs the whole job on FOLDER/data/links_dev (or looks at an ARCHIVE of it), and compares recall by kind, precision, the
share of same-event pairs linked and the wrong links between wire stories with `bench/quality.json`. `--sample` takes
one cluster in six. `--decided` counts links whose direction is left open as if a person were asked. `--write` pins the
figures anew. The shipped weights were learned from these very texts: the figures say whether a change made anything
worse, and not how good cleanpipe is on texts it never saw. That stands in the "figures" of
`cleanpipe/match/weights.json`, which are cross-validated.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judge import JUDGED, read_lines
from pair_data import bucket, ordered

from cleanpipe.evaluate import evaluate
from cleanpipe.evaluate.gold import read_gold
from cleanpipe.match import weights_hash
from cleanpipe.pipeline import run

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
WIRE = Path("data") / "reuters21578.jsonl.gz"
PINNED = HERE / "quality.json"
SAMPLED = 6
"""One cluster in so many is in the sample, with the reports of its event: little enough for every test run."""

DEVIATIONS = 2.0
"""Standard deviations of a binomial share that a figure may move before it counts as fallen: one honest change in
forty would be called a loss for nothing."""

FILES = ("gold.jsonl", "negatives.jsonl", "ignore.jsonl", "sets.jsonl")
NOTE = (
    "Pinned to notice what falls: the shipped weights were learned from these texts. The honest, cross-validated "
    'figures are the "figures" of cleanpipe/match/weights.json.'
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of `of` things. `noise` is how far it may move by chance. `more` tells whether more is better."""

    value: float
    of: int
    more: bool = True

    @property
    def noise(self) -> float:
        """Two standard deviations of a binomial share, as if one in `of` more were otherwise: never nothing."""
        share = (self.value * self.of + 1) / (self.of + 2)
        return DEVIATIONS * math.sqrt(share * (1 - share) / max(self.of, 1))

    def fell(self, now: Figure) -> bool:
        lost = self.value - now.value if self.more else now.value - self.value
        return lost > self.noise

    def as_dict(self) -> dict[str, Any]:
        return {"value": round(self.value, 5), "of": self.of, "noise": round(self.noise, 5), "more": self.more}


def measure(archive: Path, folder: Path, wire: Path) -> dict[str, Figure]:
    """The figures of an archive of the texts in `folder`; `wire` has the ids that verdicts on wire stories go by."""
    scores = evaluate(archive, folder)
    gold = read_gold(folder)
    kinds = Counter(f"{name}/{kind}" for name, found in gold.truth.values() for kind in found)
    figures = {
        "precision": Figure(scores.precision, scores.links),
        "recall": Figure(scores.recall, len(gold.truth)),
        **{f"recall {kind}": Figure(share, kinds[kind]) for kind, share in scores.recall_by_kind.items()},
    }
    for why, linked in scores.negatives_linked.items():
        hits, of = map(int, linked.split("/"))
        figures[f"same-event linked {why}"] = Figure(hits / of, of, more=False)
    stories = sum(row["set"] == "reuters" for row in read_lines(folder / "sets.jsonl"))
    wrong = list(wrong_wire_links(archive, folder, wire))
    figures["wrong links a wire story"] = Figure(len(wrong) / max(stories, 1), stories, more=False)
    return figures


def wrong_wire_links(archive: Path, folder: Path, wire: Path) -> Iterator[tuple[str, str, str]]:
    """Links of wire stories that count and that nobody called right, with the verdict: "wrong", or "unread".

    Texts that are known to look alike by nature count neither way. Verdicts are by the ids of `wire`, whose texts are
    the same.
    """
    sets = {row["id"]: row["set"] for row in read_lines(folder / "sets.jsonl")}
    ignored = {ordered(row["a"], row["b"]) for row in read_lines(folder / "ignore.jsonl")}
    verdicts = {ordered(row["copy"], row["canonical"]): row["verdict"] for row in read_lines(JUDGED)}
    links = [row for row in read_lines(archive / "links.jsonl") if row["status"] == "linked"]
    links = [row for row in links if sets.get(row["copy"]) == "reuters"]
    needed = {row[side] for row in links for side in ("copy", "canonical")}
    texts = {row["id"]: row["text"] for row in read_lines(folder / "corpus.jsonl.gz") if row["id"] in needed}
    told = {text: row["id"] for row in read_lines(wire) if (text := row["text"].strip())}
    for row in links:
        copy, canonical = row["copy"], row["canonical"]
        if ordered(copy, canonical) in ignored:
            continue
        known = [told.get(texts.get(name, "").strip(), name) for name in (copy, canonical)]
        verdict = verdicts.get(ordered(*known), "unread")
        if verdict != "right":
            yield known[0], known[1], verdict


def sample(source: Path, target: Path, keep: Callable[[str], bool]) -> None:
    """Writes the part of `links_dev` whose families are to be kept: what is in one cluster or event is one family."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    rows = {name: list(read_lines(source / name)) for name in FILES}
    pairs = [(row["members"][0], other) for row in rows["gold.jsonl"] for other in row["members"][1:]]
    pairs += [(row["a"], row["b"]) for name in ("negatives.jsonl", "ignore.jsonl") for row in rows[name]]
    for a, b in pairs:
        low, high = ordered(root(a), root(b))
        parent[high] = low
    for name in FILES:
        with (target / name).open("w", encoding="utf-8") as file:
            for row in rows[name]:
                if keep(root(row.get("id") or row.get("a") or row["members"][0])):
                    file.write(json.dumps(row) + "\n")
    with gzip.open(target / "corpus.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as file:
        for row in read_lines(source / "corpus.jsonl.gz"):
            if keep(root(row["id"])):
                file.write(json.dumps(row) + "\n")


def in_sample(family: str) -> bool:
    return bucket(family, SAMPLED) == 0


def labelled(shared: Path, scratch: Path, part: str) -> Path:
    """The folder with the texts and what is known of them; that of the sample is written into `scratch`."""
    whole = shared / "data" / "links_dev"
    if part == "whole":
        return whole
    folder = scratch / "sample"
    folder.mkdir()
    sample(whole, folder, in_sample)
    return folder


def made_archive(folder: Path, scratch: Path, workers: int | None = None) -> Path:
    """Runs the whole job on the texts of `folder`."""
    run([folder / "corpus.jsonl.gz"], scratch / "archive", workers=workers)
    return scratch / "archive"


def only_decided(archive: Path, target: Path) -> Path:
    """A folder with the links of an archive, those whose direction is left open with the status "review"."""
    target.mkdir()
    with (target / "links.jsonl").open("w", encoding="utf-8") as file:
        for row in read_lines(archive / "links.jsonl"):
            if row["direction"]["abstains"]:
                row["status"] = "review"
            file.write(json.dumps(row) + "\n")
    return target


def pinned(part: str) -> dict[str, Figure]:
    """The figures of "whole" or "sample" in `quality.json`."""
    table = json.loads(PINNED.read_text(encoding="utf-8"))[part]["figures"]
    return {name: Figure(row["value"], row["of"], row["more"]) for name, row in table.items()}


def fallen(before: dict[str, Figure], now: dict[str, Figure]) -> list[str]:
    """Names of the figures that fell by more than their noise, or are gone."""
    return [name for name, figure in before.items() if name not in now or figure.fell(now[name])]


def write(part: str, figures: dict[str, Figure]) -> None:
    table = json.loads(PINNED.read_text(encoding="utf-8")) if PINNED.exists() else {}
    rows = {name: figure.as_dict() for name, figure in figures.items()}
    command = f"python bench/quality.py --write{' --sample' if part == 'sample' else ''}"
    table["note"] = NOTE
    table[part] = {"command": command, "weights": weights_hash(), "figures": rows}
    PINNED.write_text(json.dumps(dict(sorted(table.items())), indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="one cluster in six")
    parser.add_argument("--archive", type=Path, help="an archive of these texts, made before")
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--decided", action="store_true", help="links whose direction is left open don't count")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    part = "sample" if arguments.sample else "whole"
    wire = arguments.shared / WIRE
    with tempfile.TemporaryDirectory() as name:
        folder = labelled(arguments.shared, Path(name), part)
        archive = arguments.archive or made_archive(folder, Path(name), arguments.workers)
        if arguments.decided:
            archive = only_decided(archive, Path(name) / "decided")
        now = measure(archive, folder, wire)
        wrong = list(wrong_wire_links(archive, folder, wire))
    for copy, canonical, verdict in wrong:
        print(f"{verdict}: {copy} -> {canonical}")
    before = pinned(part) if PINNED.exists() and not arguments.write else {}
    print(NOTE)
    print(f"{'':34} {'now':>8} {'pinned':>8} {'noise':>8} {'of':>6}")
    for name, figure in now.items():
        old = before.get(name, figure)
        print(f"{name:34} {figure.value:8.4f} {old.value:8.4f} {old.noise:8.4f} {figure.of:6}")
    if arguments.write:
        write(part, now)
        return
    lost = fallen(before, now)
    if lost or not before:
        sys.exit(f"fell by more than noise: {', '.join(lost)}" if lost else "nothing is pinned: --write does it")


if __name__ == "__main__":
    main()
