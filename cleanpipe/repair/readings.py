"""Chooses among the readings of damaged characters by the words that they make: a beam over each word.

Every combination of readings costs what its words cost in the language of the text, and the share of a reading in all
combinations, by their likelihood, is how sure it is.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from heapq import nsmallest

from cleanpipe.language.likelihood import LetterModel, words
from cleanpipe.repair.candidates import PUNCTUATION, Piece, layer
from cleanpipe.repair.score import ODD_COST, oddness

BEAM = 24
"""Combinations kept after each damaged character of a word."""

MOST_PIECES = 48
"""Damaged characters that are weighed together. A word has fewer; a line without spaces takes time by its length."""

MANY = 32
"""Readings of one character that are weighed: those whose letters are the commonest in the language."""

ALONE_COST = 6.0
"""Nats that it costs to take a letter that stands by itself for a damaged one: it may be listed or spoken of."""

DEEPER_COST = 4.0
"""Nats that it costs to take a reading for a garbled character: one text in fifty that is garbled is so twice."""

MIN_SHARE = 0.6
"""Share that a reading needs to be believed."""

LONGEST_WORD = 40
"""Characters of a run without spaces that are weighed as one word; a longer one is weighed letter by letter."""

STAYS_COST = 3.0
"""Nats that it costs to leave a single character as it is in a line that is damaged elsewhere."""

_COMMON = (
    "’”éáíóúàèęąłśćńčěřšžđăāēėğőňőűâêîôûäöüåçãõæøñßоаеитнсрвлкмдпуябьгйчзыхжшюцщэфоιατεσνηυρ"
    "אםفのにはをがとでたてしいるなすれ、"
)
"""Letters that are likely to be meant, whatever the language: for a first guess, to tell the language by."""

_PUNCTUATION_COSTS: Mapping[str, Mapping[str, float]] = {
    "standing": {"–": 0.5, "—": 1.0, "…": 3.0},
    "opening": {"“": 0.3, "‘": 3.0, "’": 4.0, "—": 4.0, "–": 4.0, "…": 4.0},
    "closing": {"”": 0.3, "’": 2.5, "…": 4.0, "—": 5.0, "–": 5.0},
    "ending": {"”": 1.5, "’": 1.0, "…": 2.0, "—": 4.0, "–": 4.0},
    "inside": {"’": 0.1, "—": 4.0, "–": 5.0, "…": 5.0},
}
"""Nats of a mark of punctuation by its place: between spaces, before a word, after punctuation, after a word, in a
word; by how often each stands there in English and French news. Others cost MISPLACED_COST there."""

MISPLACED_COST = 8.0
_EAST_ASIAN_COSTS = {"、": 0.5, "。": 0.5, "」": 3.0}

POINT_COST = 7.0
"""Nats of a vowel point of Arabic or Hebrew, which news hardly ever writes and word lists leave out."""

CASE_COST = 3.0
"""Nats of a capital where the letters before are small, or of a small letter between capitals."""

_RARE_COST = 12.0
"""Nats of any other sign that is no letter: †, ‰, ⁂ and their like."""

_MISPLACED = re.compile(r"[a-zß-ÿ][A-ZÀ-Þ]")
"""A capital after a small letter."""

_POINT = re.compile("[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed]")
_ENDS = dict.fromkeys(map(ord, "、。」「』『【】（）！？，：；・〝〟"), "\x03")
"""East Asian punctuation ends a word, as far as the letters before it tell."""

_SPACE = re.compile(r"[\s\u00a0]")


def commonest(readings: Sequence[str]) -> str:
    """The reading that is a common letter in some language, for a text whose language isn't known yet; nothing where
    there are several and none is."""
    best = min(readings, key=lambda reading: _COMMON.find(reading) % (len(_COMMON) + 1))
    return best if len(readings) == 1 or best in _COMMON else ""


def choose(
    line: str, pieces: Sequence[Piece], model: LetterModel | None, least: float | None = None, beam_size: int = BEAM
) -> list[tuple[Piece, float]]:
    """The pieces of a line, each with the one reading that is believed and its share from 0 to 1.

    Those in doubt are left out (a share below `least`, MIN_SHARE if not given), and those that are meant as they stand.
    `beam_size`: combinations kept on the way; a few do to tell charsets apart.
    """
    result: list[tuple[Piece, float]] = []
    index = 0
    while index < len(pieces):
        token = [pieces[index]]
        index += 1
        while (
            index < len(pieces)
            and len(token) < MOST_PIECES
            and not _SPACE.search(line, token[-1].end, pieces[index].start)
        ):
            token.append(pieces[index])
            index += 1
        if all(len(piece.readings) == 1 and piece.end - piece.start > 1 for piece in token):
            result += ((piece, 1.0) for piece in token)
        else:
            result += _choose(line, token, model, MIN_SHARE if least is None else least, beam_size)
    return result


def _choose(
    line: str, pieces: Sequence[Piece], model: LetterModel | None, least_share: float, beam_size: int
) -> list[tuple[Piece, float]]:
    first, last = pieces[0].start, pieces[-1].end
    before = re.search(r"[^\s\u00a0]*$", line[max(0, first - LONGEST_WORD) : first])
    after = re.match(r"[^\s\u00a0]*", line[last : last + LONGEST_WORD])
    assert before is not None and after is not None
    lead, tail = before[0], after[0]
    options = [_options(line, piece, model) for piece in pieces]
    beam: list[tuple[float, str, tuple[str, ...]]] = [(0.0, _lowered(lead[-2:]), ())]
    at = first
    for piece, readings in zip(pieces, options, strict=True):
        between = _lowered(line[at : piece.start])
        runs = [(reading, price, between + _lowered(reading)) for reading, price in readings]
        prices: dict[str, list[tuple[float, str, str]]] = {}
        for _, state, _ in beam:
            if state not in prices:
                prices[state] = [
                    (price + (_run(model, state, run) if model else 0.0), (state + run)[-2:], reading)
                    for reading, price, run in runs
                ]
        beam = nsmallest(
            beam_size,
            (
                (cost + price, following, (*chosen, reading))
                for cost, state, chosen in beam
                for price, following, reading in prices[state]
            ),
        )
        at = piece.end
    whole = last - first <= LONGEST_WORD
    scored = []
    for cost, state, chosen in beam:
        token = lead + _filled(line, pieces, chosen) + tail
        odd = ODD_COST * (oddness(f" {token} ") + len(_MISPLACED.findall(token)))
        if whole and model is not None:
            price = sum(dict(p)[r] for r, p in zip(chosen, options, strict=True))
            cost = model.total(words(token)) + price
            deeper = _decoded(token)
            if deeper != token:  # the reading is a garbled character itself: "Ã¥" where "å" was garbled twice
                deeper_odd = ODD_COST * oddness(f" {deeper} ") + DEEPER_COST
                cost, odd = min((cost, odd), (model.total(words(deeper)) + price, deeper_odd), key=sum)
        elif model is not None:
            cost += _run(model, state, _lowered(tail))
        scored.append((cost + odd, chosen))
    scored.sort()
    least = scored[0][0]
    weights = [math.exp(min(0.0, least - cost)) for cost, _ in scored]
    total = sum(weights)
    result = []
    for place, piece in enumerate(pieces):
        reading = scored[0][1][place]
        share = (
            sum(weight for weight, (_, chosen) in zip(weights, scored, strict=True) if chosen[place] == reading) / total
        )
        if share >= least_share and line[piece.start : piece.end] != reading:
            result.append((Piece(piece.start, piece.end, (reading,)), share))
    return result


def _decoded(token: str) -> str:
    parts, at = [], 0
    for piece in layer("cp1252").pieces(token, lossy=False):
        parts += [token[at : piece.start], piece.readings[0]]
        at = piece.end
    return "".join([*parts, token[at:]])


def _filled(line: str, pieces: Sequence[Piece], chosen: Sequence[str]) -> str:
    parts, at = [], pieces[0].start
    for piece, reading in zip(pieces, chosen, strict=True):
        parts += [line[at : piece.start], reading]
        at = piece.end
    return "".join(parts)


def _lowered(text: str) -> str:
    return text.casefold().translate(_ENDS)


def _run(model: LetterModel, state: str, run: str) -> float:
    """Nats of the letters of a run after the two before it, a word's beginning where there are none."""
    state = state or "\x02"
    return model.letters(state + run) - (model.letters(state) if len(state) > 1 else 0.0)


