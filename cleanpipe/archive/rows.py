"""Between the nouns of `model` and the JSON rows of the archive: each noun to plain values and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from cleanpipe.model import (
    Block,
    Credit,
    Decision,
    Document,
    Edit,
    Furniture,
    Match,
    Origin,
    Place,
    Rejected,
    SharedFact,
    Span,
)
from cleanpipe.text.jsonline import dump


def text_of(value: Any) -> str:
    return dump(value).decode("utf-8")


def plain(value: Any) -> Any:
    """Dataclasses and named tuples as dictionaries, tuples as lists, all the way down."""
    if dataclasses.is_dataclass(value):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(item) for name, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def article_row(document: Document) -> dict[str, Any]:
    """A line of `articles.jsonl` without `id` and `origin`."""
    rules: dict[str, int] = {}
    for edits in document.edits.values():
        for edit in edits:
            for rule in edit.rules:
                rules[rule] = rules.get(rule, 0) + 1
    return {
        "text": document.text,
        "title": document.title,
        "title_span": plain(document.title_span),
        "url": document.url,
        "source": document.source,
        "author": document.author,
        "published": document.published,
        "lang": document.lang,
        "canonical_url": document.canonical_url,
        "metadata": dict(document.metadata),
        "repairs": {
            "count": sum(len(edits) for edits in document.edits.values()),
            "rules": dict(sorted(rules.items())),
        },
        "furniture": plain(document.furniture),
    }


def rejected_row(rejected: Rejected) -> dict[str, Any]:
    """A line of `rejected.jsonl`. A member and a row are named where there is one."""
    origin = rejected.origin
    within = {"member": origin.member, "row": origin.row}
    return {
        "file": origin.file,
        **{name: value for name, value in within.items() if value is not None},
        "line": origin.line,
        "offset": origin.offset,
        "reason": rejected.reason,
        "excerpt": rejected.excerpt,
    }


def document_from(
    key: str, id: str, article: Mapping[str, Any], origin: Mapping[str, Any], edits: Mapping[str, Any]
) -> Document:
    span = article["title_span"]
    return Document(
        key=key,
        id=id,
        text=article["text"],
        origin=origin_from(origin),
        title=article["title"],
        title_span=Span(**span) if span else None,
        url=article["url"],
        source=article["source"],
        author=article["author"],
        published=article["published"],
        lang=article["lang"],
        canonical_url=article["canonical_url"],
        metadata=article["metadata"],
        edits={field: tuple(map(edit_from, rows)) for field, rows in edits.items()},
        furniture=tuple(Furniture(**row) for row in article["furniture"]),
    )


def origin_from(row: Mapping[str, Any]) -> Origin:
    lists = {name: tuple(row.get(name, ())) for name in ("other_lines", "stray_bytes")}
    return Origin(**{**row, **lists})


def edit_from(row: Mapping[str, Any]) -> Edit:
    return Edit(**{**row, "rules": tuple(row["rules"])})


def credit_from(row: Mapping[str, Any]) -> Credit:
    return Credit(**{**row, "place": Place(**row["place"])})


def decision_from(row: Mapping[str, Any]) -> Decision:
    return Decision(**row)


def match_row(match: Match) -> dict[str, Any]:
    """What is kept of a match besides its documents, its probability and what was measured."""
    return {
        "scores": dict(match.scores),
        "blocks": [[*block.a, *block.b, block.similarity] for block in match.blocks],
        "facts": [[fact.kind, fact.value, [*fact.a], [*fact.b], fact.rarity] for fact in match.facts],
    }


def match_from(a: str, b: str, probability: float, row: Mapping[str, Any]) -> Match:
    return Match(
        a=a,
        b=b,
        probability=probability,
        scores=row["scores"],
        blocks=tuple(Block(Span(*cells[0:2]), Span(*cells[2:4]), cells[4]) for cells in row["blocks"]),
        facts=tuple(
            SharedFact(kind, value, Place(*on_a), Place(*on_b), rarity)
            for kind, value, on_a, on_b, rarity in row["facts"]
        ),
    )
