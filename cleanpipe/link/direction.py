"""Which of two texts was there first: a sum of named terms of log-odds, each with a sentence that says why.

The weights are in WEIGHTS, in natural logarithms of odds. Those that a page states of itself (its canonical URL, its
date, whose it is) outweigh all that can be read from the wording.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

from cleanpipe.link.fields import host_of
from cleanpipe.link.story import Pair, Texts
from cleanpipe.link.wording import compare
from cleanpipe.model import Direction, DirectionTerm, Document

WEIGHTS = {
    # What pages say of themselves, by judgement.
    "canonical_url": 6.0,  # the copy's page says so itself
    "published_by_source": 5.0,  # the agency's own page against one that credits it
    "date_days": 3.0,  # earlier by at least a day
    "date_hours": 2.0,  # earlier on one day
    "own_credit": 2.0,  # carries the source's dateline, the other tells of it in the third person
    "outside_credit": 1.0,  # tells of the source as an outsider
    "garbled": 0.3,  # ten times as much repaired, or more
    "authority": 0.3,
    # The wording of a verbatim part and its whole.
    "contained": 1.5,  # for a text that is wholly a part of the other
    # The wording of texts whose words were replaced: a logistic regression on 1,700 pairs of an original with its
    # paraphrase by a language model, spun copy, or translation there and back, each kind weighing the same.
    "longer": 0.8,  # for each natural logarithm of the ratio of lengths
    "word_length": -2.4,  # for each letter that its words are longer on average
    "names": 1.25,  # for each natural logarithm of the ratio of names, and likewise
    "numbers": 0.35,
    "quotations": 0.7,
}
_CAME_FROM = re.compile(
    r"(?:utm_\w+|\w*clid|mc_[ce]id|cmp|cid|ref|ref_src|source|src|output|amp)(?:=|$)", re.IGNORECASE
)
"""Parameters of an address by which sites count their readers: they don't say which page it is."""

LITERAL = 0.85
"""Share of words kept in corresponding sentences from which nobody reworded anything."""

LARGEST = 8.0
"""The sum is cut off here: no direction is surer than 2,999 in 3,000."""


class Dated(NamedTuple):
    """A date of publication. `moment` only where a time of day is given."""

    day: date
    moment: datetime | None

    @property
    def seconds(self) -> float:
        """For sorting: seconds since 1970, those of a date without a time at its beginning, in UTC."""
        return (self.moment or datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)).timestamp()


def direction(texts: Texts, original: str, copy: str, pair: Pair | None) -> Direction:
    """How sure it is that the document `original` was there before the document `copy`, with the reasons.

    `pair` is the match of their texts from the side of `copy`; None or an exact one says nothing of the wording.
    """
    terms = tuple(term for term in _terms(texts, original, copy, pair) if round(term.weight, 2))
    total = max(-LARGEST, min(LARGEST, sum(term.weight for term in terms)))
    return Direction(round(1.0 / (1.0 + math.exp(-total)), 4), terms)


def log_odds(found: Direction) -> float:
    return max(-LARGEST, min(LARGEST, sum(term.weight for term in found.terms)))


def _terms(texts: Texts, original: str, copy: str, pair: Pair | None) -> Iterator[DirectionTerm]:
    one, two = texts.document(original), texts.document(copy)
    yield from _url_terms(one, two)
    yield from _date_terms(one, two)
    yield from _credit_terms(texts, original, copy)
    if pair is not None and not pair.exact:
        yield from _wording_terms(texts, original, copy, pair)
    yield from _garbled_terms(one, two)


def _url_terms(one: Document, two: Document) -> Iterator[DirectionTerm]:
    weight = WEIGHTS["canonical_url"]
    ours, theirs = plain_url(one.url), plain_url(two.url)
    if plain_url(two.canonical_url) == ours and ours and theirs != ours:
        yield DirectionTerm("canonical_url", weight, "the copy's page names it as the original")
    if plain_url(one.canonical_url) == theirs and theirs and theirs != ours:
        yield DirectionTerm("canonical_url", -weight, "its own page names the other as the original")


def plain_url(url: str | None) -> str | None:
    """A URL without what doesn't tell pages apart: scheme, "www.", fragment, a slash at the end, where a reader came
    from.

    >>> plain_url("http://www.x.org/story/?id=5&utm_source=mail#top")
    'x.org/story?id=5'
    """
    found = host_of(url)
    if url is None or found is None:
        return None
    host, start = found
    path, _, query = url[start + len(host) :].partition("#")[0].partition("?")
    plain = host.lower().removeprefix("www.").removeprefix("m.") + re.sub(r"^:\d+", "", path.rstrip("/"))
    telling = sorted(part for part in query.split("&") if part and not _CAME_FROM.match(part))
    return f"{plain}?{'&'.join(telling)}" if telling else plain


