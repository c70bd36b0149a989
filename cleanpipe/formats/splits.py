"""A file looked through once: its hash, and where large plain JSON Lines can be parted, to be read side by side."""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast

from cleanpipe.formats import jsonl
from cleanpipe.formats.charset import UTF_8, begins_as
from cleanpipe.formats.discover import InputFile
from cleanpipe.formats.read import LONGEST_MAGIC, read_source
from cleanpipe.formats.readers import reader_of
from cleanpipe.formats.sniff import UnknownFormatError
from cleanpipe.formats.source import Notes, Source, job_of
from cleanpipe.formats.stream import BLOCK, Filling, open_counted
from cleanpipe.formats.unpack import codec_of
from cleanpipe.model import Origin, Record, Rejected
from cleanpipe.settings import InputSettings

SPLIT_BYTES = 32_000_000
"""Size of a part: some 10,000 news articles, which take a minute or two to repair."""

SCANNED = 1 << 20
"""Bytes that are looked through at once."""


class Split(NamedTuple):
    """The bytes from `start` up to `stop`, which begin behind the line end of line `number`."""

    start: int
    stop: int
    number: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """SHA-256 of a file's bytes in hex, how many they are, and its parts: none where it has to be read as a whole."""

    sha256: str
    size: int
    splits: tuple[Split, ...]


def scan(file: InputFile, settings: InputSettings, each: int = SPLIT_BYTES) -> Scanned:
    """What is to be known of a file before it is read, with parts of `each` bytes at least.

    Plain JSON Lines are parted where each line is read alike whatever stands before it: all of it is UTF-8, and nobody
    declared something else. Raises OSError.
    """
    assert file.path is not None
    digest, size, number = hashlib.sha256(), 0, 0
    splits: list[Split] = []
    start, first = 0, 0
    with open_counted(file.path, None) as stream:
        sound = _has_plain_lines(stream, file, settings)
        decoder = codecs.getincrementaldecoder("utf-8")()
        while block := stream.read(SCANNED):
            digest.update(block)
            if sound:
                sound = _decodes(decoder, block)
                while end := block.find(b"\n", max(start + each - size - 1, 0)) + 1:
                    splits.append(Split(start, size + end, first))
                    start, first = size + end, number + block.count(b"\n", 0, end)
                number += block.count(b"\n")
            size += len(block)
    if splits and start < size:
        splits.append(Split(start, size, first))
    sound = sound and len(splits) > 1 and _decodes(decoder, b"", final=True)
    return Scanned(digest.hexdigest(), size, tuple(splits) if sound else ())


def read_split(
    file: InputFile, split: Split, settings: InputSettings, notes: Notes | None = None
) -> Iterator[Record | Rejected]:
    """The records of a part, and what can't be read of it, as `read` gives them for the whole file."""
    assert file.path is not None
    job = job_of(settings, file.size, read_source, notes)
    origin = Origin(file.name)
    try:
        with open_counted(file.path, None) as stream:
            stream.seek(split.start)
            part = cast(io.BufferedReader, io.BufferedReader(_Part(stream, split.stop - split.start), BLOCK))
            yield from jsonl.read_lines(Source(part, origin, job), part, origin, split.start, split.number)
    except OSError as error:
        yield Rejected(origin, f"the file can't be read: {error.strerror or error}")


class _Part(Filling):
    """The next bytes of a stream, so many and no more."""

    def __init__(self, stream: io.BufferedReader, size: int) -> None:
        super().__init__()
        self._stream, self._left = stream, size

    def _more(self, size: int) -> bytes:
        block = self._stream.read(min(size, self._left))
        self._left -= len(block)
        return block


def _has_plain_lines(stream: io.BufferedReader, file: InputFile, settings: InputSettings) -> bool:
    """Whether a stream begins as JSON Lines in UTF-8 without a mark or a compression. It stays where it is."""
    source = Source(stream, Origin(file.name), job_of(settings, file.size, read_source))
    head = source.head()
    if codec_of(head.data[:LONGEST_MAGIC]) or begins_as(head.data, source.job.declared) != (b"", UTF_8):
        return False
    try:
        return bool(head.data) and reader_of(head) is jsonl
    except UnknownFormatError:
        return False


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
