"""Plain text: one file, one document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from cleanpipe.formats.charset import decode
from cleanpipe.formats.lines import excerpt
from cleanpipe.formats.source import Head, Source
from cleanpipe.formats.stream import BLOCK
from cleanpipe.formats.unpack import inner_name
from cleanpipe.model import Record, Rejected, Span

WHAT = "plain text"

TITLE_LONGEST = 200
"""Characters. A first line longer than this is a paragraph, whatever stands around it."""

BODY_SHORTEST = 100
"""Characters. A line that follows a title without a blank line between them is a paragraph, at least this long ..."""

BODY_RATIO = 2
"""... and this many times as long as the title: the second line of wrapped text is neither."""

STANDARD_INPUT = "-"
_SUFFIXES = {".txt", ".text"}
_LINE = re.compile(r"[^\r\n]+")
_SHORT_LINE = re.compile(rf"[^\r\n]{{1,{TITLE_LONGEST}}}+[^\S\r\n]*+(?![^\r\n])")
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)")
_FULL_STOPS = tuple(".,:;\u3002\uff0e\u0964\u06d4\u0589\u1362")
_CLOSING = "\"'”’»)]"


def recognises(head: Head) -> bool:
    return head.is_text


def read(source: Source) -> Iterator[Record | Rejected]:
    """The document that a stream holds."""
    limit = source.job.line_limit
    data = source.stream.read(BLOCK)
    if len(data) == BLOCK:
        rest = source.stream.read(limit + 1 - BLOCK)
        if len(rest) > limit - BLOCK:
            yield source.rejected(f"the text is larger than {source.job.limit_says}", excerpt(data))
            return
        data += rest
    decoded = decode(data, source.job.declared)
    text, origin = decoded.text, decoded.origin(source.origin)
    if not text or text.isspace():
        yield Rejected(origin, "the file is empty")
        return
    title = find_title(text)
    yield Record(text, origin, text_id(source.name), text[title.start : title.end] if title else None, title)


def text_id(name: str) -> str:
    """A text file's id: its name without the suffix.

    >>> text_id("pages/2024/border.txt.gz")
    'pages/2024/border'
    """
    if name == STANDARD_INPUT:
        return "stdin"
    name = inner_name(name)
    if "//" in name or name.startswith("./") or "/./" in name or name.endswith(("/", "/.")):
        name = str(PurePosixPath(name))
    stem, dot, suffix = name.rpartition(".")
    return stem if dot + suffix.lower() in _SUFFIXES and stem and not stem.endswith("/") else name


def find_title(text: str) -> Span | None:
    """The first line where it stands apart from the text below: short, without a full stop, and followed by a blank
    line or a paragraph."""
    start = len(text) - len(text.lstrip())
    first = _SHORT_LINE.match(text, start)
    if first is None:
        return None
    line = first[0].rstrip()
    span = Span(start, start + len(line))
    if line.rstrip(_CLOSING).endswith(_FULL_STOPS) or not any(character.isalpha() for character in line):
        return None
    below = next((line for line in _LINE.finditer(text, first.end()) if not line[0].isspace()), None)
    if below is None:
        return None
    if _BLANK_LINE.match(text, first.end()):
        return span
    body = below[0].strip()
    return span if len(body) >= max(BODY_SHORTEST, BODY_RATIO * len(line)) else None
