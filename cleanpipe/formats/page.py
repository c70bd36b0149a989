"""The tree of a web page, made of its text within bounds, with nothing in it that a library would drop on the way.

trafilatura throws away characters that don't print, such as the joiners that Persian is spelt with and the controls by
which a repair knows what a garbled letter was, and makes plain spaces of all others. They are masked before: each
stands as a letter that the page doesn't have, until the text is taken out.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LARGEST = 10_000_000
"""Characters of a page's source. News pages have up to two million, most of it scripts."""

MOST_ELEMENTS = 40_000
"""Elements of a page. The main text is found among so many in three seconds at worst, and in ten among twice as many:
trafilatura's time grows with the square of the paragraphs. News pages have some thousands of elements."""

TOO_MANY = f"the page has more than {MOST_ELEMENTS:,} elements"

_SELF_CLOSED = re.compile(r"(<html\b[^<>]*?)\s*/>", re.IGNORECASE)
"""`<html lang="en"/>`, after which the parser would read nothing. XHTML converters write it."""

_WITHIN = 4096
"""Characters from the beginning within which that tag stands."""

_UNPARSED = re.compile("[\0\ud800-\udfff]")
_BREAKS = str.maketrans("", "", "\t\n\r")

_MASKS = (
    (range(0x13000, 0x13400), "x0*13[0-3]|0*7[78]"),
    (range(0x14400, 0x14640), "x0*14[4-6]|0*8[23]"),
    (range(0x16800, 0x16A30), "x0*16[89a]|0*92"),
)
"""Letters of scripts that no page mixes with another (Egyptian and Anatolian hieroglyphs, the older signs of Bamum),
and how references to them begin."""

_UNREAD = {"script", "style", "noscript", "template"}


class PageError(ValueError):
    """The page can't be read; the message says why."""


class Masks:
    """Letters that stand for characters which libraries drop, chosen among those that the text doesn't have."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._free: Iterator[str] | None = None
        self._masks: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """The text with a letter for each character that would be lost; as it is where no letter is left.

        Those are all that don't print but tabs and line ends, and between words every space but the plain one.
        """
        if text.isprintable() or text.translate(_BREAKS).isprintable():
            return text
        parts = list(text)
        for at, character in enumerate(parts):
            if character == "\f":
                parts[at] = " "  # which it is in HTML
            elif character.isprintable() or character in "\t\n\r" or (character >= "\xa0" and _at_edge(text, at)):
                continue
            else:
                parts[at] = self._mask(character)
        return "".join(parts)

    def hide_unparsed(self, source: str) -> str:
        """The source with a letter for each character that no tree can hold."""
        return _UNPARSED.sub(lambda match: self._mask(match[0]), source)

    def _mask(self, character: str) -> str:
        if character not in self._masks:
            if self._free is None:
                self._free = self._letters()
            self._masks[character] = next(self._free, character)
        return self._masks[character]

    def _letters(self) -> Iterator[str]:
        for block, references in _MASKS:
            own = f"[{chr(block[0])}-{chr(block[-1])}]"
            if not re.search(own, self._source) and not re.search(f"(?i:&#(?:{references}))", self._source):
                return map(chr, block)
        return iter(())

    def show(self, text: str) -> str:
        """The text with the characters that were hidden."""
        for character, mask in self._masks.items():
            text = text.replace(mask, character)
        return text


def parse_page(source: str) -> tuple[HtmlElement, Masks]:
    """The tree of a page, with letters for what a library would drop. Raises PageError beyond the limits."""
    tree, masks = parse(_SELF_CLOSED.sub(r"\1>", source[:_WITHIN], count=1) + source[_WITHIN:])
    for number, element in enumerate(tree.iter()):
        if number == MOST_ELEMENTS:
            raise PageError(TOO_MANY)
        if element.text and element.tag not in _UNREAD:
            _hide(element, "text", masks)
        if element.tail:
            _hide(element, "tail", masks)
    return tree, masks


def parse(source: str, plain: bool = False) -> tuple[HtmlElement, Masks]:
    """The tree of a page, with letters for what no tree can hold; `plain` for elements of lxml.etree, which are made
    faster than those of lxml.html. Raises PageError beyond the limits, but for the number of elements."""
    from lxml import etree, html

    if len(source) > LARGEST:
        raise PageError(f"the page is larger than {LARGEST // 1_000_000} million characters")
    masks = Masks(source)
    try:
        data = source.encode()
    except UnicodeEncodeError:  # lone surrogates
        data = b"\0"
    if b"\0" in data:
        data = masks.hide_unparsed(source).encode("utf-8", "replace")
    make = etree.HTMLParser if plain else html.HTMLParser
    parser = make(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        tree = None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise PageError("the page nests its elements deeper than can be read")
    if tree is None:
        raise PageError("the page is empty")
    return tree, masks


def _at_edge(text: str, at: int) -> bool:
    """Whether a space stands beside another, or at an end: between words is none."""
    return text[at].isspace() and not (text[max(at - 1, 0) : at].strip() and text[at + 1 : at + 2].strip())


def _hide(element: HtmlElement, where: str, masks: Masks) -> None:
    text: str = getattr(element, where)
    hidden = masks.hide(text)
    if hidden != text:
        with contextlib.suppress(ValueError):  # no letter was left for a control
            setattr(element, where, hidden)
