"""Reads a file's records one by one, whatever its format."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from cleanpipe.errors import InputError, SettingsError
from cleanpipe.formats.charset import Told, begins_as
from cleanpipe.formats.discover import InputFile
from cleanpipe.formats.encodings import WIDE, charset_name
from cleanpipe.formats.fields import input_names
from cleanpipe.formats.jsonl import Line, excerpt, in_utf_8, read_lines, split_lines
from cleanpipe.formats.plain import read_text
from cleanpipe.formats.sniff import UnknownFormatError, sniff
from cleanpipe.formats.stream import BLOCK, GZIP_MAGIC, Counted, Gunzipped, Transcoded, open_counted
from cleanpipe.model import Origin, Record, Rejected
from cleanpipe.settings import InputSettings

HEAD = 1 << 16
"""Bytes from which the format is told."""


def read(
    file: InputFile, settings: InputSettings, progress: Callable[[int], None] | None = None
) -> Iterator[Record | Rejected]:
    """The records of a file, and what can't be read of it, in the order they stand there.

    Memory is bounded by the longest line or text, and that by settings.line_limit_mb. `progress` is called with numbers
    of bytes as they are taken from the file on the disk (before decompression). A file without a path is standard
    input. Raises SettingsError for a field or a charset in the settings that isn't known; a file that can't be
    opened or read to its end gives a Rejected, after the records before that point.
    """
    names = input_names(settings.fields)
    declared = declared_charset(settings)
    limit = settings.line_limit_mb * 1_000_000
    stream: io.BufferedReader | None = None
    try:
        stream = _open(file, progress)
        yield from _records(stream, file.name, names, limit, declared)
    except OSError as error:
        yield Rejected(Origin(file.name), f"the file can't be read: {error.strerror or error}")
    finally:
        if stream is not None:
            stream.close()


def _open(file: InputFile, progress: Callable[[int], None] | None) -> io.BufferedReader:
    if file.path is not None:
        return open_counted(file.path, progress)
    return io.BufferedReader(Counted(sys.stdin.buffer, progress), BLOCK)


def declared_charset(settings: InputSettings) -> str | None:
    """The charset that the settings declare, None for none. Raises SettingsError where it isn't known."""
    try:
        return charset_name(settings.charset) if settings.charset else None
    except ValueError as error:
        raise SettingsError(f"input.charset: {error}") from error


def _records(
    stream: io.BufferedReader, name: str, names: dict[str, str], limit: int, declared: str | None
) -> Iterator[Record | Rejected]:
    layers: list[Gunzipped | Transcoded] = []
    if stream.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC):
        layers.append(Gunzipped(cast(BinaryIO, stream)))
        stream = io.BufferedReader(layers[0], BLOCK)
    head = stream.peek(HEAD)[:HEAD]
    if not head:
        if not layers or layers[0].problem is None:
            yield Rejected(Origin(name), "the file is empty")
    else:
        try:
            kind = sniff(head, len(head) < HEAD, name, declared)
        except UnknownFormatError as error:
            yield Rejected(Origin(name), str(error), excerpt(head))
            return
        if kind == "text":
            yield read_text(stream, name, limit, declared)
        else:
            stream, mark, told = _without_mark(stream, declared)
            if isinstance(stream.raw, Transcoded):
                layers.append(stream.raw)
            origin = Origin(name, charset=told.charset, mark=mark.hex(), charset_by=told.by)
            yield from read_lines(stream, names, limit, origin)
    for layer in layers:
        if layer.problem is not None:
            yield Rejected(Origin(name), layer.problem)


def open_lines(file: BinaryIO, declared: str | None) -> tuple[bytes, Iterator[tuple[Line, Told]]]:
    """The byte order mark of a stream, and its lines in UTF-8 with what they were read in, of any length.

    Where UTF-16 or UTF-32 breaks off, the lines end with an InputError.
    """
    stream, mark, told = _without_mark(io.BufferedReader(Counted(file, None), BLOCK), declared)

    def lines() -> Iterator[tuple[Line, Told]]:
        yield from in_utf_8(split_lines(stream, sys.maxsize - 1, told.charset, len(mark)), told)
        if isinstance(stream.raw, Transcoded) and stream.raw.problem:
            raise InputError(stream.raw.problem)

    return mark, lines()


def _without_mark(stream: io.BufferedReader, declared: str | None) -> tuple[io.BufferedReader, bytes, Told]:
    """A stream from behind its byte order mark on, UTF-16 and UTF-32 made UTF-8; the mark; what it begins as."""
    mark, told = begins_as(stream.peek(HEAD)[:HEAD], declared)
    stream.read(len(mark))
    if told.charset in WIDE:
        stream = io.BufferedReader(Transcoded(cast(BinaryIO, stream), told.charset), BLOCK)
    return stream, mark, told
