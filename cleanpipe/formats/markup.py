"""HTML that is an article and nothing else, as feeds and exports carry it: its text, with paragraphs kept apart."""

from __future__ import annotations

import re

from cleanpipe.formats.page import parse_page

_PARAGRAPHS = frozenset(
    {
        *("p", "div", "section", "article", "header", "footer", "aside", "main", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("ul", "ol", "dl", "table", "blockquote", "pre", "figure", "figcaption", "form", "hr", "address", "details"),
    }
)
_LINES = frozenset({"br", "li", "tr", "dt", "dd", "caption", "summary", "option"})
_CELLS = frozenset({"td", "th"})
_UNREAD = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "head"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINE = re.compile(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+")
_BREAKS = re.compile(r"[ \t]*(\n+)[ \t]*")
_MARKED = re.compile(r"<[a-zA-Z/!]|&#?\w+;")


def text_of(markup: str, *, typed: bool = False) -> str:
    """The text of a piece of HTML, paragraphs with an empty line between them. Raises PageError beyond its limits.

    `typed` for what an author typed into WordPress, where an empty line begins a paragraph and a line end is one.

    >>> text_of("<p>One &amp; two</p><p>Three<br>four</p>")
    'One & two\\n\\nThree\\nfour'
    """
    if not markup.strip():
        return ""
    from lxml import etree

    tree, masks = parse_page(f"<div>{markup}</div>")
    parts: list[str] = []
    skipped = kept = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        start = event == "start"
        skipped += (tag in _UNREAD) * (1 if start else -1)
        kept += (tag == "pre") * (1 if start else -1)
        if tag in _PARAGRAPHS:
            parts.append("\n\n")
        elif tag in _LINES:
            parts.append("\n")
        elif tag in _CELLS:
            parts.append(" ")
        text = element.text if start else element.tail
        if text and not skipped:
            parts.append(text if kept else _flowing(text, typed))
    text = _BREAKS.sub(lambda match: match[1][:2], "".join(parts)).strip("\n ")
    return masks.show(text)


def line_of(markup: str) -> str:
    """A title or a name, which may be HTML or not, as one line. Raises PageError beyond its limits."""
    text = text_of(markup) if _MARKED.search(markup) else markup
    return _SPACE.sub(" ", text).strip(" ")


def _flowing(text: str, typed: bool) -> str:
    """Text as a browser lays it out, or as WordPress does."""
    if not typed:
        return _SPACE.sub(" ", text)
    paragraphs = _EMPTY_LINE.split(text)
    return "\n\n".join("\n".join(_SPACE.sub(" ", line) for line in part.split("\n")) for part in paragraphs)
