"""Feeds (RSS 0.9 to 2.0, Atom) and WordPress exports (WXR), which are RSS with more in it: one item, one article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax.saxutils import escape

from cleanpipe.formats import wxr
from cleanpipe.formats.charset import CHANCE_BYTES, UTF_8, Told, beyond_ascii
from cleanpipe.formats.fields import FieldError, build_record, input_names
from cleanpipe.formats.lines import EXCERPT, is_utf_8
from cleanpipe.formats.markup import line_of, text_of
from cleanpipe.formats.page import PageError
from cleanpipe.formats.pagecharset import declared_in_xml
from cleanpipe.formats.source import Head, Source
from cleanpipe.formats.xmlitems import Layout, Node, XmlItems
from cleanpipe.formats.xmllines import lines_of
from cleanpipe.model import Origin, Record, Rejected

WHAT = "feeds and WordPress exports (RSS, Atom, WXR)"

NO_TEXT = "the item has no text"
SUMMARY = "the feed has no more than a summary of the text"

PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/xhtml": "xhtml",
    **{f"http://wordpress.org/export/{version}/": "wp" for version in ("1.0", "1.1", "1.2")},
    **{f"http://wordpress.org/export/{version}/excerpt/": "excerpt" for version in ("1.0", "1.1", "1.2")},
}
LAYOUT = Layout(
    containers=frozenset({"rss", "channel", "rdf:RDF", "atom:feed"}),
    items=frozenset({"item", "atom:entry"}),
    ignored=frozenset({"wp:comment"}),
    prefixes=PREFIXES,
)

_ROOT = re.compile(
    rb"(?:\s++|(?><\?.*?\?>)|(?><!--.*?-->)|(?><!DOCTYPE[^>\[]*+(?:\[.*?\])?\s*>))*+"
    rb"<(?:[\w.-]+:)?(?P<root>rss|RDF|feed)(?=[\s>])",
    re.DOTALL,
)
_SAYS_FEED = {
    b"rss": rb"",
    b"RDF": rb"purl\.org/rss|netscape\.com/rdf/simple",
    b"feed": rb"w3\.org/2005/Atom|purl\.org/atom",
}
LONGEST_NAME = 500
"""Characters of an author that is looked at for a name behind an address."""

_NAMED = re.compile(r"\S+@\S+\s+\((.+)\)")
"""An author in RSS: "desk@example.org (Ada Reed)"."""
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_NAMES = input_names({})


@dataclass(slots=True)
class Channel:
    """What a feed says of itself: it holds for its items."""

    title: str = ""
    language: str = ""
    authors: dict[str, str] = field(default_factory=dict)
    """What the authors of an export are called, by the name they log in with, which its posts have."""


def recognises(head: Head) -> bool:
    """Whether the first element is that of a feed, whatever the prefix."""
    root = _ROOT.match(head.text) if head.is_text else None
    return root is not None and re.search(_SAYS_FEED[root["root"]], head.text) is not None


def read(source: Source) -> Iterator[Record | Rejected]:
    """The articles of a feed or an export."""
    job = source.job
    stream, origin, told = _opened(source)
    too_long = f"the line is longer than {job.limit_says}"
    reader = XmlItems(LAYOUT, job.line_limit, origin, too_long, f"the item is larger than {job.limit_says}")
    channel = Channel()
    for kind, place, node, problem in reader.items(lines_of(stream, job.line_limit, origin, told)):
        if node is None:
            yield Rejected(replace(place, format=None), problem)
        elif kind == "head":
            _note(node, channel)
        elif (post_type := node.said("wp:post_type")) and not wxr.is_article(post_type):
            job.pass_over(f"WordPress {post_type[:40]}")
        else:
            try:
                yield _item(node, channel, replace(place, format="wxr") if post_type else place)
            except ImportError:
                raise source.missing(WHAT, "html") from None


def _opened(source: Source) -> tuple[Any, Origin, Told]:
    """The stream, and what it begins as: a declaration is believed where the bytes aren't plainly UTF-8."""
    head = source.head().data
    stream, origin = source.as_utf_8()
    told = Told(origin.charset, origin.charset_by)
    if told == UTF_8 and not origin.mark:
        name = declared_in_xml(head)
        end = head.rfind(b"\n") + 1 or len(head)
        plainly_utf_8 = beyond_ascii(head[:end]) > CHANCE_BYTES and is_utf_8(head[:end])
        if name and name != "utf-8" and not plainly_utf_8:
            told = Told(name, "declared")
            origin = replace(origin, charset=name, charset_by="declared")
    return stream, replace(origin, format="feed"), told


def _note(node: Node, channel: Channel) -> None:
    """Something that the feed says of itself."""
    language = node.attributes.get("xml:lang", "")
    match node.name:
        case "language" | "dc:language":
            channel.language = node.text.strip() or channel.language
        case "title" | "atom:title":
            channel.title = channel.title or " ".join(node.text.split())
        case "wp:author":
            channel.authors[node.said("wp:author_login")] = node.said("wp:author_display_name")
        case "rss" | "rdf:RDF" | "atom:feed":
            channel.language = channel.language or language


