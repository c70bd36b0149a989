"""News texts in other languages than English, written to be learned from and judged by: `bench/languages/`.

Each file holds the texts of one language: an `original` of each of ten events, with a `retelling`, a `back-translation`
and a `spun` copy of it; an `independent` report of the same event and a `follow-up`, which are no copies; and texts of
one `form` with other figures.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).resolve().parent / "languages"

COPIES = ("original", "retelling", "back-translation", "spun")
"""Kinds of texts that are copies of each other where they tell of one event."""


def labelled(folder: Path = TEXTS) -> list[dict[str, Any]]:
    """The texts of all languages, each with an `id`."""
    texts = []
    for path in sorted(folder.glob("*.jsonl")):
        numbers: Counter[str] = Counter()
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            name = f"{row['event']}-{row['kind']}"
            numbers[name] += 1
            texts.append({**row, "id": f"{name}-{numbers[name]}"})
    return texts


def copies(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Whether one of the two is a copy of the other, or both are of a third."""
    return one["event"] == two["event"] and one["kind"] in COPIES and two["kind"] in COPIES


def labelled_pairs(texts: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
    """Pairs of texts of one event, and of originals of different events, each language by itself; and the kind of the
    pair: that of the one which is further from the original."""
    ranks = {kind: rank for rank, kind in enumerate((*COPIES, "form", "follow-up", "independent"))}
    for one, two in itertools.combinations(texts, 2):
        if one["lang"] != two["lang"]:
            continue
        if one["event"] == two["event"]:
            yield one, two, max(one["kind"], two["kind"], key=ranks.__getitem__)
        elif one["kind"] == two["kind"] == "original":
            yield one, two, "other"
