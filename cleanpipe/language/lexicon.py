"""Every word of one language that was met in this process, numbered, with what comparing asks of it.

A word costs once what the Python functions cost; after that it costs one look into a table. What is known of a word is
what `tokens.HASHED`, `tokens.commonness` and `tokens.is_letter_token` say: it depends on the word alone, and it makes
no difference which words were met before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cleanpipe.language import words
from cleanpipe.language.classes import code_point_classes
from cleanpipe.language.facts import HONORIFICS, PARTICLES
from cleanpipe.language.figure_words import figure_words, lower_case
from cleanpipe.language.figures import begins_number
from cleanpipe.language.letters import letters
from cleanpipe.language.number_tables import number_language
from cleanpipe.language.number_words import is_glued
from cleanpipe.language.tables import add_words, open_table
from cleanpipe.language.tokens import CACHE_WORDS, STEM, fold, hash_word, is_letter_token, stem_of, zipf_either

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.language.scanned import Scanned

SMALLEST = 1 << 15
"""Places of an empty table. Tables are at most half full."""

YEAR_DIGITS = 4
"""Digits of a number that wordfreq takes for a year, and knows each of."""

HUNDREDTHS = 100
"""Zipf frequencies have two decimals and are kept as whole numbers of hundredths."""


@dataclass(slots=True)
class Lexicon:
    """Words of a language by number: `hashes` and `stems` uint64, `zipfs` int16 in hundredths, `flags` uint8.

    The columns have room for more than the `count` words that they hold. `shapes` is an open table of the shapes of
    figures (`figure_shape`).
    """

    lang: str
    keys: NDArray[np.uint64]
    numbers: NDArray[np.int32]
    count: int
    hashes: NDArray[np.uint64]
    stems: NDArray[np.uint64]
    zipfs: NDArray[np.int16]
    flags: NDArray[np.uint8]
    shapes: tuple[NDArray[np.uint64], NDArray[np.int32]]
    shape_count: int = 0

    def number(self, scanned: Scanned) -> NDArray[np.int32]:
        """Number of the word at each token. Numbers hold until the next call."""
        import numpy as np

        from cleanpipe.language import lexicon_kernel as kernel

        if self.count >= CACHE_WORDS:
            self._clear()
        found = np.empty(len(scanned.hashes), np.int32)
        new = np.empty(len(scanned.hashes), np.int64)
        at = 0
        while True:
            before = self.count
            at, self.count = kernel.number_words(scanned.hashes, at, self.keys, self.numbers, before, found, new)
            self._reserve()
            self._describe(scanned, new[: self.count - before], before)
            if at == len(found):
                return found
            self._widen()

    def _describe(self, scanned: Scanned, new: NDArray[np.int64], before: int) -> None:
        """Fills the columns for words that were just numbered, from `before` on; `new` are their tokens."""
        import numpy as np

        from cleanpipe.language import lexicon_kernel as kernel
        from cleanpipe.language.digits_kernel import describe_figures
        from cleanpipe.language.number_words_kernel import mark_numbers

        added = slice(before, self.count)
        listed, listed_zipfs = _listed(self.lang)
        others = np.empty(len(new), np.int64)
        hashes, stems, zipfs, flags = self.hashes[added], self.stems[added], self.zipfs[added], self.flags[added]
        left = len(new)
        others[:] = np.arange(left)
        if len(listed):
            known = letters(self.lang)
            left = kernel.describe_letters(
                scanned.points,
                scanned.starts,
                scanned.ends,
                new,
                scanned.hashes,
                *known.folded,
                *known.listed,
                *known.listed_folded,
                known.cases,
                listed,
                listed_zipfs,
                *_special(),
                STEM,
                hashes,
                stems,
                zipfs,
                flags,
                others,
            )
            language = number_language(self.lang)
            mark_numbers(
                scanned.points,
                code_point_classes(),
                scanned.starts,
                scanned.ends,
                new,
                language,
                is_glued(language),
                lower_case(),
                *figure_words(),
                flags,
            )
            left = describe_figures(
                scanned.points,
                scanned.starts,
                scanned.ends,
                new,
                others[:left],
                *self.shapes,
                STEM,
                hashes,
                stems,
                zipfs,
                flags,
            )
        figures: list[str] = []
        for row in others[:left].tolist():
            token = new[row]
            word = scanned.text[scanned.starts[token] : scanned.ends[token]]
            folded = fold(word)
            if word[0].isdecimal():
                figures += (word, folded)
            hashes[row] = hash_word(folded)
            stems[row] = hash_word(stem_of(folded))
            zipfs[row] = round(zipf_either(word, folded, self.lang) * HUNDREDTHS)
            flags[row] = _flags(word, folded, self.lang)
        self._add_shapes(figures)

    def _add_shapes(self, figures: Sequence[str]) -> None:
        """Adds the shapes of figures in ASCII, as long as there is room."""
        room = len(self.shapes[0]) // 2 - self.shape_count
        found = {figure_shape(figure): figure for figure in figures if figure.isascii()}
        added = list(found)[: max(0, room)]
        self.shape_count += len(added)
        add_words(*self.shapes, added, [round(words.zipf(found[new], self.lang) * HUNDREDTHS) for new in added])

    def _reserve(self) -> None:
        """Makes room in the columns for as many words as the table takes."""
        import numpy as np

        room = len(self.keys) // 2
        if len(self.hashes) < room:
            for name in ("hashes", "stems", "zipfs", "flags"):
                column = getattr(self, name)
                wider = np.zeros(room, column.dtype)
                wider[: len(column)] = column
                setattr(self, name, wider)

    def _widen(self) -> None:
        import numpy as np

        from cleanpipe.language.lexicon_kernel import put

        keys, numbers = self.keys, self.numbers
        self.keys, self.numbers = np.zeros(2 * len(keys), np.uint64), np.zeros(2 * len(keys), np.int32)
        put(self.keys, self.numbers, keys, numbers)

    def _clear(self) -> None:
        self.count = 0
        self.keys[:] = 0


def lexicon(lang: str | None) -> Lexicon:
    """The words of a language met so far; languages without a table of frequencies are looked up in English."""
    return _lexicon(words.table_code(lang))


@cache
def _lexicon(lang: str) -> Lexicon:
    import numpy as np

    empty = np.zeros(0, np.uint64)
    return Lexicon(
        lang,
        np.zeros(SMALLEST, np.uint64),
        np.zeros(SMALLEST, np.int32),
        0,
        empty,
        empty,
        empty.astype(np.int16),
        empty.astype(np.uint8),
        (np.zeros(SMALLEST, np.uint64), np.zeros(SMALLEST, np.int32)),
    )


def figure_shape(figure: str) -> str:
    """A figure as common as this one, and the same for all of its kind: "48,205" is "41,211", "1987.5" itself."""
    parts = re.split("([.,])", figure)
    return "".join(
        part if len(part) in (1, YEAR_DIGITS) or not part.strip("0") else part[0] + "1" * (len(part) - 1)
        for part in parts
    )


def _flags(word: str, folded: str, lang: str) -> int:
    """What there is to know of a word beside hash and frequency, as bits that `lexicon_kernel` names."""
    from cleanpipe.language import lexicon_kernel as kernel

    flags = 0
    for flag, holds in (
        (kernel.LETTER_TOKEN, is_letter_token(folded)),
        (kernel.UPPER, word[0].isupper()),
        (kernel.ALL_UPPER, word.isupper()),
        (kernel.ONE_LETTER, len(folded) == 1),
        (kernel.TWO_LETTERS, len(folded) == 2),
        (kernel.PARTICLE, word in PARTICLES),
        (kernel.HONORIFIC, word in HONORIFICS),
        (kernel.BEGINS_NUMBER, begins_number(word, folded, lang)),
    ):
        flags |= flag if holds else 0
    return flags


@cache
def _special() -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Words with flags that don't show in their letters, as an open table."""
    special = sorted({*PARTICLES, *HONORIFICS})
    return open_table(special, [_flags(word, fold(word), words.DEFAULT_LANGUAGE) for word in special])


@cache
def _listed(lang: str) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """wordfreq's words of letters alone as an open table: `point_hash`, and Zipf frequency in hundredths.

    Empty for languages whose words are put together from parts (Chinese): there, no word is simple.
    """
    found: list[str] = []
    hundredths: list[int] = []
    for zipf, listed in words.letter_words(lang):
        found += listed
        hundredths += [round(zipf * HUNDREDTHS)] * len(listed)
    return open_table(found, hundredths)
