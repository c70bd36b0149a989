"""Web pages: one page, one article. trafilatura finds the main text; what the page says of itself is read beside it.

Of trafilatura only what works on a page at hand is called: it could also fetch pages, and cleanpipe never does.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats.fields import FieldError, build_record, input_names
from cleanpipe.formats.lines import EXCERPT, excerpt
from cleanpipe.formats.page import Masks, PageError, parse_page
from cleanpipe.formats.pagecharset import decode_page
from cleanpipe.formats.pagefacts import PageFacts, drop_json, page_facts
from cleanpipe.formats.source import Head, Source
from cleanpipe.formats.unpack import inner_name
from cleanpipe.model import Origin, Record, Rejected, Span

if TYPE_CHECKING:
    from lxml.html import HtmlElement

WHAT = "web pages"

NO_TEXT = "no article text was found in the page"

LATEST_DATE = "2100-01-01"
"""Later dates are no dates of publication. Fixed, or a page would be dated differently on another day."""

MANY_ELEMENTS = 5000
"""Elements from which the text is found without the second opinions that trafilatura asks for, whose time grows with
the square of them: ten seconds for so many short paragraphs. Most news pages have fewer."""

_BEGINS = re.compile(
    rb"(?:\s++|(?><\?xml[^>]{0,300}\?>)|(?><!--.*?-->))*+"
    rb"<(?:!doctype\s+html\b|"
    rb"(?:html|head|body|title|meta|link|script|style|article|section|main|div|p|h[1-6]|table)[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(rb"</?(?:p|div|span|br|a|h[1-6]|ul|table|article|section|main|body|html)[\s>/]", re.IGNORECASE)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://\S+?)\s*-->", re.IGNORECASE)
"""What browsers write into a page that a person saves."""

_SAVED_WITHIN = 2048
"""Characters from the beginning within which that stands."""

_SUFFIXES = {".html", ".htm", ".xhtml", ".shtml"}
_NAMES = input_names({})


def recognises(head: Head) -> bool:
    """Whether it begins as a page does or, where it is a text, is one by its name."""
    return head.is_text and (is_page(head.text) or head.suffix in _SUFFIXES)


def read(source: Source) -> Iterator[Record | Rejected]:
    """The article of a page."""
    limit = source.job.line_limit
    head = source.head().text
    data = source.stream.read(limit + 1)
    if len(data) > limit:
        yield source.rejected(f"the page is larger than {source.job.limit_says}", excerpt(data))
    elif not _TAG.search(head) and not is_page(head):
        yield source.rejected("the file is named as a web page, and has no tags", excerpt(head))
    else:
        origin = replace(source.origin, format="html")
        try:
            yield read_page(data, origin, declared=source.job.declared, id=page_id(source.name))
        except MissingExtraError as error:
            raise source.missing(WHAT, error.extra) from None


def page_id(name: str) -> str:
    """A page's id where it is a file: its name without the suffix, as that of a text file.

    >>> page_id("site/2024/ferry.html.gz")
    'site/2024/ferry'
    """
    path = PurePosixPath(inner_name(name))
    return str(path.with_suffix("") if path.suffix.lower() in _SUFFIXES else path)


def is_page(head: bytes) -> bool:
    """Whether data in UTF-8 or the like that begins so is a web page."""
    return _BEGINS.match(head) is not None


def read_page(
    data: bytes,
    origin: Origin,
    *,
    declared: str | None = None,
    content_type: str | None = None,
    url: str | None = None,
    canonical: str | None = None,
    id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Record | Rejected:
    """The article of a page. `origin` says where it stands; how it was read is added.

    `declared` is the charset that a person named, `content_type` the header that the page came with, `url` where it
    stood and `canonical` what that server called its canonical URL; without it the page's own word counts. A page of
    which no text can be taken is Rejected. Raises MissingExtraError.
    """
    trafilatura = _trafilatura()
    source, origin = decode_page(data, origin, declared, content_type)
    try:
        tree, masks = parse_page(source)
    except PageError as error:
        return Rejected(origin, str(error), source[:EXCERPT].strip())
    facts = page_facts(tree)
    page_url = url or _saved_from(source) or facts.url or facts.canonical_url
    drop_json(tree, broken_only=True)
    text = _main_text(trafilatura, tree, page_url)
    if not text:
        return Rejected(origin, NO_TEXT, source[:EXCERPT].strip())
    found = _completed(trafilatura, tree, facts, page_url)
    value = {
        **facts.metadata,
        **(metadata or {}),
        **{name: shown for name, shown in found.items() if shown},
        "text": text,
        "id": id,
        "url": page_url,
        "canonical_url": canonical or facts.canonical_url,
    }
    try:
        record = build_record({name: _shown(item, masks) for name, item in value.items()}, _NAMES, origin)
    except FieldError:
        return Rejected(origin, NO_TEXT, source[:EXCERPT].strip())
    return replace(record, title_span=title_at_top(record.text, record.title))


def title_at_top(text: str, title: str | None) -> Span | None:
    """Where a text begins with its title, on a line of its own."""
    if title and text.startswith(title) and text[len(title) : len(title) + 1] in ("", "\n"):
        return Span(0, len(title))
    return None


@cache
def _trafilatura() -> ModuleType:
    """The library, told to be silent: what it makes of a page is told by the records."""
    try:
        import trafilatura
    except ImportError as error:
        raise MissingExtraError(WHAT, "html") from error
    for name in ("trafilatura", "htmldate", "courlan", "readability", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return trafilatura


def _main_text(trafilatura: ModuleType, tree: HtmlElement, url: str | None) -> str | None:
    fast = tree.xpath("count(//*)") > MANY_ELEMENTS
    try:
        found = trafilatura.bare_extraction(tree, url=url, fast=fast, include_comments=False, with_metadata=False)
    except Exception:  # of every kind, for pages of every kind: it hands on what the libraries below it raise
        return None
    text: str | None = found.text if found is not None else None
    return text.strip() if text else None


def _completed(trafilatura: ModuleType, tree: HtmlElement, facts: PageFacts, url: str | None) -> dict[str, str | None]:
    """The fields, with what trafilatura finds in the page itself where the page says nothing: a headline, a byline."""
    found = {
        "title": facts.title,
        "source": facts.source,
        "author": facts.author,
        "published": facts.published,
        "lang": facts.lang,
    }
    if not (facts.title and facts.author and facts.published):
        drop_json(tree)
        dates = {"original_date": True, "extensive_search": False, "max_date": LATEST_DATE}
        try:
            guessed = trafilatura.extract_metadata(tree, default_url=url, date_config=dates, extensive=False)
        except Exception:  # as above
            return found
        for name, value in (("title", guessed.title), ("author", guessed.author), ("published", guessed.date)):
            found[name] = found[name] or value
    return found


def _saved_from(source: str) -> str | None:
    match = _SAVED_FROM.search(source[:_SAVED_WITHIN])
    return match[1] if match else None


def _shown(value: Any, masks: Masks) -> Any:
    """A JSON value with the characters that were hidden."""
    if isinstance(value, str):
        return masks.show(value)
    if isinstance(value, list):
        return [_shown(item, masks) for item in value]
    if isinstance(value, dict):
        return {name: _shown(item, masks) for name, item in value.items()}
    return value
