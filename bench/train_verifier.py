"""Learns `cleanpipe/match/weights.json`, the model that says whether one text was made from another.

    python bench/train_verifier.py SHARED [--write] [--leave-out] [--cache FILE]

SHARED is the folder that has `data/links_dev/` and `data/reuters21578.jsonl.gz`; scikit-learn is needed. Figures are
cross-validated by cluster: no pair is judged by a model that saw a text of its cluster or event. Printed: recall at
precision .992 with at most 1 % of the same-event pairs linked, by kind, and (`--leave-out`) of each kind when none of
it was learned from. Recall counts all gold pairs, precision all candidates; pairs made by program and those in other
languages are learned from, and not counted.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from pair_data import (
    FOLDS,
    Corpus,
    Pair,
    bucket,
    language_pairs,
    load,
    made_pairs,
    natural_pairs,
    read,
    wire_pairs,
)
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from star_data import Score, together

from cleanpipe.match.align import align
from cleanpipe.match.compared import Compared
from cleanpipe.match.features import ALIGNED, CHEAP, DIGITS, UNKNOWN, aligned_features, cheap_features
from cleanpipe.match.neighbourhood import AGAINST, NEIGHBOURHOOD, OWN_LEAST, SURE, log_odds, neighbourhood_features
from cleanpipe.match.prepared import Prepared

REVIEW_PRECISION = 0.6
"""A person is shown pairs from where three in five of those with about that probability are copies."""

GATE_LOSS = 0.004
"""Share of the gold pairs that the cheap figures may rule out."""

FALLING = frozenset({"numbers_foreign", "names_foreign", "conflict"})
"""Features that speak against a copy as they grow."""

NEUTRAL = frozenset({"length_ratio", "length"})
"""Features that speak neither way by themselves."""

SAME_EVENT_WEIGHT, MADE_WEIGHT = 3.0, 0.7
LANGUAGE_WEIGHT = 8.0
"""Of pairs in other languages, one in sixty of those that their trees are learned from. With 3, 5 and 8 in turn .600,
.667 and .692 of the retellings were found, each by trees that saw none of its language. Learned for English too, they
cost there what they bring elsewhere: of the English copies .9487, .9482 and .9470 were found, and .9502 without."""

NAMELESS_WORDS, NAMELESS_WEIGHT = 100, 0.3

Array = np.ndarray[Any, Any]


def grow(rows: Array, copies: Array, weights: Array, names: tuple[str, ...], leaves: int, rounds: int) -> Any:
    """Boosted trees that may only rise with a feature that speaks for a copy.

    Pairs of longer texts are learned a second time as if no name could be told in them, as in scripts without capitals.
    """
    long = rows[:, names.index("length")] >= math.log(NAMELESS_WORDS)
    nameless = rows[long]
    nameless[:, [names.index("names_shared"), names.index("names_foreign")]] = UNKNOWN
    rows, copies = np.vstack([rows, nameless]), np.concatenate([copies, copies[long]])
    weights = np.concatenate([weights, NAMELESS_WEIGHT * weights[long]])
    return _boosted(rows, copies, weights, names, leaves, rounds, rate=0.08)


def grow_neighbourhood(rows: Array, copies: Array, weights: Array) -> Any:
    """Trees over what the neighbourhood and the pair say, which rise and fall with it as they should."""
    return _boosted(rows, copies, weights, NEIGHBOURHOOD, leaves=12, rounds=150, rate=0.06)


def _boosted(
    rows: Array, copies: Array, weights: Array, names: tuple[str, ...], leaves: int, rounds: int, rate: float
) -> Any:
    falling = FALLING.union(AGAINST)
    signs = [0 if name in NEUTRAL else -1 if name in falling else 1 for name in names]
    model = HistGradientBoostingClassifier(
        max_iter=rounds,
        max_leaf_nodes=leaves,
        learning_rate=rate,
        min_samples_leaf=40,
        l2_regularization=5.0,
        monotonic_cst=signs,
        early_stopping=False,
        random_state=0,
    )
    return model.fit(rows, copies, sample_weight=weights)


def measure(corpus: Corpus, pairs: list[Pair]) -> Array:
    ready: dict[str, Prepared] = {}
    rows = []
    for pair in pairs:
        sides = []
        for name in (pair.a, pair.b):
            if name not in ready:
                ready[name] = Prepared(Compared(name, corpus.texts[name], lang=corpus.langs.get(name, "en")))
            sides.append(ready[name])
        rows.append(cheap_features(*sides)[0] + aligned_features(align(*sides)))
    return np.array(rows)


def margins(model: Any, rows: Array) -> Array:
    return np.asarray(model.decision_function(rows))


def calibrated(margin: Array, copies: Array) -> tuple[float, float]:
    """Slope and intercept that make probabilities of margins."""
    found = LogisticRegression(C=1e6).fit(margin[:, None], copies)
    return float(found.coef_[0, 0]), float(found.intercept_[0])


def cross_validate(
    rows: Array, copies: Array, weights: Array, folds: Array, names: tuple[str, ...], **size: int
) -> Array:
    """Margin of each pair by a model that saw neither side's fold."""
    result = np.zeros(len(rows))
    for fold in range(FOLDS):
        learn = (folds != fold).all(axis=1)
        judge = folds[:, 0] == fold
        result[judge] = margins(grow(rows[learn], copies[learn], weights[learn], names, **size), rows[judge])
    return result


