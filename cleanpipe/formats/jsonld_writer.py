"""Stories as schema.org: a NewsArticle for each story's original, and its copies as articles that are based on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cleanpipe.formats.written import Pair, Row
from cleanpipe.text.jsonline import dump_line

CONTEXT = "https://schema.org"


@dataclass(frozen=True, slots=True)
class Story:
    """A story's canonical and its headline, the canonical's article or None where that isn't there, and the copies that
    are linked to it."""

    canonical: str
    headline: str
    article: Row | None
    copies: Sequence[Pair]


def write_jsonld(stories: Iterable[Story]) -> Iterator[bytes]:
    """JSON lines, each a JSON-LD document of its own.

    schema.org has `isBasedOn` from a copy to its original and nothing for the way back, so the copies stand under
    `@reverse`; a retelling that credits its source has that as its `citation` too.
    """
    for story in stories:
        article = story.article
        url = article["url"] if article else None
        nodes = [(_node(copy, but=url), link) for copy, link in story.copies]
        copies = [node for node, _ in nodes]
        cited = [node for node, link in nodes if link and link["relation"] == "derived"]
        reverse = {"isBasedOn": copies, **({"citation": cited} if cited else {})}
        if article is None:
            node: dict[str, Any] = {"@type": "NewsArticle", "identifier": story.canonical, "headline": story.headline}
        else:
            node = {**_node(article), "headline": article["title"] or story.headline, "articleBody": article["text"]}
        yield dump_line({"@context": CONTEXT, **node, **({"@reverse": reverse} if copies else {})})


def _node(article: Row, but: str | None = None) -> dict[str, Any]:
    """What an article is called by, without its text. Its URL names it, except `but`, which names another: two nodes of
    one name would be one."""
    source, author = article["source"], article["author"]
    found = {
        "@type": "NewsArticle",
        "@id": article["url"] if article["url"] != but else None,
        "identifier": article["id"],
        "headline": article["title"],
        "url": article["url"],
        "mainEntityOfPage": article["canonical_url"],
        "datePublished": article["published"],
        "inLanguage": article["lang"],
        "author": {"@type": "Person", "name": author} if author else None,
        "publisher": {"@type": "Organization", "name": source} if source else None,
    }
    return {name: value for name, value in found.items() if value is not None}
