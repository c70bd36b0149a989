"""How many copies made by program are found, by the strength of what was done to them.

    python bench/spinners.py [--stories 100] [--shared FOLDER]

For each strength some hundred real wire stories of FOLDER/data/reuters21578.jsonl.gz get one copy each, other stories
for each strength; all go through the whole job at once. Printed for each: the share of copies that were compared with
their original, the share linked to it, and over all: precision of the links at the shipped threshold, the recall at
precision .99, and links between pairs that only look like copies. Stories that resemble one another are left out,
because nobody has said which of them are copies. The verifier was learned from wire stories spun by another program,
some of which may be among these.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from made_run import Outcome, ordered, run_records
from pair_data import met, read
from rewriters import COPIERS, FRAMED, boilerplate_pair, same_form, shared_background

from cleanpipe.language.tokens import tokenise
from cleanpipe.match import Compared, fingerprint
from cleanpipe.settings import MatchSettings

SHARED = Path(__file__).resolve().parents[2] / "shared"
WORDS = (150, 700)
"""Words of a story: a quarter of a shorter one would be a sentence or two."""

ALIKE = 0.35
"""Of the shorter story's different words, the share in another story from which the two are too alike to be used."""

FORM_FIGURES = 6
"""A text is a form where one word in so many is a figure."""

PRECISION = 0.99
LOOKALIKES = ("same form", "same boilerplate", "shared background")


@dataclass(frozen=True, slots=True)
class Made:
    """Records, and what is true of them: (original, copy) by strength, and pairs that are none by what makes them
    alike."""

    records: list[dict[str, Any]]
    copies: dict[str, list[tuple[str, str]]]
    strangers: dict[str, list[tuple[str, str]]]


def is_form(text: str) -> bool:
    """Whether so much of a text is figures that it is the form that was filled in, and not a story."""
    words = text.split()
    return FORM_FIGURES * sum(word[0].isdigit() for word in words) >= len(words)


def unlike_stories(corpus: Path) -> list[str]:
    """Texts of which no two that the channels bring together have many words in common, in the corpus' order."""
    texts = [row["text"] for row in read(corpus) if WORDS[0] <= len(row["text"].split()) <= WORDS[1]]
    out: set[int] = set()
    for a, b in alike_pairs(texts):
        if a not in out:
            out.add(b)
    return [text for at, text in enumerate(texts) if at not in out]


def alike_pairs(texts: list[str], share: float = ALIKE) -> Iterator[tuple[int, int]]:
    """Places of texts that have this share of words in common, of those that the channels bring together."""
    prints = fingerprint([Compared(f"{at:06}", text, lang="en") for at, text in enumerate(texts)], MatchSettings())
    words = [set(tokenise(text).words) for text in texts]
    for a, b in met(prints):
        if len(words[a] & words[b]) >= share * min(len(words[a]), len(words[b])):
            yield a, b


def make(texts: list[str], stories: int, seed: int = 11) -> Made:
    """`stories` copies of each strength and a quarter as many pairs of each look-alike. No text is used twice, not even
    as a frame: two copies in one frame would be copies of one another in part."""
    draw = random.Random(seed)
    shuffled = draw.sample(texts, len(texts))
    forms = iter([text for text in shuffled if is_form(text)])
    pool = iter([text for text in shuffled if not is_form(text)])
    made = Made([], {name: [] for name in COPIERS}, {name: [] for name in LOOKALIKES})

    def add(kind: str, number: int, one: str, two: str) -> tuple[str, str]:
        ids = (f"{kind} {number:04} a", f"{kind} {number:04} b")
        made.records.extend({"id": id, "text": text, "lang": "en"} for id, text in zip(ids, (one, two), strict=True))
        return ids

    for name, copier in COPIERS.items():
        for number in range(stories):
            text, frame = next(pool), next(pool) if name in FRAMED else ""
            made.copies[name].append(add(name, number, text, copier(text, frame, draw)))
    for number in range(stories // 4):
        text = next(forms)
        made.strangers["same form"].append(add("same form", number, text, same_form(text, draw)))
        pages = boilerplate_pair(next(pool), next(pool))
        made.strangers["same boilerplate"].append(add("same boilerplate", number, *pages))
        sides = shared_background(next(pool), next(pool), next(pool))
        made.strangers["shared background"].append(add("shared background", number, *sides))
    return made


def family(id: str) -> str:
    return id[:-2]


def recall_at_precision(made: Made, outcome: Outcome) -> tuple[float, float]:
    """Recall of the copies where links from the lowest confidence with this precision up count, and that confidence."""
    true = {ordered(*pair) for pairs in made.copies.values() for pair in pairs}
    rows = sorted(outcome.links, key=lambda row: -row["confidence"])
    right = np.cumsum([ordered(row["copy"], row["canonical"]) in true for row in rows])
    good = np.flatnonzero(right / np.arange(1, len(rows) + 1) >= PRECISION)
    return (float(right[good[-1]] / len(true)), rows[good[-1]]["confidence"]) if len(good) else (0.0, 1.0)


def table(made: Made, outcome: Outcome) -> Iterator[str]:
    yield "| copies | compared | linked | in doubt |"
    yield "| --- | --- | --- | --- |"
    rows = {ordered(row["copy"], row["canonical"]): row["status"] for row in outcome.links}
    for name, pairs in made.copies.items():
        keys = [ordered(*pair) for pair in pairs]
        met, linked, doubt = (
            sum(found) / len(keys)
            for found in (
                [key in outcome.compared for key in keys],
                [rows.get(key) == "linked" for key in keys],
                [rows.get(key) == "review" for key in keys],
            )
        )
        yield f"| {name} | {met:.3f} | {linked:.3f} | {doubt:.3f} |"
    linked_rows = outcome.linked.values()
    true = {ordered(*pair) for pairs in made.copies.values() for pair in pairs}
    wrong = [row for row in linked_rows if ordered(row["copy"], row["canonical"]) not in true]
    recall, confidence = recall_at_precision(made, outcome)
    yield ""
    yield (
        f"{len(made.records)} articles, {len(outcome.compared) * 2 / len(made.records):.1f} candidates each, "
        f"{outcome.seconds():.0f} s of CPU time. Links: {len(linked_rows)}, wrong {len(wrong)}, precision "
        f"{1 - len(wrong) / max(1, len(linked_rows)):.4f}. Recall at precision {PRECISION}: {recall:.4f}, from "
        f"confidence {confidence:.2f}."
    )
    yield ""
    yield "| look-alikes | pairs | linked | in doubt |"
    yield "| --- | --- | --- | --- |"
    for name, pairs in made.strangers.items():
        found = [rows.get(ordered(*pair)) for pair in pairs]
        yield f"| {name} | {len(pairs)} | {found.count('linked')} | {found.count('review')} |"
    across = [row for row in wrong if family(row["copy"]) != family(row["canonical"])]
    yield f"| other stories | - | {len(across)} | - |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=100, help="copies of each strength")
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    texts = unlike_stories(arguments.shared / "data" / "reuters21578.jsonl.gz")
    made = make(texts, arguments.stories)
    print("\n".join(table(made, run_records(made.records))))


if __name__ == "__main__":
    main()
