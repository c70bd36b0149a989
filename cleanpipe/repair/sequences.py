"""What the sequences found in a line make of it, and how much of what is strange in it they explain."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from cleanpipe.model import Edit, Span
from cleanpipe.repair.candidates import Piece

RARE_ALONE = re.compile("[\u0590-\u08ff]")
FEW_LETTERS = 3
"""Letters of Arabic or Hebrew that a line has to have when decoded: one or two come of signs by chance."""

_OTHER_LETTER = re.compile("[\u0370-\u052f\u0590-\u06ff]")
_EAST_ASIAN = re.compile("[\u3040-\u9fff\uac00-\ud7a3]")
_STRANGE = re.compile("[^\x00-\x7f\u00a0’“”‘–—…]")
_WORD = re.compile("[^ \t]+")
_FOREIGN = re.compile("[\u0250-\u1dff\u1f00-\u1fff\u2100-\u214f\u2c00-\uffff]")
"""What text in Latin letters hardly ever has; ™ and ligatures are among it."""

_BYTES = (
    "\x80-\x9f\u00a1-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u201a\u201e\u2020-\u2022\u2030"
    "\u2039\u203a\u20ac\u2122"
)
"""What bytes beyond ASCII are in Windows-1252 or Latin-1, but for quotation marks and dashes."""

_BYTE, _NO_BYTE = re.compile(f"[{_BYTES}]"), re.compile(f"[^{_BYTES}\x00-\x7f\u00a0’“”‘–—…]")

CHANCE_SHARE = 0.5
"""Share of the strange characters of a word that are in sequences, below which foreign letters come of chance: East
Asian text in a charset of its own has a third of them in such sequences."""


def count_sequences(pieces: Sequence[Piece]) -> int:
    """How many sequences there are: each is one character, but for what stands with a space."""
    return sum(len(piece.readings[0].rstrip(" ")) for piece in pieces)


def left_over(line: str, pieces: Sequence[Piece]) -> int:
    """How many characters that are neither ASCII nor plain punctuation aren't in the sequences."""
    within = "".join([line[piece.start : piece.end] for piece in pieces])
    return len(_STRANGE.findall(line)) - len(_STRANGE.findall(within))


def clings(line: str, pieces: Sequence[Piece]) -> bool:
    """Whether a sequence touches a letter or a digit: what is meant as a sign stands by itself."""
    return any(line[at : at + 1].isalnum() for piece in pieces for at in (piece.start - 1, piece.end) if at >= 0)


def is_chance(line: str, pieces: Sequence[Piece]) -> bool:
    """Whether sequences are there by chance.

    Either they are a small part of a text in Cyrillic or Greek: had it been read wrongly, all would be. Or they make a
    letter or two of Arabic or Hebrew, as "Ø±" does, or an East Asian one of letters only, as "шка".
    """
    made = "".join([piece.readings[0] for piece in pieces])
    if 0 < len(RARE_ALONE.findall(made)) < FEW_LETTERS:
        return True
    if 0 < len(_EAST_ASIAN.findall(made)) < FEW_LETTERS and not _EAST_ASIAN.search(line):
        return all(line[piece.start : piece.end].isalpha() for piece in pieces)
    within = len(_OTHER_LETTER.findall("".join([line[piece.start : piece.end] for piece in pieces])))
    return bool(within) and len(_OTHER_LETTER.findall(line)) > 2 * within


def chance_words(line: str, *readings: Sequence[Piece]) -> list[Span]:
    """Words in which sequences that make foreign letters are, in each of the readings, the smaller part of what is
    strange: text in another charset, as "×ÜÍ³¼ÇÕß»á" in GB 18030, of which "Í³" could be "ͳ"."""
    if not any(_FOREIGN.search(piece.readings[0]) for pieces in readings for piece in pieces):
        return []
    starts = [[piece.start for piece in pieces] for pieces in readings]
    found = []
    for word in _WORD.finditer(line):
        most = 0
        for pieces, begins in zip(readings, starts, strict=True):
            inside = pieces[bisect_left(begins, word.start()) : bisect_left(begins, word.end())]
            if any(_FOREIGN.search(piece.readings[0]) for piece in inside):
                most = max(most, sum(len(_BYTE.findall(line, piece.start, piece.end)) for piece in inside))
        if 0 < most < CHANCE_SHARE * len(_BYTE.findall(word[0])) and not _NO_BYTE.search(word[0]):
            found.append(Span(*word.span()))
    return found


def outside(edits: Sequence[Edit], spans: Sequence[Span]) -> list[Edit]:
    """The edits that don't meet any of the spans, which are sorted and don't overlap."""
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    return [edit for edit in edits if bisect_right(ends, edit.start) == bisect_left(starts, edit.end)]


def applied(line: str, pieces: Sequence[Piece]) -> str:
    """The line with each piece put for what it was: its first reading."""
    parts: list[str] = []
    at = 0
    for piece in pieces:
        parts += (line[at : piece.start], piece.readings[0])
        at = piece.end
    parts.append(line[at:])
    return "".join(parts)
