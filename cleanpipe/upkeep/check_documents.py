"""Checks articles one by one: edits undone and made again, keys and fingerprints found anew."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cleanpipe.archive.rows import article_row, document_from, plain, text_of
from cleanpipe.archive.store import document_hash
from cleanpipe.formats import assigned_id, record_key
from cleanpipe.formats.plain import find_title
from cleanpipe.model import Document, Record
from cleanpipe.settings import Settings
from cleanpipe.text.jsonline import load
from cleanpipe.text.offsets import apply, revert
from cleanpipe.upkeep.findings import Finding

if TYPE_CHECKING:
    from cleanpipe.archive import Batch

FIELDS = ("text", "title", "url", "source", "author", "canonical_url")
"""Fields that evidence can point into."""

MADE_ANEW = "the archive was made by another cleanpipe, or is damaged: make it anew from its input files"


class Row(NamedTuple):
    """A document as the database has it; `held` and `mixed` are the number of its join keys and their digest."""

    key: str
    hash: int
    given_id: str
    article: str
    origin: str
    edits: str
    credits: str
    exact: int
    signature: bytes
    sketch: bytes
    rests: str
    held: int
    mixed: int


QUERY = """
    SELECT d.key, hash, given_id, article, origin, edits, credits, exact, signature, sketch, rests,
        coalesce(there, 0), coalesce(mixed, 0)
    FROM documents d LEFT JOIN (
        SELECT document, count(*) AS there, bit_xor(xor(value, channel::UBIGINT << 56)) AS mixed FROM keys
        GROUP BY document) ON document = hash"""
"""What `Row`s are made of."""


class Checked(NamedTuple):
    """What the check of a batch of documents found, and the lengths of their FIELDS, -1 for none, by hash."""

    findings: list[Finding]
    lengths: list[tuple[int, tuple[int, ...]]]


def check_rows(rows: Sequence[Row], settings: Settings, deep: bool) -> Checked:
    """Checks a batch of documents. `deep`: repairs and fingerprints them anew too, which takes as long as in a run."""
    findings: list[Finding] = []
    lengths: list[tuple[int, tuple[int, ...]]] = []
    sound: list[tuple[Row, Record]] = []
    for row in rows:
        try:
            document = document_from(row.key, load(row.given_id), load(row.article), load(row.origin), load(row.edits))
        except (ValueError, KeyError, TypeError) as error:
            findings.append(Finding(f"its row can't be read: {error}", f"article {row.given_id} ({row.key})"))
            continue
        values = [getattr(document, field) for field in FIELDS]
        lengths.append((row.hash, tuple(-1 if value is None else len(value) for value in values)))
        where = f"article {document.id} ({row.key})"
        if row.hash != document_hash(row.key):
            findings.append(Finding("its hash is not the beginning of its key", where))
        wrong = list(_wrong_edits(document))
        findings += [Finding(says, where) for says in wrong]
        if wrong:
            continue
        record = record_of(document, row.article)
        if record is None:
            findings.append(Finding("its key is not that of the record that undoing its edits gives", where))
        else:
            sound.append((row, record))
    if deep and sound:
        findings += _fingerprints(sound, settings)
    return Checked(findings, lengths)


def _wrong_edits(document: Document) -> Iterator[str]:
    for field, edits in document.edits.items():
        text = getattr(document, field, None)
        if not isinstance(text, str):
            yield f"it has edits of {field}, which it lacks"
            continue
        read = revert(text, edits)
        ordered = all(one.end <= other.start for one, other in itertools.pairwise(edits))
        if (
            not ordered
            or any(read[edit.start : edit.end] != edit.before for edit in edits)
            or apply(read, edits) != text
        ):
            yield f"the edits of its {field} don't lead from the {field} as read to the one that it has"


def record_of(document: Document, article: str) -> Record | None:
    """The record as it was read, found by undoing the edits; None where none has the document's key.

    Not kept apart is whether an id and a language stood in the record or were found, so each way is tried. `article` is
    the row that the document was made of.
    """
    as_read = {field: revert(getattr(document, field), edits) for field, edits in document.edits.items()}
    title, span = as_read.get("title", document.title), document.title_span
    if span is not None:
        text = as_read.get("text", document.text)
        span = find_title(text)
        title = text[span.start : span.end] if span else None
    record = Record(
        text=as_read.get("text", document.text),
        origin=document.origin,
        id=document.id,
        title=title,
        title_span=span,
        url=document.url,
        source=as_read.get("source", document.source),
        author=as_read.get("author", document.author),
        published=document.published,
        lang=document.lang,
        canonical_url=document.canonical_url,
        metadata=document.metadata,
    )
    nameless = dataclasses.replace(record, id=None)
    with_ids = [record, nameless] if assigned_id(nameless) == document.id else [record]
    for one in with_ids:
        for lang in dict.fromkeys((document.lang, None)):
            # orjson, which reads rows, makes fractions of whole numbers beyond 64 bits.
            for metadata in (document.metadata, None):
                known = json.loads(article)["metadata"] if metadata is None else metadata
                candidate = dataclasses.replace(one, lang=lang, metadata=known)
                if record_key(candidate) == document.key:
                    return candidate
    return None


def _fingerprints(sound: Sequence[tuple[Row, Record]], settings: Settings) -> Iterator[Finding]:
    """What comes out otherwise when these documents are repaired and fingerprinted anew."""
    from cleanpipe.steps import prepare

    batch = prepare([(row.key, record) for row, record in sound], settings)
    held, mixed = _digests(batch)
    for at, (row, _) in enumerate(sound):
        document = batch.documents[at]
        parts = {
            "text": (row.article, text_of(article_row(document))),
            "edits": (row.edits, text_of({name: plain(edits) for name, edits in document.edits.items() if edits})),
            "credits": (row.credits, text_of(plain(batch.credits[at]))),
            "fingerprint": (
                (row.exact, row.signature, row.sketch),
                (int(batch.exact[at]), batch.signatures[at].astype("<u4").tobytes(), batch.sketches[at]),
            ),
            "sources": (row.rests, text_of(batch.rests[at])),
            "join keys": ((row.held, row.mixed), (held[at], mixed[at])),
        }
        other = [name for name, (kept, found) in parts.items() if kept != found]
        if other:
            says = f"repaired and fingerprinted anew, it comes out otherwise: {', '.join(other)}"
            yield Finding(says, f"article {document.id} ({row.key})", MADE_ANEW)


def _digests(batch: Batch) -> tuple[list[int], list[int]]:
    """How many join keys each document has, and their digest, as QUERY makes it."""
    import numpy as np

    size = len(batch.documents)
    mixed = np.zeros(size, np.uint64)
    values = batch.key_value ^ (batch.key_channel.astype(np.uint64) << np.uint64(56))
    np.bitwise_xor.at(mixed, batch.key_document, values)
    return np.bincount(batch.key_document, minlength=size).tolist(), mixed.tolist()
