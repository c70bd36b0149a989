"""Records in the document format of the Dolma toolkit: `id`, `text`, `source`, `created`, `metadata`."""

from __future__ import annotations

from collections.abc import Iterator

from cleanpipe.formats.written import Pairs, metadata_of
from cleanpipe.text.jsonline import dump_line

NO_SOURCE = "unknown"
"""Dolma wants a source of every document."""


def write_dolma(pairs: Pairs) -> Iterator[bytes]:
    """JSON lines. `created` is when the article was published; `added` is left out, so that a file tells no time."""
    for article, link in pairs:
        created = {"created": article["published"]} if article["published"] else {}
        yield dump_line(
            {
                "id": article["id"],
                "text": article["text"],
                "source": article["source"] or NO_SOURCE,
                **created,
                "metadata": metadata_of(article, link),
            }
        )
