"""What a reader is given: a stream of bytes, where it comes from, and what holds for the whole file."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, NamedTuple, cast

from cleanpipe.errors import MissingExtraError, SettingsError
from cleanpipe.fast import checked_dataclass
from cleanpipe.formats.charset import Told, begins_as, controls
from cleanpipe.formats.encodings import WIDE, charset_name
from cleanpipe.formats.fields import WatchedNames, input_names
from cleanpipe.formats.stream import BLOCK, Filling, Transcoded
from cleanpipe.formats.unpack import Quota, inner_name
from cleanpipe.model import Origin, Record, Rejected
from cleanpipe.settings import InputSettings

HEAD = 1 << 16
"""Bytes from which the format is told."""

MOST_KINDS = 200
"""Kinds of things passed over that are counted apart; a large crawl has some dozens."""

MOST_LAYERS = 8
"""How deep archives and compressed data may lie in one another."""


class Head(NamedTuple):
    """How a stream begins, for those who recognise formats.

    `data` are its first HEAD bytes at most, `whole` says that nothing comes after them. `text` is the same in UTF-8
    and without a byte order mark, `is_text` whether that can be a text. `names` are what known fields are called in the
    input. `suffix` is how the name of the file or member ends, in small letters and without that of a compression, such
    as ".csv"; "" for none.
    """

    data: bytes
    whole: bool
    suffix: str
    names: Mapping[str, str]
    text: bytes
    is_text: bool


@dataclass(frozen=True, slots=True)
class Notes:
    """What is told of files beside their records.

    `passed` counts by kind what holds no article and is no loss (the images of a web archive, the menus of a WordPress
    export): a line for each in `rejected.jsonl` would bury the others. `formats` counts what was recognised, such as
    "JSON Lines, gzip". `show` is given every object that a record is to be made of, as it was read.
    """

    passed: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    show: Callable[[Mapping[str, Any]], None] | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What holds for a file and everything in it.

    `names` is what `fields.input_names` gives, `line_limit` is in bytes, `declared` is the charset that a person named.
    `read` reads whatever a source is.
    """

    names: Mapping[str, str]
    line_limit: int
    declared: str | None
    quota: Quota
    read: Callable[[Source], Iterator[Record | Rejected]]
    notes: Notes = field(default_factory=Notes)

    def pass_over(self, kind: str) -> None:
        """Counts what holds no article. A hostile file may name as many kinds as it likes."""
        self.notes.passed[_bounded(kind, self.notes.passed)] += 1

    @property
    def limit_says(self) -> str:
        """`line_limit`, for people, and the setting that it comes from."""
        return f"{self.line_limit // 1_000_000} MB (input.line_limit_mb)"


@checked_dataclass(frozen=True, slots=True)
class Source:
    """A stream to read records of: a file, what was compressed in it, or a member of an archive.

    `origin` has the file and the member; readers make the origins of their records of it (`dataclasses.replace`).
    `layers` are streams that tell in `problem` what went wrong in them; it is told after the records.
    """

    stream: io.BufferedReader
    origin: Origin
    job: Job
    depth: int = 0
    layers: list[Filling] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file and the member as one path."""
        return "/".join(filter(None, (self.origin.file, self.origin.member)))

    def head(self) -> Head:
        data = self.stream.peek(HEAD)[:HEAD]
        mark, (charset, _, _) = begins_as(data, self.job.declared)
        text = data[len(mark) :]
        if charset in WIDE:
            text = text.decode(charset, "ignore").encode("utf-8", "ignore")
        name = inner_name(self.origin.member or self.origin.file).rpartition("/")[2]
        stem, dot, suffix = name.rpartition(".")
        suffix = dot + suffix.lower() if stem else ""
        return Head(data, len(data) < HEAD, suffix, self.job.names, text, not controls(text))

    def rejected(self, reason: str, excerpt: str = "") -> Rejected:
        """What says that the whole source can't be read."""
        return Rejected(self.origin, reason, excerpt)

    def missing(self, what: str, extra: str) -> MissingExtraError:
        """The error to raise where the library for `what` isn't installed."""
        return MissingExtraError(f"{self.name}: reading {what}", extra)

    def through(self, layer: Filling) -> Source:
        """This source with one more layer of packing taken off."""
        return replace(self, stream=io.BufferedReader(layer, BLOCK), depth=self.depth + 1, layers=[*self.layers, layer])

    def as_utf_8(self) -> tuple[io.BufferedReader, Origin]:
        """The stream from behind its byte order mark on, UTF-16 and UTF-32 made UTF-8, all else as it is; the origin
        with the mark and the charset it begins as."""
        stream, mark, told = without_mark(self.stream, self.job.declared)
        if isinstance(stream.raw, Transcoded):
            self.layers.append(stream.raw)
        return stream, replace(self.origin, charset=told.charset, mark=mark.hex(), charset_by=told.by)

    def member(self, name: str, raw: Filling) -> Iterator[Record | Rejected]:
        """The records of something that lies in this source under a name."""
        member = f"{self.origin.member}/{name}" if self.origin.member else name
        origin = Origin(self.origin.file, member=member)
        return self.job.read(Source(io.BufferedReader(raw, HEAD), origin, self.job, self.depth + 1, [raw]))

    @contextlib.contextmanager
    def random_access(self) -> Iterator[BinaryIO]:
        """The whole as a file that can be sought in: itself, or a copy on the disk that is deleted afterwards."""
        if self.stream.seekable():
            self.stream.seek(0)
            yield cast(BinaryIO, self.stream)
            return
        with tempfile.TemporaryFile(prefix="cleanpipe-") as copy:
            while block := self.stream.read(BLOCK):
                copy.write(block)
            copy.seek(0)
            yield cast(BinaryIO, copy)


def _bounded(kind: str, counted: Counter[str]) -> str:
    return kind if kind in counted or len(counted) < MOST_KINDS else "others"


def job_of(
    settings: InputSettings,
    size: int | None,
    read: Callable[[Source], Iterator[Record | Rejected]],
    notes: Notes | None = None,
) -> Job:
    """What holds for a file of `size` bytes. Raises SettingsError for a field or a charset that isn't known."""
    names: Mapping[str, str] = input_names(settings.fields)
    if notes is not None and notes.show is not None:
        names = WatchedNames(names, notes.show)
    limit, declared = settings.line_limit_mb * 1_000_000, declared_charset(settings)
    return Job(names, limit, declared, Quota(size), read, notes or Notes())


def declared_charset(settings: InputSettings) -> str | None:
    """The charset that the settings declare, None for none. Raises SettingsError where it isn't known."""
    try:
        return charset_name(settings.charset) if settings.charset else None
    except ValueError as error:
        raise SettingsError(f"input.charset: {error}") from error


def without_mark(stream: io.BufferedReader, declared: str | None) -> tuple[io.BufferedReader, bytes, Told]:
    """A stream from behind its byte order mark on, UTF-16 and UTF-32 made UTF-8; the mark; what it begins as."""
    mark, told = begins_as(stream.peek(HEAD)[:HEAD], declared)
    stream.read(len(mark))
    if told.charset in WIDE:
        stream = io.BufferedReader(Transcoded(cast(BinaryIO, stream), told.charset), BLOCK)
    return stream, mark, told
