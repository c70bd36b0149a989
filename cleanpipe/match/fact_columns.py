"""The facts of a batch of documents as columns: those that `language.facts` finds, but for pairs of rare words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cleanpipe.language.classes import code_point_classes
from cleanpipe.language.facts import NO_CASE, NOUNS_CAPITAL, figure_facts
from cleanpipe.language.figure_words import figure_words, lower_case
from cleanpipe.language.figures import DECIMAL_COMMA, LONE_THOUSAND
from cleanpipe.language.number_tables import number_language
from cleanpipe.language.number_words import is_glued
from cleanpipe.match import facts_kernel as kernel
from cleanpipe.match.channels import BY_NAME
from cleanpipe.match.compared import Words
from cleanpipe.match.keys import FACT_CHANNELS, fact_hash
from cleanpipe.model import FactKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match.compared import Compared
    from cleanpipe.match.fingerprint import Columns
    from cleanpipe.match.numbered import Numbered

KINDS: tuple[FactKind, ...] = ("number", "date", "name", "quote", "headline")
"""Kinds of facts, in the order of their numbers."""

MOST_ROWS = 7
"""Facts for a token, at most: a number, a date, a name, a quotation, and three headline pairs; more than ever come."""


@dataclass(frozen=True, slots=True)
class FactColumns:
    """n facts, in the order of documents and kinds; a headline pair that stands twice is there twice.

    `rows`, int64 of shape (n, 5), has the row of the document, the kind (an index in `KINDS`), the rarity in
    hundredths, and start and end in the text, or in the title for pairs of a title that stands apart; `values`, uint64
    of shape (n,), is `keys.fact_hash`.
    """

    rows: NDArray[np.int64]
    values: NDArray[np.uint64]


def fact_columns(batch: Numbered, documents: Sequence[Compared]) -> FactColumns:
    """The facts of the documents of a batch. Python is asked for numbers that compiled code doesn't read."""
    import numpy as np

    count, known, scanned = len(documents), batch.lexicon, batch.scanned
    traits = np.fromiter(map(_traits, documents), np.uint16, count)
    titles = np.full((count, 2), -1, np.int64)
    for row, document in enumerate(documents):
        if document.title_span is not None:
            begin = int(scanned.begins[2 * row + 1])
            titles[row] = begin + document.title_span.start, begin + document.title_span.end
    room = MOST_ROWS * len(batch.words)
    rows, values, odd = np.empty((room, 5), np.int64), np.empty(room, np.uint64), np.zeros(count, np.bool_)
    used = kernel.facts(
        scanned.points,
        code_point_classes(),
        scanned.begins,
        scanned.firsts,
        scanned.starts,
        scanned.ends,
        batch.words,
        known.hashes,
        known.zipfs,
        known.flags,
        traits,
        titles,
        lower_case(),
        *figure_words(),
        rows,
        values,
        odd,
    )
    left = [row for row in np.flatnonzero(odd).tolist() if batch.ranges[row, 0] < batch.ranges[row, 1]]
    return _with_figures(FactColumns(rows[:used], values[:used]), documents, left)


def fact_key_columns(found: FactColumns, count: int) -> Columns:
    """The rarest facts of `count` documents as keys of their channels."""
    import numpy as np

    room = count * sum(most for _, _, _, most in FACT_CHANNELS)
    documents, channels, keys = np.empty(room, np.int32), np.empty(room, np.uint8), np.empty(room, np.uint64)
    bounds = np.array(
        [
            (BY_NAME[name].id, round(100 * rarity), most)
            for kind in KINDS
            for name, kinds, rarity, most in FACT_CHANNELS
            if kind in kinds
        ],
        np.int64,
    )
    used = kernel.rarest(found.rows, found.values, bounds, documents, channels, keys)
    return documents[:used], channels[:used], keys[:used]


def _with_figures(found: FactColumns, documents: Sequence[Compared], rows: Sequence[int]) -> FactColumns:
    """Adds the numbers and dates of some documents, found in Python."""
    import numpy as np

    if not rows:
        return found
    figures = [
        (row, fact)
        for row, document in ((row, documents[row]) for row in rows)
        for fact in figure_facts(document.text, Words(document).body, document.lang)
    ]
    added = [
        (row, KINDS.index(fact.kind), round(100 * fact.rarity), fact.place.start, fact.place.end)
        for row, fact in figures
    ]
    table = np.concatenate([found.rows, np.array(added, np.int64).reshape(-1, 5)])
    values = np.concatenate([found.values, np.array([fact_hash(fact) for _, fact in figures], np.uint64)])
    order = np.lexsort((table[:, kernel.KIND], table[:, kernel.DOCUMENT]))
    return FactColumns(table[order], values[order])


def _traits(document: Compared) -> int:
    """What a document's language and fields are like, as bits."""
    apart = document.title and document.title_span is None
    return _language_traits(document.lang) | (kernel.TITLE_APART if apart else 0)


@cache
def _language_traits(lang: str | None) -> int:
    language = number_language(lang)
    return (
        (kernel.NO_CASE if lang in NO_CASE else 0)
        | (kernel.NOUNS_CAPITAL if lang in NOUNS_CAPITAL else 0)
        | (kernel.DECIMAL_COMMA if lang in DECIMAL_COMMA else 0)
        | (kernel.LONE_THOUSAND if lang in LONE_THOUSAND else 0)
        | (kernel.GLUED_NUMBERS if is_glued(language) else 0)
        | (language << kernel.LANGUAGE_SHIFT)
    )
