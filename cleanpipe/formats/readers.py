"""All readers, in the order in which they are asked whether a stream is theirs.

A reader is a module with two functions. `recognises(head)` says from the first bytes (and, where these leave it open,
from the name and the names of fields) whether it is one of theirs; it loads nothing heavy and doesn't raise.
`read(source)` yields its records and what can't be read of it, in the order they stand there, in bounded memory. It
raises nothing but OSError of the file itself, and MissingExtraError where it needs a library that isn't installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from cleanpipe.formats import csvs, feeds, html, jsonl, jsonlist, parquet, plain, tars, warc, zips
from cleanpipe.formats.sniff import refuse, refuse_magic
from cleanpipe.formats.source import Head, Source
from cleanpipe.model import Record, Rejected


class Reader(Protocol):
    WHAT: str
    """What it reads, for people, such as "JSON Lines"."""

    def recognises(self, head: Head) -> bool: ...
    def read(self, source: Source) -> Iterator[Record | Rejected]: ...


PACKED: tuple[Reader, ...] = (zips, tars, parquet, warc)
"""Formats whose bytes are no text."""

TEXTUAL: tuple[Reader, ...] = (jsonlist, jsonl, feeds, html, csvs)
"""Formats that are text with a structure."""


def reader_of(head: Head) -> Reader:
    """Who reads a stream that begins so. Raises UnknownFormatError, which says what it is."""
    for reader in PACKED:
        if reader.recognises(head):
            return reader
    refuse_magic(head)
    for reader in TEXTUAL:
        if reader.recognises(head):
            return reader
    refuse(head)
    return plain
