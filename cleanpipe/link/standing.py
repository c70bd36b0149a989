"""How a document stands to a source that it names: published by it, printed from it, told after it, or no more than a
mention."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cleanpipe.link.credits import article_start
from cleanpipe.link.fields import host_of
from cleanpipe.model import Credit, Document

LEAD_SHARE = 0.15
LEAD_SENTENCES = 3
"""The lead is this share of the article or these sentences, whichever reaches further."""

CITED_TWICE = 2
"""A source cited this often below the lead is what the story rests on; once may be a remark."""

CITED_OFTEN = 3
"""A source cited this often is what the story rests on, however it is cited."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s|[。！？।۔؟]|\n")


@dataclass(frozen=True, slots=True)
class Standing:
    """`published`: the source's own page or record. `own`, `house`, `outside`: its credits, counted by how they speak.

    `lead`: one of the cited ones stands in the lead; `told_in_lead`: one in another's words. `credits` are all that
    aren't passing, in order of their place.
    """

    source: str
    published: bool
    own: int
    house: int
    outside: int
    lead: bool
    told_in_lead: bool
    credits: tuple[Credit, ...]

    @property
    def credited(self) -> bool:
        """Whether the story is the source's, as far as the document itself says."""
        return self.own > 0 or self.lead or self.house + self.outside >= CITED_TWICE

    @property
    def rests_on(self) -> bool:
        """Whether the story itself is the source's. "Told AFP" once, even in the lead, is no more than a quotation."""
        return self.own > 0 or self.told_in_lead or self.house + self.outside >= CITED_OFTEN

    @property
    def speaks_as(self) -> bool:
        """Whether the text speaks as the source's own does: its dateline, or no other than its own words of itself."""
        return self.credited and self.outside == 0 and self.own + self.house > 0


def standings(document: Document, credits: Sequence[Credit]) -> Mapping[str, Standing]:
    """How the document stands to each source that it credits at all, by source id."""
    by_source: dict[str, list[Credit]] = {}
    for credit in sorted(credits, key=lambda item: (item.place.field != "text", item.place, item.rule)):
        if credit.role != "passing":
            by_source.setdefault(credit.source, []).append(credit)
    end = lead_end(document) if by_source else 0
    return {source: _standing(source, found, end) for source, found in sorted(by_source.items())}


def rests_on(document: Document, credits: Sequence[Credit]) -> dict[str, bool]:
    """The sources that the story itself is of, and of each whether this may be a retelling: it is not the source's
    own."""
    found = standings(document, credits).items()
    return {source: not is_own(document, standing) for source, standing in found if standing.rests_on}


def is_own(document: Document, standing: Standing) -> bool:
    """Whether the document is the source's own, and not another's who printed it."""
    return standing.published or (standing.own > 0 and not published_elsewhere(document, standing))


def published_elsewhere(document: Document, standing: Standing | None) -> bool:
    """Whether a document's page says that another than the source published it."""
    if standing is not None and standing.published:
        return False
    return bool((document.source or "").strip()) or host_of(document.url) is not None


def _standing(source: str, credits: list[Credit], lead: int) -> Standing:
    own = [credit for credit in credits if credit.role == "own"]
    cited = [credit for credit in credits if credit.role == "cited"]
    return Standing(
        source=source,
        published=any(credit.place.field in ("source", "url") for credit in own),
        own=len(own),
        house=sum(credit.rule.startswith("house/") for credit in cited),
        outside=sum(not credit.rule.startswith("house/") for credit in cited),
        lead=any(_in_lead(credit, lead) for credit in cited),
        told_in_lead=any(_in_lead(credit, lead) for credit in cited if not credit.rule.startswith("house/")),
        credits=tuple(credits),
    )


def _in_lead(credit: Credit, lead: int) -> bool:
    return credit.place.field == "title" or credit.place.start < lead


def lead_end(document: Document) -> int:
    """Offset in the text where the lead ends."""
    start = article_start(document)
    body = len(document.text) - start
    end = start
    for _ in range(LEAD_SENTENCES):
        match = _SENTENCE_END.search(document.text, end + 1)
        if match is None:
            return len(document.text)
        end = match.end()
    return max(end, start + int(LEAD_SHARE * body))
