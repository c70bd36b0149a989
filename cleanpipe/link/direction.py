"""Which of two texts was there first: a sum of named terms of log-odds, each with a sentence that says why.

The weights are in WEIGHTS, in natural logarithms of odds. Those that a page states of itself (its canonical URL, its
date, whose it is) outweigh all that can be read from the wording. From ABSTAINS_FROM to ABSTAINS_TO it is left open.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cleanpipe.link.credits import article_start
from cleanpipe.link.dates import published
from cleanpipe.link.fields import host_of
from cleanpipe.link.provenance import based_on, names_as_canonical, plain_url, syndicated_from
from cleanpipe.link.story import Pair, Texts
from cleanpipe.link.substitutions import Substitutions
from cleanpipe.link.wording import compare
from cleanpipe.model import Direction, DirectionTerm, Document

WEIGHTS = {
    # What pages say of themselves, by judgement.
    "canonical_url": 6.0,  # the copy's page names the other as canonical
    "based_on": 6.0,  # its metadata names the other, by URL or id
    "syndicated_from": 4.0,  # its metadata names the other's publisher
    "named_by_others": 3.0,  # other documents name it as where they come from
    "published_by_source": 5.0,  # the agency's own page against one that credits it
    "update": 3.0,  # says that it updates or corrects what its own publisher wrote before
    "date_days": 3.0,  # earlier by at least a day
    "date_hours": 2.0,  # earlier on one day
    "own_credit": 2.0,  # carries the source's dateline, the other tells of it in the third person
    "outside_credit": 1.0,  # tells of the source as an outsider
    "dateline": 1.0,  # begins with a place and a date, whoever wrote it
    "byline": 1.0,  # names its writer
    "garbled": 0.3,  # ten times as much repaired, or more
    "authority": 0.3,
    # The wording of a verbatim part and its whole.
    "contained": 1.5,  # for a text that is wholly a part of the other
    # Replaced words, and the wording of texts that were reworded: learned (`python bench/train_direction.py`).
    "unheard": 2.1,  # for all word pairs that nobody writes being on one side, and likewise
    "rarer": 4.0,
    "broken": 4.3,
    "longer": 1.1,  # for each natural logarithm of the ratio of lengths
    "word_length": -2.1,  # for each letter that its words are longer on average
    "names": 1.2,  # for each natural logarithm of the ratio of names, and likewise
    "numbers": 1.0,
    "quotations": 0.2,
    # What third texts have in common with either: learned as 5.0 on families whose copies were all made from the
    # original itself. Copies of a reprint follow the reprint, so one third text alone mustn't decide.
    "followed": 4.0,  # where all of many third texts follow one
}

LITERAL = 0.85
"""Share of words kept in corresponding sentences from which nobody reworded anything."""

LARGEST = 8.0
"""The sum is cut off here: no direction is surer than 2,999 in 3,000."""

ABSTAINS_FROM, ABSTAINS_TO = 0.2, 0.8
"""Confidences, inclusive, that decide nothing: of four texts taken for the original on such grounds, one and more were
not."""

BEYOND_DOUBT = math.log(ABSTAINS_TO / (1.0 - ABSTAINS_TO))
"""Log-odds up to which it abstains, either way."""

WHOLLY = 0.9
"""Containment from which the shorter of two texts stands in the other whole."""

DATED_UPDATE = 1 / 3
"""Share of the weight of `update` where only the dates of one publisher's two versions tell which is the later."""

TAKEN = 0.25
"""Share of a third text's runs of five words that stand in one of two texts from which it says which of them it
follows. Rewrites by language models have more in common with one another than with their original, though little of it
literally: without this bound, of the originals of 1,500 families of such rewrites 53 instead of 57 % are at their
star's centre."""

FOLLOWS = 0.05
"""Least difference of such shares that counts in full: a word or two are chance."""

FEW_THIRDS = 2
"""Third texts that are taken to follow neither, beside those that were asked: one alone decides nothing."""

