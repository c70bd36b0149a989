"""Chooses among the readings of damaged characters by the words that they make: a beam over each word.

Every combination of readings costs what its words cost in the language of the text, and the share of a reading in all
combinations, by their likelihood, is how sure it is.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from heapq import nsmallest

from cleanpipe.language.likelihood import LetterModel, letter_model, words
from cleanpipe.repair.candidates import PUNCTUATION, Piece, layer
from cleanpipe.repair.evidence import has_likelier
from cleanpipe.repair.score import ODD_COST, oddness
from cleanpipe.repair.sequences import applied

BEAM = 12
"""Combinations kept after each damaged character of a word."""

LONG_BEAM = 8
"""The same where the letters alone decide, because there are no spaces that divide words."""

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

NEIGHBOURS = 2
"""Characters on either side of a damaged one that what it may be is judged by."""

MAX_REMEMBERED = 1 << 14
"""Words whose readings are kept in mind: words recur."""

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

INSIDE_COST = 12.0
"""The same right after a small letter: "cafÉ" is no reading of "cafÃ", though the word is known."""

EURO_COST = 3.0
"""Nats of the one sign beside letters and punctuation that news is full of."""

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
            continue
        first, last = token[0].start, token[-1].end
        lead, tail = _lead(line[max(0, first - LONGEST_WORD) : first]), _tail(line[last : last + LONGEST_WORD])
        start = max(0, first - len(lead) - NEIGHBOURS)
        chosen = _choose(
            line[start : last + len(tail) + NEIGHBOURS],
            tuple([(piece.start - start, piece.end - start, piece.readings) for piece in token]),
            lead,
            tail,
            None if model is None else model.lang,
            MIN_SHARE if least is None else least,
            beam_size,
        )
        result += ((Piece(token[n].start, token[n].end, (reading,)), share) for n, reading, share in chosen)
    return result


def _lead(before: str) -> str:
    found = re.search(r"[^\s\u00a0]*$", before)
    return found[0] if found else ""


def _tail(after: str) -> str:
    found = re.match(r"[^\s\u00a0]*", after)
    return found[0] if found else ""


@lru_cache(maxsize=MAX_REMEMBERED)
def _choose(
    line: str,
    token: tuple[tuple[int, int, tuple[str, ...]], ...],
    lead: str,
    tail: str,
    lang: str | None,
    least_share: float,
    beam_size: int,
) -> list[tuple[int, str, float]]:
    """The pieces of a word that are believed, by their places in `token`, each with its reading and share. `line` is
    the word with its neighbours."""
    model = None if lang is None else letter_model(lang)
    result: list[tuple[int, str, float]] = []
    doubtful: list[int] = []
    literals = [lead]  # what stands before each doubtful piece, and behind the last one
    prices: list[dict[str, float]] = []
    at = token[0][0]
    for place, (start, end, readings) in enumerate(token):
        literals[-1] += line[at:start]
        at = end
        if len(readings) == 1 and end - start > 1:
            literals[-1] += readings[0]
            result.append((place, readings[0], 1.0))
            continue
        doubtful.append(place)
        prices.append(dict(_options(line, start, end, readings, model)))
        literals.append("")
    literals[-1] += tail
    whole = at - token[0][0] <= LONGEST_WORD
    scored = _scored(literals, prices, model, beam_size if whole else min(beam_size, LONG_BEAM), whole)
    least, best = scored[0]
    weights = [math.exp(min(0.0, least - cost)) for cost, _ in scored]
    total = sum(weights)
    for number, place in enumerate(doubtful):
        reading = best[number]
        share = sum([w for w, (_, chosen) in zip(weights, scored, strict=True) if chosen[number] == reading]) / total
        start, end, _ = token[place]
        if share < least_share or line[start:end] == reading:
            continue
        if (
            whole
            and model is not None
            and line[start:end].strip().isalpha()
            and _is_another(model, literals, best, number)
        ):
            continue
        result.append((place, reading, share))
    return sorted(result)


def _scored(
    literals: Sequence[str], prices: Sequence[Mapping[str, float]], model: LetterModel | None, size: int, whole: bool
) -> list[tuple[float, tuple[str, ...]]]:
    """The best readings of all doubtful pieces, the cheapest first, with what each costs; `whole` for a word that isn't
    too long to be looked up."""
    scored = []
    for cost, state, chosen in _beam(literals, prices, model, size):
        word = "".join([part for pair in zip(literals, chosen, strict=False) for part in pair]) + literals[-1]
        odd = ODD_COST * (oddness(f" {word} ") + len(_MISPLACED.findall(word)))
        if whole and model is not None:
            price = sum([costs[reading] for reading, costs in zip(chosen, prices, strict=True)])
            cost = model.total(words(word)) + price
            deeper = _decoded(word)
            if deeper != word:  # the reading is a garbled character itself: "Ã¥" where "å" was garbled twice
                deeper_odd = ODD_COST * oddness(f" {deeper} ") + DEEPER_COST
                cost, odd = min((cost, odd), (model.total(words(deeper)) + price, deeper_odd), key=sum)
        elif model is not None:
            cost += model.following(state, _lowered(literals[-1]))
        scored.append((cost + odd, chosen))
    return sorted(scored)


def _is_another(model: LetterModel, literals: Sequence[str], chosen: Sequence[str], number: int) -> bool:
    """Whether a reading makes a word that is much rarer than one with a letter that it can't be."""
    before = (
        "".join([part for pair in zip(literals[:number], chosen, strict=False) for part in pair]) + literals[number]
    )
    after = literals[number + 1] + "".join(
        [part for pair in zip(chosen[number + 1 :], literals[number + 2 :], strict=True) for part in pair]
    )
    lead, tail = (words(before[-LONGEST_WORD:]) or [""])[-1], (words(after[:LONGEST_WORD]) or [""])[0]
    lead = lead if before.endswith(lead) else ""
    tail = tail if after.startswith(tail) and not chosen[number].endswith(" ") else ""
    return has_likelier(model, lead, chosen[number].rstrip(" "), tail)


