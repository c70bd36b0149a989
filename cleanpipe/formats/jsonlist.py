"""JSON that is not one record a line: an array of records, an object with such an array in it, or records that go over
several lines, one or many.

Nothing but the ends of the items is looked for here, by quotes and brackets; each item is then read like a line of JSON
Lines. So what is wrong with one costs no other, and no more than one is held. Where an item is JSON up to one of its
first closing braces, that is its end, and nothing else has to be looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from io import BufferedIOBase
from typing import TYPE_CHECKING, Final, NamedTuple

from cleanpipe.formats.charset import Told
from cleanpipe.formats.jsonl import SUFFIXES, begins_with_objects, parsed_lines, record_of
from cleanpipe.formats.jsonvalue import Parsed
from cleanpipe.formats.lines import EXCERPT, Line, excerpt, size_in
from cleanpipe.formats.source import Head, Source
from cleanpipe.formats.stream import BLOCK
from cleanpipe.model import Origin, Record, Rejected

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WHAT = "JSON"
FORMAT = "json"

_QUOTE, _BACKSLASH, _OPENS, _CLOSES = b'"\\{}'
_CASE: Final = 0x20
"""What square brackets lack to be braces."""

TRIES = 4
"""Closing braces up to which an item is tried to be read: records have few objects in them."""

_BETWEEN = b" \t\r\n,"
_ARRAY = re.compile(rb'\[\s*\{\s*"')
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]:,]', re.DOTALL)


class Layout(NamedTuple):
    """Where the items lie: in how many brackets, and behind how many bytes of the text."""

    depth: int
    start: int


def recognises(head: Head) -> bool:
    return head.is_text and layout_of(head) is not None


def layout_of(head: Head) -> Layout | None:
    """How the items lie in JSON that begins so; None where it is none, or has one record a line.

    The array in an object is the first in which an object with the field for the text begins within HEAD bytes, of an
    object that has no such field itself.
    """
    text = head.text
    start = len(text) - len(text.lstrip())
    if text.startswith(b"[", start):
        if _ARRAY.match(text, start) or head.suffix == ".json":
            return Layout(1, start + 1)
        return None
    if not text.startswith(b"{", start) or head.suffix in SUFFIXES:
        return None
    found = _in_object(text, start, json.dumps(head.names["text"], ensure_ascii=False).encode("utf-8", "replace"))
    if found is not None and found.depth:
        return found
    if begins_with_objects(head):
        return None
    return found or (Layout(0, 0) if head.suffix == ".json" else None)


def _in_object(text: bytes, start: int, field: bytes) -> Layout | None:
    """The layout that the first object shows: a record, or something around an array of records."""
    depth = 0
    array = 0
    found: Layout | None = None
    last = b""
    for token in _TOKEN.finditer(text, start):
        kind = token[0]
        if kind == b":" and last == field:
            if depth == 1:
                return Layout(0, 0)
            if depth == 3 and array and found is None:
                found = Layout(2, array)
        elif kind in b"{[":
            depth += 1
            if depth == 2:
                array = token.end() if kind == b"[" else 0
        elif kind in b"}]":
            depth -= 1
            if depth == 0:  # more of the same may follow, and then each object is a record
                return None if text[token.end() :].strip() else found
        last = kind
    return found


def read(source: Source) -> Iterator[Record | Rejected]:
    """The records of the items. What stands between them and is none is rejected."""
    layout = layout_of(source.head())
    assert layout is not None
    stream, origin = source.as_utf_8()
    skipped = size_in(stream.read(layout.start), origin.charset)
    items = Items(stream, source.job.line_limit, origin.charset, len(origin.mark) // 2 + skipped, layout.depth)
    for item, told, parsed in parsed_lines(iter(items), Told(origin.charset, origin.charset_by), items.parsed):
        mark = origin.mark if item.number == 1 else ""
        place = Origin(
            origin.file,
            offset=item.offset,
            charset=told.charset,
            mark=mark,
            charset_by=told.by,
            stray_bytes=told.strays,
            member=origin.member,
            row=item.number,
            format=FORMAT,
        )
        yield record_of(item, parsed, source, place, "item")
    if not items.ended:
        yield source.rejected("the JSON ends too early; what came before was read")
    elif items.behind:
        yield source.rejected("something follows the end of the JSON and was left out", excerpt(items.behind))
    elif not items.number:
        yield source.rejected("the JSON holds no records")


class Items:
    """The items of a stream of JSON in UTF-8, in the form of lines; never more than `limit` bytes of one are held.

    `depth` is the number of brackets that are open already. `ended` tells in the end whether they were closed,
    `behind` is the beginning of what follows.
    """

    def __init__(self, stream: BufferedIOBase, limit: int, charset: str, offset: int, depth: int) -> None:
        self.number = 0
        self.ended = False
        self.behind = b""
        self._stream = stream
        self._limit = limit
        self._charset = charset
        self._offset = offset
        self._base = self._depth = depth
        self._quoted = self._escaped = False
        self._parts: list[bytes] = []
        self._held = 0
        self._size = 0
        self._last: Parsed | None = None

    def parsed(self, data: bytes) -> Parsed:
        """An item's data as the parser sees it, which for most was found out in passing."""
        return self._last if self._last is not None and self._last.data is data else Parsed(data)

    def __iter__(self) -> Iterator[Line]:
        block = b""
        more = True
        while more and not self.ended:
            read = self._stream.read(BLOCK)
            more = bool(read)
            block += read
            at = yield from self._whole_items(block)
            if more and len(block) - at <= BLOCK:
                block = block[at:]
                continue
            begun = False
            for edge, opens in self._edges(block[at:], at):
                yield from self._take(block[at:edge], inside=not opens)
                at, begun = edge, opens
                if self.ended:
                    self._look_behind(block[at:])
                    return
            block = block[at:]
            if more and begun and len(block) <= BLOCK:  # the item that begins here is looked at anew
                self._depth = self._base
                self._quoted = self._escaped = False
            else:
                self._hold(block)
                block = b""
        yield from self._take(b"", inside=True)
        self.ended = self._base == 0

    def _whole_items(self, block: bytes) -> Generator[Line, None, int]:
        """The items that a block begins with and that end at one of their first closing braces; where the last ends."""
        at = 0
        if self._parts or self._depth != self._base:
            return at
        while (begin := block.find(b"{", at)) >= 0 and not block[at:begin].strip(_BETWEEN):
            end = begin
            for _ in range(TRIES):
                end = block.find(b"}", end) + 1
                if not end:
                    return at
                data = block[begin:end]
                self._last = Parsed(data)
                if self._last.is_sound:
                    break
            else:
                return at
            self.number += 1
            self._offset += size_in(block[at:begin], self._charset)
            yield Line(self.number, self._offset, data, True, True)
            self._offset += size_in(data, self._charset)
            at = end
        return at

    def _edges(self, block: bytes, start: int) -> Iterator[tuple[int, bool]]:
        """Where items begin (True) and behind what they end (False) in a block, which itself begins at `start`. Sets
        `ended` at the end of all."""
        import numpy as np

        data = np.frombuffer(block, dtype=np.uint8)
        quotes = self._quotes(data)
        folded = data | _CASE
        brackets = np.flatnonzero((folded == _OPENS) | (folded == _CLOSES))
        before = np.searchsorted(quotes, brackets)
        outside = brackets[((before + self._quoted) & 1) == 0]
        self._quoted = bool((len(quotes) + self._quoted) & 1)
        opens = folded[outside] == _OPENS
        depth = self._depth + np.cumsum(np.where(opens, 1, -1))
        if len(depth):
            self._depth = int(depth[-1])
        edges = np.flatnonzero(((depth == self._base + 1) & opens) | ((depth <= self._base) & ~opens))
        for at, begins, level in zip(
            outside[edges].tolist(), opens[edges].tolist(), depth[edges].tolist(), strict=True
        ):
            if level < self._base:
                self.ended = True
                yield start + at, True
                return
            yield start + at + (not begins), begins

    def _quotes(self, data: NDArray[np.uint8]) -> NDArray[np.intp]:
        """Where the quotes stand that begin and end strings: behind no backslash, or an even number of them."""
        import numpy as np

        quote = data == _QUOTE
        if not len(data):  # what a backslash before it escapes is yet to come
            return np.flatnonzero(quote)
        slashes = np.flatnonzero(data == _BACKSLASH)
        first = self._escaped
        if first:
            quote[0] = False
        self._escaped = False
        if len(slashes):
            begins = np.ones(len(slashes), dtype=bool)
            begins[1:] = np.diff(slashes) > 1
            index = np.arange(len(slashes))
            place = index - np.maximum.accumulate(np.where(begins, index, 0))
            if first and slashes[0] == 0:  # it is escaped itself
                place[: int(np.argmin(slashes == index)) or len(slashes)] += 1
            escaped = slashes[place % 2 == 0] + 1
            self._escaped = bool(len(escaped)) and int(escaped[-1]) == len(data)
            quote[escaped[: len(escaped) - self._escaped]] = False
        return np.flatnonzero(quote)

    def _hold(self, part: bytes) -> None:
        self._size += size_in(part, self._charset)
        room = self._limit + 1 - self._held
        if room > 0:
            self._parts.append(part[:room])
            self._held += min(len(part), room)
            if self._held > self._limit:
                self._parts = [b"".join(self._parts[:3])[: 4 * EXCERPT]]

    def _take(self, part: bytes, inside: bool) -> Iterator[Line]:
        """What was held and this part: an item, or what stands between two, which should be nothing to speak of."""
        self._hold(part)
        data = b"".join(self._parts)
        bare = data if inside else data.strip(_BETWEEN)
        if bare.strip(_BETWEEN):
            self.number += 1
            lead = 0 if inside else size_in(data[: data.find(bare)], self._charset)
            whole = self._held <= self._limit
            yield Line(self.number, self._offset + lead, bare if whole else bare[: 4 * EXCERPT], whole, True)
        self._offset += self._size
        self._parts, self._held, self._size = [], 0, 0

    def _look_behind(self, rest: bytes) -> None:
        """What follows the bracket that ends it all, with which `rest` begins. An object around the items has more."""
        if self._base == 2:
            return
        rest = rest[self._base :].lstrip()
        while not rest and (more := self._stream.read(BLOCK)):
            rest = more.lstrip()
        self.behind = rest[: 4 * EXCERPT]
