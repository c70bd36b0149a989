"""Attribution: which sources a document credits, where, and whether it is theirs or only tells what they reported.

Citing an agency is not copying it. A credit says how it was made; what follows from it is decided in `standing.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from cleanpipe.link.fields import field_credits
from cleanpipe.link.mentions import Mention, mentions
from cleanpipe.model import Credit, CreditRole, Document, Place, Span

if TYPE_CHECKING:
    from cleanpipe.link.phrases import Phrases
    from cleanpipe.link.sources import Where

OPENING_CHARACTERS = 700
"""How far into the article a dateline or byline can stand: behind a headline, a teaser and a caption."""

ENDING_CHARACTERS = 500
"""How far from its end a credit line can stand: before the note on the author and the links to related stories."""

MOST_MENTIONS = 200
"""Mentions of sources looked at in one text. A story credits its source early; a review of the press never ends."""

PHRASE_CONFIDENCE = 0.9
BARE_CONFIDENCE = 0.5
"""Of a mention in a known phrase, and in none. They rank credits; no link's confidence is computed from them."""

_QUOTATION = re.compile(
    r"“[^“”\n]{3,800}”|\"[^\"\n]{3,800}\"|"
    r"«[^«»\n]{3,800}»|„[^„“”\n]{3,800}[“”]|「[^「」\n]{3,400}」"
)
_SAME_AGAIN = re.compile(r"\s*[(（]([^()（）]{1,30})[)）]")


def find_credits(documents: Sequence[Document], *, rules_folders: tuple[str, ...] = ()) -> list[tuple[Credit, ...]]:
    """The credits of each document: of its text, title, source and author fields and of the host it was published on.

    Sorted by place. `Credit.place` covers the name as it stands in that field of the repaired document; `Credit.rule`
    is the role, or the voice of a cited one, and the phrase that decided: "own/dateline", "house/told-source",
    "outside/according-to", "passing/photo-credit".
    """
    return [_find(document, rules_folders) for document in documents]


def _find(document: Document, folders: tuple[str, ...]) -> tuple[Credit, ...]:
    credits = [*field_credits(document, folders), *_in_text(document, folders)]
    if document.title and document.title_span is None:
        credits.extend(_in_title(document.title, folders))
    return tuple(sorted(credits, key=lambda credit: (credit.place, credit.source, credit.rule)))


def _in_text(document: Document, folders: tuple[str, ...]) -> Iterator[Credit]:
    text = document.text
    found = _merged(text, _first(mentions(text, folders)))
    if not found:
        return
    phrases = _compiled(folders)
    quoted = _spans(match.span() for match in _QUOTATION.finditer(text))
    furniture = _spans((item.start, item.end) for item in document.furniture)
    begin = article_start(document)
    title = document.title_span
    for mention in found:
        where: set[Where] = {"anywhere"}
        if title and title.start <= mention.start < title.end:
            where.add("title")
        elif mention.start < begin + OPENING_CHARACTERS:
            where.add("opening")
        if mention.end > len(text) - ENDING_CHARACTERS:
            where.add("ending")
        credit = _judged(text, "text", mention, frozenset(where), phrases)
        if credit is None:
            continue
        if credit.role == "cited" and _inside(quoted, mention):
            yield Credit(credit.source, "passing", credit.place, credit.confidence, "passing/in-quotation")
        elif credit.role == "cited" and _inside(furniture, mention):
            yield Credit(credit.source, "passing", credit.place, credit.confidence, "passing/in-furniture")
        else:
            yield credit


def _in_title(title: str, folders: tuple[str, ...]) -> Iterator[Credit]:
    for mention in _merged(title, _first(mentions(title, folders))):
        credit = _judged(title, "title", mention, frozenset({"anywhere", "title"}), _compiled(folders))
        if credit is not None:
            yield credit


def _judged(text: str, field: str, mention: Mention, where: frozenset[Where], phrases: Phrases) -> Credit | None:
    """The credit that a mention makes; None for an abbreviation in no phrase, which may stand for anything."""
    place = Place(field, mention.start, mention.end)
    found = phrases.find(text, mention.start, mention.end, where)
    if found is None:
        return Credit(mention.source, "passing", place, BARE_CONFIDENCE, "passing/bare") if mention.plain else None
    role: CreditRole = found.phrase.role
    return Credit(mention.source, role, place, PHRASE_CONFIDENCE, found.phrase.name)


def _first(found: Iterator[Mention]) -> list[Mention]:
    return [mention for mention, _ in zip(found, range(MOST_MENTIONS), strict=False)]


def _merged(text: str, found: list[Mention]) -> list[Mention]:
    """ "The Associated Press (AP)" is one mention."""
    merged: list[Mention] = []
    for mention in found:
        if merged and merged[-1].source == mention.source:
            again = _SAME_AGAIN.match(text, merged[-1].end)
            if again and again.span(1) == (mention.start, mention.end):
                merged[-1] = merged[-1]._replace(end=again.end())
                continue
        merged.append(mention)
    return merged


def article_start(document: Document) -> int:
    """Where the article itself begins in the text: behind its title and the page furniture at its head."""
    start = document.title_span.end if document.title_span else 0
    for item in document.furniture:
        if document.text[start : item.start].strip():
            break
        start = max(start, item.end)
    return start


def _spans(spans: Iterator[tuple[int, int]]) -> list[Span]:
    return sorted(Span(*span) for span in spans)


def _inside(spans: list[Span], mention: Mention) -> bool:
    index = bisect_right(spans, (mention.start, len(spans) and spans[-1].end + 1)) - 1
    return index >= 0 and spans[index].start < mention.start and mention.end <= spans[index].end


@cache
def _compiled(folders: tuple[str, ...]) -> Phrases:
    from cleanpipe.link.phrases import compiled

    return compiled(folders)
