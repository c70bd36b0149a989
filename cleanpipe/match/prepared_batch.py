"""Documents made ready for comparing from the columns of the compiled functions: what `Prepared` is, much sooner.

Words stay numbers, facts rows; a text is cut into Python's words only where somebody asks for these. 30 bytes a word.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from cleanpipe.language.compiled import compiling
from cleanpipe.language.lexicon_kernel import LETTER_TOKEN
from cleanpipe.language.tokens import FOLDED, Tokens
from cleanpipe.language.words import table_code
from cleanpipe.match.compared import LETTER_SAMPLE, Compared
from cleanpipe.match.fact_columns import KINDS, FactColumns, fact_columns
from cleanpipe.match.numbered import Numbered, numbered
from cleanpipe.match.prepared import NUMBER_RARITY, Prepared
from cleanpipe.model import Fact, Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match.shown_columns import ShownColumns

HUNDREDTHS = 100

READY_MOST = 128
"""Documents kept ready between calls, some 60 kB each: the next pairs come back to them, later ones hardly."""

_ready: OrderedDict[Compared, PreparedColumns] = OrderedDict()
"""The documents that are ready, those asked for last at the end."""


class PreparedColumns(Prepared):
    """A document as row `row` of a batch. `facts` are the rows of the batch that are its own."""

    def __init__(self, document: Compared, batch: Numbered, row: int, facts: FactColumns) -> None:
        self.document = document
        self._kept = {}
        scanned, known = batch.scanned, batch.lexicon
        first, body, last = (int(token) for token in scanned.firsts[2 * row : 2 * row + 3])
        self.title_count = body - first
        """Words of a title that stands apart, be it the beginning of the text again or not."""
        self.title_words = body - int(batch.ranges[row, 0])
        words = batch.words[first:last]
        starts, ends = scanned.starts[first:last].astype("i4"), scanned.ends[first:last].astype("i4")
        for part, text in ((slice(0, body - first), 2 * row), (slice(body - first, None), 2 * row + 1)):
            begin = int(scanned.begins[text])
            starts[part] -= begin
            ends[part] -= begin
        self.starts, self.ends = array("i", starts.tobytes()), array("i", ends.tobytes())
        """Places of all words, those of the title first."""
        self.all_hashes = known.hashes[words]
        self.all_zipfs = known.zipfs[words]
        own = slice(self.title_count - self.title_words, None)
        self.hashes = self.all_hashes[own]
        self.stem_hashes = known.stems[words][own]
        flags = known.flags[words][own]
        sample = flags[:: max(1, len(flags) // LETTER_SAMPLE)]
        self.letters = int(((sample & LETTER_TOKEN) != 0).sum()) * 2 > len(sample)
        self.fact_rows = facts.rows.astype("i4")
        """Rows as `FactColumns` has them."""
        self.fact_values = facts.values

    # What Python's words are asked for: seldom, so they are made when they are.

    @cached_property
    def body(self) -> Tokens:  # type: ignore[override]
        return self._tokens(self.document.text, slice(self.title_count, None))

    @cached_property
    def title_tokens(self) -> Tokens:  # type: ignore[override]
        return self._tokens(self.document.title or "", slice(0, self.title_words))

    def _tokens(self, text: str, part: slice) -> Tokens:
        starts, ends = self.starts[part].tolist(), self.ends[part].tolist()
        raw = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        return Tokens(list(map(FOLDED.__getitem__, raw)), raw, starts, ends)

    @cached_property
    def words(self) -> list[str]:  # type: ignore[override]
        return self.title_tokens.words + self.body.words

    @cached_property
    def raw(self) -> list[str]:  # type: ignore[override]
        return self.title_tokens.raw + self.body.raw

    @cached_property
    def facts(self) -> list[Fact]:
        shown = self.shown
        return sorted(map(shown.fact, shown.numbers()), key=lambda fact: (fact.place, fact.kind, fact.value))

    def telling(self, rarity: float) -> Sequence[Fact]:
        if "facts" in self.__dict__:
            return super().telling(rarity)
        shown = self.shown
        return sorted(map(shown.fact, shown.numbers(rarity)), key=lambda fact: (fact.place, fact.kind, fact.value))

    @cached_property
    def zipfs(self) -> NDArray[np.float64]:
        zipfs: NDArray[np.float64] = self.all_zipfs[self.title_count - self.title_words :] / HUNDREDTHS
        return zipfs

    @cached_property
    def stem_ids(self) -> list[int]:
        found: list[int] = self.term_ids if self.letters else self.stem_hashes.tolist()
        return found

    @cached_property
    def shown(self) -> ShownColumns:
        from cleanpipe.match.shown_columns import ShownColumns

        return ShownColumns(self)

    def same_words(self, other: Prepared) -> bool:
        return len(self.hashes) > 0 and self.hashes.tobytes() == other.hashes.tobytes()

    @cached_property
    def figure_rows(self) -> NDArray[np.int64]:
        """Rows of the numbers and dates among the facts, by place."""
        import numpy as np

        kind = self.fact_rows[:, 1]
        rows = np.flatnonzero((kind == KINDS.index("number")) | (kind == KINDS.index("date")))
        return self.by_place(rows)

    def by_place(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of facts in the order of place and kind."""
        import numpy as np

        names = np.argsort(np.argsort(KINDS))
        table = self.fact_rows[rows]
        return rows[np.lexsort((names[table[:, 1]], table[:, 4], table[:, 3]))]

    @cached_property
    def numbers(self) -> dict[int, float]:  # type: ignore[override]
        rows = self.figure_rows
        rarity = self.fact_rows[rows, 2] / HUNDREDTHS
        return {
            value: rare
            for value, rare in zip(self.fact_values[rows].tolist(), rarity.tolist(), strict=True)
            if rare >= NUMBER_RARITY
        }

    def sentence_numbers(self) -> list[tuple[int, int]]:
        rows = self.figure_rows
        table = self.fact_rows[rows]
        kept = (table[:, 1] == KINDS.index("number")) & (table[:, 2] >= HUNDREDTHS)
        return list(zip(table[kept, 3].tolist(), self.fact_values[rows[kept]].tolist(), strict=True))

    def word_bounds(self) -> tuple[Sequence[int], Sequence[int]]:
        return self.starts[self.title_count :], self.ends[self.title_count :]

    def word(self, at: int) -> str:
        """The folded word at a place in `starts`."""
        text = self.document.text if at >= self.title_count else self.document.title or ""
        return FOLDED[text[self.starts[at] : self.ends[at]]]

    def place(self, first: int, last: int) -> Place:
        skipped = self.title_count - self.title_words
        if first >= self.title_words:
            return self.place_of("text", first + skipped, last + skipped)
        return self.place_of("title", first + skipped, min(last, self.title_words - 1) + skipped)

    def place_of(self, field: str, first: int, last: int) -> Place:
        return Place(field, self.starts[first], self.ends[last])


