"""Bytes to text and back."""

from __future__ import annotations

import codecs

import pytest

from cleanpipe.formats import decode, encode
from cleanpipe.formats.charset import Decoded

CASES = {
    "nothing": (b"", Decoded("")),
    "ascii": (b"a\nb", Decoded("a\nb")),
    "utf-8": ("naïve “quote”\r\n".encode(), Decoded("naïve “quote”\r\n")),
    "line ends stay": (b"a\r\nb\rc\n\n", Decoded("a\r\nb\rc\n\n")),
    "utf-8 with mark": (b"\xef\xbb\xbfa", Decoded("a", mark="efbbbf")),
    "utf-16-le": (b"\xff\xfea\x00\xac\x20", Decoded("a€", "utf-16-le", "fffe")),
    "utf-16-be": (b"\xfe\xff\x00a\xd8\x3d", Decoded("a\ud83d", "utf-16-be", "feff")),
    "utf-32-le": (codecs.BOM_UTF32_LE + b"a\0\0\0", Decoded("a", "utf-32-le", "fffe0000")),
    "half a character": (b"\xff\xfe\x80", Decoded("ÿþ€", "windows-1252", charset_by="assumed")),
    "one line of windows-1252": (
        b"caf\xc3\xa9\ncaf\xe9 \x93x\x94\nend",
        Decoded("café\ncafé “x”\nend", "utf-8", "", "windows-1252", (2,), "detected"),
    ),
    "undefined bytes are controls": (
        b"\x81\x8d\x8f\x90\x9d",
        Decoded("\x81\x8d\x8f\x90\x9d", "windows-1252", charset_by="assumed"),
    ),
    "a surrogate in UTF-8": (b"\xed\xa0\xbd", Decoded("í\xa0½", "windows-1252", charset_by="assumed")),
    "a mark and a broken byte": (
        b"\xef\xbb\xbfcaf\xc3\xa9, caf\xc3\xa9\xff",
        Decoded("café, caféÿ", mark="efbbbf", charset_by="assumed", stray_bytes=(10,)),
    ),
    "an odd byte after UTF-16": (
        b"\xff\xfea\x00\n",
        Decoded("a\n", "utf-16-le", "fffe", charset_by="assumed", stray_bytes=(1,)),
    ),
    "nul bytes": (b"a\0b", Decoded("a\0b")),
}


@pytest.mark.parametrize(("data", "expected"), CASES.values(), ids=CASES.keys())
def test_decode(data: bytes, expected: Decoded) -> None:
    assert decode(data) == expected
    assert encode(expected.text, expected) == data
