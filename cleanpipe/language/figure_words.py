"""The words that numbers and dates are made of, as one table for compiled functions, and the lower case of letters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cleanpipe.language.figures import CENT, PER, PERCENT, month_numbers
from cleanpipe.language.number_tables import GLUED_ONLY, NUMBER_LANGUAGES, scales
from cleanpipe.language.number_words import pieces
from cleanpipe.language.tables import open_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MONTH, SCALE = 0xF, 0xF800
"""Bits of what a word may mean: number of a month, decimal logarithm of a factor."""

SCALE_SHIFT = 11

GLUED, PERCENT_SIGN, PER_WORD, CENT_WORD = 1 << 16, 1 << 17, 1 << 18, 1 << 19
"""Whether it multiplies only right behind digits, means per cent, or is the first or second half of that."""

PIECE_KIND, PIECE_BEGINS, PIECE_ENDS, PIECE_ROOM, PIECE_VALUE = 0x7, 0x8, 0x10, 0xFE0, 0x3FF000
"""Bits of what a piece of a number means (`number_words.Piece`), which stands behind the mark of its language."""

ROOM_SHIFT, VALUE_SHIFT = 5, 12

LONGEST_PIECE = max(len(piece) for language in range(len(NUMBER_LANGUAGES)) for piece in pieces(language))
"""Letters of a piece, at most."""

CASED = 0x2200
"""Letters with a lower case that the words have stand below this."""


def language_mark(language: int) -> str:
    """A sign for private use, which stands before the pieces of a language in the table."""
    return chr(0xE000 + language)


@cache
def figure_words() -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """What each word in lower case means, as an open table."""
    meanings = {
        language_mark(language) + word: (
            piece.kind
            | piece.begins * PIECE_BEGINS
            | piece.ends * PIECE_ENDS
            | piece.room << ROOM_SHIFT
            | piece.value << VALUE_SHIFT
        )
        for language in range(len(NUMBER_LANGUAGES))
        for word, piece in pieces(language).items()
    }
    for words in (
        month_numbers(),
        {word: len(f"{factor:.0f}") - 1 << SCALE_SHIFT for word, factor in scales().items()},
        dict.fromkeys(GLUED_ONLY, GLUED),
        dict.fromkeys(PERCENT, PERCENT_SIGN),
        dict.fromkeys(PER, PER_WORD),
        dict.fromkeys(CENT, CENT_WORD),
    ):
        for word, meaning in words.items():
            meanings[word] = meanings.get(word, 0) | meaning
    return open_table(list(meanings), list(meanings.values()))


@cache
def lower_case() -> NDArray[np.uint32]:
    """Lower case of the code points below `CASED`, shape (CASED,), where it is one letter; else the code point."""
    import numpy as np

    lowered = (chr(code).lower() for code in range(CASED))
    return np.array([ord(low) if len(low) == 1 else code for code, low in enumerate(lowered)], np.uint32)
