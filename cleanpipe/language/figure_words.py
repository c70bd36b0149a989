"""The words that numbers and dates are made of, as one table for compiled functions, and the lower case of letters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cleanpipe.language.figures import AND, CENT, GLUED_ONLY, PER, PERCENT, UNITS, month_numbers, scales
from cleanpipe.language.tables import open_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MONTH, UNIT, SCALE = 0xF, 0x7F0, 0xF800
"""Bits of what a word may mean: number of a month, number word plus one, decimal logarithm of a factor."""

UNIT_SHIFT, SCALE_SHIFT = 4, 11

GLUED, PERCENT_SIGN, PER_WORD, CENT_WORD, AND_WORD = 1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20
"""Whether it multiplies only right behind digits, means per cent, is the first or second half of that, or joins number
words."""

CASED = 0x2200
"""Letters with a lower case that the words have stand below this."""


@cache
def figure_words() -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """What each word in lower case means, as an open table."""
    meanings: dict[str, int] = {}
    for words in (
        month_numbers(),
        {word: value + 1 << UNIT_SHIFT for word, value in UNITS.items()},
        {word: len(f"{factor:.0f}") - 1 << SCALE_SHIFT for word, factor in scales().items()},
        dict.fromkeys(GLUED_ONLY, GLUED),
        dict.fromkeys(PERCENT, PERCENT_SIGN),
        dict.fromkeys(PER, PER_WORD),
        dict.fromkeys(CENT, CENT_WORD),
        {AND: AND_WORD},
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
