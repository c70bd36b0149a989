"""What a pattern rule may put in place of a match beyond fixed text: references and escapes that name a character."""

from __future__ import annotations

import html.entities
import re
import unicodedata
from collections.abc import Callable, Mapping

_AMPERSANDS = re.compile(r"&(?:amp;)*", re.IGNORECASE)


def c1_character(character: str) -> str | None:
    """The Windows-1252 character of a C1 control, None for the five bytes it leaves undefined.

    >>> c1_character("\\x92")
    '’'
    """
    try:
        return character.encode("latin-1").decode("cp1252")
    except UnicodeError:
        return None


def _reference(match: re.Match[str]) -> str | None:
    """An HTML character reference, escaped any number of times. Numbers 128 to 159 name Windows-1252 bytes, as HTML 5
    (13.2.5.80) has it."""
    body = _AMPERSANDS.sub("", match[0], count=1).rstrip(";")
    if not body:
        return "&"
    if not body.startswith("#"):
        name = body + ";"
        found = html.entities.html5.get(name) or html.entities.html5.get(name.lower(), "").upper()
        return found or None
    try:
        code = int(body[2:], 16) if body[1] in "xX" else int(body[1:])
    except ValueError:
        return None
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return None
    character = chr(code)
    if "\x80" <= character <= "\x9f":
        return c1_character(character) or character
    return None if unicodedata.category(character) == "Cc" and character not in "\t\n" else character


def _escape(match: re.Match[str]) -> str | None:
    """One or more escapes of JSON and JavaScript, surrogate pairs joined; of two digits, bytes of UTF-8 or else of
    Windows-1252. None where a surrogate stands alone or a control would come of it."""
    if match[0].startswith("\\x"):
        data = bytes.fromhex(match[0].replace("\\x", ""))
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = "".join(c1_character(character) or character for character in data.decode("latin-1"))
    else:
        units = [int(unit, 16) for unit in re.findall(r"\\u([0-9a-fA-F]{4})", match[0])]
        text = "".join(map(chr, units)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return None if "\ufffd" in text or any(unicodedata.category(c) == "Cc" for c in text) else text


def _c1(match: re.Match[str]) -> str | None:
    return "".join(c1_character(character) or character for character in match[0])


def _compatibility(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _composed(match: re.Match[str]) -> str | None:
    """Composed where something composes. Marks that only stand in another order than the canonical one stay."""
    composed = unicodedata.normalize("NFC", match[0])
    return composed if len(composed) < len(match[0]) else None


DECODERS: Mapping[str, Callable[[re.Match[str]], str | None]] = {
    "reference": _reference,
    "escape": _escape,
    "windows-1252": _c1,
    "compatibility": _compatibility,
    "composed": _composed,
}
"""What `decode` in a rule file may say."""
