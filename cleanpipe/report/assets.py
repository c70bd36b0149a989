"""The page's style and script, put together from their parts."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

STYLES = (
    "base.css",
    "overview.css",
    "list.css",
    "story.css",
    "evidence.css",
    "comparison.css",
    "narrow.css",
    "print.css",
)
SOURCE = "source.js"
SCRIPTS = (
    "elements.js",
    SOURCE,
    "passages.js",
    "minimap.js",
    "comparison.js",
    "waterfall.js",
    "evidence.js",
    "timeline.js",
    "articles.js",
    "story.js",
    "list.js",
    "report.js",
)
"""Parts of one ES module, put together in this order: they share one scope."""


def text_of(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def style() -> str:
    return "\n".join(map(text_of, STYLES))


def script(*, source: str | None = None, more: Sequence[str] = ()) -> str:
    """The module. `source` is the text of a script that stands in for source.js; `more` are texts of further parts,
    which run before the page starts and see everything that the others define."""
    parts = [source if name == SOURCE and source is not None else text_of(name) for name in SCRIPTS]
    return "\n".join([*parts[:-1], *more, parts[-1]])
