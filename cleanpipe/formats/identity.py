"""What makes two records the same, and what a record is called that came without a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cleanpipe.model import Record

_FIELDS = ("id", "title", "url", "source", "author", "published", "lang", "canonical_url", "text")


def record_key(record: Record) -> str:
    """32 hex digits of SHA-256 over everything that the record says; where it was found doesn't count."""
    return _hash([*(getattr(record, name) for name in _FIELDS), record.title_span, record.metadata])[:32]


def assigned_id(record: Record) -> str:
    """The record's id or, without one, "sha256:" and 16 hex digits of the hash of url, source, title and text."""
    return record.id or "sha256:" + _hash([record.url, record.source, record.title, record.text])[:16]


def _hash(value: object) -> str:
    """SHA-256 in hex of the canonical JSON of a value. A lone surrogate counts as itself."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON value: {value!r}")
