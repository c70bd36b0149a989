"""Pairs made at an exact Jaccard similarity of their word 5-grams: how many are compared and linked, and what as.

    python bench/jaccard.py [--pairs 100] [--seed 5]

Texts are words of wordfreq's English list set as sentences. A copy has as many words replaced, each far from the next,
as bring the similarity into its bin; it is counted exactly, on the folded words that the matcher compares. Printed for
each bin: the share of pairs compared, linked, and called near-duplicate; and near-duplicates below the threshold.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from typing import Any

from generated import article
from made_run import Outcome, ordered, run_records

from cleanpipe.language.tokens import tokenise
from cleanpipe.match.minhash import SHINGLE
from cleanpipe.settings import MatchSettings

BINS = ((0.5, 0.6), (0.6, 0.7), (0.7, 0.75), (0.75, 0.8), (0.8, 0.85), (0.85, 0.9), (0.9, 0.95), (0.95, 1.0))
"""Each from the first figure, below the second."""

WORDS = (250, 600)
"""Of a shorter text, one word is more than a twentieth of the shingles on either side."""


def jaccard(one: str, two: str) -> float:
    """Jaccard similarity of the sets of word 5-grams."""
    sides = []
    for text in (one, two):
        words = tokenise(text).words
        sides.append({tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))})
    return len(sides[0] & sides[1]) / len(sides[0] | sides[1])


def changed(text: str, low: float, high: float, draw: random.Random) -> str:
    """The text with words replaced until its similarity to itself is in [low, high).

    Raises ValueError where no number of words does it: a short text has no copy just below 1.
    """
    words = text.split()
    # A word that stands alone takes SHINGLE of the shingles on either side: J = (n - 5k) / (n + 5k).
    target = draw.uniform(low, high)
    first = round(len(words) * (1 - target) / (1 + target) / SHINGLE)
    for count in sorted(range(1, len(words) // SHINGLE), key=lambda count: abs(count - first))[:8]:
        step = len(words) / count
        made = list(words)
        for at in range(count):
            place = int((at + 0.5) * step)
            made[place] = f"{made[place].strip('.')}ish" + ("." if made[place].endswith(".") else "")
        other = " ".join(made)
        if low <= jaccard(text, other) < high:
            return other
    raise ValueError(f"no copy of these {len(words)} words is in [{low}, {high})")


def make(pairs: int, seed: int) -> tuple[list[dict[str, Any]], dict[tuple[str, str], float]]:
    """Records, and the similarity of each pair of ids, `pairs` in each bin."""
    draw = random.Random(seed)
    records: list[dict[str, Any]] = []
    similar: dict[tuple[str, str], float] = {}
    for low, high in BINS:
        for number in range(pairs):
            text = article(draw, draw.randint(*WORDS))
            other = changed(text, low, high, draw)
            ids = (f"{low} {number:04} a", f"{low} {number:04} b")
            records += [{"id": id, "text": side, "lang": "en"} for id, side in zip(ids, (text, other), strict=True)]
            similar[ids] = jaccard(text, other)
    return records, similar


def table(similar: dict[tuple[str, str], float], outcome: Outcome) -> Iterator[str]:
    threshold = MatchSettings().near_duplicate_jaccard
    rows = {ordered(row["copy"], row["canonical"]): row for row in outcome.linked.values()}
    yield "| Jaccard | pairs | compared | linked | near-duplicate |"
    yield "| --- | --- | --- | --- | --- |"
    for low, high in BINS:
        keys = [key for key, value in similar.items() if low <= value < high]
        met = sum(key in outcome.compared for key in keys) / len(keys)
        linked = sum(key in rows for key in keys) / len(keys)
        near = sum(key in rows and rows[key]["relation"] == "near-duplicate" for key in keys) / len(keys)
        yield f"| {low} to {high} | {len(keys)} | {met:.4f} | {linked:.4f} | {near:.4f} |"
    called = [key for key, row in rows.items() if row["relation"] == "near-duplicate"]
    below = sum(similar.get(key, 0.0) < threshold for key in called)
    stray = sum(key not in similar for key in rows)
    yield ""
    yield f"Called near-duplicate below {threshold}: {below} of {len(called)}. Links between other texts: {stray}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100, help="pairs in each bin")
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    records, similar = make(arguments.pairs, arguments.seed)
    print("\n".join(table(similar, run_records(records))))


if __name__ == "__main__":
    main()
