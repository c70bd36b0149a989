"""Learns the weights of `cleanpipe/link/direction.py` that can be learned, and prints them.

    python bench/train_direction.py [--families 400] [--shared FOLDER]

Needs the extra "bench". From the training part of `families.py`: originals against their copies, compared by the job
itself. A logistic regression without intercept (L2, grouped by family) learns the terms on wording from copies whose
words were replaced: wire stories spun by program, rewrites by three language models, PAN's random and translated
passages, each kind weighing the same. What `retellers.py` rewrites is left out, since a program's habits would be
learned. Beside them stand pairs of copies of one original, for which neither side is right: what tells copies from one
another tells nothing of an original. Printed are the weights, how often their sum names the original in families that
were left out, how well it is calibrated, and what tells spinning from rewording. What pages say of themselves (dates,
credits, addresses) is judged and not learned.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from families import SHARED, families, masked, seeds_of
from family_figures import Made, calibration_error
from made_run import run_records
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

import cleanpipe.link
from cleanpipe.link.direction import WEIGHTS, signs
from cleanpipe.link.story import Texts, Thresholds

LEARNED = ("unheard", "rarer", "broken", "longer", "word_length", "names", "numbers", "quotations")
FOLLOWED = "followed"
REAL = frozenset({"llm_gpt-3-turbo", "llm_gpt-4o", "llm_llama-3-70b", "pan_random", "pan_translation"})
KINDS = ("spun", *sorted(REAL))
BOTH, BOTH_WEIGHT = "both copies", 0.5
"""Weight of all pairs of copies for one of all pairs of an original and a copy. With 0.1 the weights of replaced words
are half as large again, and 40 % of the pairs of copies are decided; with 0.5 it is 22 %, and the confidence fits."""

FOLDS = 5
STRENGTH = 10.0
"""Inverse of the L2 penalty."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An original against a copy of it, or two copies of one that isn't there (`kind` is BOTH): values of LEARNED,
    positive for the original where the weight is."""

    family: int
    kind: str
    values: NDArray[np.float64]
    followed: float
    one_for_one: float
    rarer: float
    less_natural: float | None


def compared(made: Made) -> tuple[Texts, Thresholds]:
    """What linking is given when the job runs on these records."""
    kept: list[Any] = []
    real = cleanpipe.link.link

    def keep(stories: Any, matches: Any, known: Any, settings: Any, limits: Thresholds, **more: Any) -> Any:
        kept.extend((Texts(stories, matches), limits))
        return real(stories, matches, known, settings, limits, **more)

    with mock.patch("cleanpipe.link.link", keep):
        run_records(made.records)
    return kept[0], kept[1]


def samples(made: Made) -> Iterator[Sample]:
    texts, limits = compared(made)
    keys = {story.document.id: key for key, story in texts.stories.items()}
    kin: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for copy, (family, _, kind) in made.truth.items():
        if copy in keys:
            kin[family].append((texts.text_of[keys[copy]], kind))
    for number, (family, copies) in enumerate(sorted(kin.items())):
        original = texts.text_of.get(keys.get(family, ""))
        told = [(original, text, kind) for text, kind in copies if kind in KINDS]
        told += [
            (one, two, BOTH) for (one, a), (two, b) in combinations(copies, 2) if original is None or {a, b} <= REAL
        ]
        for one, two, kind in told:
            pair = texts.pair(two, one) if one else None
            if one is None or pair is None or pair.probability < limits.link:
                continue
            found = {name: value for name, value, _ in signs(texts, one, two, pair)}
            replaced = texts.substitutions(pair)
            ours, theirs = (texts.stories[key].unusual for key in (one, two))
            yield Sample(
                number,
                kind,
                np.array([found.get(name, 0.0) for name in LEARNED]),
                # Of copies of an original that is there, that original would be a third text.
                found.get(FOLLOWED, 0.0) if original is None or kind != BOTH else 0.0,
                replaced.one_for_one / max(replaced.changed, 1),
                replaced.rarer(),
                theirs - ours if ours is not None and theirs is not None else None,
            )


@dataclass(frozen=True, slots=True)
class Weights:
    wording: NDArray[np.float64]
    followed: float

    def odds(self, row: Sample) -> float:
        return float(row.values @ self.wording + self.followed * row.followed)


def fitted(rows: Sequence[Sample]) -> Weights:
    """Weights of LEARNED, and then, those given, that of FOLLOWED: a story can have no third text, so the wording has
    to stand alone. Every sample is seen from both sides, so no intercept is needed; of two copies either may be
    right."""
    counts = Counter(row.kind for row in rows)
    share = {kind: len(rows) / len(KINDS) / count for kind, count in counts.items()}
    share[BOTH] = BOTH_WEIGHT * len(rows) / max(counts[BOTH], 1)
    values = np.array([[*row.values, row.followed] for row in rows])
    weight = np.array([share[row.kind] for row in rows])
    undecided = np.array([row.kind == BOTH for row in rows])
    sides = [(values, 1, weight), (-values, 0, weight)]
    sides += [(values[undecided], 0, weight[undecided]), (-values[undecided], 1, weight[undecided])]
    every = np.vstack([found for found, _, _ in sides])
    label = np.concatenate([np.full(len(found), side) for found, side, _ in sides])
    weights = np.concatenate([share for _, _, share in sides])
    model = LogisticRegression(C=STRENGTH, fit_intercept=False, max_iter=1000)
    model.fit(every[:, :-1], label, weights)
    wording = model.coef_[0]
    given = every[:, :-1] @ wording
    # The log-likelihood is concave in one weight: halve the range in which its slope changes its sign.
    low, high = 0.0, 20.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        expected = 1.0 / (1.0 + np.exp(-given - middle * every[:, -1]))
        slope = float(weights @ ((label - expected) * every[:, -1])) - middle / STRENGTH
        low, high = (middle, high) if slope > 0 else (low, middle)
    return Weights(wording, low)


def left_out(rows: Sequence[Sample]) -> NDArray[np.float64]:
    """Log-odds for the original of each sample, by weights that were learned without its family."""
    total = np.zeros(len(rows))
    for fold in range(FOLDS):
        inside = [row.family % FOLDS == fold for row in rows]
        weights = fitted([row for row, is_inside in zip(rows, inside, strict=True) if not is_inside])
        for at in np.flatnonzero(inside).tolist():
            total[at] = weights.odds(rows[at])
    return total


def report(rows: Sequence[Sample]) -> Iterator[str]:
    yield f"{len(rows)} pairs of an original and a copy"
    weights = fitted(rows)
    for name, weight in zip((*LEARNED, FOLLOWED), (*weights.wording, weights.followed), strict=True):
        yield f'    "{name}": {weight:.2f},  # was {WEIGHTS[name]}'
    odds = left_out(rows)
    by_kind: defaultdict[str, list[float]] = defaultdict(list)
    for row, value in zip(rows, odds.tolist(), strict=True):
        by_kind[row.kind].append(value)
    yield "left out: | kind | pairs | original named | decided | right of those |"
    for kind, values in sorted(by_kind.items()):
        decided = [value for value in values if abs(value) > np.log(4)]
        right, sure = (sum(value > 0 for value in some) / max(len(some), 1) for some in (values, decided))
        yield f"| {kind} | {len(values)} | {right:.3f} | {len(decided) / len(values):.3f} | {sure:.3f} |"
    # The side that is taken for the original is right or not.
    told = [
        (float(1 / (1 + np.exp(-abs(value)))), bool(value > 0))
        for row, value in zip(rows, odds.tolist(), strict=True)
        if value and row.kind != BOTH
    ]
    yield f"calibration error {calibration_error(told):.3f}"
    yield "| kind | replaced one for one, 10th, 50th, 90th percentile | deviations of rarer words | less natural |"
    for kind in sorted(by_kind):
        some = [row for row in rows if row.kind == kind]
        natural = [row.less_natural for row in some if row.less_natural is not None]
        cells = (
            np.percentile(v, [10, 50, 90]) for v in ([r.one_for_one for r in some], [r.rarer for r in some], natural)
        )
        yield f"| {kind} | " + " | ".join(", ".join(f"{value:.2f}" for value in cell) for cell in cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=int, default=400, help="originals of each source, at most")
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    seeds = seeds_of(arguments.shared, "training", arguments.families)
    rows = [*samples(families(seeds, dates=False)), *samples(masked([seed for seed in seeds if seed.wire]))]
    print("\n".join(report(rows)))


if __name__ == "__main__":
    main()
