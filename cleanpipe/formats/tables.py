"""What tables have in common, whatever they are stored as: which column is which field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cleanpipe.formats.fields import KNOWN

NAMES_SHOWN = 12
"""Columns that a message lists, and ..."""

SHOWN = 40
"""... characters of each."""


class Layout(NamedTuple):
    """A table that many have: the columns it is known by, and what its columns are where they are called otherwise."""

    known_by: frozenset[str]
    names: Mapping[str, str]


LAYOUTS = (
    # Common Crawl News as Hugging Face has it under the name cc_news.
    Layout(
        frozenset({"title", "text", "domain", "date", "url", "image_url"}),
        {"source": "domain", "published": "date"},
    ),
    # Common Crawl News, all languages and years, as Stanford OVAL took it out.
    Layout(
        frozenset({"plain_text", "requested_url", "published_date", "sitename"}),
        {
            "text": "plain_text",
            "url": "requested_url",
            "published": "published_date",
            "source": "sitename",
            "lang": "language",
        },
    ),
)


class TableError(ValueError):
    """No row of the table can be read; the message says why."""


def field_names(columns: Sequence[str], names: Mapping[str, str]) -> Mapping[str, str]:
    """What each known field is called in a table with these columns: as `fields.input_names` gave it or, where nobody
    said anything, as in a layout that is known.

    Raises TableError where the text has no column, or two columns have one name: which of them counts, nobody knows.
    """
    if len(distinct := set(columns)) < len(columns):
        twice = next(column for column, count in Counter(columns).items() if count > 1)
        raise TableError(f"the table has two columns called {twice[:SHOWN]!r}")
    if all(names[name] == name for name in KNOWN):
        for layout in LAYOUTS:
            if layout.known_by <= distinct:
                names = {**names, **layout.names}
    if names["text"] not in distinct:
        shown = ", ".join(column[:SHOWN] for column in columns[:NAMES_SHOWN]) + (
            ", ..." if len(columns) > NAMES_SHOWN else ""
        )
        raise TableError(
            f"the table has no column {names['text']!r} for the text; say which it is (--field text=NAME): {shown}"
        )
    return names


def has_text(columns: Sequence[str], names: Mapping[str, str]) -> bool:
    """Whether a table with these columns can be read."""
    try:
        field_names(columns, names)
    except TableError:
        return False
    return True