_DATELINE = re.compile(
    r"\s*(?:[A-Z][A-Z.'’-]+[ /]){0,5}[A-Z][A-Z.'’-]+(?:, [A-Z][a-z.]+(?: [A-Z][a-z]+)?){0,2}"
    r"(?:,? (?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}\.?)(?:,? \d{4})?,?)?"
    r"(?:,? \([^()\n]{2,40}\))? ?(?:--|[-–—])\s"
)
"""A place in capitals, perhaps a country, a date and an agency, and a dash: "SALVADOR, Feb 26 - ", "MINAKOSHI, Japan,
Oct. 9 (Kyodo) -- "."""

_UPDATE = re.compile(
    r"\s*(?:\W{0,3}(?:update|updates|updated|corrected|correction|corrects|refile|refiles|recasts|adds details|"
    r"eds)\b[\s\d:.,;–—()*-]|.{3,120}\((?:updated?|updates?|corrected|correction|\d(?:st|nd|rd|th) writethru)\))",
    re.IGNORECASE,
)
"""How a title or the beginning of a text says that it is a later version: "UPDATE 2-", "CORRECTED:", "(updated)"."""


class Rival(NamedTuple):
    """Another document that could be the original in a text's place: its id, and the log-odds against it."""

    id: str
    odds: float


def direction(texts: Texts, original: str, copy: str, pair: Pair | None, rival: Rival | None = None) -> Direction:
    """How sure it is that the document `original` is the one that `copy` goes back to, with the reasons.

    `pair` is the match of their texts from the side of `copy`; None or an exact one says nothing of the wording.
    `rival` is whoever of the family is nearest to being the original instead.
    """
    terms = [term for term in _terms(texts, original, copy, pair) if round(term.weight, 2)]
    total = math.fsum(term.weight for term in terms)
    if rival is not None and (less := round(rival.odds - total, 3)) <= -0.005:
        terms.append(DirectionTerm("rival", less, f"{rival.id} could be the original as well"))
    confidence = round(1.0 / (1.0 + math.exp(-_total(terms))), 4)
    return Direction(confidence, tuple(terms), abstains(confidence))


def log_odds(found: Direction) -> float:
    """The sum of the terms, cut off at LARGEST."""
    return _total(found.terms)


def abstains(confidence: float) -> bool:
    """Whether a confidence is too near to even odds to say which of two texts was first."""
    return ABSTAINS_FROM <= confidence <= ABSTAINS_TO


def plausible(odds: float) -> bool:
    """Whether one that these log-odds speak against can still be the original."""
    return odds <= BEYOND_DOUBT


def _total(terms: Iterable[DirectionTerm]) -> float:
    return max(-LARGEST, min(LARGEST, math.fsum(term.weight for term in terms)))


def _terms(texts: Texts, original: str, copy: str, pair: Pair | None) -> Iterator[DirectionTerm]:
    for name, value, says in signs(texts, original, copy, pair):
        yield DirectionTerm(name, round(WEIGHTS[name] * value, 3), says)


def signs(texts: Texts, original: str, copy: str, pair: Pair | None) -> Iterator[tuple[str, float, str]]:
    """What tells the two apart: a name of WEIGHTS, how much of it there is (positive for the document `original`, but
    for word_length, whose weight is negative), and a sentence."""
    one, two = texts.document(original), texts.document(copy)
    yield from _provenance_signs(texts, original, copy)
    yield from _date_signs(one, two)
    yield from _credit_signs(texts, original, copy)
    same = _same_publisher(texts, original, copy)
    if same:
        yield from _update_signs(one, two)
    elif pair is not None and not pair.exact:
        yield from _follower_signs(texts, texts.text_of[original], texts.text_of[copy])
    if pair is not None and not pair.exact:
        # What one publisher adds to its own story or takes from it says nothing: updates are longer, summaries shorter.
        yield from _wording_signs(texts, original, copy, pair, same)
    yield from _garbled_signs(one, two)


Sign = tuple[str, float, str]


