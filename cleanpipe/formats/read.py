"""Reads a file's records one by one, whatever its format."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from cleanpipe.formats.charset import split_mark
from cleanpipe.formats.discover import InputFile
from cleanpipe.formats.fields import input_names
from cleanpipe.formats.jsonl import excerpt, read_lines
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
    input. Raises SettingsError for a field name in the settings that isn't known; a file that can't be opened or read
    to its end gives a Rejected, after the records before that point.
    """
    names = input_names(settings.fields)
    limit = settings.line_limit_mb * 1_000_000
    stream: io.BufferedReader | None = None
    try:
        stream = _open(file, progress)
        yield from _records(stream, file.name, names, limit)
    except OSError as error:
        yield Rejected(Origin(file.name), f"the file can't be read: {error.strerror or error}")
    finally:
        if stream is not None:
            stream.close()


def _open(file: InputFile, progress: Callable[[int], None] | None) -> io.BufferedReader:
    if file.path is not None:
        return open_counted(file.path, progress)
    import sys

    return io.BufferedReader(Counted(sys.stdin.buffer, progress), BLOCK)


def _records(stream: io.BufferedReader, name: str, names: dict[str, str], limit: int) -> Iterator[Record | Rejected]:
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
            kind = sniff(head, len(head) < HEAD, name)
        except UnknownFormatError as error:
            yield Rejected(Origin(name), str(error), excerpt(head))
            return
        if kind == "text":
            yield read_text(stream, name, limit)
        else:
            mark, charset = split_mark(head)
            stream.read(len(mark))
            if charset != "utf-8":
                layers.append(Transcoded(cast(BinaryIO, stream), charset))
                stream = io.BufferedReader(layers[-1], BLOCK)
            yield from read_lines(stream, names, limit, Origin(name, charset=charset, mark=mark.hex()))
    for layer in layers:
        if layer.problem is not None:
            yield Rejected(Origin(name), layer.problem)
