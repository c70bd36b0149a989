"""What a page says of itself beside its text: meta tags, links of its head, schema.org's JSON-LD."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cleanpipe.formats.jsonvalue import JsonError, parse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ARTICLE_TYPES = re.compile(
    r"(?:https?://schema\.org/)?(?:\w*NewsArticle|Article|ReportageNewsArticle|BlogPosting|Report)"
)

ORIGIN_NAMES = frozenset(
    {
        "syndication-source", "original-source", "syndicated-from", "syndication-url", "original-url", "source-url",
        "dc.source", "dcterms.source", "republished-from", "isbasedon", "isbasedonurl", "repost-of",
    }
)  # fmt: skip
"""Names of meta tags and of relations of links by which a page says from which other it was taken, with "-" for the
signs that some write as "_" or ":"."""

KEPT = (
    *("@type", "@id", "headline", "alternativeHeadline", "description", "articleSection", "keywords", "identifier"),
    *("datePublished", "dateModified", "dateCreated", "author", "creator", "publisher", "provider", "copyrightHolder"),
    *("sourceOrganization", "creditText", "isBasedOn", "isBasedOnUrl", "inLanguage", "url", "mainEntityOfPage"),
    *("dateline", "contentLocation", "isPartOf", "translationOfWork"),
)
"""Properties of an article's JSON-LD that are carried along: all but its text and its pictures."""

_AUTHORS = ("author", "article:author", "byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")
_DATES = (
    *("article:published_time", "datepublished", "article:published", "og:article:published_time", "dc.date.issued"),
    *("dcterms.issued", "dcterms.created", "dc.date", "dcterms.date", "parsely-pub-date", "sailthru.date", "pubdate"),
    *("publish-date", "publication_date", "date"),
)
_WRAPPING = re.compile(
    r"\A\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|"
    r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*\Z"
)
_URL = re.compile(r"(?:https?:)?//\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself, None where it doesn't. `metadata` has what no field is for, in JSON values."""

    title: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    lang: str | None = None
    canonical_url: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


def page_facts(tree: HtmlElement) -> PageFacts:
    """What a page's meta tags, links, JSON-LD and attributes say. Of two that say the same kind of thing, the first."""
    metas = _metas(tree)
    links = _links(tree)
    article = next(_articles(tree), {})
    metadata: dict[str, Any] = dict(_origins(metas, links))
    if description := _first(metas, "description", "og:description", "dc.description"):
        metadata["description"] = description
    for name, key in (("article:section", "section"), ("article:modified_time", "modified"), ("keywords", "keywords")):
        if value := _first(metas, name):
            metadata[key] = value
    if kept := {name: article[name] for name in KEPT if name in article}:
        metadata["json_ld"] = kept
    canonical = _address(links.get("canonical", ()))
    return PageFacts(
        title=_text(article.get("headline")) or _first(metas, "og:title", "twitter:title", "dc.title"),
        url=_address(metas.get("og:url", ())) or _address((_name(article.get("url"), "@id"), _named_page(article))),
        source=_name(article.get("publisher"), "name") or _first(metas, "og:site_name", "dc.publisher", "publisher"),
        author=_name(article.get("author") or article.get("creator"), "name") or _author(metas),
        published=_text(article.get("datePublished")) or _first(metas, *_DATES) or _time(tree),
        lang=tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or tree.get("xml:lang")
        or _first(metas, "content-language", "dc.language", "og:locale")
        or _text(article.get("inLanguage")),
        canonical_url=canonical,
        metadata=metadata,
    )


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    """What the meta tags say, by name in lower case."""
    found: dict[str, dict[str, None]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), {})[content] = None
    return {name: list(values) for name, values in found.items()}


def _links(tree: HtmlElement) -> dict[str, list[str]]:
    """Where the links of the head lead, by relation in lower case."""
    found: dict[str, dict[str, None]] = {}
    for element in tree.iter("link"):
        if target := (element.get("href") or "").strip():
            for relation in (element.get("rel") or "").lower().split():
                found.setdefault(relation, {})[target] = None
    return {relation: list(targets) for relation, targets in found.items()}


def _origins(*tables: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """What names the origin, under one spelling of its name."""
    found: dict[str, dict[str, None]] = {}
    for table in tables:
        for name, values in table.items():
            plain = name.replace("dc:", "dc.").replace("dcterms:", "dcterms.").replace("_", "-").rpartition(":")[2]
            if plain in ORIGIN_NAMES:
                found.setdefault(plain, {}).update(dict.fromkeys(values))
    for plain, kept in found.items():
        yield plain, list(kept)


def drop_json(tree: HtmlElement, broken_only: bool = False) -> None:
    """Takes the JSON out of a page. What is broken is searched by patterns elsewhere, for longer than one can wait."""
    for script in list(_scripts(tree, "json")):
        if not broken_only or _value(script) is None:
            script.text = None


def _scripts(tree: HtmlElement, kind: str = "application/ld+json") -> Iterator[HtmlElement]:
    """The scripts whose type has `kind` in it."""
    for script in tree.iter("script"):
        if script.text and kind in (script.get("type") or "").lower():
            yield script


def _value(script: HtmlElement) -> Any:
    """The JSON of a script, None where it is broken."""
    try:
        return parse(_WRAPPING.sub("", script.text).strip().encode("utf-8", "surrogatepass"))[0]
    except (JsonError, UnicodeError):
        return None


def _articles(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The articles that the page's JSON-LD describes, in the order they stand."""
    for script in _scripts(tree):
        yield from _articles_in(_value(script))


def _articles_in(value: Any) -> Iterator[dict[str, Any]]:
    nodes = value if isinstance(value, list) else [value]
    for node in nodes:
        if not isinstance(node, dict):
            continue
        types = node.get("@type")
        if any(
            isinstance(item, str) and ARTICLE_TYPES.fullmatch(item)
            for item in (types if isinstance(types, list) else [types])
        ):
            yield node
        for name in ("@graph", "mainEntity"):
            if isinstance(node.get(name), list | dict):
                yield from _articles_in(node[name])


def _first(metas: Mapping[str, list[str]], *names: str) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _author(metas: Mapping[str, list[str]]) -> str | None:
    """The authors that the first meta tag of its kind names; the address of a profile is no name."""
    for name in _AUTHORS:
        if named := [value for value in metas.get(name, ()) if not _URL.match(value)]:
            return ", ".join(named)
    return None


def _time(tree: HtmlElement) -> str | None:
    """The date of the first `<time>` that says it is that of publication."""
    for element in tree.iter("time"):
        if "datepublished" in (element.get("itemprop") or "").lower() or element.get("pubdate") is not None:
            return _text(element.get("datetime"))
    return None


def _address(values: Any) -> str | None:
    return next((value for value in values if value and _URL.match(value)), None)


def _named_page(article: Mapping[str, Any]) -> str | None:
    return _name(article.get("mainEntityOfPage"), "@id")


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _name(value: Any, key: str) -> str | None:
    """What a value of JSON-LD is called: a string, an object's `key`, of a list all of them."""
    if isinstance(value, dict):
        return _name(value.get(key), key) if not isinstance(value.get(key), dict) else None
    if isinstance(value, list):
        names = [name for item in value if not isinstance(item, list) and (name := _name(item, key))]
        return ", ".join(dict.fromkeys(names)) or None
    return _text(value)