def _options(line: str, piece: Piece, model: LetterModel | None) -> list[tuple[str, float]]:
    """What a piece may be, with what each costs beyond the letters it makes; letters foreign to the language left out
    where there are many."""
    text = line[piece.start : piece.end]
    following = line[piece.end : piece.end + 1]
    readings = [r for r in piece.readings if not (r.endswith(" ") and following in ("", " "))] or list(piece.readings)
    if model is not None and len(readings) > MANY:
        readings = nsmallest(MANY, readings, key=lambda reading: model.letters("\x04" + reading[:1].casefold()))
    before, after = line[max(0, piece.start - 2) : piece.start], line[piece.end : piece.end + 2]
    found = [(reading, _price(before, reading, after) + _case(before, reading, after)) for reading in readings]
    if len(text) > 1:
        return found
    if before[-1:].isalpha() or after[:1].isalpha():
        return [*found, (text, STAYS_COST)]
    return [*((reading, price + ALONE_COST) for reading, price in found), (text, 0.0)]


def _price(before: str, reading: str, after: str) -> float:
    sign = reading.rstrip(" ")
    if sign in PUNCTUATION or sign == "…":
        after = reading[len(sign) :] + after
        return _PUNCTUATION_COSTS[_place(before[-1:], after[:1])].get(sign, MISPLACED_COST)
    if sign in _EAST_ASIAN_COSTS:
        return _EAST_ASIAN_COSTS[sign]
    if _POINT.fullmatch(sign):
        return POINT_COST
    return 0.0 if all(unicodedata.category(character)[0] in "LM" for character in sign) else _RARE_COST


def _place(before: str, after: str) -> str:
    if not before or before.isspace() or before in "([“‘—–":
        return "standing" if not after or after.isspace() else "opening"
    if after.isalnum():
        return "inside"
    return "ending" if before.isalnum() else "closing"


def _case(before: str, reading: str, after: str) -> float:
    """What a capital costs after a small letter or a space inside a sentence, and a small letter among capitals."""
    if not reading[:1].isalpha() or reading.lower() == reading.upper():
        return 0.0
    near = [c for c in before[-2:] + after[:2] if c.isalpha()]
    if reading[:1].isupper():
        if len(near) > 1 and all(c.isupper() for c in near):
            return 0.0
        inside = before[-1:].isalpha() or (before[-1:] == " " and before[-2:-1] not in ".!?:…-–—")
        return CASE_COST if inside else 0.0
    return CASE_COST if len(near) > 1 and all(c.isupper() for c in near) else 0.0
