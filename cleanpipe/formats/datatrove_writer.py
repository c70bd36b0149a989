"""Records as datatrove's JsonlReader takes them: `text`, `id`, and everything else in `metadata`."""

from __future__ import annotations

from collections.abc import Iterator

from cleanpipe.formats.written import Pairs, metadata_of
from cleanpipe.text.jsonline import dump_line


def write_datatrove(pairs: Pairs) -> Iterator[bytes]:
    """JSON lines. What is empty is left out, as datatrove's own writer does."""
    for article, link in pairs:
        metadata = metadata_of(article, link)
        yield dump_line({"text": article["text"], "id": article["id"], **({"metadata": metadata} if metadata else {})})