def _beam(
    literals: Sequence[str], prices: Sequence[Mapping[str, float]], model: LetterModel | None, size: int
) -> list[tuple[float, str, tuple[str, ...]]]:
    """The cheapest combinations by their letters: nats, the last two letters, and the readings."""
    beam: list[tuple[float, str, tuple[str, ...]]] = [(0.0, _lowered(literals[0])[-2:], ())]
    between = ""
    for literal, readings in zip(literals[1:], prices, strict=True):
        runs = [(reading, price, between + _lowered(reading)) for reading, price in readings.items()]
        found = [
            (cost + price + (model.following(state, run) if model else 0.0), number, reading, run)
            for number, (cost, state, _) in enumerate(beam)
            for reading, price, run in runs
        ]
        found.sort()
        beam = [
            (cost, (beam[number][1] + run)[-2:], (*beam[number][2], reading))
            for cost, number, reading, run in found[:size]
        ]
        between = _lowered(literal)
    return beam


def _decoded(word: str) -> str:
    return applied(word, layer("cp1252").pieces(word, lossy=False))


def _lowered(text: str) -> str:
    return text.casefold().translate(_ENDS)


def _options(
    line: str, start: int, end: int, readings: Sequence[str], model: LetterModel | None
) -> list[tuple[str, float]]:
    """What a piece may be, with what each costs beyond the letters it makes; letters foreign to the language left out
    where there are many."""
    text = line[start:end]
    following = line[end : end + 1]
    readings = [r for r in readings if not (r.endswith(" ") and following in ("", " ", ",", "."))] or list(readings)
    if model is not None and len(readings) > MANY:
        readings = nsmallest(MANY, readings, key=lambda reading: model.letters("\x04" + reading[:1].casefold()))
    before = line[max(0, start - NEIGHBOURS) : start]
    after = line[end : end + NEIGHBOURS]
    found = [(reading, _price(before, reading, after) + _case(before, reading, after)) for reading in readings]
    if len(text) > 1:
        # "Mâ¬" has lost a byte of "€" that these readings lack: better left than made "M❬".
        return found if min(price for _, price in found) < _RARE_COST else [*found, (text, STAYS_COST)]
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
    if sign == "€":
        return EURO_COST
    if _POINT.fullmatch(sign):
        return POINT_COST
    return 0.0 if all(map(_is_letter, sign)) else _RARE_COST


def _is_letter(character: str) -> bool:
    """Whether a character is a letter or a mark, and no sign that is made of one: ⁿ, ℬ."""
    return unicodedata.category(character)[0] in "LM" and not "\u2070" <= character <= "\u214f"


def rare_signs(pieces: Sequence[Piece]) -> float:
    """Nats of the signs among first readings that hardly any text has."""
    signs = "".join([piece.readings[0].rstrip(" ") for piece in pieces])
    return sum([price for price in [_price("", sign, "") for sign in signs] if price >= _RARE_COST])


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
    near = "".join([c for c in before[-2:] + after[:2] if c.isalpha()])
    if reading[:1].isupper():
        if len(near) > 1 and near.isupper():
            return 0.0
        if before[-1:].islower():
            return INSIDE_COST
        inside = before[-1:].isalpha() or (before[-1:] == " " and before[-2:-1] not in ".!?:…-–—")
        return CASE_COST if inside else 0.0
    return CASE_COST if len(near) > 1 and near.isupper() else 0.0
