"""What is not read, told by how it begins or, where it says nothing, by its name."""

from __future__ import annotations

import re

from cleanpipe.formats.source import Head

READ = "docs/formats.md lists what is read"

_MAGIC = (
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"%PDF", "a PDF"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x04\x22\x4d\x18", "lz4-compressed"),
    (b"LZIP", "lzip-compressed"),
    (b"\x1f\x9d", "compressed with the old `compress`"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"{\\rtf", "rich text"),
    (b"ARROW1", "Arrow"),
    (b"PARE", "encrypted Parquet"),
    (b"SQLite format 3\0", "a database"),
    (b"filedesc://", "a web archive of the older format ARC"),
    (b" CDX ", "the index of a web archive"),
)
_ALL_MAGIC = tuple(magic for magic, _ in _MAGIC)
_OTHER_SUFFIXES = {
    ".json": "JSON without records",
    ".rtf": "rich text",
    ".xml": "XML",
    ".cdx": "the index of a web archive",
    ".cdxj": "the index of a web archive",
    ".css": "a style sheet",
    ".js": "a script",
    ".mjs": "a script",
}
"""Texts that are no articles. Styles and scripts lie beside every page that a browser saved with all that is in it."""

_XML = re.compile(rb"\s*<(?:\?xml\b|[\w.:-]+\s[^<>]*\bxmlns\b)")
_MHTML = re.compile(rb"(?:From|Subject|Date|MIME-Version|Content-[\w-]+|Snapshot-[\w-]+):", re.IGNORECASE)
_RELATED = re.compile(rb"\nContent-Type:\s*multipart/related\b", re.IGNORECASE)
_WITHIN = 4096
"""Bytes from the beginning within which that stands."""


class UnknownFormatError(ValueError):
    """Nothing that is read; the message says what it is."""


def refuse_magic(head: Head) -> None:
    """Raises UnknownFormatError for what begins like a format that isn't read."""
    if not head.data.startswith(_ALL_MAGIC):
        return
    for magic, what in _MAGIC:
        if head.data.startswith(magic):
            raise UnknownFormatError(f"the file is {what}, which is not read; {READ}")


def refuse(head: Head) -> None:
    """Raises UnknownFormatError for what no reader took and what is no plain text either."""
    if not head.is_text:
        raise UnknownFormatError(f"the file is binary, and no text; {READ}")
    if _MHTML.match(head.text) and _RELATED.search(head.text, 0, _WITHIN):
        raise UnknownFormatError(f"the file is a web page saved as MHTML, which is not read; {READ}")
    if _XML.match(head.text):
        raise UnknownFormatError(f"the file is XML, and no feed, which is not read; {READ}")
    if head.suffix in _OTHER_SUFFIXES:
        raise UnknownFormatError(f"the file is {_OTHER_SUFFIXES[head.suffix]}, which is not read; {READ}")
