"""A document cut down to what the cheap features of a pair need: 10 to 13 kB of numbers, made once and kept.

`measure` finds in 20 µs a pair what `cheap_features` finds in a hundred, without the texts. Hashes are cut
to 32 bits: one pair in ten thousand has a share that is off by a few tenths of a percent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from cleanpipe.match.keys import fact_hash
from cleanpipe.match.minhash import shingles
from cleanpipe.match.prepared import (
    EVERYWHERE_ZIPF,
    LOCAL_WEIGHT,
    NAME_RARITY,
    NUMBER_RARITY,
    PLAIN_WEIGHT,
    RARE_WEIGHT,
    Prepared,
)
from cleanpipe.match.weights import trees

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.model import Fact

PARTS = ("terms", "stems", "numbers", "names", "fives", "threes", "local")
"""Parts of a sketch, each of hashes in rising order. Behind those of the first four come figures for each: weights in
hundredths; for stems first their own weight, then that as plain words, 0 for none, and the place of those that stand
once, from 1."""

FIGURES = (1, 3, 1, 1, 0, 0, 0)
"""Figures that each part has for a hash."""

SIZES = ("words", "rare", *PARTS)
MASSES = ("terms", "stems", "rare", "plain", "numbers", "names")
HEADER = len(SIZES) + len(MASSES)
"""Numbers at the head of a sketch: how many words there are, the least weight of a rare stem, the size of each part,
and the sums of weights."""

HUNDREDTHS = 100


def _least(weight: float) -> int:
    """The hundredths from which a word's weight, as `Prepared` works it out, is at least this."""
    return next(least for least in range(1000) if EVERYWHERE_ZIPF - (EVERYWHERE_ZIPF - least / 100) >= weight)


def sketch(document: Prepared) -> bytes:
    """The sketch of a document, little-endian uint32."""
    import numpy as np

    letters = document.letters
    weights = _hundredths(document.weights)
    terms = _cut(np.array(document.term_ids, np.uint64))
    stems = terms if letters else _cut(document.stem_hashes)
    rare, telling = (0, 0) if letters else (RARE_FROM, TELLING_FROM)
    term_hashes, last = _last_places(terms)
    term_weights = weights[last]
    stem_hashes, last = _last_places(stems)
    stem_weights = weights[last]

    plain_weights = np.zeros(len(stem_hashes), np.uint32)
    plain = np.flatnonzero(_plain(document, weights))
    hashes, last = _last_places(stems[plain])
    plain_weights[np.searchsorted(stem_hashes, hashes)] = weights[plain[last]]

    places = np.zeros(len(stem_hashes), np.uint32)
    heavy = np.flatnonzero(weights >= telling)
    hashes, first, counts = np.unique(stems[heavy], return_index=True, return_counts=True)
    places[np.searchsorted(stem_hashes, hashes[counts == 1])] = heavy[first[counts == 1]] + 1

    numbers = _weighed([fact for fact in document.facts if fact.kind in ("number", "date")], NUMBER_RARITY)
    names = _weighed([fact for fact in document.facts if fact.kind == "name"], NAME_RARITY)
    runs = (shingles(document.hashes), shingles(document.hashes, 5 if letters else 3), document.local_pairs)
    fives, threes, local = (_cut(np.unique(found)) for found in runs)
    masses = (
        term_weights.sum(),
        stem_weights.sum(),
        stem_weights[stem_weights >= rare].sum(),
        plain_weights.sum(),
        numbers[1].sum(),
        names[1].sum(),
    )
    counted = (term_hashes, stem_hashes, numbers[0], names[0], fives, threes, local)
    sizes = [len(document.words), rare, *(len(part) for part in counted)]
    parts = [
        np.array([*sizes, *masses], np.uint32),
        *(term_hashes, term_weights, stem_hashes, stem_weights, plain_weights, places),
        *(*numbers, *names, fives, threes, local),
    ]
    return np.concatenate(parts).astype("<u4").tobytes()


def measure(sketches: Mapping[int, bytes], a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.float64]:
    """`cheap_features` of pairs of documents and the figures of `SIDES`, shape (pairs, features + 4).

    `a` and `b` name the documents as `sketches` does.
    """
    import numpy as np

    from cleanpipe.match.features import CHEAP, DIGITS, SIDES
    from cleanpipe.match.sketch_kernel import measure_pairs

    names = np.fromiter(sketches, np.uint64, len(sketches))
    order = np.argsort(names)
    data = np.frombuffer(b"".join(sketches.values()), "<u4").astype(np.uint32, copy=False)
    begins = np.zeros(len(sketches) + 1, np.int64)
    np.cumsum([len(found) // 4 for found in sketches.values()], out=begins[1:])
    rows = np.stack([order[np.searchsorted(names, side, sorter=order)] for side in (a, b)], axis=1)
    values = np.empty((len(rows), len(CHEAP) + len(SIDES)))
    measure_pairs(data, begins, rows, values)
    values[:, : len(CHEAP)] = np.round(values[:, : len(CHEAP)], DIGITS)
    return values


def screen(measured: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of pairs by the cheap features, given as `measure` does: what `verify` gives for those below the
    gate."""
    import numpy as np

    from cleanpipe.match.sketch_kernel import grow

    model = trees("cheap")
    total = np.full(len(measured), model.baseline)
    grow(measured, model.feature, model.threshold, model.left, model.right, model.value, total)
    result: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(model.slope * total + model.intercept)))
    return result


def _plain(document: Prepared, weights: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which words are plain, as `Prepared.plain` has it."""
    import numpy as np

    if document.letters:
        return np.ones(len(weights), bool)
    named = {word for fact in document.facts if fact.kind == "name" for word in fact.value.split(" ")}
    words = zip(document.words, document.raw, strict=True)
    out = np.fromiter((word in named or raw[0].isdecimal() for word, raw in words), bool, len(document.words))
    found: NDArray[np.bool_] = (weights >= PLAIN_FROM) & (weights < RARE_FROM) & ~out
    return found


def _hundredths(values: Collection[float]) -> NDArray[np.uint32]:
    import numpy as np

    return np.rint(HUNDREDTHS * np.fromiter(values, np.float64, len(values))).astype(np.uint32)


def _last_places(hashes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The distinct hashes, sorted, and where each stands last."""
    import numpy as np

    order = np.argsort(hashes, kind="stable")
    found = hashes[order]
    ends = np.ones(len(found), bool)
    ends[:-1] = found[1:] != found[:-1]
    return found[ends], order[ends]


def _weighed(facts: Sequence[Fact], least: float) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Hashes of facts of at least this rarity, sorted, and their rarity in hundredths, of several that of the last."""
    import numpy as np

    kept = [fact for fact in facts if fact.rarity >= least]
    hashes, last = _last_places(_cut(np.fromiter(map(fact_hash, kept), np.uint64, len(kept))))
    return hashes, _hundredths([fact.rarity for fact in kept])[last]


def _cut(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    import numpy as np

    return (hashes >> np.uint64(32)).astype(np.uint32)


RARE_FROM, PLAIN_FROM, TELLING_FROM = map(_least, (RARE_WEIGHT, PLAIN_WEIGHT, LOCAL_WEIGHT))
"""Weights in hundredths from which words are rare, plain, and worth pairing."""
