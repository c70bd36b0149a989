"""Every word of one language that was met in this process, numbered, with what comparing asks of it.

A word costs once what the Python functions cost; after that it costs one look into a table. What is known of a word is
what `tokens.HASHED`, `tokens.commonness` and `tokens.is_letter_token` say: it depends on the word alone, and it makes
no difference which words were met before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cleanpipe.language import words
from cleanpipe.language.tokens import CACHE_WORDS, STEM, fold, hash_word, is_letter_token, zipf_either

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.language.scanned import Scanned

SMALLEST = 1 << 15
"""Places of an empty table. Tables are at most half full."""

HUNDREDTHS = 100
"""Zipf frequencies have two decimals and are kept as whole numbers of hundredths."""


@dataclass(slots=True)
class Lexicon:
    """Words of a language by number: `hashes` and `stems` uint64, `zipfs` int16 in hundredths, `flags` uint8.

    The columns have room for more than the `count` words that they hold.
    """

    lang: str
    keys: NDArray[np.uint64]
    numbers: NDArray[np.int32]
    count: int
    hashes: NDArray[np.uint64]
    stems: NDArray[np.uint64]
    zipfs: NDArray[np.int16]
    flags: NDArray[np.uint8]

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

        added = slice(before, self.count)
        listed, listed_zipfs = _listed(self.lang)
        others = np.empty(len(new), np.int64)
        hashes, stems, zipfs, flags = self.hashes[added], self.stems[added], self.zipfs[added], self.flags[added]
        left = kernel.describe_plain(
            scanned.points, scanned.starts, scanned.ends, new, listed, listed_zipfs, STEM, hashes, stems, zipfs, flags,
            others,
        )  # fmt: skip
        for row in others[:left].tolist():
            token = new[row]
            word = scanned.text[scanned.starts[token] : scanned.ends[token]]
            folded = fold(word)
            hashes[row] = hash_word(folded)
            stems[row] = hash_word(folded[:STEM])
            zipfs[row] = round(zipf_either(word, folded, self.lang) * HUNDREDTHS)
            flags[row] = (kernel.LETTER_TOKEN if is_letter_token(folded) else 0) | (
                kernel.UPPER if word[0].isupper() else 0
            )

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
        lang, np.zeros(SMALLEST, np.uint64), np.zeros(SMALLEST, np.int32), 0,
        empty, empty, empty.astype(np.int16), empty.astype(np.uint8),
    )  # fmt: skip


@cache
def _listed(lang: str) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """wordfreq's words in ASCII letters as an open table: `point_hash`, and Zipf frequency in hundredths.

    Empty for a language whose words aren't simply listed in lower case (Turkish), or are put together from parts
    (Chinese): there, no word is plain.
    """
    import numpy as np

    from cleanpipe.language import lexicon_kernel as kernel
    from cleanpipe.language.scanned import code_points

    plain = words.plain_words(lang)
    hashes = np.empty(len(plain), np.uint64)
    if not plain:
        return hashes, np.zeros(0, np.int32)
    lengths = np.fromiter(map(len, plain), np.int64, len(plain))
    kernel.span_hashes(code_points(" ".join(plain)), np.cumsum(lengths + 1) - 1, hashes)
    zipfs = np.rint(np.fromiter(plain.values(), np.float64, len(plain)) * HUNDREDTHS).astype(np.int32)
    places = 1 << (3 * len(plain) // 2).bit_length()
    keys, values = np.zeros(places, np.uint64), np.zeros(places, np.int32)
    kernel.put(keys, values, hashes, zipfs)
    return keys, values
