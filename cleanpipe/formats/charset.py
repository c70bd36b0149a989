"""Bytes to text and back, exactly: what can't be read as the file's charset is read so that it can be written again."""

from __future__ import annotations

import codecs
import contextlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from cleanpipe.formats.encodings import ASSUMED_CHARSET, WIDE, read_as, read_mostly, read_raw, write_as
from cleanpipe.model import CharsetBy, Origin

DAMAGED_SHARE = 0.7
"""Share of the bytes beyond ASCII that a charset has to read in a line for it to be meant; the others are strays, from
a character that was cut or from elsewhere. `python bench/charsets.py --damaged` shows how much UTF-8 reads of lines in
other charsets."""

FEW_SHARE = 0.1
"""Share of lines that are UTF-8 in a text in another charset up to which they may be so by chance, ..."""

CHANCE_BYTES = 24
"""... as long as they have no more bytes beyond ASCII than this. One word in 20 of GB 18030 or EUC-KR is valid UTF-8, a
line of 6 words never."""

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
_ALL_MARKS = tuple(mark for mark, _ in _MARKS)
_CONTROLS = bytes({*range(32)} - set(b"\t\n\r\f\v\x1b"))
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_SPACES = re.compile("[ \n\u3001\u3002\uff0c]")


class Decoded(NamedTuple):
    """A text and how it was read, in the terms of `Origin`."""

    text: str
    charset: str = "utf-8"
    mark: str = ""
    other_charset: str | None = None
    other_lines: tuple[int, ...] = ()
    charset_by: CharsetBy | None = None
    stray_bytes: tuple[int, ...] = ()

    def origin(self, place: Origin) -> Origin:
        """A place, with how what stands there was read."""
        return replace(
            place,
            charset=self.charset,
            mark=self.mark,
            other_charset=self.other_charset,
            other_lines=self.other_lines,
            charset_by=self.charset_by,
            stray_bytes=self.stray_bytes,
        )


class Told(NamedTuple):
    """A charset and how it was told, None where nothing had to be assumed; of a line, also where it has characters that
    stand for bytes that don't fit."""

    charset: str
    by: CharsetBy | None
    strays: tuple[int, ...] = ()


UTF_8 = Told("utf-8", None)


def split_mark(data: bytes) -> tuple[bytes, str]:
    """The byte order mark at the beginning (b"" for none) and the charset that it stands for (UTF-8 without one)."""
    if not data.startswith(_ALL_MARKS):
        return b"", "utf-8"
    return next((mark, charset) for mark, charset in _MARKS if data.startswith(mark))


def begins_as(head: bytes, declared: str | None = None) -> tuple[bytes, Told]:
    """The byte order mark at the beginning, and the charset that it, a person or (of UTF-16) the NUL bytes tell; else
    UTF-8, which may turn out wrong. `declared` is a `charset_name`."""
    mark, charset = split_mark(head)
    if mark:
        return mark, Told(charset, None)
    if declared:
        return mark, Told(declared, "declared")
    wide = _wide_without_mark(head[:WIDE_SAMPLE])
    return mark, Told(wide, "detected") if wide else UTF_8


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of any bytes. Line ends stay as they are; a byte order mark is taken off and noted.

    A mark says the charset, else `declared` (a `charset_name`) does, else it is UTF-8. Lines that can't be read so are
    read in a charset that is detected from them together, all others stay; where no line is UTF-8 beyond ASCII, or
    none but by chance, the whole text is read in that charset. Single bytes that don't fit are windows-1252. `encode`
    gives the bytes back, whatever they were.

    >>> decode("Кафе снова открыто".encode("koi8-r"))[:2]
    ('Кафе снова открыто', 'koi8-r')
    """
    mark, told = begins_as(data, declared)
    if told is UTF_8:
        with contextlib.suppress(UnicodeDecodeError):
            return Decoded(data.decode())
    body = data[len(mark) :]
    text = read_as(body, told.charset)
    if text is not None:
        charset, by, _ = _plainly(body, text, told)
        return Decoded(text, charset, mark.hex(), charset_by=by)
    if told.charset not in WIDE:
        return _decode_lines(body, mark, told)
    mostly = read_mostly(body, told.charset)
    if mostly is not None:
        text, strays = mostly
        return Decoded(text, told.charset, mark.hex(), charset_by=told.by or "assumed", stray_bytes=strays)
    text = read_as(data, "utf-8")  # beyond Unicode: no text of that charset
    return Decoded(text) if text is not None else _decode_lines(data, b"", UTF_8)


def _plainly(data: bytes, text: str, told: Told) -> Told:
    """How bytes were read that are valid in the charset told: where they are ASCII or UTF-8, nothing was assumed."""
    if told.by is None or told.charset in WIDE:
        return told
    return UTF_8 if told.charset == "utf-8" or (data.isascii() and text == data.decode("ascii")) else told


def _decode_lines(data: bytes, mark: bytes, told: Told) -> Decoded:
    """The text of bytes that are not all valid in the charset told."""
    lines = data.split(b"\n")
    read = [read_told(line, told) for line in lines]
    charset, by, _ = told
    other = detected(line for line, found in zip(lines, read, strict=True) if found is None)
    if by is None:
        for at in _by_chance(lines, read, other):
            read[at] = None
        if not mark and all(found is None or found[0].isascii() for found in read):
            charset, by, _ = other
            read = [read_other(line, other) for line in lines]
    elif charset != "utf-8" and any(found and found[1].charset == "utf-8" and not found[0].isascii() for found in read):
        other = Told("utf-8", by)
    texts: list[str] = []
    others: list[int] = []
    strays: list[int] = []
    start = 0
    for number, (line, found) in enumerate(zip(lines, read, strict=True), 1):
        text, (name, _, places) = found or read_other(line, other)
        if name not in (charset, other.charset):
            text, places = read_raw(line)
        elif name != charset and not line.isascii():
            others.append(number)
        texts.append(text)
        strays += (start + at for at in places)
        start += len(text) + 1
    by = by or (other.by if others else "assumed")
    whole = "\n".join(texts)
    decoded = Decoded(whole, charset, mark.hex(), other.charset if others else None, tuple(others), by, tuple(strays))
    if _gives(data, decoded):
        return decoded
    return Decoded(read_raw(data)[0], ASSUMED_CHARSET, mark.hex(), charset_by="assumed")


def _gives(data: bytes, decoded: Decoded) -> bool:
    """Whether it gives these bytes back: a line may end in a state in which the next one doesn't begin."""
    try:
        return encode(decoded.text, decoded._replace(mark="")) == data
    except UnicodeEncodeError:
        return False


