"""XML as a stream of items (of a feed, an export), in bounded memory, past damage, and without what XML can be made to
do to a reader: entities are not declared, and nothing outside of the file is looked at."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.entities import html5
from typing import Literal, NamedTuple
from xml.parsers import expat

from cleanpipe.formats.charset import UTF_8, Told
from cleanpipe.formats.lines import Line
from cleanpipe.formats.xmllines import XmlLine, shown_of
from cleanpipe.model import Origin

DEEPEST = 200
"""Elements within one another."""

LONGEST_TAG = 1 << 20
"""Bytes of a tag, a comment, a processing instruction, which expat holds as a whole."""

MOST_HEADS, LONGEST_HEAD = 1000, 10_000
"""Elements of what a file says of itself beside its items that are kept, and characters of each."""

TAG_SIZE = 400
"""Characters that an element, and each of its attributes, counts for against the limit of an item: what it takes in
memory, whether something stands in it or not."""

MOST_NAMESPACES = 200
"""Prefixes that are declared at one place; feeds have some dozens."""

LONGEST_NAME = 200
"""Characters of the name of an element that holds the items: it is parsed again wherever an item is broken."""

PIECE = 1 << 16
"""Bytes that are parsed at a time, so that the items of a file without line ends come one by one."""

ENTITIES = "the XML declares entities, which are not read"
BROKEN = "the XML is broken here; reading went on at the next item"
TOO_MANY_NAMESPACES = f"the XML declares more than {MOST_NAMESPACES} namespaces"
TOO_DEEP = f"the XML nests its elements more than {DEEPEST} levels deep"
LONG_TAG = f"a tag of the XML is longer than {LONGEST_TAG >> 20} MB"
UNENDED = "the XML ends too early; what came before was read"
BROKEN_WHOLLY = "the XML is broken before its first item"
AFTER_END = "something follows the XML and was left out"

_ITEM = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s>]")


@dataclass(slots=True)
class Node:
    """An element: its name as "prefix:name" with the usual prefix of its namespace, whatever the file calls it."""

    name: str
    attributes: dict[str, str]
    parts: list[str | Node] = field(default_factory=list)
    """Its text and its elements in the order they stand."""
    children: list[Node] = field(default_factory=list)
    named: dict[str, list[Node]] | None = None
    """Its elements by their names, once somebody has asked for one."""

    @property
    def text(self) -> str:
        """What stands in it directly."""
        return "".join(part for part in self.parts if isinstance(part, str))

    def find(self, *names: str) -> Node | None:
        """The first child with the first of the names that there is."""
        return next((child for name in names for child in self.all(name)), None)

    def all(self, name: str) -> Sequence[Node]:
        """The children of that name, when the element is whole."""
        if self.named is None:
            self.named = {}
            for child in self.children:
                self.named.setdefault(child.name, []).append(child)
        return self.named.get(name, ())

    def said(self, *names: str) -> str:
        """The text of the first such child that has any."""
        for name in names:
            for child in self.all(name):
                if text := child.text.strip():
                    return text
        return ""


class Found(NamedTuple):
    """An item with all that is in it, an element of what the file says of itself, or a problem."""

    kind: Literal["item", "head", "problem"]
    origin: Origin
    node: Node | None = None
    problem: str = ""


class Layout(NamedTuple):
    """How a kind of XML is laid out, in names with the usual prefixes: what holds the items, what the items are, what
    in them is left out; and the prefixes by namespace."""

    containers: Collection[str]
    items: Collection[str]
    ignored: Collection[str]
    prefixes: Mapping[str, str]


class _FatalError(Exception):
    """Nothing that comes after this is read; the message says why."""


class XmlItems:
    """Turns lines, as `lines_of` gives them, into items, each of at most `limit` characters. `too_long` and `too_large`
    say what is wrong with a line of which only the beginning is there, and with a larger item."""

    def __init__(self, layout: Layout, limit: int, origin: Origin, too_long: str, too_large: str) -> None:
        self._layout = layout
        self._limit = limit
        self._file = origin
        self._too_long = too_long
        self._too_large = too_large
        self._found: list[Found] = []
        self._path: list[str] = []
        """The open containers, as the file has them."""
        self._scopes: list[dict[str, str]] = [{}]
        """Prefixes of namespaces in every open element."""
        self._open: list[Node] = []
        """The open elements of an item or a head."""
        self._texts: list[str] = []
        self._place: Origin | None = None
        """Where the open item begins."""
        self._size = self._heads = 0
        self._names: dict[str, str] = {}
        """What elements are called with the usual prefixes, by what the file calls them in the scope `_named_in`."""
        self._named_in: Mapping[str, str] = self._scopes[0]
        self._line = XmlLine(Line(0, 0, b"", True, True), UTF_8)
        self._told: dict[str, Told] = {}
        self._other_lines: list[int] = []
        self._seen_root = self._broken = False
        self._start()

    def _start(self) -> None:
        """A new parser, in the containers that are open."""
        parser = expat.ParserCreate(encoding="utf-8")
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # an entity that isn't declared is skipped then, and no error
        opened = "".join(f"<{name}>" for name in self._path).encode("utf-8", "replace")
        if opened:
            parser.Parse(opened, False)  # before anybody listens
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.SkippedEntityHandler = self._entity
        parser.EntityDeclHandler = self._declared
        self._parser = parser
        self._given = self._before = len(opened)
        """Bytes that the parser was given, in all and before this line."""

    def items(self, lines: Iterator[tuple[Line, Told]]) -> Iterator[Found]:
        """All that is found in the lines, a problem that ends the reading last."""
        try:
            for line, told in lines:
                self._line = XmlLine(line, told)
                if not line.whole:
                    raise _FatalError(self._too_long)
                if self._place is not None:
                    self._note()
                yield from self._in_line(self._line.data)
            if not self._ended and not self._broken:
                raise _FatalError(UNENDED)
        except _FatalError as error:
            yield from self._take()
            yield Found("problem", self._place or self._here(), problem=str(error))

    def _in_line(self, data: bytes) -> Iterator[Found]:
        at = 0
        while at < len(data):
            if self._broken:
                found = _ITEM.search(data, at)
                if found is None:
                    return
                at = found.start()
                self._restart()
            try:
                yield from self._parse(data, at)
                return
            except expat.ExpatError:
                yield from self._take()
                if self._ended:
                    raise _FatalError(AFTER_END) from None
                if not self._path:
                    raise _FatalError(BROKEN_WHOLLY) from None
                yield Found("problem", self._place or self._here(at), problem=BROKEN)
                self._broken = True
                at = max(at + 1, self._parser.ErrorByteIndex - self._before)

    @property
    def _ended(self) -> bool:
        return self._seen_root and not self._path and not self._open

    def _parse(self, data: bytes, start: int) -> Iterator[Found]:
        self._before = self._given - start
        for at in range(start, len(data), PIECE):
            piece = data[at : at + PIECE]
            self._parser.Parse(piece, False)
            self._given += len(piece)
            if self._given - self._parser.CurrentByteIndex > LONGEST_TAG:
                raise _FatalError(LONG_TAG)
            yield from self._take()

    def _take(self) -> list[Found]:
        found, self._found = self._found, []
        return found

    def _restart(self) -> None:
        """Goes on in the same containers, for the next item."""
        del self._scopes[len(self._path) + 1 :]
        self._open, self._place = [], None
        self._texts.clear()
        self._broken = False
        self._start()

    def _begin(self, raw: str, attributes: dict[str, str]) -> None:
        self._seen_root = True
        scope = self._scopes[-1]
        if attributes and (
            declared := {key[6:]: value for key, value in attributes.items() if key.startswith("xmlns")}
        ):
            scope = {**scope, **declared}
            if len(scope) > MOST_NAMESPACES:
                raise _FatalError(TOO_MANY_NAMESPACES)
        self._scopes.append(scope)
        if len(self._scopes) > DEEPEST:
            raise _FatalError(TOO_DEEP)
        shown = {key: shown_of(value) for key, value in attributes.items()} if attributes else {}
        if scope is not self._named_in:
            self._named_in, self._names = scope, {}
        name = self._names.get(raw)
        if name is None:
            name = self._names[raw] = self._usual(raw, scope)
        node = Node(name, shown)
        if self._texts:
            self._flush()
        if self._open:
            self._size += TAG_SIZE
            if shown:
                self._size += TAG_SIZE * len(shown) + sum(map(len, shown)) + sum(map(len, shown.values()))
            if self._has_room and node.name not in self._layout.ignored:
                self._open[-1].children.append(node)
                self._open[-1].parts.append(node)
            self._open.append(node)
        elif node.name in self._layout.containers and len(raw) <= LONGEST_NAME:
            self._path.append(raw)
            self._found.append(Found("head", self._here(), node))
        else:
            if node.name in self._layout.items:
                ahead = max(self._parser.CurrentByteIndex - self._before, 0)
                self._place = self._here(ahead)
                self._told, self._other_lines = {}, []
                self._note(ahead)
            self._size = 0
            self._open.append(node)

    def _end(self, raw: str) -> None:
        self._scopes.pop()
        if not self._open:
            self._path.pop()
            return
        self._flush()
        node = self._open.pop()
        if self._open:
            return
        if self._place is None:
            self._heads += 1
            if self._heads <= MOST_HEADS:
                self._found.append(Found("head", self._here(), node))
        elif self._size > self._limit:
            self._found.append(Found("problem", self._place, problem=self._too_large))
        else:
            self._found.append(Found("item", self._as_read(self._place), node))
        self._place = None

    def _characters(self, data: str) -> None:
        if self._open:
            self._size += len(data)
            if self._has_room:
                self._texts.append(data)

    def _flush(self) -> None:
        """Gives the open element the text that was found since the last tag."""
        if self._texts:
            self._open[-1].parts.append(shown_of("".join(self._texts)))
            self._texts.clear()

    @property
    def _has_room(self) -> bool:
        return self._size <= (LONGEST_HEAD if self._place is None else self._limit)

    def _entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._characters(html5.get(f"{name};", f"&{name};"))

    def _declared(self, *_: object) -> None:
        raise _FatalError(ENTITIES)

    def _usual(self, raw: str, scope: Mapping[str, str]) -> str:
        prefix, _, local = raw.rpartition(":")
        namespace = scope.get(prefix, "")
        usual = self._layout.prefixes.get(namespace, prefix)
        return f"{usual}:{local}" if usual else local

    def _here(self, ahead: int | None = None) -> Origin:
        """The place so many bytes ahead in the line, or in those that are read as one; that of the line at which the
        parser is without a number."""
        at = max(self._parser.CurrentByteIndex - self._before, 0) if ahead is None else max(ahead, 0)
        number, offset = self._line.place(at) if ahead is not None else self._line.beginning(at)
        return replace(self._file, line=number, offset=offset)

    def _note(self, ahead: int = 0) -> None:
        """What the line was read as, of which the item has what stands so many bytes ahead."""
        told = self._line.told
        if self._line.is_beyond_ascii(ahead):
            self._told.setdefault(told.charset, told)
            if told.charset != self._file.charset:
                self._other_lines.append(self._line.number)

    def _as_read(self, place: Origin) -> Origin:
        """The place of an item with the charset of its lines; line numbers are those within it."""
        if not self._told or self._told == {"utf-8": UTF_8}:
            return (
                place
                if place.charset == "utf-8" and place.charset_by is None
                else replace(place, charset="utf-8", charset_by=None)
            )
        if len(self._told) == 1:
            (told,) = self._told.values()
            return replace(place, charset=told.charset, charset_by=told.by)
        other = next(told for charset, told in self._told.items() if charset != place.charset)
        lines = tuple(number - (place.line or 0) + 1 for number in self._other_lines)
        by = place.charset_by or other.by
        return replace(place, other_charset=other.charset, other_lines=lines, charset_by=by)
