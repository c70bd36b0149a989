"""HTML that is an article and nothing else, as feeds and exports carry it: its text, with paragraphs kept apart."""

from __future__ import annotations

import re

from cleanpipe.formats.page import MOST_ELEMENTS, TOO_MANY, PageError, parse

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
_NOTHING = " \t\r\n\f\xa0"
"""What a paragraph holds that editors leave empty. Controls are something: repair tells from them what a letter was."""

_EMPTY_LINE = re.compile(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+")
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

    tree, masks = parse(f"<div>{markup}</div>", plain=True)
    parts: list[str] = [""]
    skipped = kept = elements = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if event == "start":
            step, text = 1, element.text
            elements += 1
            if elements > MOST_ELEMENTS:
                raise PageError(TOO_MANY)
        else:
            step, text = -1, element.tail
        if tag in _PARAGRAPHS:
            if parts[-1] != "\n\n":
                parts.append("\n\n")
            kept += step if tag == "pre" else 0
            if text and not kept and not text.strip(_NOTHING):
                continue
        elif tag in _LINES:
            parts.append("\n" if step > 0 or (tag != "br" and text and text.strip(_NOTHING)) else "")
        elif tag in _CELLS and step > 0:
            parts.append(" ")
        elif tag in _UNREAD:
            skipped += step
        if text and not skipped:
            parts.append(text if kept else _flowing(text, typed))
    whole = "".join(parts)
    if " \n" in whole or "\n " in whole or "\t" in whole:
        whole = "\n".join(line.strip(" \t") for line in whole.split("\n"))
    while "\n\n\n" in whole:
        whole = whole.replace("\n\n\n", "\n\n")
    return masks.show(whole.strip("\n\t "))


def line_of(markup: str) -> str:
    """A title or a name, which may be HTML or not, as one line. Raises PageError beyond its limits."""
    text = text_of(markup) if _MARKED.search(markup) else markup
    return _SPACE.sub(" ", text).strip(" ")


def _flowing(text: str, typed: bool) -> str:
    """Text as a browser lays it out, or as WordPress does."""
    if text.isprintable() and "  " not in text:
        return text
    if not typed:
        return _SPACE.sub(" ", text)
    paragraphs = _EMPTY_LINE.split(text)
    return "\n\n".join("\n".join(_SPACE.sub(" ", line) for line in part.split("\n")) for part in paragraphs)
