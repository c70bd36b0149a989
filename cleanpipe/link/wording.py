"""What the wording of a text gives away about who reworded whom: rewriters lengthen words and drop names and
quotations."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from cleanpipe.text.scripts import UNSPACED, class_of

_UNSPACED = class_of(*sorted(UNSPACED))
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+")
"""Words; in scripts without spaces between them, letters."""

_NAME = re.compile(r"(?<=[^\W\d_A-Z,;][ ,])[^\W\d_a-z][^\W\d_]")
_NUMBER = re.compile(r"\d+")
_QUOTE = re.compile(r"[\"“«„「]")

FEWEST_WORDS = 30
"""Texts with fewer words have no average to speak of."""


class Wording(NamedTuple):
    """Counts of a text: words, letters in them, capitalised words within sentences, numbers, opening quotation
    marks."""

    words: int
    letters: int
    names: int
    numbers: int
    quotations: int


class Compared(NamedTuple):
    """One text against another, each figure bounded: logarithms of ratios, and letters a word of difference."""

    longer: float
    word_length: float
    names: float
    numbers: float
    quotations: float


def wording(text: str) -> Wording:
    words = _WORD.findall(text)
    # Letters of scripts without capitals begin no name.
    names = sum(found[0].isupper() for found in _NAME.findall(text))
    return Wording(
        len(words), sum(map(len, words)), names, len(_NUMBER.findall(text)), sum(1 for _ in _QUOTE.finditer(text))
    )


def compare(one: Wording, two: Wording) -> Compared | None:
    """None where one of the texts is too short."""
    if min(one.words, two.words) < FEWEST_WORDS:
        return None
    return Compared(
        longer=_log_ratio(one.words, two.words),
        word_length=max(-1.0, min(1.0, one.letters / one.words - two.letters / two.words)),
        names=_log_ratio(one.names, two.names),
        numbers=_log_ratio(one.numbers, two.numbers),
        quotations=_log_ratio(one.quotations, two.quotations),
    )


def _log_ratio(one: int, two: int) -> float:
    return max(-1.5, min(1.5, math.log((1 + one) / (1 + two))))