def _provenance_signs(texts: Texts, original: str, copy: str) -> Iterator[Sign]:
    one, two = texts.document(original), texts.document(copy)
    if names_as_canonical(two, one):
        yield "canonical_url", 1.0, "the copy's page names it as the original"
    if names_as_canonical(one, two):
        yield "canonical_url", -1.0, "its own page names the other as the original"
    if based_on(two, one):
        yield "based_on", 1.0, "the copy's metadata say that it was made from it"
    if based_on(one, two):
        yield "based_on", -1.0, "its own metadata say that it was made from the other"
    here, there = (_named_by(texts, document) - {original, copy} for document in (one, two))
    if bool(here) != bool(there):
        which, count = ("it", len(here)) if here else ("the other", len(there))
        documents = "another document names" if count == 1 else f"{count} other documents name"
        yield "named_by_others", 1.0 if here else -1.0, f"{documents} {which} as the original"
    for sign, taken, theirs, which in ((1, two, original, "the copy's"), (-1, one, copy, "its own")):
        standings = texts.standings(theirs)
        for source in dict.fromkeys(syndicated_from(taken, texts.folders)):
            if source in standings and standings[source].published:
                says = f"{which} metadata name {texts.source_name(source)} as the source, which published the other"
                yield "syndicated_from", float(sign), says
                break


def _named_by(texts: Texts, document: Document) -> set[str]:
    return {key for name in (plain_url(document.url), document.id) if name for key in texts.named_by.get(name, ())}


def _date_signs(one: Document, two: Document) -> Iterator[Sign]:
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
    yield name, math.copysign(1.0, days), says


def _credit_signs(texts: Texts, original: str, copy: str) -> Iterator[Sign]:
    ours, theirs = texts.standings(original), texts.standings(copy)
    for source in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(source), theirs.get(source)
        name = texts.source_name(source)
        for sign, mine, other in ((1.0, here, there), (-1.0, there, here)):
            which = "it" if sign > 0 else "the other"
            if mine and mine.published and not (other and other.published):
                yield "published_by_source", sign, f"{which} is {name}'s own"
            elif mine and mine.own and not (other and (other.own or other.published)):
                yield "own_credit", sign, f"{which} carries the credit line of {name}"
            # Some agencies say "according to" of themselves on their own pages.
            if mine and mine.outside and not mine.published and not (other and other.outside):
                yield "outside_credit", -sign, f"{which} tells of {name} as an outsider"
    ours_authority, theirs_authority = (_authority(texts, key) for key in (original, copy))
    if ours_authority != theirs_authority:
        sign = 1.0 if ours_authority > theirs_authority else -1.0
        says = "more is copied from its publisher" if sign > 0 else "more is copied from the other's publisher"
        yield "authority", sign, says
    one, two = texts.document(original), texts.document(copy)
    for term, has, noun in (("dateline", _has_dateline, "a dateline"), ("byline", _has_byline, "a byline")):
        here_has, there_has = has(one), has(two)
        if here_has != there_has:
            yield term, 1.0 if here_has else -1.0, f"{'it' if here_has else 'the other'} carries {noun}"


def _has_dateline(document: Document) -> bool:
    return _DATELINE.match(document.text, article_start(document)) is not None


def _has_byline(document: Document) -> bool:
    return bool((document.author or "").strip())


def _authority(texts: Texts, key: str) -> float:
    """The authority of the known source that published a document; 0 where none did."""
    sources = texts.book.sources
    published_by = [item.source for item in texts.standings(key).values() if item.published]
    return max((sources[source].authority for source in published_by if source in sources), default=0.0)


def _same_publisher(texts: Texts, original: str, copy: str) -> bool:
    """Whether both documents are one known source's, or stand on one host. What else stands in a source field may be
    the name of a dump."""
    ours, theirs = ({s.source for s in texts.standings(key).values() if s.published} for key in (original, copy))
    if ours & theirs:
        return True
    hosts = [host_of(texts.document(key).url) for key in (original, copy)]
    names = {host[0].lower().removeprefix("www.").removeprefix("m.") for host in hosts if host}
    return None not in hosts and len(names) == 1


def _update_signs(one: Document, two: Document) -> Iterator[Sign]:
    ours, theirs = _says_update(one), _says_update(two)
    if ours != theirs:
        sign, which = (1.0, "the copy") if theirs else (-1.0, "it")
        yield "update", sign, f"{which} says itself that it is the same publisher's later version"
        return
    for _, value, _ in _date_signs(one, two):
        which = "the copy" if value > 0 else "it"
        yield "update", value * DATED_UPDATE, f"{which} is the same publisher's later version"


