"""One-byte charsets as tables in both directions, with the gaps of Windows code pages filled as browsers fill them."""

from __future__ import annotations

from functools import cache

_NAMES = {"mac": "mac_roman", "macroman": "mac_roman", "macintosh": "mac_roman"}


@cache
def decoding_table(charset: str) -> str:
    """256 characters, one a byte. A byte that the charset leaves undefined is the control of the same number, as the
    WHATWG encoding standard has it. LookupError for a charset that Python doesn't know or that isn't one-byte."""
    name = _NAMES.get(charset, charset)
    table = []
    for byte in range(256):
        try:
            character = bytes([byte]).decode(name)
        except UnicodeDecodeError:
            character = chr(byte)
        if len(character) != 1:
            raise LookupError(f"{charset} is no one-byte charset")
        table.append(character)
    return "".join(table)


@cache
def encoding_table(charset: str) -> dict[str, int]:
    """Character to byte, the inverse of `decoding_table`. Of two bytes for one character the higher is taken."""
    return {character: byte for byte, character in enumerate(decoding_table(charset))}
