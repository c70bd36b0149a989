"""What signs cost by the place where they stand: a dagger inside a word means that bytes were read in a wrong charset.

Costs are nats, set by hand to the nearest half: `python bench/charsets.py` shows what they are good for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

BROKEN_COST = 14.0
"""A byte that the charset doesn't have, a control, a character that nobody uses."""

MISPLACED_COST = 12.0
"""Any other sign, and a known one where it doesn't belong."""

DENSE_COST = 3.0
"""Punctuation of Chinese, Japanese and Korean in a text in these."""

UNPAIRED_COST = 1.5
"""A quotation mark whose other half is missing, for up to MAX_UNPAIRED of a kind."""

MAX_UNPAIRED = 4
LETTER, DIGIT, SPACE, SIGN = "l", "d", "s", "."
_BROKEN = "x"

_DENSE_SIGNS = frozenset("、。！？：；，．・％～〜【】《》「」『』（）〈〉…—“”‘’·×")

# What stands before it, what after, nats.
_PLACES: dict[str, tuple[tuple[str, str, float], ...]] = {
    **dict.fromkeys("“„", ((" .s", "ld.", 2.5),)),
    **dict.fromkeys("«»", (("s.", "ld.s", 3.5), ("ld.", "s.", 3.5))),
    **dict.fromkeys("¿¡", (("s.", "l.", 4.5),)),
    **dict.fromkeys("‚‹", (("s.", "ld.", 6.5),)),
    "”": (("ld.", "s.", 2.5),),
    "›": (("ld.", "s.", 6.5),),
    "’": (("l", "l", 1.5), ("ld.", "s.", 3.0)),
    "‘": (("s.", "ld.", 4.0), ("ld.", "s.", 6.0), ("l", "l", 7.5)),
    **dict.fromkeys("–—", (("s", "s", 2.0), ("s.", "ld.", 3.0), ("ld.", "s.", 3.0), ("d", "d", 3.0), ("l", "l", 8.0))),
    "…": (("ld.", "s.", 3.0), ("s", "s.", 4.0), ("s.", "l", 5.0)),
    "\u00a0": (("ld.", "d.", 3.0), ("d.", "l", 3.0), ("l", "l", 5.0), ("s", "ld.", 6.0), ("ld.", "s", 8.0)),
    **dict.fromkeys("€£$¥°", (("d", "sld.", 3.0), ("s.", "d", 3.0), ("s", "s.", 4.5))),
    **dict.fromkeys("§©®™№", (("s.", "sld.", 4.0), ("ld", "s.", 4.5))),
    **dict.fromkeys("•·", (("s", "sld", 4.0),)),
    "†": (("s", "sd", 6.0), ("ld", "s.", 7.0)),
    **dict.fromkeys("ªº", (("d.", "s.l", 4.0),)),
    **dict.fromkeys("×÷±", (("sd", "sd", 6.0),)),
    **dict.fromkeys("¶¦¬¢‡‰", (("s", "sd", 9.0), ("d", "s.", 9.0))),
    **dict.fromkeys("½¼¾²³¹", (("sld", "s.d", 5.0),)),
    **dict.fromkeys("´`¨", (("sld", "sl", 7.0),)),
}
_PLACES["“"] = (*_PLACES["“"], ("ld.", "s.", 3.0))
_PLACES["·"] = (*_PLACES["·"], ("l", "l", 6.0))


def sign_costs(token: str, dense: bool) -> float:
    """Nats of the signs beyond ASCII in a token that stands between spaces. `dense`: the text is in Chinese, Japanese
    or Korean."""
    cost = 0.0
    for at, character in enumerate(token):
        if character < "\x80" or (kind := _kind(character)) == LETTER:
            continue
        if kind == _BROKEN:
            cost += BROKEN_COST
        elif dense:
            cost += DENSE_COST if character in _DENSE_SIGNS else MISPLACED_COST
        else:
            before = _kind(token[at - 1]) if at else SPACE
            after = _kind(token[at + 1]) if at + 1 < len(token) else SPACE
            cost += _placed(character, before, after)
    return cost


def pair_costs(text: str) -> float:
    """Nats of quotation marks without their other half."""
    unpaired = [abs(text.count(first) - text.count(second)) for first, second in ("«»", "“”")]
    unpaired.append(text.count("‘") - text.count("’"))  # which is an apostrophe too
    return sum(UNPAIRED_COST * max(0, min(MAX_UNPAIRED, number)) for number in unpaired)


@lru_cache(maxsize=4096)
def _placed(character: str, before: str, after: str) -> float:
    places = _PLACES.get(character, ())
    return min((cost for left, right, cost in places if before in left and after in right), default=MISPLACED_COST)


def _kind_of(character: str) -> str:
    category = unicodedata.category(character)
    if character == "\ufffd" or (category in ("Cc", "Cn", "Co", "Cs") and character > "\x7f"):
        return _BROKEN
    if character.isspace():
        return SPACE
    if character not in "ªºˆ" and category[0] in "LM":
        return LETTER
    return DIGIT if category == "Nd" else SIGN


_kind: Callable[[str], str] = lru_cache(maxsize=1 << 16)(_kind_of)
