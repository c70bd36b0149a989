"""The lines of XML: many read as one where nothing is in the way, made fit for a parser, and each with its place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from io import BufferedReader

from cleanpipe.formats.charset import UTF_8, Told
from cleanpipe.formats.encodings import write_as
from cleanpipe.formats.lines import Line, in_utf_8, is_utf_8, split_lines
from cleanpipe.formats.stream import BLOCK, rejoined
from cleanpipe.model import Origin

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xed[\xa0-\xbf][\x80-\xbf]|\xef\xbf[\xbe\xbf]|\xf4\x8f\xbf\xbd")
"""What XML can't hold (controls, lone surrogates, U+FFFE and U+FFFF), and ESCAPE."""

_ESCAPE = "\U0010fffd"
"""Behind this character, the last for private use, stands what is forbidden, moved by _MOVED: a control that a scraper
let pass ends no reading."""

_MOVED = 0x80000
_ESCAPED = re.compile(f"{_ESCAPE}(.)", re.DOTALL)
_ASCII = bytes(range(0x80))
_CONTROLS = bytes({*range(32)} - set(b"\t\n\r"))


def lines_of(stream: BufferedReader, limit: int, origin: Origin, told: Told) -> Iterator[tuple[Line, Told]]:
    """The lines of a stream as `lines.in_utf_8` gives them; as long as all are UTF-8 and what XML can hold, many in
    one, which is parsed in a tenth of the time."""
    number, offset = 0, len(origin.mark) // 2
    while told == UTF_8 and (block := stream.read(BLOCK)):
        block += stream.readline(BLOCK)
        if not block.endswith(b"\n") or not is_utf_8(block) or _allowed(block) is not block:
            stream = rejoined(block, stream)
            break
        yield Line(number + 1, offset, block, True, True), UTF_8
        number += block.count(b"\n")
        offset += len(block)
    yield from in_utf_8(split_lines(stream, limit, origin.charset, offset, number), told)


class XmlLine:
    """A line, or many read as one: `data` is what a parser can be given, and places in it are those of the file."""

    def __init__(self, line: Line, told: Told) -> None:
        self.number = line.number
        self.told = told
        self.data = _allowed(line.data)
        self._offset = line.offset
        self._as_it_is = self.data is line.data and told.charset == "utf-8" and not told.strays
        self._ascii_from = 0 if line.data.isascii() else len(_allowed(line.data.rstrip(_ASCII)))
        self._rewind()

    def _rewind(self) -> None:
        self._counted = self._line_ends = self._characters = self._size = 0
        """How far the data was counted; the line ends, the characters and the bytes of the file up to there."""

    def place(self, at: int) -> tuple[int, int]:
        """The number of the line and the offset in the file of a byte of the data. Asked for places in their order it
        goes over the data once."""
        if at == 0:
            return self.number, self._offset
        if at < self._counted:
            self._rewind()
        part = self.data[self._counted : at]
        self._counted = at
        self._line_ends += part.count(b"\n")
        if self._as_it_is:
            self._size += len(part)
        else:
            text = shown_of(part.decode("utf-8", "ignore"))
            start, end = self._characters, self._characters + len(text)
            strays = self.told.strays[bisect_left(self.told.strays, start) : bisect_left(self.told.strays, end)]
            self._size += len(write_as(text, self.told.charset, [stray - start for stray in strays]))
            self._characters = end
        return self.number + self._line_ends, self._offset + self._size

    def beginning(self, at: int) -> tuple[int, int]:
        """The number and the offset of the line in which that byte stands."""
        return self.place(self.data.rfind(b"\n", 0, at) + 1)

    def is_beyond_ascii(self, at: int) -> bool:
        """Whether something beyond ASCII stands there or behind it."""
        return at < self._ascii_from


def _allowed(data: bytes) -> bytes:
    """A line that XML can hold."""
    if len(data.translate(None, _CONTROLS)) == len(data) and (
        data.isascii() or not (b"\xed" in data or b"\xef\xbf" in data or b"\xf4" in data)
    ):
        return data
    return _FORBIDDEN.sub(_escape, data)


def _escape(match: re.Match[bytes]) -> bytes:
    code = ord(match[0].decode("utf-8", "surrogatepass"))
    return (_ESCAPE + (chr(_MOVED + code) if code < 0x10000 else _ESCAPE)).encode()


def shown_of(text: str) -> str:
    """Text as it stands in the file, of what a parser made of `XmlLine.data`."""
    if _ESCAPE not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(ord(match[1]) - _MOVED) if match[1] != _ESCAPE else _ESCAPE, text)