def export(model: Any, names: tuple[str, ...], slope: float, intercept: float) -> dict[str, Any]:
    grown = []
    for (tree,) in model._predictors:
        nodes = []
        for node in tree.nodes:
            if node["is_leaf"]:
                nodes.append([round(float(node["value"]), 6)])
            else:
                threshold = round(float(node["num_threshold"]), 9)
                nodes.append([int(node["feature_idx"]), threshold, int(node["left"]), int(node["right"])])
        grown.append(nodes)
    baseline = float(np.ravel(model._baseline_prediction)[0])
    return {"features": list(names), "baseline": baseline, "slope": slope, "intercept": intercept, "trees": grown}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    parser.add_argument("--leave-out", action="store_true", help="also judge each kind by a model that never saw it")
    parser.add_argument("--cache", type=Path, help="keep measured features here between runs")
    args = parser.parse_args()
    started = time.monotonic()
    corpus = load(args.shared / "data" / "links_dev")
    pairs = natural_pairs(corpus)
    wire = read(args.shared / "data" / "reuters21578.jsonl.gz")
    pairs += made_pairs(corpus, wire) + wire_pairs(corpus, wire)
    if args.cache and args.cache.exists():
        rows = np.load(args.cache)
    else:
        rows = measure(corpus, pairs)
        if args.cache:
            np.save(args.cache, rows)
    foreign = language_pairs(corpus)
    rows = np.vstack([rows, measure(corpus, foreign)])
    pairs += foreign
    rows = np.round(rows, DIGITS)
    names = CHEAP + ALIGNED
    copies = np.array([pair.copy for pair in pairs])
    languages = np.array([pair.kind.startswith("languages/") for pair in pairs])
    made = languages | [pair.kind.startswith("made/") for pair in pairs]
    kinds = np.array([pair.kind for pair in pairs])
    same_event = kinds == "same-event"
    folds = np.array([(corpus.fold[pair.a], corpus.fold[pair.b]) for pair in pairs])
    weights = np.where(same_event, SAME_EVENT_WEIGHT, np.where(made, MADE_WEIGHT, 1.0))
    all_weights = np.where(languages, LANGUAGE_WEIGHT, weights)
    weights[languages] = 0.0
    print(f"{len(pairs)} pairs, {made.sum()} of them made, measured after {time.monotonic() - started:.0f} s")

    direct = np.array([(pair.a, pair.b) in corpus.direct for pair in pairs])
    size, cheap_size = {"leaves": 24, "rounds": 200}, {"leaves": 8, "rounds": 60}
    real = ~made
    met = np.array([pair.met for pair in pairs])
    documents = sum(name != "made" for name in corpus.sets.values())
    print(
        f"{(met & real).sum() * 2 / documents:.1f} candidates a document, {met[copies & real].mean():.2%} of gold pairs"
    )
    cheap = cross_validate(rows[:, : len(CHEAP)], copies, weights, folds, CHEAP, **cheap_size)
    gate = float(np.quantile(cheap[real & copies], GATE_LOSS))
    print(f"the gate lets {(cheap[met & real] >= gate).mean():.1%} of the candidates through")
    met &= made | (cheap >= gate)
    live = met & real
    raw = cross_validate(rows, copies, weights, folds, names, **size)
    slope, intercept = calibrated(raw[live], copies[live])
    abroad = cross_validate(rows, copies, all_weights, folds, names, **size)
    abroad_slope, abroad_intercept = calibrated(abroad[live], copies[live])
    a, b = (np.array([int(bucket(getattr(pair, side), 1 << 64)) for pair in pairs], np.uint64) for side in "ab")

    def neighbourhood(margin: Array) -> tuple[Array, Array, Array]:
        """Own log-odds of all pairs, which of them the neighbourhood is asked about, and what it says of these."""
        own = np.full(len(pairs), -SURE)
        own[live] = log_odds(1 / (1 + np.exp(-(slope * margin[live] + intercept))))
        asked = live & (own >= math.log(OWN_LEAST / (1 - OWN_LEAST)))
        here = neighbourhood_features(a[live], b[live], own[live], rows[live].astype(np.float32), asked[live])
        return own, asked, here

    def settled(margin: Array, learnt_from: Array) -> Array:
        """Log-odds that count: by a model of the neighbourhood that saw neither side's fold; pairs made by program by
        their own texts, and nothing for pairs that never met."""
        own, asked, said = neighbourhood(margin)
        result = np.where(met, np.where(made, slope * margin + intercept, own), -99.0)
        result[languages] = abroad_slope * abroad[languages] + abroad_intercept
        at = np.flatnonzero(asked)
        for fold in range(FOLDS):
            learn = (folds[at] != fold).all(axis=1) & learnt_from[at]
            judge = folds[at, 0] == fold
            model = grow_neighbourhood(said[learn], copies[at[learn]], weights[at[learn]])
            result[at[judge]] = margins(model, said[judge])
        return result

    margin = settled(raw, np.ones(len(pairs), bool))
    score = Score(corpus.gold, corpus.negatives, corpus.ignored)
    keys = [(pair.a, pair.b) for pair in pairs]

    def stories(margin: Array) -> tuple[dict[tuple[str, str], float], float]:
        """Probabilities by pair, of the real pairs that met, and the threshold that they need."""
        values = 1 / (1 + np.exp(-margin))
        found = {keys[at]: float(values[at]) for at in np.flatnonzero(live)}
        return found, score.lowest_edge(found)

    for label, values in (("by their own texts", slope * raw + intercept), ("in their neighbourhood", margin)):
        found, edge = stories(values)
        precision, recall, same = score.figures(together(found, edge))
        print(f"{label}: threshold {edge}, precision {precision:.4f}, recall {recall:.4f}, same event {same:.4f}")
    linked_pairs = together(found, edge)
    linked = np.where(made, margin >= math.log(edge / (1 - edge)), [key in linked_pairs for key in keys])
    totals = Counter(kind for key, kind in corpus.gold.items() if key not in corpus.ignored)
    figures = {
        "recall": recall,
        "recall_original": float(linked[direct & copies].mean()),
        "precision": precision,
        "same_event_linked": same,
    }
    print({name: round(value, 4) for name, value in figures.items()})
    by_kind = {kind: round(float(linked[kinds == kind].sum() / total), 3) for kind, total in sorted(totals.items())}
    by_kind |= {kind: round(float(linked[kinds == kind].mean()), 3) for kind in sorted(set(kinds[made]))}
    for kind, share in by_kind.items():
        print(f"  {kind:44} {share}")
    for lang in sorted(set(corpus.langs.values())):
        own = np.array([corpus.langs.get(pair.a) == lang for pair in pairs])
        told = own & (kinds == "languages/retelling")
        print(f"  {lang}: retellings {linked[told].mean():.2f}, others {linked[own & ~copies].mean():.3f}")
    print("  false:", dict(Counter(kinds[real & linked & ~copies].tolist()).most_common()))
    if args.leave_out:
        for kind in sorted({part for name in totals for part in name.split("/")[1].split("+")}):
            of_kind = np.array([kind in name.split("/")[-1].split("+") for name in kinds])
            bare = cross_validate(rows, copies, np.where(of_kind, 0.0, weights), folds, names, **size)
            other, edge_without = stories(settled(bare, ~of_kind))
            found_without = together(other, edge_without)
            counted = [key for key, name in corpus.gold.items() if kind in name.split("/")[1].split("+")]
            counted = [key for key in counted if key not in corpus.ignored]
            shares = [sum(key in pairs for key in counted) / len(counted) for pairs in (found_without, linked_pairs)]
            print("  without {}: {:.3f} (with it {:.3f})".format(kind, *shares))

    probability = 1 / (1 + np.exp(-margin))
    order = np.argsort(-probability[real])
    window = np.convolve(copies[real][order], np.ones(301) / 301, "same")
    review = float(probability[real][order][np.flatnonzero(window >= REVIEW_PRECISION)[-1]])
    print(f"thresholds: link {edge:.4f}, review {review:.4f}; {time.monotonic() - started:.0f} s")
    if args.write:
        _, asked, said = neighbourhood(raw)
        full = grow(rows, copies, weights, names, **size)
        full_abroad = grow(rows, copies, all_weights, names, **size)
        first = grow(rows[:, : len(CHEAP)], copies, weights, CHEAP, **cheap_size)
        table = {
            "command": "python bench/train_verifier.py SHARED --write",
            "found": "cross-validated by cluster, in the light of the neighbourhood, counted over whole stars: the "
            "lowest link threshold with precision .992 and at most 1 % of same-event pairs linked; review from where "
            "60 % of pairs about it are copies",
            "figures": figures | {"recall_by_kind": by_kind},
            "thresholds": {"link": edge, "review": round(review, 4), "gate": round(1 / (1 + math.exp(-gate)), 6)},
            "cheap": export(first, CHEAP, 1.0, 0.0),
            "full": export(full, names, slope, intercept),
            "abroad": export(full_abroad, names, abroad_slope, abroad_intercept),
            "neighbourhood": export(grow_neighbourhood(said, copies[asked], weights[asked]), NEIGHBOURHOOD, 1.0, 0.0),
        }
        target = Path(__file__).parents[1] / "cleanpipe" / "match" / "weights.json"
        target.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"wrote {target.name}")


if __name__ == "__main__":
    main()