def published(document: Document) -> Dated | None:
    """The date of publication, as far as it is given."""
    value = (document.published or "").strip()
    if len(value) < 10:
        return None
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return None
    if len(value) == 10:
        return Dated(day, None)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return Dated(day, None)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # Midnight sharp is how systems write a date without a time.
    return Dated(day, None if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else moment)


def _date_terms(one: Document, two: Document) -> Iterator[DirectionTerm]:
    ours, theirs = published(one), published(two)
    if ours is None or theirs is None:
        return
    days = (theirs.day - ours.day).days
    if ours.moment and theirs.moment:
        seconds = (theirs.moment - ours.moment).total_seconds()
        if not seconds:
            return
        name = "date_days" if abs(seconds) >= 86_400 else "date_hours"
        days = 1 if seconds > 0 else -1
    elif days:
        name = "date_days"
    else:
        return
    earlier, later = (one.published, two.published) if days > 0 else (two.published, one.published)
    says = (
        f"it is from {earlier}, the other from {later}" if days > 0 else f"the other is from {earlier}, it from {later}"
    )
    yield DirectionTerm(name, math.copysign(WEIGHTS[name], days), says)


def _credit_terms(texts: Texts, original: str, copy: str) -> Iterator[DirectionTerm]:
    ours, theirs = texts.standings(original), texts.standings(copy)
    for source in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(source), theirs.get(source)
        name = texts.source_name(source)
        for sign, mine, other in ((1, here, there), (-1, there, here)):
            which = "it" if sign > 0 else "the other"
            if mine and mine.published and not (other and other.published):
                yield DirectionTerm(
                    "published_by_source", sign * WEIGHTS["published_by_source"], f"{which} is {name}'s own"
                )
            elif mine and mine.own and not (other and (other.own or other.published)):
                says = f"{which} carries the credit line of {name}"
                yield DirectionTerm("own_credit", sign * WEIGHTS["own_credit"], says)
            # Some agencies say "according to" of themselves on their own pages.
            if mine and mine.outside and not mine.published and not (other and other.outside):
                says = f"{which} tells of {name} as an outsider"
                yield DirectionTerm("outside_credit", -sign * WEIGHTS["outside_credit"], says)
    ours_authority, theirs_authority = (_authority(texts, key) for key in (original, copy))
    if ours_authority != theirs_authority:
        sign = 1 if ours_authority > theirs_authority else -1
        says = "more is copied from its publisher" if sign > 0 else "more is copied from the other's publisher"
        yield DirectionTerm("authority", sign * WEIGHTS["authority"], says)


def _authority(texts: Texts, key: str) -> float:
    """The authority of the known source that published a document; 0 where none did."""
    sources = texts.book.sources
    published_by = [item.source for item in texts.standings(key).values() if item.published]
    return max((sources[source].authority for source in published_by if source in sources), default=0.0)


def _wording_terms(texts: Texts, original: str, copy: str, pair: Pair) -> Iterator[DirectionTerm]:
    if pair.score("kept") >= LITERAL or pair.score("jaccard") >= 0.5:
        inside = pair.score("containment_copy") - pair.score("containment_other")
        if abs(inside) >= 0.02:
            says = "the other is a part of it" if inside > 0 else "it is a part of the other"
            yield DirectionTerm("contained", round(WEIGHTS["contained"] * inside, 3), says)
        return
    found = compare(texts.wording(original), texts.wording(copy))
    if found is None:
        return
    for name, value, more, less in (
        ("longer", found.longer, "it is longer", "the other is longer"),
        ("word_length", found.word_length, "the other's words are plainer", "its words are plainer"),
        ("names", found.names, "it names more people and places", "the other names more people and places"),
        ("numbers", found.numbers, "it has more numbers", "the other has more numbers"),
        ("quotations", found.quotations, "it quotes more", "the other quotes more"),
    ):
        yield DirectionTerm(name, round(WEIGHTS[name] * value, 3), more if value > 0 else less)


def _garbled_terms(one: Document, two: Document) -> Iterator[DirectionTerm]:
    ours, theirs = ((1 + len(d.edits.get("text", ()))) / (1000 + len(d.text)) for d in (one, two))
    decades = max(-1.0, min(1.0, math.log10(theirs / ours)))
    if abs(decades) >= 0.5:
        says = "the other was garbled more" if decades > 0 else "it was garbled more"
        yield DirectionTerm("garbled", round(WEIGHTS["garbled"] * decades, 3), says)
