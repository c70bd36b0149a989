"""How each letter is folded and looked up in a language, as tables, for words in which letters stand for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cleanpipe.language import words
from cleanpipe.language.classes import LETTER, code_point_classes
from cleanpipe.language.tokens import INNER_SIGNS, fold

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

LETTERS_END = 0x530
"""Latin, Greek and Cyrillic, but for rare letters: those that `tokens.fold` may drop accents of."""

UPPER_CASE, LOWER_CASE = 1, 2

Spellings = tuple["NDArray[np.int32]", "NDArray[np.uint32]"]
"""What each code point becomes: where it begins in the second, and one more, where the last ends."""


@dataclass(frozen=True, slots=True)
class Letters:
    """For every code point below `LETTERS_END`: what it is folded to, how a language lists it, and how it lists what it
    is folded to; and its case. A code point that is folded to nothing is no simple letter.
    """

    folded: Spellings
    listed: Spellings
    listed_folded: Spellings
    cases: NDArray[np.uint8]


@cache
def letters(lang: str) -> Letters:
    """Tables of a language that `words.table_code` names. About 5 ms."""
    import numpy as np

    classes = code_point_classes()
    simple = [
        code
        for code in range(LETTERS_END)
        if classes[code] & LETTER and chr(code) not in INNER_SIGNS and _is_simple(chr(code), lang)
    ]
    cases = np.zeros(LETTERS_END, np.uint8)
    for code in simple:
        letter = chr(code)
        cases[code] = UPPER_CASE if letter.isupper() else LOWER_CASE if letter.islower() or letter.istitle() else 0
    return Letters(
        _spellings(simple, fold),
        _spellings(simple, lambda letter: words.fold(letter, lang)),
        _spellings(simple, lambda letter: words.fold(fold(letter), lang)),
        cases,
    )


def _is_simple(letter: str, lang: str) -> bool:
    """Whether a letter becomes letters alone, some of them, whatever stands beside it."""
    made = fold(letter), words.fold(letter, lang), words.fold(fold(letter), lang)
    return all(spelling.isalpha() for spelling in made) and max(made[0]) < chr(LETTERS_END)


def _spellings(simple: list[int], spell: Callable[[str], str]) -> Spellings:
    import numpy as np

    made = [""] * LETTERS_END
    for code in simple:
        made[code] = spell(chr(code))
    begins = np.zeros(LETTERS_END + 1, np.int32)
    np.cumsum([len(spelling) for spelling in made], out=begins[1:])
    return begins, np.array([ord(letter) for spelling in made for letter in spelling], np.uint32)
