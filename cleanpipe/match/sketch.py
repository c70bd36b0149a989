"""A document cut down to what the cheap features of a pair need: some 9 kB of numbers, made once and kept.

`measure` finds in a few microseconds a pair what `cheap_features` finds in a hundred, without the texts. Hashes are cut
to 32 bits: one pair in ten thousand has a share that is off by a few tenths of a percent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from cleanpipe.language.tokens import HASHED
from cleanpipe.match.minhash import shingles
from cleanpipe.match.prepared import LOCAL_WEIGHT, PLAIN_WEIGHT, RARE_WEIGHT, Prepared
from cleanpipe.match.weights import trees

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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


def sketch(document: Prepared) -> bytes:
    """The sketch of a document, little-endian uint32."""
    import numpy as np

    weights = _hundredths(document.weights)
    terms = np.array(document.term_ids, np.uint64) if document.letters else document.hashes
    stems = terms if document.letters else document.stem_hashes
    rare = 0 if document.letters else round(HUNDREDTHS * RARE_WEIGHT)
    term_hashes, last = _last_places(terms)
    term_weights = weights[last]
    stem_hashes, last = _last_places(stems)
    stem_weights = weights[last]

    plain_weights = np.zeros(len(stem_hashes), np.uint32)
    plain = np.flatnonzero(_plain(document, weights))
    hashes, last = _last_places(stems[plain])
    plain_weights[np.searchsorted(stem_hashes, hashes)] = weights[plain[last]]

    places = np.zeros(len(stem_hashes), np.uint32)
    heavy = np.flatnonzero(np.array(document.weights) >= (0.0 if document.letters else LOCAL_WEIGHT))
    hashes, first, counts = np.unique(stems[heavy], return_index=True, return_counts=True)
    places[np.searchsorted(stem_hashes, hashes[counts == 1])] = heavy[first[counts == 1]] + 1

    numbers, names = _weighed(document.numbers), _weighed(document.names)
    runs = (shingles(document.hashes), shingles(document.hashes, 5 if document.letters else 3), document.local_pairs)
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
        *(_cut(term_hashes), term_weights),
        *(_cut(stem_hashes), stem_weights, plain_weights, places),
        *(*numbers, *names, fives, threes, local),
    ]
    return np.concatenate(parts).astype("<u4").tobytes()


def measure(sketches: Mapping[int, bytes], a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.float64]:
    """`cheap_features` of pairs of documents, shape (pairs, features). `a` and `b` name the documents as `sketches`
    does."""
    import numpy as np

    from cleanpipe.match.features import CHEAP
    from cleanpipe.match.sketch_kernel import measure_pairs

    names = np.fromiter(sketches, np.uint64, len(sketches))
    order = np.argsort(names)
    data = np.frombuffer(b"".join(sketches.values()), "<u4").astype(np.uint32)
    begins = np.zeros(len(sketches) + 1, np.int64)
    np.cumsum([len(found) // 4 for found in sketches.values()], out=begins[1:])
    rows = np.stack([order[np.searchsorted(names, side, sorter=order)] for side in (a, b)], axis=1)
    values = np.empty((len(rows), len(CHEAP)))
    measure_pairs(data, begins, rows, values)
    return values


def screen(sketches: Mapping[int, bytes], a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Probability of pairs by the cheap features: what `verify` gives for those below the gate."""
    import numpy as np

    from cleanpipe.match.sketch_kernel import grow

    model = trees("cheap")
    rows = measure(sketches, a, b)
    total = np.full(len(rows), model.baseline)
    grow(rows, model.feature, model.threshold, model.left, model.right, model.value, total)
    result: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(model.slope * total + model.intercept)))
    return result


def _plain(document: Prepared, weights: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which words are plain, as `Prepared.plain` has it."""
    import numpy as np

    if document.letters:
        return np.ones(len(weights), bool)
    named = {word for fact in document.facts if fact.kind == "name" for word in fact.value.split(" ")}
    out = np.fromiter((word in named or word[0].isdigit() for word in document.words), bool, len(document.words))
    least, most = round(HUNDREDTHS * PLAIN_WEIGHT), round(HUNDREDTHS * RARE_WEIGHT)
    found: NDArray[np.bool_] = (weights >= least) & (weights < most) & ~out
    return found


def _hundredths(values: Collection[float]) -> NDArray[np.uint32]:
    import numpy as np

    return np.rint(HUNDREDTHS * np.fromiter(values, np.float64, len(values))).astype(np.uint32)


def _last_places(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The distinct hashes, sorted, and where each stands last."""
    import numpy as np

    order = np.argsort(hashes, kind="stable")
    found = hashes[order]
    ends = np.ones(len(found), bool)
    ends[:-1] = found[1:] != found[:-1]
    return found[ends], order[ends]


def _weighed(values: Mapping[str, float]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Hashes of strings, sorted, and their figures in hundredths."""
    import numpy as np

    hashes = np.fromiter(map(HASHED.__getitem__, values), np.uint64, len(values))
    order = np.argsort(hashes, kind="stable")
    return _cut(hashes[order]), _hundredths(values.values())[order]


def _cut(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    import numpy as np

    return (hashes >> np.uint64(32)).astype(np.uint32)
