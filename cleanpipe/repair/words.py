"""Chooses among the readings of damaged characters by the words that they make in the language of the text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import product

from cleanpipe.repair.candidates import PUNCTUATION, Piece
from cleanpipe.repair.score import oddness
from cleanpipe.text.scripts import is_unspaced, script_of

MAX_COMBINATIONS = 200
"""Readings of one word that are tried; beyond, each character keeps its likeliest ones."""

MARGIN = 0.7
"""Lead over the second best, in Zipf units and letter weights together, that a reading needs to be believed."""

ODD_PENALTY = 4.0
"""Zipf units that an odd pair costs."""

COMMON_WORDS = 20_000
"""Words of the frequency list that letter weights are taken from."""

_WORD = re.compile(r"[^\s!-&(-@\[-`{-~“”„‘«»‹›…–—।॥，。、\u00a0]+")
_LONGEST_TOKEN = 200


def language_of(text: str) -> str | None:
    """The language of a text (ISO 639-1), None where it is unsure."""
    from cleanpipe.language.identify import identify

    return identify(text)[0]


def choose(line: str, pieces: Sequence[Piece], lang: str | None) -> list[Piece]:
    """The pieces of a line with one reading each; those that stay in doubt are left out."""
    result: list[Piece] = []
    index = 0
    while index < len(pieces):
        token = [pieces[index]]
        index += 1
        while index < len(pieces) and not re.search(r"\s", line[token[-1].end : pieces[index].start]):
            token.append(pieces[index])
            index += 1
        result += _choose_token(line, token, lang)
    return result


_COMMON = "’”éáíóúàèęąłśćńčěřšžđăāēėğőňőűâêîôûäöüåçãõæøñßоаеитнсрвлкмдпуябьгйчзыхжшюцщэфоιατεσνηυρ"
"""Letters that are likely to be meant, whatever the language: for a first guess, to tell the language by."""


def commonest(readings: Sequence[str]) -> str:
    """The reading that is a common letter in some language, for a text whose language isn't known yet."""
    return min(readings, key=lambda reading: _COMMON.find(reading) % (len(_COMMON) + 1))


def likelihood(before: str, after: str) -> float:
    """How much more of a line's words are words for having been decoded: known ones less unknown ones."""
    from cleanpipe.language.words import has_words, zipf

    lang = language_of(after)
    if lang is None or not has_words(lang):
        return 0.0
    old = set(_WORD.findall(before))
    return sum(1.0 if zipf(word, lang) > 0 else -1.0 for word in _WORD.findall(after) if word not in old)


def _choose_token(line: str, pieces: list[Piece], lang: str | None) -> list[Piece]:
    if all(len(piece.readings) == 1 and piece.end - piece.start > 1 for piece in pieces):
        return pieces
    first, last = pieces[0].start, pieces[-1].end
    start = max((line.rfind(space, max(0, first - _LONGEST_TOKEN), first) for space in " \u00a0\t"), default=-1) + 1
    ends = [at for space in " \u00a0\t" if (at := line.find(space, last, last + _LONGEST_TOKEN)) >= 0]
    end = min(ends, default=len(line[: last + _LONGEST_TOKEN]))
    start = max(start, first - _LONGEST_TOKEN)
    options = [_options(line, piece, lang) for piece in pieces]
    if sum(len(readings) > 1 for readings in options) > 0 and any(
        is_unspaced(script_of(reading[0])) for readings in options for reading in readings[:1]
    ):
        return _choose_unspaced(line, pieces, options, lang)
    while math.prod(len(readings) for readings in options) > MAX_COMBINATIONS:
        widest = max(range(len(options)), key=lambda at: (len(options[at]), -at))
        if len(options[widest]) == 1:
            return []
        options[widest] = options[widest][:-1]
    weights = [
        {reading: _weight(reading, lang) + _case(line, start, piece, reading) for reading in readings}
        for piece, readings in zip(pieces, options, strict=True)
    ]
    scored: list[tuple[float, tuple[str, ...]]] = []
    for readings in product(*options):
        token = _fill(line, start, end, pieces, readings)
        total = sum(weight[reading] for weight, reading in zip(weights, readings, strict=True))
        scored.append((_likely(token, lang) + total, readings))
    scored.sort(key=lambda item: (-item[0], item[1]))
    best = scored[0]
    if len(scored) == 1 or best[0] - scored[1][0] >= MARGIN:
        return _settled(line, pieces, best[1])
    # The readings that the best ones agree on are believed, the others stay.
    close = [readings for score, readings in scored if best[0] - score < MARGIN]
    agreed = [piece if len({readings[at] for readings in close}) == 1 else None for at, piece in enumerate(pieces)]
    kept = [(piece, best[1][at]) for at, piece in enumerate(agreed) if piece is not None]
    return _settled(line, [piece for piece, _ in kept], [reading for _, reading in kept])


def _case(line: str, start: int, piece: Piece, reading: str) -> float:
    """What a capital costs where none is due: inside a sentence, among small letters."""
    letters = [
        c for c in line[start : piece.start][-4:] + line[piece.end : piece.end + 4] if c.isascii() and c.isalpha()
    ]
    if not reading[:1].isupper():
        return 0.0
    if len(letters) > 1 and all(letter.isupper() for letter in letters):
        return 2.0
    before = line[max(0, start - 3) : piece.start].strip()
    return 0.8 if not before or before[-1] in ".!?:“„«(-" else -1.0


