"""Reads a file's records one by one, whatever its format."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from cleanpipe.errors import InputError, MissingExtraError
from cleanpipe.formats.charset import Told
from cleanpipe.formats.discover import InputFile
from cleanpipe.formats.lines import Line, excerpt, in_utf_8, split_lines
from cleanpipe.formats.readers import reader_of
from cleanpipe.formats.sniff import UnknownFormatError
from cleanpipe.formats.source import MOST_LAYERS, Notes, Source, job_of, without_mark
from cleanpipe.formats.stream import BLOCK, Counted, Transcoded, open_counted
from cleanpipe.formats.unpack import Unpacked, codec_of
from cleanpipe.model import Origin, Record, Rejected
from cleanpipe.settings import InputSettings

LONGEST_MAGIC = 16
"""Bytes from which a compression is told."""


def read(
    file: InputFile,
    settings: InputSettings,
    progress: Callable[[int], None] | None = None,
    notes: Notes | None = None,
) -> Iterator[Record | Rejected]:
    """The records of a file, and what can't be read of it, in the order they stand there.

    Memory is bounded by the longest line or text, and that by settings.line_limit_mb. `progress` is called with numbers
    of bytes as they are taken from the file on the disk (before decompression), and what there is to tell beside the
    records is added to `notes`. A file without a path is standard
    input. Raises SettingsError for a field or a charset in the settings that isn't known, and MissingExtraError, which
    names the file, for a format whose library isn't installed; a file that can't be opened or read to its end gives a
    Rejected, after the records before that point.
    """
    job = job_of(settings, file.size, read_source, notes)
    stream: io.BufferedReader | None = None

    def took(amount: int) -> None:
        job.quota.take(amount)
        if progress:
            progress(amount)

    try:
        stream = _open(file, took)
        yield from read_source(Source(stream, Origin(file.name), job))
    except OSError as error:
        yield Rejected(Origin(file.name), f"the file can't be read: {error.strerror or error}")
    finally:
        if stream is not None:
            stream.close()


def _open(file: InputFile, progress: Callable[[int], None]) -> io.BufferedReader:
    if file.path is not None:
        return open_counted(file.path, progress)
    return io.BufferedReader(Counted(sys.stdin.buffer, progress), BLOCK)


def read_source(source: Source) -> Iterator[Record | Rejected]:
    """The records of a stream, of whatever it holds when its compression is taken off, and what went wrong in it."""
    while source.depth < MOST_LAYERS and (codec := codec_of(source.stream.peek(LONGEST_MAGIC))):
        try:
            source = source.through(Unpacked(cast(BinaryIO, source.stream), codec, source.job.quota))
        except MissingExtraError as error:
            raise source.missing(codec.name, error.extra) from None
    yield from _records(source)
    for layer in source.layers:
        if layer.problem is not None:
            yield source.rejected(layer.problem)


def _records(source: Source) -> Iterator[Record | Rejected]:
    if source.depth >= MOST_LAYERS:
        yield source.rejected(f"it lies more than {MOST_LAYERS} archives or compressions deep; unpack it first")
        return
    head = source.head()
    if not head.data:
        if not any(layer.problem for layer in source.layers):
            yield source.rejected("the file is empty")
        return
    try:
        reader = reader_of(head)
    except UnknownFormatError as error:
        yield source.rejected(str(error), excerpt(head.data))
        return
    packed = [layer.codec_name for layer in source.layers if isinstance(layer, Unpacked)]
    source.job.notes.formats[", ".join([reader.WHAT, *packed])] += 1
    yield from reader.read(source)


def open_lines(file: BinaryIO, declared: str | None) -> tuple[bytes, Iterator[tuple[Line, Told]]]:
    """The byte order mark of a stream, and its lines in UTF-8 with what they were read in, of any length.

    Where UTF-16 or UTF-32 breaks off, the lines end with an InputError.
    """
    stream, mark, told = without_mark(io.BufferedReader(Counted(file, None), BLOCK), declared)

    def lines() -> Iterator[tuple[Line, Told]]:
        yield from in_utf_8(split_lines(stream, sys.maxsize - 1, told.charset, len(mark)), told)
        if isinstance(stream.raw, Transcoded) and stream.raw.problem:
            raise InputError(stream.raw.problem)

    return mark, lines()
