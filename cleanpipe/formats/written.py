"""What the writers have in common: what they take, and what a form can't hold.

A writer takes articles as `articles.jsonl` has them, each with its line of `links.jsonl` or None, and yields the bytes
of a file in pieces. Copies that wait for a decision come with their link too: its status says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
Pair = tuple[Row, "Row | None"]
Pairs = Iterable[Pair]

_LONE = re.compile("[\ud800-\udfff]")


def encodable(text: str) -> str:
    """The text with a replacement character for each lone surrogate, which UTF-8 has no bytes for."""
    return _LONE.sub("\ufffd", text)


def metadata_of(article: Row, link: Row | None) -> dict[str, Any]:
    """Metadata as corpus tools keep it: all that is known but for id and text, flat, without what is empty.

    What the input had beside the known fields stands there under its own name. `copy_of` and the others that begin
    alike are about the article's original.
    """
    known = {
        "title": article["title"],
        "url": article["url"],
        "source": article["source"],
        "author": article["author"],
        "date": article["published"],
        "language": article["lang"],
        "canonical_url": article["canonical_url"],
    }
    if link is not None:
        known["copy_of"] = link["canonical"]
        known.update({f"copy_{name}": link[name] for name in ("relation", "confidence", "status")})
    return {**article["metadata"], **{name: value for name, value in known.items() if value is not None}}
