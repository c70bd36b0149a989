"""Bytes to text and back, exactly: what can't be read as the file's charset is read so that it can be written again."""

from __future__ import annotations

import codecs
from collections.abc import Collection
from typing import NamedTuple

from cleanpipe.model import Origin

OTHER_CHARSET = "windows-1252"

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Windows-1252 as the WHATWG Encoding Standard has it: the five bytes that Microsoft left undefined are C1 controls, so
# that every byte is a character and every text can be written again.
_DECODING = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
_ENCODING = codecs.charmap_build(_DECODING)


class Decoded(NamedTuple):
    """A text and how it was read, in the terms of `Origin`."""

    text: str
    charset: str = "utf-8"
    mark: str = ""
    other_charset: str | None = None
    other_lines: tuple[int, ...] = ()


def split_mark(data: bytes) -> tuple[bytes, str]:
    """The byte order mark at the beginning (b"" for none) and the charset that it stands for (UTF-8 without one)."""
    return next(((mark, charset) for mark, charset in _MARKS if data.startswith(mark)), (b"", "utf-8"))


def decode(data: bytes) -> Decoded:
    """The text of any bytes. Line ends stay as they are; a byte order mark is taken off and noted.

    UTF-8; UTF-16 and UTF-32 with a mark; lines that aren't valid UTF-8 are read as windows-1252 and listed, the others
    stay UTF-8. `encode` gives the bytes back, whatever they were.

    >>> decode(b"caf\\xc3\\xa9\\ncaf\\xe9")
    Decoded(text='café\\ncafé', charset='utf-8', mark='', other_charset='windows-1252', other_lines=(2,))
    """
    mark, charset = split_mark(data)
    body = data[len(mark) :]
    if charset != "utf-8":
        try:
            return Decoded(body.decode(charset, "surrogatepass"), charset, mark.hex())
        except UnicodeDecodeError:  # half a character at the end, or beyond Unicode: no text of that charset
            mark, body = b"", data
    try:
        return Decoded(body.decode("utf-8"), mark=mark.hex())
    except UnicodeDecodeError:
        pass
    lines: list[str] = []
    other: list[int] = []
    for number, line in enumerate(body.split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(decode_other(line))
            other.append(number)
    return Decoded("\n".join(lines), "utf-8", mark.hex(), OTHER_CHARSET, tuple(other))


def encode(text: str, origin: Origin | Decoded) -> bytes:
    """The bytes that `decode` made this text of. `text` is the text as it was read, before any repair.

    Raises UnicodeEncodeError where the text can't have come from there.
    """
    mark = bytes.fromhex(origin.mark)
    if not origin.other_lines:
        return mark + text.encode(origin.charset, "surrogatepass")
    other: Collection[int] = frozenset(origin.other_lines)
    lines = [
        codecs.charmap_encode(line, "strict", _ENCODING)[0]
        if number in other
        else line.encode(origin.charset, "surrogatepass")
        for number, line in enumerate(text.split("\n"), 1)
    ]
    return mark + b"\n".join(lines)


def decode_other(data: bytes) -> str:
    """Bytes as windows-1252, every byte a character."""
    return codecs.charmap_decode(data, "strict", _DECODING)[0]
