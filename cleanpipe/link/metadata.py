"""What a document's metadata says under a name, however deep: dumps carry the JSON-LD of pages as they found it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

DEEPEST = 8
"""Levels of nesting that are looked into: JSON-LD in a page's metadata in a record's metadata has six."""

MOST = 2_000
"""Values that are looked at of one document: more is a table that someone attached."""

NAMING = ("@id", "id", "url", "identifier", "name", "@value", "value", "href")
"""Names under which an object that stands for a page or a publisher says which."""

_SIGNS = re.compile(r"[\W_]+")


def said_under(metadata: Mapping[str, Any], names: Container[str]) -> Iterator[str]:
    """Every string and number that stands under one of the names (lower case, without signs and prefix), as a string.

    >>> list(said_under({"ld": [{"@type": "Article", "schema:isBasedOn": {"@id": "x.org/1"}}]}, {"isbasedon"}))
    ['x.org/1']
    """
    yield from _under(metadata, names, DEEPEST, [MOST])


def _under(value: Any, names: Container[str], depth: int, left: list[int]) -> Iterator[str]:
    if depth == 0 or left[0] <= 0:
        return
    left[0] -= 1
    if isinstance(value, Mapping):
        for name, item in value.items():
            if _plain(name) in names:
                yield from _values(item, depth - 1)
            elif isinstance(item, Mapping | list):
                yield from _under(item, names, depth - 1, left)
        # <meta name="syndication-source" content="..."> as parsers hand it on.
        if _plain(value.get("name") or value.get("property")) in names:
            yield from _values(value.get("content"), depth - 1)
    elif isinstance(value, list):
        for item in value:
            yield from _under(item, names, depth - 1, left)


def _values(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value.strip()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif depth > 0 and isinstance(value, list):
        for item in value[:MOST]:
            yield from _values(item, depth - 1)
    elif depth > 0 and isinstance(value, Mapping):
        for name in NAMING:
            yield from _values(value.get(name), depth - 1)


def _plain(name: Any) -> str:
    """`schema:isBasedOn` and `is_based_on` are "isbasedon"."""
    return _SIGNS.sub("", name.rpartition(":")[2].rpartition("/")[2]).lower() if isinstance(name, str) else ""
