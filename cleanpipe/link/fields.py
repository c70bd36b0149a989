"""Credits outside the text: the source and author fields, and the host that a document was published on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from cleanpipe.link.sources import Source, Sourcebook, sourcebook
from cleanpipe.model import Credit, Document, Place

FIELD_CONFIDENCE = 0.98
"""A source field names the source in full; what goes wrong is that an aggregator filled it in."""

HOST_CONFIDENCE = 0.95
"""A host tells who published; a few papers carry other people's stories under their own."""

LONGEST_FIELD = 400
"""Characters of a field that are looked at. A longer one holds no name, and costs the square of its length."""

_PART = re.compile(r"[^/,;&|·•()\[\]:–—]+")
_JOINT = re.compile(r"\s+(?:via|par|von|de|con|mit|avec|with|and|und|et|y|for|at|in)\s+|\s+-\s+", re.IGNORECASE)
_BY = re.compile(r"\s*(?:by|from|source|von|par|por|di|via|the)\s+", re.IGNORECASE)
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#@\s]*@)?(?P<full>[^/?#:\s]+)|(?P<bare>(?:[\w-]+\.)+[a-z]{2,})(?=[/:?#]|$)", re.I
)


def field_credits(document: Document, folders: tuple[str, ...] = ()) -> Iterator[Credit]:
    """Own credits from the fields `source`, `author`, `url` and `canonical_url`, in this order."""
    book = sourcebook(folders)
    for field in ("source", "author"):
        value = document.source if field == "source" else document.author
        for source, start, end in named_in_field(value or "", folders):
            yield Credit(source, "own", Place(field, start, end), FIELD_CONFIDENCE, f"own/{field}")
    for field in ("url", "canonical_url"):
        url = document.url if field == "url" else document.canonical_url
        found = host_of(url)
        source_of_host = owner_of_host(found[0], book, folders) if found else None
        if found and source_of_host:
            place = Place(field, found[1], found[1] + len(found[0]))
            yield Credit(source_of_host.id, "own", place, HOST_CONFIDENCE, f"own/{field.replace('_', '-')}")


def named_in_field(value: str, folders: tuple[str, ...] = ()) -> Iterator[tuple[str, int, int]]:
    """Sources that a field such as "AFP/Reuters", "Reuters via Yahoo" or "Jane Doe, Reuters" names: id, start, end."""
    names = _field_names(folders)
    seen = set()
    for part in _PART.finditer(value[:LONGEST_FIELD]):
        at = part.start()
        for piece in _pieces(part.group()):
            start = at + piece[0]
            words = piece[1]
            if by := _BY.match(words):
                start, words = start + by.end(), words[by.end() :]
            start += len(words) - len(words.lstrip())
            words = words.strip()
            length = next((length for length in _prefixes(words) if words[:length].casefold() in names), 0)
            if not length:
                continue
            source = names[words[:length].casefold()]
            # "Reuters Health" is the agency's, "Bild der Wissenschaft" not the paper's.
            if source.kind == "paper" and length < len(words):
                continue
            if source.id not in seen:
                seen.add(source.id)
                yield source.id, start, start + length


def host_of(url: str | None) -> tuple[str, int] | None:
    """The host of a URL as it is written there, and its offset; None for what is no URL.

    >>> host_of("https://www.reuters.com/world/")
    ('www.reuters.com', 8)
    """
    match = _HOST.match(url or "")
    if match is None:
        return None
    group = "full" if match["full"] else "bare"
    return match[group], match.start(group)


def owner_of_host(host: str, book: Sourcebook, folders: tuple[str, ...] = ()) -> Source | None:
    """The source that publishes on a host, itself or a part of one it has ("uk.reuters.com")."""
    hosts = _hosts(folders)
    labels = host.lower().split(".")
    for at in range(len(labels) - 1):
        source = hosts.get(".".join(labels[at:]))
        if source:
            return book.sources[source]
    return None


def _pieces(part: str) -> Iterator[tuple[int, str]]:
    at = 0
    for joint in _JOINT.finditer(part):
        yield at, part[at : joint.start()]
        at = joint.end()
    yield at, part[at:]


def _prefixes(words: str) -> Iterator[int]:
    """Ends of the leading words, the longest first."""
    yield len(words)
    yield from reversed([match.start() for match in re.finditer(r"\s+", words)])


@cache
def _field_names(folders: tuple[str, ...]) -> dict[str, Source]:
    """What a field can say, folded: names, abbreviations, hosts and ids. Of two the first by id has it."""
    names: dict[str, Source] = {}
    for source in sorted(sourcebook(folders).sources.values(), key=lambda item: item.id):
        bare = [name.removeprefix("The ").removeprefix("the ") for name in source.names]
        for name in (source.name, *source.names, *bare, *source.abbreviations, source.id, *source.hosts):
            names.setdefault(name.rstrip("*").casefold(), source)
    return names


@cache
def _hosts(folders: tuple[str, ...]) -> dict[str, str]:
    return {host: source.id for source in sourcebook(folders).sources.values() for host in source.hosts}
