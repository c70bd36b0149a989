"""Numbers in words: "forty-eight thousand", "achtundvierzigtausend", "quatre-vingt-dix mille".

A number is a run of pieces: words, or parts of one where a language writes its numbers together. Each piece adds to the
number, multiplies it, or joins two others, and the first that doesn't fit is left to the next number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from cleanpipe.language.number_tables import (
    AFTER_HUNDREDS,
    AFTER_TENS,
    BEFORE_ONE,
    GLUED_ONLY,
    INSIDE,
    NUMBER_LANGUAGES,
    NUMBER_WORDS,
    UNITS,
    number_language,
    scales,
)

ADD, SCORE, WITHIN, SCALE, JOIN = range(1, 6)
"""What a piece does: it adds ("forty"); adds twenty or makes eighty of four ("vingt"); multiplies what is counted
("hundred"); multiplies it and ends it ("thousand"); joins ("and")."""

JOINTS = frozenset(" -")
"""What number words are joined by."""

HUNDRED, THOUSAND = 100, 1000
"""What can be added behind a piece is less than its room: a hundred behind "hundred", all below a thousand behind
"thousand"."""

MOST = 10**18
"""More than any number in words."""

FOUR, TWENTY, EIGHTY = 4, 20, 80

LONGEST_WORD = 128
"""Letters of a word that is a number, at most: Turkish needs 112."""

CACHED_WORDS = 1 << 14

_LETTERS = re.compile(r"[^\W\d_]+")


class Piece(NamedTuple):
    """What a word, or a part of one, does in a number."""

    kind: int
    value: int
    """What it adds; the power of ten that it multiplies by; where it joins (`number_tables.AFTER_TENS` and so on)."""
    room: int = 0
    """What can be added behind it is less."""
    begins: bool = True
    """Whether a number can begin with it; what multiplies then stands for itself."""
    ends: bool = True
    """Whether a word can end with it."""


@cache
def pieces(language: int) -> dict[str, Piece]:
    """The pieces of a language of `NUMBER_LANGUAGES`, but for those of `number_tables.SCALES` that all have."""
    words = NUMBER_WORDS[NUMBER_LANGUAGES[language]]
    found: dict[str, Piece] = {}
    wide = words.wide.split()
    for first, step, row in ((0, 1, words.small), (TWENTY, 10, words.tens), (HUNDRED, HUNDRED, words.hundreds)):
        for place, names in enumerate(row.split()):
            value = first + step * place
            room = HUNDRED if value >= HUNDRED else 10 if value >= TWENTY and value % 10 == 0 else 0
            for name in names.split("|"):
                found[name.rstrip("'")] = Piece(ADD, value, room + 10 * (name in wide), ends=name[-1] != "'")
    found.pop("-", None)
    thousand = SCALE if not words.thousand_of else WITHIN
    for kind, power, names in ((WITHIN, 2, words.hundred), (thousand, 3, words.thousand), (SCALE, 0, words.scales)):
        alone, _, others = names.partition(":")
        for name in _names(alone + "|" + others):
            ends, begins, word = name[-1] != "'", name in _names(alone), name.rstrip("'")
            found[word] = Piece(kind, power or _power(scales()[word]), begins=begins, ends=ends)
    found |= {name: Piece(SCORE, TWENTY, 10) for name in _names(words.score)}
    found |= {name: Piece(JOIN, words.where, begins=False) for name in _names(words.joins)}
    return found


def _names(names: str) -> list[str]:
    return [name for name in names.split("|") if name]


def _power(factor: float) -> int:
    return len(f"{factor:.0f}") - 1


@cache
def _scale_pieces() -> dict[str, Piece]:
    """What multiplies in every language."""
    return {
        word: Piece(SCALE, _power(factor), begins=False)
        for word, factor in scales().items()
        if factor >= THOUSAND and word not in GLUED_ONLY
    }


def is_glued(language: int) -> bool:
    """Whether numbers are written together."""
    return NUMBER_WORDS[NUMBER_LANGUAGES[language]].glued


def split(word: str, language: int) -> tuple[tuple[Piece, int], ...]:
    """The pieces of a word in lower case, each with where it ends; none if it has other parts, too, or is too
    long for a number."""
    return _split(word, language) if len(word) <= LONGEST_WORD else ()


@lru_cache(CACHED_WORDS)
def _split(word: str, language: int) -> tuple[tuple[Piece, int], ...]:
    table = pieces(language)
    alone = table.get(word) or _scale_pieces().get(word)
    if alone or not is_glued(language):
        return ((alone, len(word)),) if alone and alone.ends else ()
    found: list[tuple[Piece, int]] = []
    at = 0
    while at < len(word):
        begin, at = at, _piece_end(word, at, language)
        if at == begin:
            return ()
        found.append((table[word[begin:at]], at))
    first, last = found[0][0], found[-1][0]
    return tuple(found) if JOIN not in (first.kind, last.kind) and last.ends else ()


def _piece_end(word: str, begin: int, language: int) -> int:
    """Where the longest piece ends behind which another begins, or nothing: "cent" in "centotto"."""
    ends = [end for end in range(begin + 1, len(word) + 1) if word[begin:end] in pieces(language)]
    return next((end for end in reversed(ends) if end == len(word) or _begins_piece(word, end, language)), begin)


def _begins_piece(word: str, begin: int, language: int) -> bool:
    return any(word[begin:end] in pieces(language) for end in range(begin + 1, len(word) + 1))


def begins_number(word: str, folded: str, lang: str | None) -> bool:
    """Whether a number can begin with this word, given as it stands and folded."""
    language = number_language(lang)
    if not language:
        return folded in UNITS
    found = split(word.lower(), language)
    return bool(found) and found[0][0].begins


def spelt(text: str, start: int, lang: str | None) -> tuple[int, bool, int] | None:
    """A number in words that begins at a place: its value, whether it is below a thousand's word, and where it ends."""
    whole = group = room = joined = 0
    end, bound, counted = start, MOST, False
    hundreds: tuple[int, int] | None = None
    thousands = start
    for piece, stop, inside in _run(text, start, number_language(lang)):
        kind, value = piece.kind, piece.value
        if end == start:
            if not piece.begins:
                return None
            room = THOUSAND
        if kind == JOIN:
            if joined or not _joins(value, room, inside, group):
                break
            joined = value
            continue
        if kind == SCORE and group % HUNDRED == FOUR:
            group, room = group + EIGHTY - FOUR, TWENTY
        elif kind in (ADD, SCORE):
            backward = joined & INSIDE and 0 < group % HUNDRED < 10 and TWENTY <= value < HUNDRED
            fits = value < room and (value or room >= HUNDRED)
            if not (backward or fits) or (joined & BEFORE_ONE and value not in (1, 11)):
                break
            group, room = group + value, 0 if backward else piece.room
        elif (joined and counted) or not (counted or piece.begins):
            break
        else:
            factor = 10**value
            counts = group if counted else 1
            if kind == WITHIN and hundreds:
                # "Two hundred and three hundred" are two numbers.
                group, end = hundreds
                break
            if (counts * factor if kind == WITHIN else factor) >= bound:
                # "One thousand and two thousand" are two numbers.
                group, end = (0, thousands) if counted else (group, end)
                break
            if kind == WITHIN:
                group = counts * factor
                room, hundreds = factor, (group, stop)
            else:
                whole, group, room, bound = whole + counts * factor, 0, THOUSAND, factor
                hundreds, thousands = None, stop
        end, joined, counted = stop, 0, kind != SCALE
    return (whole + group, bound == MOST, end) if end > start else None


def _joins(where: int, room: int, inside: bool, group: int) -> bool:
    """Whether "and" can stand behind a piece."""
    if where & INSIDE:
        return inside and (room >= HUNDRED or 0 < group % HUNDRED < 10)
    return bool(where & (AFTER_HUNDREDS if room >= HUNDRED else AFTER_TENS if room >= 10 else 0))


def _run(text: str, start: int, language: int) -> Iterator[tuple[Piece, int, bool]]:
    """Pieces from a place on, each with where it ends, and whether it stands behind another inside a word."""
    while word := _LETTERS.match(text, start):
        found = split(word[0].lower(), language)
        for place, (piece, end) in enumerate(found):
            yield piece, start + end, place > 0
        if not found or text[word.end() : word.end() + 1] not in JOINTS:
            return
        start = word.end() + 1
