"""Makes visible what a repair took out or put in: invisible characters as their code points and Unicode names."""

from __future__ import annotations

import re
import unicodedata

# Unicode gives control characters no name of their own; these are the aliases of NameAliases.txt.
_CONTROLS = {
    0x00: "NULL",
    0x08: "BACKSPACE",
    0x09: "TAB",
    0x0A: "LINE FEED",
    0x0B: "LINE TABULATION",
    0x0C: "FORM FEED",
    0x0D: "CARRIAGE RETURN",
    0x1B: "ESCAPE",
    0x7F: "DELETE",
    0x85: "NEXT LINE",
}
# Letters and signs that have no shape although their category says otherwise.
_BLANK = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0xFFFC, 0xFFFD}
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
_VARIATION_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SHAPELESS = re.compile(f"[{_VARIATION_SELECTORS}{''.join(map(chr, sorted(_BLANK)))}]")

Part = str | list[str]


def visible(text: str) -> list[Part]:
    """The text in parts: visible characters as strings, each invisible one as [code point, name].

    White space counts as invisible where there is nothing else.

    >>> visible("co\\u00adop")
    ['co', ['U+00AD', 'SOFT HYPHEN'], 'op']
    """
    blank = text.isspace()
    # What Python calls printable has none of the invisible categories, but for the space.
    if text and not blank and text.isprintable() and not _SHAPELESS.search(text):
        return [text]
    parts: list[Part] = []
    for character in text:
        if _hidden(character) or blank:
            parts.append([f"U+{ord(character):04X}", _name(character)])
        elif parts and isinstance(parts[-1], str):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _hidden(character: str) -> bool:
    if character == " ":
        return False
    return bool(_SHAPELESS.match(character)) or unicodedata.category(character) in _INVISIBLE_CATEGORIES


def _name(character: str) -> str:
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "LONE SURROGATE"
    return (
        unicodedata.name(character, "")
        or _CONTROLS.get(code)
        or ("CONTROL CHARACTER" if unicodedata.category(character) == "Cc" else "NO NAME")
    )
