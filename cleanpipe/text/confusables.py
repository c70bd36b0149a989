"""Which letters of other alphabets look like a letter of one alphabet: the confusables of Unicode's UTS #39.

The table is the one that the package confusable_homoglyphs carries; only its data is read, none of its code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from cleanpipe.text.scripts import script_of

ALPHABETS = frozenset({"Latin", "Cyrillic", "Greek", "Armenian", "Cherokee"})
"""Scripts whose letters are put for each other. Those of more scripts look alike, but nobody spins texts with them."""

_LIVING = {
    "Latin": ((0x41, 0x137), (0x139, 0x17F)),
    "Cyrillic": ((0x400, 0x45F), (0x490, 0x4FF)),
    "Greek": ((0x386, 0x3CE),),
}
"""Letters that languages write with today, by script: UTS #39 also knows phonetic and historic look-alikes."""

_UNLIKE = frozenset("σϲϱϸϷ")
"""Greek letters that UTS #39 takes for o, c, p and þ, and that a reader tells from them at sight."""


@cache
def look_alikes(script: str) -> Mapping[str, str]:
    """Letter of another alphabet to the letter of `script` ("Latin", "Cyrillic" or "Greek") that looks the same.

    Both are small or both capital. Of several letters the one with the lowest code point, which is the plainest.

    >>> look_alikes("Latin")["\\N{CYRILLIC SMALL LETTER ES}"], look_alikes("Greek").get("b")
    ('c', None)
    """
    result: dict[str, str] = {}
    for alike in _classes():
        plain: dict[str, str] = {}
        for letter, its_script in alike:
            if its_script == script and any(low <= ord(letter) <= high for low, high in _LIVING[script]):
                plain.setdefault(unicodedata.category(letter), letter)
        for letter, its_script in alike:
            found = plain.get(unicodedata.category(letter))
            if its_script != script and found is not None and letter not in _UNLIKE:
                result[letter] = found
    return result


@cache
def _classes() -> tuple[tuple[tuple[str, str], ...], ...]:
    """The letters of `ALPHABETS` that share a skeleton (UTS #39, 4), with their scripts, by code point. Takes 40 ms."""
    from importlib.resources import files

    import orjson

    table = orjson.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_bytes())
    parent: dict[str, str] = {}

    def root(character: str) -> str:
        while parent.setdefault(character, character) != character:
            character = parent[character]
        return character

    for character, others in table.items():
        for other in others:
            if len(character) == len(other["c"]) == 1:
                parent[root(character)] = root(other["c"])
    classes: dict[str, list[tuple[str, str]]] = {}
    for character in sorted(parent):
        script = script_of(character)
        if script in ALPHABETS and script is not None and character.isalpha():
            classes.setdefault(root(character), []).append((character, script))
    return tuple(tuple(members) for members in classes.values() if len(members) > 1)
