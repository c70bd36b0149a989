"""The steps that run in worker processes, each a pure function over a batch: all that is learned from texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cleanpipe.archive import Batch
from cleanpipe.engines.stopwatch import Stopwatch
from cleanpipe.formats import assigned_id
from cleanpipe.model import Document, Match, Record, Span
from cleanpipe.settings import Settings
from cleanpipe.text.offsets import moved

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match import Compared, Glances

REPAIRED_FIELDS = ("text", "title", "author", "source")


def prepare(records: Sequence[tuple[str, Record]], settings: Settings) -> Batch:
    """What is known of records by looking at each alone: repaired text, furniture, credits, fingerprints, join keys.

    `records` are pairs of key and record. This is what runs in worker processes.
    """
    import numpy as np

    from cleanpipe.language.identify import identify
    from cleanpipe.link import find_credits, rests_on, story_keys
    from cleanpipe.match import fingerprint
    from cleanpipe.match.channels import BY_NAME

    clock = Stopwatch()
    langs = [record.lang or identify(record.text)[0] for _, record in records]
    clock.lap("language")
    repaired = [
        repaired_document(key, record, lang, settings) for (key, record), lang in zip(records, langs, strict=True)
    ]
    clock.lap("repair")
    documents = [with_furniture(document, settings) for document in repaired]
    clock.lap("furniture")
    compared = [compared_of(document) for document in documents]
    prints = fingerprint(compared, settings.match)
    clock.lap("fingerprint")
    credits = find_credits(documents, rules_folders=settings.rules.folders)
    rests = [rests_on(document, found) for document, found in zip(documents, credits, strict=True)]
    clock.lap("credits")
    story = [
        (row, value)
        for row, (document, found, ready) in enumerate(zip(documents, credits, prints.ready, strict=True))
        for value in story_keys(document, found, ready)
    ]
    clock.lap("story keys")
    rows = np.array([row for row, _ in story], dtype=np.int32)
    values = np.array([value for _, value in story], dtype=np.uint64)
    return Batch(
        documents=documents,
        credits=credits,
        exact=prints.exact,
        signatures=prints.signatures,
        sketches=prints.sketches,
        rests=rests,
        key_document=np.concatenate([prints.key_document, rows]),
        key_channel=np.concatenate([prints.key_channel, np.full(len(story), BY_NAME["story"].id, dtype=np.uint8)]),
        key_value=np.concatenate([prints.key_value, values]),
        seconds=clock.seconds,
    )


def repaired_document(key: str, record: Record, lang: str | None, settings: Settings) -> Document:
    """A record with its fields repaired. `lang` is its language, None where that is unsure."""
    from cleanpipe.repair import repair

    fields: dict[str, str | None] = {name: getattr(record, name) for name in REPAIRED_FIELDS}
    edits = {}
    if settings.repair.enabled:
        for name, value in fields.items():
            if value:
                mended = repair(value, profile=settings.repair.profile, lang=lang, rules_folders=settings.rules.folders)
                fields[name] = mended.text
                if mended.edits:
                    edits[name] = mended.edits
    text = fields["text"] or ""
    title, title_span = fields["title"], record.title_span
    if title_span and "text" in edits:
        title_span = Span(*(moved(offset, edits["text"]) for offset in title_span))
    if title_span:
        title = text[title_span.start : title_span.end]
        edits.pop("title", None)
    return Document(
        key=key,
        id=assigned_id(record),
        text=text,
        origin=record.origin,
        title=title,
        title_span=title_span,
        url=record.url,
        source=fields["source"],
        author=fields["author"],
        published=record.published,
        lang=lang,
        canonical_url=record.canonical_url,
        metadata=record.metadata,
        edits=edits,
    )


def with_furniture(document: Document, settings: Settings) -> Document:
    """The document with the passages marked that belong to its page."""
    from cleanpipe.repair import mark_furniture

    found = mark_furniture(document.text, rules_folders=settings.rules.folders)
    return replace(document, furniture=found) if found else document


def compared_of(document: Document) -> Compared:
    """What of a document is compared: title and body, without the page's furniture."""
    from cleanpipe.match import Compared

    return Compared(
        key=document.key,
        text=document.text,
        title=document.title,
        title_span=document.title_span,
        lang=document.lang,
        skip=tuple(Span(item.start, item.end) for item in document.furniture),
    )


ToVerify = tuple[Sequence[tuple["Compared", "Compared"]], "NDArray[np.bool_]", "Glances | None"]
"""Pairs, whether the facts of each are wanted, and what is known of them already."""


def verify_pairs(
    batch: ToVerify,
) -> tuple[tuple[list[Match], NDArray[np.int8], NDArray[np.bool_]], Mapping[str, float]]:
    """`match.verify`, imported where it runs: in a worker process.

    With each match, whether the facts that the two share may tell of one story, -1 where nobody looked, and whether the
    two count as one neighbour of others; and the CPU seconds that it took.
    """
    import numpy as np

    from cleanpipe.link import may_tell
    from cleanpipe.match import looks_at_facts, one_neighbour, verify

    pairs, wanted, glances = batch
    clock = Stopwatch()
    matches = verify(pairs, glances)
    looked = looks_at_facts(np.array([match.probability for match in matches]), wanted)
    may = [may_tell(match.facts, match.scores.get("facts_shared", 0.0)) for match in matches]
    alike = one_neighbour(matches)
    clock.lap("verify")
    return (matches, np.where(looked, may, -1).astype(np.int8), alike), clock.seconds
