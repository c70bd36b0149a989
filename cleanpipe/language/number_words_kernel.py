"""Numbers in words in compiled code: those of `number_words`.

Pieces of all languages stand in the table of `figure_words`, each behind the number of its language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleanpipe.language.compiled import compiled, inner
from cleanpipe.language.figure_words import (
    GLUED,
    LONGEST_PIECE,
    PIECE_BEGINS,
    PIECE_ENDS,
    PIECE_KIND,
    PIECE_ROOM,
    PIECE_VALUE,
    ROOM_SHIFT,
    SCALE,
    SCALE_SHIFT,
    VALUE_SHIFT,
    language_mark,
)
from cleanpipe.language.figure_words_kernel import letters_end, lowered
from cleanpipe.language.lexicon_kernel import BEGINS_NUMBER, place_of
from cleanpipe.language.number_tables import AFTER_HUNDREDS, AFTER_TENS, BEFORE_ONE, INSIDE
from cleanpipe.language.number_words import (
    ADD,
    EIGHTY,
    FOUR,
    HUNDRED,
    JOIN,
    LONGEST_WORD,
    SCORE,
    THOUSAND,
    TWENTY,
    WITHIN,
)
from cleanpipe.language.number_words import SCALE as SCALE_PIECE
from cleanpipe.language.scan_kernel import HASH_LEAST, HASH_START, hash_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOO_LARGE = 10**14
"""Numbers that amount to so much are left to Python: more may be added, and 15 digits are the most."""

NONE, LEFT = -1, -2
"""For no number, and for one that is left to Python."""

_EMPTY = np.uint64(0)
_FIRST_MARK = np.uint32(ord(language_mark(0)))
_LEAST_SCALE = 3


@inner
def _seed(language: int) -> np.uint64:
    """State of the hash behind the mark of a language."""
    return hash_step(HASH_START, _FIRST_MARK + np.uint32(language))


@inner
def _alone(
    points: NDArray[np.uint32],
    start: int,
    stop: int,
    language: int,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
) -> int:
    """What a whole word means as a piece, 0 where it is none."""
    value, plain = _seed(language), HASH_START
    for at in range(start, stop):
        letter = lowered(points[at], lower_case)
        value, plain = hash_step(value, letter), hash_step(plain, letter)
    place = place_of(keys, max(value, HASH_LEAST))
    if keys[place] != _EMPTY:
        return int(meanings[place])
    place = place_of(keys, max(plain, HASH_LEAST))
    word = meanings[place] if keys[place] != _EMPTY else 0
    power = (word & SCALE) >> SCALE_SHIFT
    if power < _LEAST_SCALE or word & GLUED:
        return 0
    return SCALE_PIECE | PIECE_ENDS | power << VALUE_SHIFT


@inner
def _begins_piece(
    points: NDArray[np.uint32],
    start: int,
    stop: int,
    language: int,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
) -> bool:
    """`number_words._begins_piece`."""
    value = _seed(language)
    for at in range(start, min(stop, start + LONGEST_PIECE)):
        value = hash_step(value, lowered(points[at], lower_case))
        if keys[place_of(keys, max(value, HASH_LEAST))] != _EMPTY:
            return True
    return False


@inner
def _part(
    points: NDArray[np.uint32],
    start: int,
    stop: int,
    language: int,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
) -> tuple[int, int]:
    """What the longest piece means that a part of a word begins with, and where it ends; 0 where there is none."""
    value, found, end = _seed(language), 0, start
    for at in range(start, min(stop, start + LONGEST_PIECE)):
        value = hash_step(value, lowered(points[at], lower_case))
        place = place_of(keys, max(value, HASH_LEAST))
        if keys[place] != _EMPTY and (
            at + 1 == stop or _begins_piece(points, at + 1, stop, language, lower_case, keys)
        ):
            found, end = int(meanings[place]), at + 1
    return found, end


@inner
def _first_part(
    points: NDArray[np.uint32],
    start: int,
    stop: int,
    language: int,
    glued: bool,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
) -> tuple[int, int]:
    """What the first piece of a word means, and where it ends; 0 where the word has other parts, too."""
    if stop - start > LONGEST_WORD:
        return 0, stop
    found = _alone(points, start, stop, language, lower_case, keys, meanings)
    if found or not glued:
        return found if found & PIECE_ENDS else 0, stop
    first, first_end = _part(points, start, stop, language, lower_case, keys, meanings)
    if not first or first & PIECE_KIND == JOIN:
        return 0, start
    part, end = first, first_end
    while part and end < stop:
        part, end = _part(points, end, stop, language, lower_case, keys, meanings)
    return first if part & PIECE_ENDS and part & PIECE_KIND != JOIN else 0, first_end


@compiled
def mark_numbers(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    new: NDArray[np.int64],
    language: int,
    glued: bool,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
    flags: NDArray[np.uint8],
) -> None:
    """Flags the words among the tokens `new` that a number can begin with, if they have letters alone."""
    for row in range(len(new)):
        start, stop = starts[new[row]], ends[new[row]]
        if stop > start and letters_end(points, classes, start, stop) == stop:
            first, _ = _first_part(points, start, stop, language, glued, lower_case, keys, meanings)
            if first & PIECE_BEGINS:
                flags[row] |= BEGINS_NUMBER


@inner
def _joins(where: int, room: int, inside: bool, group: int) -> bool:
    """`number_words._joins`."""
    if where & INSIDE:
        return inside and (room >= HUNDRED or 0 < group % HUNDRED < 10)
    return where & (AFTER_HUNDREDS if room >= HUNDRED else AFTER_TENS if room >= 10 else 0) != 0


@inner
def spelt(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint16],
    start: int,
    end: int,
    language: int,
    glued: bool,
    lower_case: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    meanings: NDArray[np.int32],
) -> tuple[int, bool, int]:
    """`number_words.spelt`, with a value of `NONE` or `LEFT` where there is none to tell."""
    whole, group, room, joined, stop, bound, counted = 0, 0, 0, 0, start, 0, False
    hundreds, hundreds_end, thousands = 0, start, start
    word_end, at, inside = start, start, False
    while True:
        if at < word_end:
            piece, behind = _part(points, at, word_end, language, lower_case, keys, meanings)
            inside = True
        else:
            if at > start:
                if at >= end or (points[at] != 0x20 and points[at] != 0x2D):
                    break
                at += 1
            word_end = letters_end(points, classes, at, end)
            if word_end == at:
                break
            piece, behind = _first_part(points, at, word_end, language, glued, lower_case, keys, meanings)
            inside = False
        kind, value = piece & PIECE_KIND, (piece & PIECE_VALUE) >> VALUE_SHIFT
        if kind == 0:
            break
        at = behind
        if stop == start:
            if not piece & PIECE_BEGINS:
                break
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
            fits = value < room and (value > 0 or room >= HUNDRED)
            if not (backward or fits) or (joined & BEFORE_ONE and value != 1 and value != 11):
                break
            group, room = group + value, 0 if backward else (piece & PIECE_ROOM) >> ROOM_SHIFT
        elif (joined and counted) or not (counted or piece & PIECE_BEGINS):
            break
        else:
            factor = 10**value
            counts = group if counted else 1
            if kind == WITHIN and hundreds_end > start:
                group, stop = hundreds, hundreds_end
                break
            if bound and (counts * factor if kind == WITHIN else factor) >= bound:
                if counted:
                    group, stop = 0, thousands
                break
            if kind == WITHIN:
                group = counts * factor
                room, hundreds, hundreds_end = factor, group, behind
            else:
                whole, group, room, bound = whole + counts * factor, 0, THOUSAND, factor
                hundreds_end, thousands = start, behind
                if whole >= TOO_LARGE:
                    return LEFT, False, behind
        stop, joined, counted = behind, 0, kind != SCALE_PIECE
    return whole + group if stop > start else NONE, bound == 0, stop