def prepared_columns(documents: Sequence[Compared]) -> list[PreparedColumns]:
    """Documents made ready, perhaps by an earlier call."""
    new = [document for document in documents if document not in _ready]
    _ready.update(zip(new, prepare_columns(new), strict=True))
    found = []
    for document in documents:
        _ready.move_to_end(document)
        found.append(_ready[document])
    while len(_ready) > READY_MOST:
        _ready.popitem(last=False)
    return found


def prepare_columns(documents: Sequence[Compared]) -> list[PreparedColumns]:
    """Documents made ready together."""
    ready: dict[int, PreparedColumns] = {}
    groups: dict[str, list[int]] = {}
    for row, document in enumerate(documents):
        groups.setdefault(table_code(document.lang), []).append(row)
    with compiling():
        for lang, rows in groups.items():
            members = [documents[row] for row in rows]
            batch = numbered(members, lang)
            made = when_asked(members, batch, fact_columns(batch, members))
            ready.update((row, make()) for row, make in zip(rows, made, strict=True))
    return [ready[row] for row in range(len(documents))]


def when_asked(
    documents: Sequence[Compared], batch: Numbered, facts: FactColumns
) -> list[Callable[[], PreparedColumns]]:
    """What makes each document of a batch ready; good until the next batch is numbered."""
    import numpy as np

    ends = np.searchsorted(facts.rows[:, 0], np.arange(len(documents) + 1)).tolist()
    return [
        partial(PreparedColumns, document, batch, row, FactColumns(facts.rows[first:last], facts.values[first:last]))
        for row, (document, (first, last)) in enumerate(zip(documents, pairwise(ends), strict=True))
    ]
