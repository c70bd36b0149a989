"""Bytes to text and back, exactly: what can't be read as the file's charset is read so that it can be written again."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from cleanpipe.formats.encodings import WIDE, read_as, write_as
from cleanpipe.model import CharsetBy, Origin

ASSUMED_CHARSET = "windows-1252"
"""What is read where nothing tells: every byte is a character in it, and the web has more of it than of all others."""

DAMAGED_SHARE = 0.7
"""Share of the bytes beyond ASCII that make sequences of UTF-8, from which a line is UTF-8 that was cut or mixed up:
it says nothing of a charset, and repair mends it best from windows-1252. `python bench/charsets.py --damaged` shows the
shares of lines in other charsets."""

WIDE_SAMPLE = 4096
"""Bytes that tell UTF-16 without a mark."""

WIDE_LEAST = 20
"""Bytes below which it isn't told."""

WIDE_ODD = 0.01
"""Share of characters that UTF-16 may have that are none or nobody's."""

WIDE_SPACES = 0.01
"""Share of spaces, line ends and commas below which it is no text."""

CONTROL_SHARE = 0.1
"""Text has no control characters to speak of; one byte in ten of random data is one."""

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes({*range(32)} - set(b"\t\n\r\f\v\x1b"))
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SPACES = re.compile("[ \n\u3001\u3002\uff0c]")


class Decoded(NamedTuple):
    """A text and how it was read, in the terms of `Origin`."""

    text: str
    charset: str = "utf-8"
    mark: str = ""
    other_charset: str | None = None
    other_lines: tuple[int, ...] = ()
    charset_by: CharsetBy | None = None


class Told(NamedTuple):
    """A charset and how it was told, None where nothing had to be assumed."""

    charset: str
    by: CharsetBy | None


def split_mark(data: bytes) -> tuple[bytes, str]:
    """The byte order mark at the beginning (b"" for none) and the charset that it stands for (UTF-8 without one)."""
    return next(((mark, charset) for mark, charset in _MARKS if data.startswith(mark)), (b"", "utf-8"))


