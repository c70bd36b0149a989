"""What pages and records say themselves of where they come from: canonical URLs, schema.org's `isBasedOn`, the meta
tags of syndication."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleanpipe.link.fields import host_of, named_in_field
from cleanpipe.link.metadata import said_under
from cleanpipe.model import Document

BASED_ON = frozenset(
    {
        "isbasedon", "isbasedonurl", "basedon", "syndicationsource", "originalsource", "syndicatedfrom",
        "syndicationurl", "originalurl", "sourceurl", "dcsource", "dctermssource", "republishedfrom", "repostof",
    }
)  # fmt: skip
"""Names under which a page says from which other it was made, in lower case and without signs: schema.org's `isBasedOn`
and the older `isBasedOnUrl`, the meta tags `syndication-source` and `original-source`, Dublin Core's `source`."""

_CAME_FROM = re.compile(
    r"(?:utm_\w+|\w*clid|mc_[ce]id|cmp|cid|ref|ref_src|source|src|output|amp)(?:=|$)", re.IGNORECASE
)
"""Parameters of an address by which sites count their readers: they don't say which page it is."""


def plain_url(url: str | None) -> str | None:
    """A URL without what doesn't tell pages apart: scheme, "www.", fragment, a slash at the end, where a reader came
    from.

    >>> plain_url("http://www.x.org/story/?id=5&utm_source=mail#top")
    'x.org/story?id=5'
    """
    found = host_of(url)
    if url is None or found is None:
        return None
    host, start = found
    path, _, query = url[start + len(host) :].partition("#")[0].partition("?")
    plain = host.lower().removeprefix("www.").removeprefix("m.") + re.sub(r"^:\d+", "", path.rstrip("/"))
    telling = sorted(part for part in query.split("&") if part and not _CAME_FROM.match(part))
    return f"{plain}?{'&'.join(telling)}" if telling else plain


def names_as_canonical(one: Document, two: Document) -> bool:
    """Whether the page of `one` names that of `two` as canonical."""
    ours, theirs = plain_url(one.url), plain_url(two.url)
    return bool(theirs) and theirs != ours and plain_url(one.canonical_url) == theirs


def based_on(one: Document, two: Document) -> bool:
    """Whether the metadata of `one` says that it was made from `two`, by its URL or its id."""
    named = set(_bases(one))
    return two.id in named or plain_url(two.url) in named


def names_of_origin(document: Document) -> set[str]:
    """What a document names as its origin: the canonical URL that isn't its own, and what its metadata say it was made
    from; URLs are plain."""
    canonical = plain_url(document.canonical_url)
    found = set(_bases(document))
    if canonical and canonical != plain_url(document.url):
        found.add(canonical)
    return found


def _bases(document: Document) -> Iterator[str]:
    ours = plain_url(document.url)
    for value in said_under(document.metadata, BASED_ON):
        named = plain_url(value)
        if named != ours:
            yield named or value


def syndicated_from(document: Document, folders: tuple[str, ...] = ()) -> Iterator[str]:
    """Ids of the sources that the metadata names as those it was taken from."""
    for value in said_under(document.metadata, BASED_ON):
        if plain_url(value) is None:
            for source, _, _ in named_in_field(value, folders):
                yield source
