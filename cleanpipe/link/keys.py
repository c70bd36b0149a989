"""Join keys by which documents that credit one source for one story meet, although they share no sentence.

A retelling keeps little of its original but what the headline is made of, in its own headline or somewhere in its text.
So the pairs of words of one side's headline have to meet pairs in the other's text: keys are made of both.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from cleanpipe.language.tokens import Tokens, commonness
from cleanpipe.link.standing import lead_end, standings
from cleanpipe.link.story import joined
from cleanpipe.model import Credit, Document, Fact, Span

MOST_HEADLINE, MOST_FACTS, MOST_LEAD = 25, 20, 15
"""Keys of one document and source: pairs from its headline and headings, rare facts, pairs from its lead. A story of
1,500 words has most of its headings in them; more keys would only make more candidates."""

CONTENT_ZIPF = 5.7
"""Words commoner than this are no part of a pair, as in headline facts."""

UNKNOWN_ZIPF = 1.5
"""What a word that no table has counts as, as in facts."""

RARE_FACT = 2.0
"""Rarity from which a number, name, quotation or date is telling: expected in one article of a hundred."""

SIDE_BY_SIDE = 4.0
"""Added to the rarity of headline words that stand side by side: "paper lighthouse" is told on, and words that only
share a headline are not."""

LONGEST_HEADING = 120
"""Characters of a line that may be a heading."""

_LINE = re.compile(r"[^\n]+")


class Told(Protocol):
    """What a document tells, without its furniture: its headline pairs and other facts from a rarity on, as
    `language.facts` has them, and its words."""

    def telling(self, rarity: float) -> Sequence[Fact]: ...
    @property
    def body(self) -> Tokens: ...


def story_keys(document: Document, credits: tuple[Credit, ...], told: Callable[[], Told]) -> list[int]:
    """Sorted 64-bit keys, each of a source that the document is credited to and something its story is about.

    At most MOST_HEADLINE + MOST_FACTS + MOST_LEAD for each source, of each kind the rarest. `told` is asked
    where a source is credited.
    """
    sources = [standing.source for standing in standings(document, credits).values() if standing.credited]
    if not sources:
        return []
    what = told()
    values = set(_values(document, what.telling(RARE_FACT), what.body))
    return sorted({_key(source, value) for source in sources for value in values})


def _key(source: str, value: str) -> int:
    digest = hashlib.blake2b(f"{source}\0{value}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _values(document: Document, facts: Sequence[Fact], tokens: Tokens) -> Iterator[str]:
    """What the story is about: the best of each kind."""
    headings, lead = _headings(document), Span(0, lead_end(document))
    headline: dict[str, float] = {}
    opening: dict[str, float] = {}
    for value, rarity, start in _text_pairs(document, tokens, joined([lead, *headings])):
        at = bisect_right(headings, start, key=lambda span: span.start) - 1
        if at >= 0 and start < headings[at].end:
            headline.setdefault(value, rarity + SIDE_BY_SIDE)
        elif start < lead.end:
            opening.setdefault(value, rarity)
    other: dict[str, float] = {}
    for fact in facts:
        if fact.kind == "headline":
            headline.setdefault(fact.value, fact.rarity)
        elif fact.kind != "pair":
            other.setdefault(f"{fact.kind}:{fact.value}", fact.rarity)
    for values, most in ((headline, MOST_HEADLINE), (other, MOST_FACTS), (opening, MOST_LEAD)):
        yield from sorted(values, key=lambda value: (-values[value], value))[:most]


def _headings(document: Document) -> list[Span]:
    """The title, and lines that look like headings: short, without a full stop, no row of a table or list. Sorted,
    without overlap."""
    spans = [document.title_span] if document.title_span else []
    for line in _LINE.finditer(document.text):
        stripped = line.group().strip()
        if (
            len(stripped) <= LONGEST_HEADING
            and stripped[-1:].isalnum()
            and stripped[:1].isalnum()
            and "|" not in stripped
        ):
            spans.append(Span(line.start(), line.end()))
    return joined(spans)


def _text_pairs(document: Document, tokens: Tokens, spans: Sequence[Span]) -> Iterator[tuple[str, float, int]]:
    """Content words side by side that begin in the spans: the pair as headline facts write it, its rarity, its
    offset."""
    zipfs, words = commonness(document.lang), tokens.words
    for span in spans:
        within = tokens.within(span)
        common = [zipfs[word] for word in tokens.raw[within.start : within.stop + 1]]
        for at, (first, second) in zip(within, pairwise(common), strict=False):
            if first >= CONTENT_ZIPF or second >= CONTENT_ZIPF:
                continue
            one, two = words[at], words[at + 1]
            if one == two or one.isdigit() or two.isdigit() or len(one) < 2 or len(two) < 2:
                continue
            rarity = 6.0 - max(first, UNKNOWN_ZIPF) + (6.0 - max(second, UNKNOWN_ZIPF))
            yield (f"{one} {two}" if one < two else f"{two} {one}"), rarity, tokens.starts[at]
