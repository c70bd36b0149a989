"""Compares the texts of candidate pairs and says how likely one was made from the other.

A cascade: figures on sets of terms for every pair, sentence alignment only where these leave hope.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cleanpipe.language.figures import dates
from cleanpipe.match.align import NOTHING, Alignment, align
from cleanpipe.match.compared import Compared
from cleanpipe.match.features import SIDES, aligned_features, cheap_features
from cleanpipe.match.neighbourhood import OWN_LEAST
from cleanpipe.match.prepared import Prepared, prepared
from cleanpipe.match.shared import shared_facts, shared_words
from cleanpipe.match.shown import COUNTED_FACTS
from cleanpipe.match.weights import gate, thresholds, trees
from cleanpipe.model import Match, SharedFact

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FIGURES_LEAST, FIGURES_SHARED = 4, 0.3
"""Two texts with this many different numbers each that share no more than this of them, by rarity, are two issues of
one form (yesterday's weather and today's), however alike their words are. The rule costs 2 of 7,993 gold pairs of the
data that the model was learned from, and the model cannot know it from English alone."""

AT_HOME = ("en", None)
"""The language of most texts that the trees were learned from, and what stands where nobody could tell."""

NEARLY = 0.999999
"""Probability of texts that differ in a word: 1 is for the same words."""

NOTE_WORDS, TELLING_ZIPF = 40, 5.0
"""A note of fewer words than this that stands under a headline is told from others of its form by what the headline
names: where that, any word rarer than the second figure, is nowhere in the other, a person is asked."""

MONTH_AND_DAY = "03-08"
DAYS = (len(MONTH_AND_DAY), len("2024-" + MONTH_AND_DAY))
"""Letters of the value of a date that is a day, without and with its year; others are months. Of two texts whose
headlines name different days, yesterday's forecast and today's, a person is asked."""

ASIDE = 0.01
"""By how much a pair that a person is to look at stays below the threshold of links."""


@dataclass(frozen=True, slots=True)
class Glances:
    """What is known of n pairs from their sketches: `cheap` features, shape (n, features), and `sides`, shape (n, 4),
    the figures that `features.SIDES` names. `wanted` are pairs whose shared facts count however unlike the texts are.
    """

    cheap: NDArray[np.float64]
    sides: NDArray[np.float64]
    wanted: NDArray[np.bool_]

    def where(self, rows: NDArray[np.int64] | slice) -> Glances:
        return Glances(self.cheap[rows], self.sides[rows], self.wanted[rows])

    def scored(self) -> tuple[NDArray[np.float64], list[dict[str, float]]]:
        """The cheap features, and the scores of each pair that are known with them."""
        return self.cheap, [dict(zip(SIDES, found, strict=True)) for found in self.sides.tolist()]


def verify(pairs: Sequence[tuple[Compared, Compared]], glances: Glances | None = None) -> list[Match]:
    """One match for each pair, in their order; its sides are swapped where needed so that `a < b`.

    `scores`, all shares: `jaccard` (word 5-grams), `containment_a` and `_b` (words of that side, by rarity, that
    stand on the other), `aligned_a` and `_b` (sentences, by weight, that have a counterpart), `in_order`, `kept`,
    `facts_shared`; `length_ratio` (words of a per word of b); `exact`, 1 where all words are the same; and
    `headline_apart`, 1 where headlines name different days, and for short notes of which one headline names what the
    other note doesn't. A pair that the cheap figures rule out has no blocks, and 0 for what alignment would say.

    With `glances`, of pairs given as `a < b`, nothing is measured twice, and shared facts are found where
    `looks_at_facts` says so. Without, all are measured and found.
    """
    import numpy as np

    if not pairs:
        return []
    documents = {document.key: document for pair in pairs for document in pair}
    ready, aligner = _made_ready(documents, compiled=glances is not None)
    sides = [(min(one.key, two.key), max(one.key, two.key)) for one, two in pairs]
    rows, scored = _glanced(ready, sides) if glances is None else glances.scored()
    probability = trees("cheap").probability(rows)
    hopeful = np.flatnonzero(probability >= gate())
    aligned = {at: aligner(ready[sides[at][0]], ready[sides[at][1]]) for at in hopeful.tolist()}
    full: dict[int, tuple[float, ...]] = {}
    if aligned:
        values = np.hstack([rows[hopeful], np.array(list(map(aligned_features, aligned.values())))])
        abroad = [all(documents[key].lang not in AT_HOME for key in sides[at]) for at in hopeful.tolist()]
        probability[hopeful] = _judged(values, np.array(abroad))
        full = dict(zip(hopeful.tolist(), map(tuple, np.round(values, 5).tolist()), strict=True))
    probability = np.minimum(probability, NEARLY)
    _apply_rules(ready, sides, probability, scored)
    wanted = np.ones(len(pairs), bool) if glances is None else looks_at_facts(np.round(probability, 6), glances.wanted)
    matches = []
    for at, (a, b) in enumerate(sides):
        found = aligned.get(at, NOTHING)
        facts = shared_facts(ready[a], ready[b]) if wanted[at] else ()
        if not (facts or found.blocks) and probability[at] >= OWN_LEAST:
            facts = shared_words(ready[a], ready[b])
        scores = scored[at] | {
            "aligned_a": found.aligned_a,
            "aligned_b": found.aligned_b,
            "in_order": found.in_order,
            "kept": found.kept,
            "facts_shared": _facts_shared(ready[a], ready[b], facts) if facts else 0.0,
        }
        scores = {name: round(value, 4) for name, value in sorted(scores.items())}
        matches.append(Match(a, b, round(float(probability[at]), 6), scores, found.blocks, facts, full.get(at, ())))
    return matches


def _judged(rows: NDArray[np.float64], abroad: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Probability by all features, shape (n, features), by trees of their own for pairs in other languages than
    English: where words have cases, or none stands between spaces, the same shares say more."""
    probability = trees("full").probability(rows)
    if abroad.any():
        probability[abroad] = trees("abroad").probability(rows[abroad])
    return probability


