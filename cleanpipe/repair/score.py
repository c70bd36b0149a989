"""How odd a text looks, whatever its language: neighbours that no orthography puts side by side.

Counts pairs of characters, by class: a symbol inside a word, two scripts in one word, a capital after a small letter
where one of them has an accent, opening quotes after letters, controls. Sound text counts next to nothing; text read
in a wrong charset counts about one for every garbled character. Needs no word list, so it works for all languages.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from cleanpipe.text.scripts import script_of

# Symbols that stand beside letters in sound text: units, prices, trade marks, formulas, footnotes.
_USUAL = frozenset("€£¥¢$°²³¹½¼¾№©®™§·µ₀₁₂₃₄₅₆₇₈₉⁰⁴⁵⁶⁷⁸⁹₽₴₹×÷±−→←↑↓•′″")
_OPENING = frozenset("“„‚«‹¿¡")
_CLOSING = frozenset("”»›")
_NEUTRAL = frozenset("’‘–—…‐‑\u00a0\u00ad\u202f\u2009ªº")
_MIXING = frozenset(
    {"Hebrew", "Arabic", "Armenian", "Georgian", "Devanagari", "Bengali", "Tamil", "Malayalam", "Telugu", "Kannada"}
)


class _Classes(dict[int, str | None]):
    def __missing__(self, code: int) -> str | None:
        value = self[code] = _class(chr(code))
        return value


def _class(character: str) -> str | None:
    if character < "\x80":
        if character.islower():
            return "l"
        if character.isupper():
            return "U"
        return "." if character > " " else " "
    if "\x80" <= character <= "\x9f" or character == "\ufffd" or "\ue000" <= character <= "\uf8ff":
        return "X"
    for members, name in ((_NEUTRAL, "."), (_USUAL, "T"), (_OPENING, "q"), (_CLOSING, "r")):
        if character in members:
            return name
    category = unicodedata.category(character)
    if category[0] == "M" or category == "Cf":
        return None
    if category[0] in "LN":
        upper = category in ("Lu", "Lt")
        script = script_of(character)
        if script == "Latin":
            return "M" if upper else "m"
        if script == "Cyrillic":
            return "C" if upper else "c"
        if script == "Greek":
            return "G" if upper else "g"
        if category in ("Lm", "No", "Sk"):
            return "S"
        return "o" if script in _MIXING else "h"
    if "\u2800" <= character <= "\u28ff":
        return "."
    if category[0] == "S" or character in "†‡‰¶":
        return "e" if character >= "\U0001f000" or "\u2600" <= character <= "\u27bf" else "S"
    return "X" if category in ("Cn", "Cs") else "."


CLASSES = _Classes()

PLAIN = frozenset("lU. Tqreh")
"""Classes of characters that alone never make up a garbled sequence."""

ODD_COST = 5.0
"""Nats that an odd pair is worth: sound text of 46 languages has one in 3,000 characters, garbled text one in two."""

KEPT, LONGEST_KEPT = 256, 10_000
"""Lines whose oddness is kept at hand, and how long they may be: one engine after the other asks for it, and for that
of the same readings."""

_ODD = re.compile(
    r"X|[lUmMcCgGo]S|S[lUmMcCgGo]|S(?=[STX])|TS|[mMcCgG]T|T[mMcCgG]|TT"
    r"|[lm]M|[cg](?=[CG])|m(?=U)|[lUmM](?=[cCgGo])|[cC](?=[lUmMgGo])|[gG](?=[lUmMcCo])|o(?=[lUmMcCgG])"
    r"|[lUmMcCgGo]q|r[lmcgo]|[mM]r(?=[mM])"
)


def oddness(text: str) -> int:
    """How many odd pairs a text has.

    >>> oddness("C’est l’été à 21 °C"), oddness("lâ€™Ã©tÃ©")
    (0, 5)
    """
    return _kept_oddness(text) if len(text) <= LONGEST_KEPT else _oddness(text)


def _oddness(text: str) -> int:
    return len(_ODD.findall(text.translate(CLASSES)))


_kept_oddness = lru_cache(maxsize=KEPT)(_oddness)


def is_plain(text: str) -> bool:
    """Whether a text holds no character that a garbled sequence has to have. Quick: looks at each character once."""
    return PLAIN.issuperset("".join(set(text)).translate(CLASSES))
