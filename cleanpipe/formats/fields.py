"""From a JSON object to a record: which field is which, and everything else carried along untouched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cleanpipe.errors import SettingsError
from cleanpipe.model import Origin, Record
from cleanpipe.text.dates import iso_date

KNOWN = ("text", "id", "title", "url", "source", "author", "published", "lang", "canonical_url")

# Where the metadata of datatrove and others has what a record lacks at its top.
_IN_METADATA = {
    "title": ("title",),
    "url": ("url",),
    "source": ("source",),
    "author": ("author",),
    "published": ("published", "date"),
    "lang": ("lang", "language"),
    "canonical_url": ("canonical_url",),
}
_AS_IT_IS = frozenset(KNOWN) - {"published", "lang"}
"""Fields whose text is taken as it is."""

_TEXTS = frozenset({str, type(None)})

_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_].*)?", re.DOTALL)


class FieldError(ValueError):
    """The object is no record; the message says why."""


class WatchedNames(dict[str, str]):
    """What the known fields are called, and someone who is shown every object in which they are looked for."""

    def __init__(self, names: Mapping[str, str], show: Callable[[Mapping[str, Any]], None]) -> None:
        super().__init__(names)
        self.show = show


def input_names(fields: Mapping[str, str]) -> dict[str, str]:
    """What each known field is called in the input. Raises SettingsError for a field that isn't known."""
    unknown = sorted(fields.keys() - set(KNOWN))
    if unknown:
        raise SettingsError(f"input.fields: unknown field {unknown[0]!r}; known are {', '.join(KNOWN)}")
    return {name: fields.get(name, name) for name in KNOWN}


def build_record(value: Any, names: Mapping[str, str], origin: Origin) -> Record:
    """The record that a JSON value holds. Raises FieldError.

    A known field with a value that can't be used (a list of authors, a date that nobody can read) is left empty, and
    the value is carried in `metadata` under the field's name, as is one that was brought into another form.
    """
    if not isinstance(value, dict):
        raise FieldError(f"it is {_kind(value)} and no object")
    if isinstance(names, WatchedNames):
        names.show(value)
    rest = dict(value)
    take = rest.pop
    text = take(names["text"], None)
    if text is None:
        raise FieldError(f"the record has no {names['text']!r}")
    if not isinstance(text, str):
        raise FieldError(f"{names['text']!r} is {_kind(text)} and no string")
    if not text or text.isspace():
        raise FieldError(f"{names['text']!r} is empty")

    known: dict[str, str | None] = {}
    for name, column in names.items():
        raw = take(column, None)
        if raw is None or raw == "":
            known[name] = None
        elif type(raw) is str and name in _AS_IT_IS:
            known[name] = raw
        else:
            found = known[name] = _usable(name, raw)
            if found != raw and not (name == "id" and found == str(raw)):
                rest[column] = raw
    inner = rest.get("metadata")
    if isinstance(inner, dict):
        for name, keys in _IN_METADATA.items():
            if known[name] is None and names[name] not in rest:
                known[name] = next((found for key in keys if (found := _usable(name, inner.get(key)))), None)
        if not (inner.keys() & (rest.keys() - {"metadata"})):
            del rest["metadata"]
            rest = {**inner, **rest}
    return Record(
        text,
        origin,
        id=known["id"],
        title=known["title"],
        url=known["url"],
        source=known["source"],
        author=known["author"],
        published=known["published"],
        lang=known["lang"],
        canonical_url=known["canonical_url"],
        metadata=rest,
    )


def build_records(
    columns: Mapping[str, list[Any]], names: Mapping[str, str], origins: Iterator[Origin]
) -> Iterator[Record] | None:
    """The records of a table's rows, as `build_record` makes them, where every value of the known columns is usable as
    it is; None where rows have to be looked at one by one. `columns`, of one length, have that of the text among them,
    `origins` one for each row.
    """
    rest = dict(columns)
    texts = rest.pop(names["text"])
    if not all(type(text) is str and text and not text.isspace() for text in texts):
        return None
    nothing = [None] * len(texts)
    known: dict[str, list[Any]] = {}
    for name, column in names.items():
        values = rest.pop(column, nothing)
        if not _TEXTS.issuperset(map(type, values)):
            return None
        if name not in _AS_IT_IS and any(value and _usable(name, value) != value for value in set(values)):
            return None
        known[name] = [value or None for value in values]
    if "metadata" in rest or isinstance(names, WatchedNames):
        return None
    return map(
        Record,
        texts,
        origins,
        known["id"],
        known["title"],
        nothing,
        known["url"],
        known["source"],
        known["author"],
        known["published"],
        known["lang"],
        known["canonical_url"],
        [dict(zip(rest, row, strict=True)) for row in zip(*rest.values(), strict=True)] or [{} for _ in texts],
    )


def _usable(name: str, value: Any) -> str | None:
    if name == "published":
        return iso_date(value)
    if name == "id" and type(value) in (int, float):
        return str(value)
    if not isinstance(value, str) or not value:
        return None
    if name == "lang":
        if len(value) == 2 and value.isascii() and value.isalpha():
            return value.lower()
        match = _LANGUAGE.fullmatch(value.strip())
        return match[1].lower() if match else None
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    kinds: dict[type, str] = {str: "a string", list: "a list", dict: "an object"}
    return kinds.get(type(value), "a number")