def _settled(line: str, pieces: Sequence[Piece], readings: Sequence[str]) -> list[Piece]:
    return [
        Piece(piece.start, piece.end, (reading,))
        for piece, reading in zip(pieces, readings, strict=True)
        if line[piece.start : piece.end] != reading
    ]


def _options(line: str, piece: Piece, lang: str | None) -> list[str]:
    """Readings of a piece, the likelier letters first. A single character may also be what it looks like."""
    text = line[piece.start : piece.end]
    own = [text] if len(text) == 1 else []
    if len(piece.readings) == 1 and not own:
        return list(piece.readings)
    following = line[piece.end : piece.end + 1]
    choices = [r for r in piece.readings if not (r.endswith(" ") and following in ("", " "))] or list(piece.readings)
    readings = sorted(dict.fromkeys(choices), key=lambda reading: -_weight(reading, lang))
    return readings + own


def _fill(line: str, start: int, end: int, pieces: Sequence[Piece], readings: Sequence[str]) -> str:
    parts: list[str] = []
    at = start
    for piece, reading in zip(pieces, readings, strict=True):
        parts += (line[at : piece.start], reading)
        at = piece.end
    parts.append(line[at:end])
    return "".join(parts)


def _likely(token: str, lang: str | None) -> float:
    from cleanpipe.language.words import has_words, zipf

    score = -ODD_PENALTY * oddness(f" {token} ") - ODD_PENALTY * _misplaced(token)
    if lang is not None and has_words(lang):
        words = _WORD.findall(token)
        score += sum(max(zipf(word, lang), -1.0) for word in words) / max(1, len(words)) if words else 0.0
    return score


_MISPLACED = re.compile(
    r"^[”’]\w|\w[“‘](?:\W|$)|[^\W\d_][“”‘][^\W\d_]|^[\W]*[”]\w|\w[–—]$|^[–—]\w|[“‘]$|[^\W\d_][‐‑‒‖‗†‡•․‥]|[a-z][A-ZÀ-Þ]"
)


def _misplaced(token: str) -> int:
    return len(_MISPLACED.findall(token))


_PUNCTUATION_WEIGHT = {"”": 1.2, "’": 1.5, "“": 1.2, "‘": 0.4, "–": 0.8, "—": 0.8, "…": 0.7}


@lru_cache(maxsize=65536)
def _weight(reading: str, lang: str | None) -> float:
    """How usual a character is in a language: the logarithm of its share of all letters, from 0 (never) to about 4."""
    reading = reading.rstrip(" ")
    if reading in _PUNCTUATION_WEIGHT:
        return _PUNCTUATION_WEIGHT[reading]
    if lang is None:
        return 0.0
    share = _letters(lang).get(reading.lower(), 0.0)
    value = max(0.0, 5.0 + math.log10(share)) if share else 0.0
    return value if reading == reading.lower() else value - 0.5


@cache
def _letters(lang: str) -> dict[str, float]:
    from cleanpipe.language.words import has_words

    if not has_words(lang):
        return {}
    from itertools import islice

    from wordfreq import get_frequency_dict

    code = {"no": "nb", "nn": "nb", "sr": "sh", "hr": "sh", "bs": "sh"}.get(lang, lang)
    counts: dict[str, float] = {}
    for word, share in islice(get_frequency_dict(code).items(), COMMON_WORDS):
        for letter in word:
            counts[letter] = counts.get(letter, 0.0) + share
    total = sum(counts.values()) or 1.0
    return {letter: count / total for letter, count in counts.items()}


def _choose_unspaced(line: str, pieces: list[Piece], options: list[list[str]], lang: str | None) -> list[Piece]:
    """Each character by the words of two that it makes with its neighbours, left to right."""
    from cleanpipe.language.words import has_words, zipf

    if lang is None or not has_words(lang):
        return [piece for piece in pieces if len(piece.readings) == 1]
    result: list[Piece] = []
    before = ""
    for at, (piece, readings) in enumerate(zip(pieces, options, strict=True)):
        if at and pieces[at - 1].end != piece.start:
            before = line[piece.start - 1]
        following = ""
        if at + 1 < len(pieces) and pieces[at + 1].start == piece.end and len(options[at + 1]) == 1:
            following = options[at + 1][0]
        best = readings[0]
        if len(readings) > 1:
            scores = sorted(
                (
                    (
                        zipf(r, lang)
                        + max(
                            zipf(before + r, lang) if before else 0.0, zipf(r + following, lang) if following else 0.0
                        ),
                        r,
                    )
                    for r in readings
                ),
                key=lambda item: (-item[0], item[1]),
            )
            best = scores[0][1]
            if scores[0][0] - scores[1][0] < MARGIN:
                before = ""
                continue
        result.append(Piece(piece.start, piece.end, (best,)))
        before = best
    return result


assert set(PUNCTUATION) <= set(_PUNCTUATION_WEIGHT)
