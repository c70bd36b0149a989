"""What the sequences found in a line make of it, and how much of what is strange in it they explain."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleanpipe.repair.candidates import Piece

RARE_ALONE = re.compile("[\u0590-\u08ff]")
FEW_LETTERS = 3
"""Letters of Arabic or Hebrew that a line has to have when decoded: one or two come of signs by chance."""

_OTHER_LETTER = re.compile("[\u0370-\u052f\u0590-\u06ff]")
_EAST_ASIAN = re.compile("[\u3040-\u9fff\uac00-\ud7a3]")
_STRANGE = re.compile("[^\x00-\x7f\u00a0’“”‘–—…]")


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


def applied(line: str, pieces: Sequence[Piece]) -> str:
    """The line with each piece put for what it was: its first reading."""
    parts: list[str] = []
    at = 0
    for piece in pieces:
        parts += (line[at : piece.start], piece.readings[0])
        at = piece.end
    parts.append(line[at:])
    return "".join(parts)