def _item(node: Node, channel: Channel, origin: Origin) -> Record | Rejected:
    try:
        if origin.format == "wxr":
            if reason := wxr.unpublished(node):
                return Rejected(origin, reason, node.said("title")[:EXCERPT])
            value, is_summary = wxr.fields(node, channel.authors), False
        else:
            value, is_summary = _fields(node)
        value.setdefault("source", line_of(channel.title))
        value.setdefault("lang", channel.language)
        if not value["text"]:
            return Rejected(origin, NO_TEXT, value["title"][:EXCERPT])
        record = build_record({name: item for name, item in value.items() if item}, _NAMES, origin)
    except (PageError, FieldError) as error:
        return Rejected(origin, str(error), node.said("title", "atom:title")[:EXCERPT])
    return replace(record, origin=replace(origin, note=SUMMARY)) if is_summary else record


def _fields(node: Node) -> tuple[dict[str, Any], bool]:
    """What an item of a feed says, and whether its text is a summary. Raises PageError."""
    links = list(_links(node))
    sources = _sources(node, links)
    full = _content(node, "content:encoded", "atom:content", "xhtml:body")
    value = {
        "text": full or _content(node, "description", "atom:summary", "dc:description"),
        "id": node.said("guid", "atom:id") or node.attributes.get("rdf:about", ""),
        "title": _line(node, "title", "atom:title", "dc:title"),
        "url": node.said("feedburner:origLink") or _link(links, "alternate") or _permalink(node),
        "canonical_url": _link(links, "canonical"),
        "author": ", ".join(dict.fromkeys(_authors(node))),
        "published": node.said(
            *("pubDate", "atom:published", "atom:issued", "dc:date", "dcterms:issued", "dcterms:created"),
            *("atom:updated", "atom:modified"),
        ),
        "modified": node.said("atom:updated", "atom:modified", "dcterms:modified"),
        "categories": _categories(node),
        "syndication-source": sources,
        "dc.source": node.said("dc:source", "dcterms:source"),
    }
    for name, said in (
        ("lang", node.attributes.get("xml:lang") or node.said("dc:language")),
        ("source", node.said("dc:publisher")),
    ):
        if said:
            value[name] = said
    return value, not full


def _content(node: Node, *names: str) -> str:
    """The first of the elements that has text, as text."""
    for name in names:
        for element in node.all(name):
            kind = element.attributes.get("type", "html")
            if kind == "xhtml" or element.children:
                text = text_of(_markup(element))
            elif kind in ("text", "text/plain"):
                text = element.text.strip()
            elif kind in ("html", "text/html", "escaped"):
                text = text_of(element.text)
            else:
                continue  # a picture, a table, in whatever form
            if text:
                return text
    return ""


def _markup(element: Node) -> str:
    """What stands in an element, as HTML."""
    parts = []
    for part in element.parts:
        if isinstance(part, str):
            parts.append(escape(part))
        else:
            name = part.name.rpartition(":")[2]
            parts.append(f"<{name}>{_markup(part)}</{name}>" if part.parts else f"<{name}>")
    return "".join(parts)


def _line(node: Node, *names: str) -> str:
    for name in names:
        for element in node.all(name):
            text = _markup(element) if element.children else element.text
            plain = element.attributes.get("type") == "text"
            if line := " ".join(text.split()) if plain else line_of(text):
                return line
    return ""


def _links(node: Node) -> Iterator[tuple[str, str]]:
    """Relation and target of every link."""
    for link in node.children:
        if link.name in ("link", "atom:link"):
            target = (link.attributes.get("href") or link.text).strip()
            if target:
                yield link.attributes.get("rel", "alternate"), target


def _link(links: list[tuple[str, str]], relation: str) -> str:
    return next((target for kind, target in links if kind == relation), "")


def _permalink(node: Node) -> str:
    guid = node.find("guid")
    if guid is None or guid.attributes.get("isPermaLink", "true") != "true":
        return ""
    return guid.text.strip() if _ADDRESS.fullmatch(guid.text.strip()) else ""


def _sources(node: Node, links: list[tuple[str, str]]) -> list[str]:
    """The feed that the item was taken from, as it says: an address, a name."""
    said: list[str] = []
    for element in (*node.all("source"), *node.all("atom:source")):
        said += [
            element.attributes.get("url", ""),
            *(target for _, target in _links(element)),
            element.text,
            element.said("atom:title"),
        ]
    said += [target for kind, target in links if kind == "via"]
    return list(dict.fromkeys(" ".join(item.split()) for item in said if item.strip()))


def _authors(node: Node) -> Iterator[str]:
    for element in node.children:
        if element.name in ("dc:creator", "author", "atom:author", "dcterms:creator"):
            name = element.said("atom:name", "name") or element.text.strip()
            named = _NAMED.fullmatch(name) if len(name) < LONGEST_NAME else None
            if name := line_of(named[1] if named else name):
                yield name


def _categories(node: Node) -> list[str]:
    named = (
        element.attributes.get("label") or element.attributes.get("term") or element.text
        for element in node.children
        if element.name in ("category", "atom:category", "dc:subject")
    )
    return list(dict.fromkeys(line for item in named if (line := line_of(item))))
