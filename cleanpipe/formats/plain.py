"""Plain text: one file, one document."""

from __future__ import annotations

import re
from io import BufferedIOBase
from pathlib import PurePosixPath

from cleanpipe.formats.charset import decode
from cleanpipe.formats.jsonl import EXCERPT
from cleanpipe.model import Origin, Record, Rejected, Span

TITLE_LONGEST = 200
"""Characters. A first line longer than this is a paragraph, whatever stands around it."""

BODY_SHORTEST = 100
"""Characters. A line that follows a title without a blank line between them is a paragraph, at least this long ..."""

BODY_RATIO = 2
"""... and this many times as long as the title: the second line of wrapped text is neither."""

STANDARD_INPUT = "-"
_SUFFIXES = {".txt", ".text"}
_LINE = re.compile(r"[^\r\n]+")
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)")
_FULL_STOP = re.compile(r"[.,:;\u3002\uff0e\u0964\u06d4\u0589\u1362][\"'”’»)\]]*\Z")


def read_text(stream: BufferedIOBase, name: str, limit: int, declared: str | None = None) -> Record | Rejected:
    """The document that a stream holds. `limit` is in bytes, `declared` the charset that a person named."""
    data = stream.read(limit + 1)
    origin = Origin(name)
    if len(data) > limit:
        says = f"the text is larger than {limit // 1_000_000} MB (input.line_limit_mb)"
        return Rejected(origin, says, data[: 4 * EXCERPT].decode("utf-8", "replace")[:EXCERPT])
    decoded = decode(data, declared)
    text, origin = decoded.text, decoded.origin(name)
    if not text or text.isspace():
        return Rejected(origin, "the file is empty")
    title = find_title(text)
    return Record(
        text=text,
        origin=origin,
        id=text_id(name),
        title=text[title.start : title.end] if title else None,
        title_span=title,
    )


def text_id(name: str) -> str:
    """A text file's id: its name without the suffix.

    >>> text_id("pages/2024/border.txt.gz")
    'pages/2024/border'
    """
    if name == STANDARD_INPUT:
        return "stdin"
    path = PurePosixPath(name)
    if path.suffix == ".gz":
        path = path.with_suffix("")
    return str(path.with_suffix("") if path.suffix.lower() in _SUFFIXES else path)


def find_title(text: str) -> Span | None:
    """The first line where it stands apart from the text below: short, without a full stop, and followed by a blank
    line or a paragraph."""
    first = next((line for line in _LINE.finditer(text) if not line[0].isspace()), None)
    if first is None:
        return None
    line = first[0].strip()
    start = first.start() + len(first[0]) - len(first[0].lstrip())
    span = Span(start, start + len(line))
    if len(line) > TITLE_LONGEST or _FULL_STOP.search(line) or not any(character.isalpha() for character in line):
        return None
    below = next((line for line in _LINE.finditer(text, first.end()) if not line[0].isspace()), None)
    if below is None:
        return None
    if _BLANK_LINE.match(text, first.end()):
        return span
    body = below[0].strip()
    return span if len(body) >= max(BODY_SHORTEST, BODY_RATIO * len(line)) else None
