"""What a file is, told by how it begins."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal

from cleanpipe.formats.charset import begins_as, controls
from cleanpipe.formats.encodings import WIDE
from cleanpipe.formats.jsonvalue import JsonError, parse

Kind = Literal["jsonl", "text"]

LINES_LOOKED_AT = 5
"""One broken line at the beginning doesn't make a text of JSON Lines."""

_JSON_LINES = {".jsonl", ".ndjson", ".jl"}
_OTHER_SUFFIXES = {
    ".csv": "a table",
    ".htm": "a web page",
    ".html": "a web page",
    ".json": "JSON, but not one record a line",
    ".rtf": "rich text",
    ".tsv": "a table",
    ".warc": "a web archive",
    ".xhtml": "a web page",
    ".xml": "XML",
}
_MAGIC = (
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"PAR1", "Parquet"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (b"\xfd7zXZ", "xz-compressed"),
    (b"BZh", "bzip2-compressed"),
    (b"SQLite format 3\0", "a database"),
    (b"WARC/", "a web archive"),
)
_OBJECT = re.compile(rb'\{\s*"')


class UnknownFormatError(ValueError):
    """Nothing that is read; the message says what it is."""


def sniff(head: bytes, whole: bool, name: str, declared: str | None = None) -> Kind:
    """Whether data that begins with `head` is JSON Lines or text. `whole`: nothing comes after it. `declared`: the
    charset that a person named.

    Raises UnknownFormatError. The name counts where the content leaves it open.
    """
    path = PurePosixPath(name.removesuffix(".gz"))
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise UnknownFormatError(f"the file is {what}, which is not read; JSON Lines and plain text are")
    mark, (charset, _, _) = begins_as(head, declared)
    body = head[len(mark) :]
    if charset in WIDE:
        body = body.decode(charset, "ignore").encode("utf-8")
    if _is_json_lines(body, whole):
        return "jsonl"
    if controls(body):
        raise UnknownFormatError("the file is binary, and no text")
    suffix = path.suffix.lower()
    if suffix in _JSON_LINES:
        return "jsonl"
    if suffix in _OTHER_SUFFIXES:
        raise UnknownFormatError(
            f"the file is {_OTHER_SUFFIXES[suffix]}, which is not read; JSON Lines and plain text are"
        )
    return "text"


def _is_json_lines(body: bytes, whole: bool) -> bool:
    body = body.lstrip()
    if not body.startswith(b"{"):
        return False
    lines = body.split(b"\n")
    if not whole and len(lines) == 1:
        return _OBJECT.match(body) is not None  # a first line longer than what was looked at
    if not whole:
        lines.pop()
    return any(_is_object(line) for line in [line for line in lines if line.strip()][:LINES_LOOKED_AT])


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(parse(line.decode("utf-8", "replace").encode("utf-8"))[0], dict)
    except JsonError:
        return False