def _says_update(document: Document) -> bool:
    beginnings = (document.title or "", document.text[article_start(document) :][:160], document.text[:160])
    return any(_UPDATE.match(beginning) for beginning in beginnings)


def _wording_signs(texts: Texts, original: str, copy: str, pair: Pair, same_publisher: bool) -> Iterator[Sign]:
    replaced = texts.substitutions(pair)
    if replaced.word_by_word:
        yield from _substitution_signs(replaced)
    if same_publisher:
        return
    if pair.score("kept") >= LITERAL or pair.score("jaccard") >= 0.5:
        yield from _containment_signs(texts, original, copy, pair)
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
        yield name, value, more if value > 0 else less


def _follower_signs(texts: Texts, original: str, copy: str) -> Iterator[Sign]:
    """What third texts have from either: copies keep words of the original that another copy replaced.

    A third text has as much less in common with a copy as that copy replaced, and of two copies alike it has as much
    from each. So the difference is measured by how far apart the two are.
    """
    apart = 1.0 - (texts.taken(original, copy) + texts.taken(copy, original)) / 2.0
    leans = []
    for text in texts.thirds(original, copy):
        ours, theirs = texts.taken(text, original), texts.taken(text, copy)
        most = max(ours, theirs)
        if most >= TAKEN:
            leans.append(max(-1.0, min(1.0, (ours - theirs) / max(most * apart, FOLLOWS))))
    if not leans:
        return
    value = math.fsum(leans) / (len(leans) + FEW_THIRDS)
    which, other = ("it", "the other") if value > 0 else ("the other", "it")
    third = "a third copy has" if len(leans) == 1 else f"{len(leans)} other copies have"
    yield "followed", value, f"{third} more in common with {which} than with {other}"


def _substitution_signs(found: Substitutions) -> Iterator[Sign]:
    for name, value, what in (
        ("unheard", found.unheard(), "pairs words as nobody does"),
        ("rarer", found.rarer(), "has the rarer words"),
        ("broken", found.broken(), "breaks names or numbers"),
    ):
        which, side = ("the other", "b") if value > 0 else ("it", "a")
        example = found.examples.get(f"{name}_{side}")
        if example is not None:
            ours, theirs = (example.b, example.a) if value > 0 else (example.a, example.b)
            what = f"{what}: “{ours}” for “{theirs}”"
        yield name, value, f"{which} {what}"


def _containment_signs(texts: Texts, original: str, copy: str, pair: Pair) -> Iterator[Sign]:
    inside = pair.score("containment_copy") - pair.score("containment_other")
    if abs(inside) < 0.02:
        return
    shorter, longer = (copy, original) if inside > 0 else (original, copy)
    whole = pair.score("containment_copy" if inside > 0 else "containment_other") >= WHOLLY
    if whole and _was_added_to(texts, shorter, longer):
        return
    yield "contained", inside, "the other is a part of it" if inside > 0 else "it is a part of the other"


def _was_added_to(texts: Texts, shorter: str, longer: str) -> bool:
    """Whether the longer text is the shorter one with more around it, by an editor: it credits somebody whom the
    shorter one doesn't, or lacks the dateline that the shorter one has. Then being a part says nothing."""
    ours, theirs = texts.standings(shorter), texts.standings(longer)
    credited = any(item.outside and not (source in ours and ours[source].outside) for source, item in theirs.items())
    return credited or (_has_dateline(texts.document(shorter)) and not _has_dateline(texts.document(longer)))


def _garbled_signs(one: Document, two: Document) -> Iterator[Sign]:
    ours, theirs = ((1 + len(d.edits.get("text", ()))) / (1000 + len(d.text)) for d in (one, two))
    decades = max(-1.0, min(1.0, math.log10(theirs / ours)))
    if abs(decades) >= 0.5:
        yield "garbled", decades, "the other was garbled more" if decades > 0 else "it was garbled more"
