"""What repair restores of labelled texts, and that it changes no sound one: a change that loses some fails here."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from cleanpipe import repair_text

FLOORS = {"m": 0.99, "l": 0.78, "d": 0.97, "s": 0.95, "e": 1.0, "i": 0.99, "h": 0.95, "k": 0.99, "w": 0.99}
"""Share of each kind that comes back exactly; the letters are those of the file."""

FOLDING_FLOORS = {"f": 0.95, "c": 0.95, "x": 0.95}
MAX_ERROR_RATE = 0.003


@pytest.fixture(scope="module")
def items(shared: Path) -> list[dict[str, str]]:
    path = shared / "data" / "repair_dev.jsonl"
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def shares(outputs: list[tuple[str, str, str]]) -> dict[str, float]:
    """Of (kind, output, gold): the share of each kind's letter that is right."""
    right = defaultdict(list)
    for kind, output, gold in outputs:
        right[kind[0]].append(output == gold)
    return {kind: sum(found) / len(found) for kind, found in right.items()}


def test_damaged_text_is_restored_and_sound_text_stays(items: list[dict[str, str]]) -> None:
    outputs = [(item["kind"], repair_text(item["garbled"]), item["gold"]) for item in items]
    found = shares(outputs)
    assert found["n"] == 1.0
    assert {kind: found[kind] for kind, floor in FLOORS.items() if found[kind] < floor} == {}
    damaged = [(output, gold) for kind, output, gold in outputs if kind[0] in FLOORS]
    distance = sum(Levenshtein.normalized_distance(output, gold) for output, gold in damaged)
    assert distance / len(damaged) <= MAX_ERROR_RATE


def test_plain_folds_typography(items: list[dict[str, str]]) -> None:
    outputs = [
        (item["kind"], repair_text(item["garbled"], profile="plain"), item["gold"])
        for item in items
        if item["kind"][0] in FOLDING_FLOORS
    ]
    found = shares(outputs)
    assert {kind: found[kind] for kind, floor in FOLDING_FLOORS.items() if found[kind] < floor} == {}
