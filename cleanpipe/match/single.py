"""What linking asks of each text alone: how natural its word pairs are, and what it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cleanpipe.match.compared import Compared
from cleanpipe.match.fingerprint import FEW
from cleanpipe.match.naturalness import unusual
from cleanpipe.match.prepared import Prepared

AT_ONCE = 500
"""Documents that are ready at one time, some 60 kB each."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What is known of one text: `unusual` is its share of unusual word pairs, `facts` are hashes of its different
    names, numbers and dates."""

    unusual: float | None
    facts: frozenset[int]


def alone(documents: Sequence[Compared]) -> list[Alone]:
    """What is known of each document alone. Facts are those of the text, wherever its headline ends."""
    found = []
    for start in range(0, len(documents), AT_ONCE):
        plain = [
            replace(document, title=None, title_span=None) if document.title_span else document
            for document in documents[start : start + AT_ONCE]
        ]
        for document, ready in zip(plain, _ready(plain, few=len(documents) < FEW), strict=True):
            found.append(Alone(unusual(ready.hashes, document.lang), ready.shown.named()))
    return found


def _ready(documents: Sequence[Compared], *, few: bool) -> Sequence[Prepared]:
    if few:
        return [Prepared(document) for document in documents]
    from cleanpipe.match.prepared_batch import prepare_columns

    return prepare_columns(documents)