def _glanced(
    ready: Mapping[str, Prepared], sides: Sequence[tuple[str, str]]
) -> tuple[NDArray[np.float64], list[dict[str, float]]]:
    """The cheap features of pairs, shape (pairs, features), and the scores of each that are measured with them."""
    import numpy as np

    measured = [cheap_features(ready[a], ready[b]) for a, b in sides]
    return np.array([values for values, _ in measured]), [found for _, found in measured]


def _apply_rules(
    ready: Mapping[str, Prepared],
    sides: Sequence[tuple[str, str]],
    probability: NDArray[np.float64],
    scored: Sequence[dict[str, float]],
) -> None:
    """Sets probability and scores of pairs that rules decide, whatever the trees say: of texts with other figures, of
    notes with other headlines, and of texts with the same words."""
    import numpy as np

    withheld = min(thresholds().review, OWN_LEAST) / 2
    for at in np.flatnonzero(probability > withheld).tolist():
        a, b = sides[at]
        if other_figures(ready[a], ready[b]):
            probability[at] = withheld
        elif _other_headline(ready[a], ready[b]):
            scored[at]["headline_apart"] = 1.0
    for at, (a, b) in enumerate(sides):
        if ready[a].same_words(ready[b]):
            scored[at]["exact"] = probability[at] = 1.0
            scored[at].pop("headline_apart", None)


def _made_ready(
    documents: Mapping[str, Compared], *, compiled: bool
) -> tuple[Mapping[str, Prepared], Callable[[Any, Any], Alignment]]:
    """The documents made ready, by key, and what aligns two of them. Where pairs come with glances, compiled code is
    loaded already."""
    if not compiled:
        return {key: prepared(document) for key, document in documents.items()}, align
    from cleanpipe.match.align_columns import align_columns
    from cleanpipe.match.prepared_batch import prepared_columns

    return dict(zip(documents, prepared_columns(list(documents.values())), strict=True)), align_columns


def looks_at_facts(probability: NDArray[np.float64], wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For which pairs shared facts are looked for: those that are wanted, and those that a person may get to see."""
    found: NDArray[np.bool_] = wanted | (probability >= min(thresholds().review, OWN_LEAST))
    return found


def held_back(scores: Mapping[str, float], probability: float) -> float:
    """The probability that links are decided by: below their threshold for notes with different headlines."""
    return min(probability, thresholds().link - ASIDE) if "headline_apart" in scores else probability


def other_figures(a: Prepared, b: Prepared) -> bool:
    """Whether both texts are full of figures, and these are different."""
    least = min(len(a.numbers), len(b.numbers))
    if least < FIGURES_LEAST:
        return False
    shared = sum(rarity for value, rarity in a.numbers.items() if value in b.numbers)
    return shared <= FIGURES_SHARED * min(sum(a.numbers.values()), sum(b.numbers.values()))


def _other_headline(a: Prepared, b: Prepared) -> bool:
    """Whether both headlines name days, and none in common, or these are short notes of which one headline names what
    the other note doesn't."""
    one, two = (_headline_days(side.document.title) for side in (a, b))
    if one and two and one.isdisjoint(two):
        return True
    if min(len(a.hashes), len(b.hashes)) >= NOTE_WORDS or not (a.title_words and b.title_words):
        return False
    return any(
        zipf < TELLING_ZIPF and not word[0].isdigit() and word not in other.words
        for one, other in ((a, b), (b, a))
        for word, zipf in zip(one.words[: one.title_words], one.zipfs[: one.title_words].tolist(), strict=True)
    )


def _headline_days(headline: str | None) -> frozenset[str]:
    """The days that a headline names, as month and day."""
    named = (figure.value for figure in dates(headline or ""))
    return frozenset(value[-len(MONTH_AND_DAY) :] for value in named if len(value) in DAYS)


def _facts_shared(a: Prepared, b: Prepared, shared: Sequence[SharedFact]) -> float:
    """Rarity of the shared names, numbers and quotations as a share of all that the side with fewer of them has."""
    least = min(a.shown.mass, b.shown.mass)
    if not least:
        return 0.0
    return min(sum(fact.rarity for fact in shared if fact.kind in COUNTED_FACTS) / least, 1.0)