def _by_chance(lines: Sequence[bytes], read: Sequence[object], other: Told) -> list[int]:
    """Which of the lines that were read as UTF-8 are so by chance, the others being in a charset that was detected."""
    if other.by != "detected":
        return []
    beyond = [at for at, line in enumerate(lines) if not line.isascii()]
    found = [at for at in beyond if read[at] is not None]
    if len(found) > FEW_SHARE * len(beyond):
        return []
    from cleanpipe.formats.detect import likelier_than_utf_8

    short = (at for at in found if beyond_ascii(lines[at]) <= CHANCE_BYTES)
    return [at for at in short if likelier_than_utf_8(lines[at], other.charset)]


def _read_line(line: bytes, charset: str) -> str | None:
    text = read_as(line, charset)
    return None if text is None or text.count("\n") > line.count(b"\n") else text


def encode(text: str, origin: Origin | Decoded) -> bytes:
    """The bytes that `decode` made this text of. `text` is the text as it was read, before any repair.

    Raises UnicodeEncodeError where the text can't have come from there.
    """
    mark = bytes.fromhex(origin.mark)
    strays = origin.stray_bytes
    if not origin.other_lines or origin.other_charset is None:
        return mark + write_as(text, origin.charset, strays)
    other = frozenset(origin.other_lines)
    lines: list[bytes] = []
    start = first = 0
    for number, line in enumerate(text.split("\n"), 1):
        end = bisect_left(strays, start + len(line), first)
        places = [at - start for at in strays[first:end]]
        lines.append(write_as(line, origin.other_charset if number in other else origin.charset, places))
        start, first = start + len(line) + 1, end
    return mark + b"\n".join(lines)


def read_told(line: bytes, told: Told) -> tuple[str, Told] | None:
    """A line in the charset told, in UTF-8 where it is valid in that alone, or in the charset told but for strays; None
    where that isn't what it is in."""
    text = _read_line(line, told.charset)
    if text is not None:
        return text, _plainly(line, text, told)
    text = read_as(line, "utf-8")
    return _read_mostly(line, told) if text is None else (text, Told("utf-8", "detected"))


def read_other(line: bytes, other: Told) -> tuple[str, Told]:
    """A line that isn't UTF-8 in the charset that was told for such lines, but for strays, or in windows-1252 where
    that can't be, and what it was read in."""
    text = _read_line(line, other.charset)
    found = _read_mostly(line, other) if text is None else (text, other)
    return found or (read_raw(line)[0], Told(ASSUMED_CHARSET, "assumed"))


def _read_mostly(line: bytes, told: Told) -> tuple[str, Told] | None:
    """A line that the charset reads but for some strays."""
    if told.charset == "utf-8" and utf_8_share(line) <= DAMAGED_SHARE:
        return None
    text, strays = read_mostly(line, told.charset) or ("", ())
    if not strays or text.count("\n") > line.count(b"\n") or len(strays) >= (1 - DAMAGED_SHARE) * beyond_ascii(line):
        return None
    return text, Told(told.charset, told.by or "assumed", strays)


def detected(lines: Iterable[bytes]) -> Told:
    """The charset of lines that aren't UTF-8, told from all of them together."""
    sample = b"\n".join(lines)
    if sample:
        from cleanpipe.formats.detect import detect

        guess = detect(sample)
        if guess.lang:
            return Told(guess.charset, "detected")
    return Told(ASSUMED_CHARSET, "assumed")


def utf_8_share(line: bytes) -> float:
    """Share of the bytes beyond ASCII that make sequences of UTF-8, 0 where there are none."""
    beyond = beyond_ascii(line)
    return 1 - (len(line) - len(line.decode("utf-8", "ignore").encode("utf-8"))) / beyond if beyond else 0.0


def beyond_ascii(data: bytes) -> int:
    return len(data) - len(data.translate(None, _BEYOND_ASCII))


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