def begins_as(head: bytes, declared: str | None = None) -> tuple[bytes, Told]:
    """The byte order mark at the beginning, and the charset that it, a person or (of UTF-16) the NUL bytes tell; else
    UTF-8, which may turn out wrong. `declared` is a `charset_name`."""
    mark, charset = split_mark(head)
    if mark:
        return mark, Told(charset, None)
    if declared:
        return mark, Told(declared, None if declared == "utf-8" else "declared")
    wide = _wide_without_mark(head[:WIDE_SAMPLE])
    return mark, Told(wide, "detected") if wide else Told("utf-8", None)


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of any bytes. Line ends stay as they are; a byte order mark is taken off and noted.

    A mark says the charset, else `declared` (a `charset_name`) does, else it is UTF-8. Lines that can't be read so are
    read in a charset that is detected from them together, all others stay; where no line is UTF-8 beyond ASCII, the
    whole text is read in that charset. What it can't read either is windows-1252. `encode` gives the bytes back,
    whatever they were.

    >>> decode("Кафе снова открыто".encode("koi8-r"))[:2]
    ('Кафе снова открыто', 'koi8-r')
    """
    mark, (charset, by) = begins_as(data, declared)
    text = read_as(data[len(mark) :], charset)
    if text is not None:
        return Decoded(text, charset, mark.hex(), charset_by=by)
    if charset in WIDE:  # half a character at the end, or beyond Unicode: no text of that charset
        text = read_as(data, "utf-8")
        return Decoded(text) if text is not None else _decode_lines(data, b"", Told("utf-8", None))
    return _decode_lines(data[len(mark) :], mark, Told(charset, by))


def _decode_lines(data: bytes, mark: bytes, told: Told) -> Decoded:
    """The text of bytes that are not all valid in the charset told."""
    lines = data.split(b"\n")
    charset, by = told
    texts = [_read_line(line, charset) for line in lines]
    unread = [line for line, text in zip(lines, texts, strict=True) if text is None]
    other = detected(unread)
    if by is None and not mark and all(text is None or text.isascii() for text in texts):
        charset, by = other
        text = read_as(data, charset)
        if text is not None:
            return Decoded(text, charset, charset_by=by)
        texts = [_read_line(line, charset) for line in lines]
        unread = [line for line, text in zip(lines, texts, strict=True) if text is None]
        other = Told(ASSUMED_CHARSET, "assumed")
    elif by is not None and all(read_as(line, "utf-8") is not None for line in unread):
        other = Told("utf-8", by)
    if any(_read_line(line, other.charset) is None for line in unread):
        other = Told(ASSUMED_CHARSET, "assumed")
    numbers = tuple(number for number, text in enumerate(texts, 1) if text is None)
    rest = iter(unread)
    whole = "\n".join(_read_line(next(rest), other.charset) or "" if text is None else text for text in texts)
    return Decoded(whole, charset, mark.hex(), other.charset, numbers, by or other.by)


def _read_line(line: bytes, charset: str) -> str | None:
    text = read_as(line, charset)
    return None if text is None or "\n" in text else text


def encode(text: str, origin: Origin | Decoded) -> bytes:
    """The bytes that `decode` made this text of. `text` is the text as it was read, before any repair.

    Raises UnicodeEncodeError where the text can't have come from there.
    """
    mark = bytes.fromhex(origin.mark)
    if not origin.other_lines or origin.other_charset is None:
        return mark + write_as(text, origin.charset)
    other = frozenset(origin.other_lines)
    lines = (
        write_as(line, origin.other_charset if number in other else origin.charset)
        for number, line in enumerate(text.split("\n"), 1)
    )
    return mark + b"\n".join(lines)


def read_other(line: bytes, other: Told | None) -> tuple[str, Told]:
    """A line that isn't UTF-8 in the charset that was told for such lines, or in windows-1252 where that can't be, and
    what it was read in."""
    if other is not None and (text := read_as(line, other.charset)) is not None:
        return text, other
    text = read_as(line, ASSUMED_CHARSET)
    assert text is not None  # every byte is a character
    return text, Told(ASSUMED_CHARSET, "assumed")


def detected(lines: Iterable[bytes]) -> Told:
    """The charset of lines that aren't UTF-8, told from all of them together."""
    sample = b"\n".join(line for line in lines if not damaged(line))
    if sample:
        from cleanpipe.formats.detect import detect

        guess = detect(sample)
        if guess.lang:
            return Told(guess.charset, "detected")
    return Told(ASSUMED_CHARSET, "assumed")


def damaged(line: bytes) -> bool:
    """Whether a line that isn't UTF-8 was UTF-8 for the most part."""
    return utf_8_share(line) > DAMAGED_SHARE


def utf_8_share(line: bytes) -> float:
    """Share of the bytes beyond ASCII that make sequences of UTF-8, 0 where there are none."""
    beyond = len(line) - len(line.translate(None, _BEYOND_ASCII))
    return sum(map(len, _SEQUENCE.findall(line))) / beyond if beyond else 0.0


def controls(data: bytes) -> bool:
    """Whether there are more control characters than a text has."""
    return len(data) - len(data.translate(None, _CONTROLS)) > CONTROL_SHARE * len(data)


def _wide_without_mark(sample: bytes) -> str | None:
    """UTF-16 in the order of bytes that makes text of a sample, the one with more spaces; None for UTF-8.

    A space or a line end has a byte 00 in UTF-16, an ideographic full stop or comma a byte 02 or 01.
    """
    if len(sample) < WIDE_LEAST or not (b"\0" in sample or b"\2" in sample or b"\1" in sample):
        return None
    if _begins_utf_8(sample) and not controls(sample):
        return None
    even = sample[: len(sample) // 2 * 2]
    spaces = {charset: _spaces(even.decode(charset, "replace")) for charset in ("utf-16-le", "utf-16-be")}
    best = max(spaces, key=lambda charset: spaces[charset])
    return best if spaces[best] > 2 * min(spaces.values()) else None


def _begins_utf_8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _spaces(text: str) -> int:
    """How many spaces, line ends and commas a text has; 0 where it is none."""
    odd = sum(unicodedata.category(character) in ("Cc", "Cn", "Co") or character == "\ufffd" for character in text)
    odd -= sum(map(text.count, "\t\n\r\f"))
    found = len(_SPACES.findall(text))
    return found if odd <= WIDE_ODD * len(text) and found >= WIDE_SPACES * len(text) else 0
