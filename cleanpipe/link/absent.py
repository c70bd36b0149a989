"""Stories whose original is not in the archive: copies and retellings that credit one source are its copies.

Citing a source is not copying it. A family of copies gets an absent original only where its texts carry the source's
own words of itself and none of them can be the original; a retelling joins only where it credits the source for the
story and shares facts that tell this story from others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cleanpipe.link.dates import published
from cleanpipe.link.relation import LESS_NATURAL
from cleanpipe.link.standing import is_own, published_elsewhere
from cleanpipe.link.stars import Attachment, Star
from cleanpipe.link.story import Pair, Texts
from cleanpipe.link.telling import Telling, telling

RETOLD_BASE, RETOLD_FACT, RETOLD_MOST = 0.55, 0.08, 0.9
"""Confidence of a retelling: that of two telling facts, what each further one adds, and the most they amount to.
Judged by hand on pairs of reports that credit one agency; there is no larger set to learn it from."""


@dataclass(slots=True)
class Absent:
    """A story of `source` that is not in the archive. `best` is the text that stands nearest to it, for a headline."""

    source: str
    best: str
    members: dict[str, Attachment] = field(default_factory=dict)


Told = Star | Absent
"""A story, whose original is there or not."""


def attached(story: Told) -> dict[str, Attachment]:
    """How each text of a story hangs there; the centre of a star hangs nowhere, and is left out."""
    return story.copies if isinstance(story, Star) else story.members


class _Edge(NamedTuple):
    """Two texts of different stories that credit one source and share telling facts."""

    one: str
    two: str
    pair: Pair
    found: Telling


def find_absent(texts: Texts, stars: dict[str, Star], story_days: int) -> tuple[list[Absent], dict[str, Star]]:
    """Absent originals with their members, and the stars that remain, with the retellings of their centres added."""
    remaining = dict(stars)
    absent: list[Absent] = []
    for centre in sorted(stars):
        source = _absent_source(texts, stars[centre])
        if source:
            absent.append(_emptied(texts, remaining.pop(centre), source))
    resting: dict[str, set[str]] = {}
    for key in texts.stories:
        for standing in texts.standings(key).values():
            if standing.rests_on:
                resting.setdefault(standing.source, set()).add(texts.text_of[key])
    for source in sorted(resting):
        if len(resting[source]) > 1:
            _retellings(texts, source, resting[source], remaining, absent, story_days)
    return absent, remaining


def _absent_source(texts: Texts, star: Star) -> str | None:
    """The source whose absent text a family of copies goes back to; None where its centre can be the original."""
    keys = [key for text in star.texts for key in texts.members[text]]
    if len(keys) < 2:
        return None
    centre = texts.standings(star.face)
    for standing in sorted(centre.values(), key=lambda item: (-item.own, -item.house - item.outside, item.source)):
        source = standing.source
        if not standing.credited or any(_is_published(texts, key, source) for key in keys):
            continue
        elsewhere = published_elsewhere(texts.document(star.face), standing)
        if standing.own and elsewhere:
            return source
        speaking = [key for key in keys if _speaks_as(texts, key, source)]
        if (
            standing.outside
            and speaking
            and not any(_can_be_original(texts, key, star.face, source) for key in speaking)
        ):
            return source
    counts: dict[str, int] = {}
    for key in keys:
        for standing in texts.standings(key).values():
            if standing.own and not standing.published and published_elsewhere(texts.document(key), standing):
                counts[standing.source] = counts.get(standing.source, 0) + 1
    # The centre dropped the credit line that most of the others kept.
    for source in sorted(counts, key=lambda name: (-counts[name], name)):
        if (
            counts[source] * 2 >= len(keys)
            and counts[source] > 1
            and not any(_is_published(texts, key, source) for key in keys)
        ):
            return source
    return None


def _can_be_original(texts: Texts, key: str, face: str, source: str) -> bool:
    """Whether a document that speaks as its source does can be the source's own: nobody else's page, and not spun."""
    ours, centre = texts.stories[key].unusual, texts.stories[face].unusual
    less_natural = ours is not None and centre is not None and ours - centre >= LESS_NATURAL
    return not less_natural and not published_elsewhere(texts.document(key), texts.standings(key).get(source))


def _is_published(texts: Texts, key: str, source: str) -> bool:
    standing = texts.standings(key).get(source)
    return standing is not None and standing.published


def _speaks_as(texts: Texts, key: str, source: str) -> bool:
    standing = texts.standings(key).get(source)
    return standing is not None and standing.speaks_as


def _emptied(texts: Texts, star: Star, source: str) -> Absent:
    """The star with nothing at its centre: each copy is seen through the former centre, which is seen through a
    copy."""
    absent = Absent(source, star.centre)
    if star.copies:
        sibling = _closest_copy(star)
        probability = star.copies[sibling].probability
        pair = texts.pair(star.centre, sibling)
        assert pair is not None
        absent.members[star.centre] = Attachment(pair, probability, via=sibling)
    else:
        absent.members[star.centre] = _alone(star.centre)
    for text, attachment in star.copies.items():
        absent.members[text] = replace(attachment, via=attachment.via or star.centre)
    return absent


def _closest_copy(star: Star) -> str:
    """The likeliest of the copies that were compared with the centre itself; a star with copies has one."""
    compared = [text for text, attachment in star.copies.items() if attachment.via is None]
    return min(compared, key=lambda text: (-star.copies[text].probability, text))


def _alone(text: str) -> Attachment:
    """The attachment of a text that is seen through another document with the same words."""
    return Attachment(Pair(text, text, 1.0, {"exact": 1.0}, (), (), True), 1.0, via=text)


def _retellings(
    texts: Texts,
    source: str,
    resting: set[str],
    stars: dict[str, Star],
    absent: list[Absent],
    story_days: int,
) -> None:
    """Adds what retells a story of `source` to that story, as far as each was compared with a text of it."""
    home = _homes(stars, absent)
    edges: dict[str, list[_Edge]] = {}
    for edge in _edges(texts, source, resting, home, story_days):
        edges.setdefault(home[edge.one][0], []).append(edge)
    rank = {name: _rank(texts, source, home[name][1]) for name in edges}

    def first(name: str) -> tuple[int, bool, bool, int, str]:
        """What a story is gathered around: the source's own, else what speaks as it does and has a headline."""
        story = home[name][1]
        key = story.face if isinstance(story, Star) else story.best
        standing = texts.standings(key).get(source)
        speaks = standing is not None and standing.speaks_as
        return rank[name] or 0, not speaks, not texts.document(key).title, -len(edges[name]), name

    order = sorted((name for name in edges if rank[name] is not None), key=first)
    anchors: dict[str, Told] = {}
    retold: dict[str, list[tuple[str, Attachment]]] = {}
    for name in order:
        best = _best_told(texts, name, edges[name], home, anchors) if rank[name] == _MOVES else None
        if best is None:
            anchors[name] = home[name][1]
        else:
            retold.setdefault(home[best.two][0], []).append((best.two, _retold(best, source)))
    for name, found in sorted(retold.items()):
        target = anchors[name]
        if isinstance(target, Star) and rank[name] == _MOVES:
            if _has_copies(texts, target) and not any(attachment.sure for _, attachment in found):
                continue
            target = _uncovered(texts, source, stars.pop(name), found)
            absent.append(target)
        for sibling, attachment in found:
            _move(stars.pop(attachment.pair.copy), target, sibling, attachment)


def _homes(stars: Mapping[str, Star], absent: Sequence[Absent]) -> dict[str, tuple[str, Told]]:
    """The story of each text, and the text that the story is named by."""
    home: dict[str, tuple[str, Told]] = {}
    for star in stars.values():
        for text in star.texts:
            home[text] = (star.centre, star)
    for story in absent:
        for text in story.members:
            home[text] = (story.best, story)
    return home


def _best_told(
    texts: Texts,
    name: str,
    edges: Sequence[_Edge],
    home: Mapping[str, tuple[str, Told]],
    anchors: Mapping[str, Told],
) -> _Edge | None:
    """The edge from the text `name` to the one that it retells in the stories in `anchors`; None where none is."""
    options = [
        edge
        for edge in edges
        if home[edge.two][0] in anchors
        and edge.one == name
        and (edge.found.sure or not _has_copies(texts, home[name][1]))
    ]
    if not options:
        return None
    best = min(options, key=lambda e: (not e.found.sure, -len(e.found.facts), -e.pair.probability, e.two))
    told = home[best.two][1]
    if isinstance(told, Star):
        # A copy shows what it shares with the original itself, a sibling serves only where that doesn't do.
        best = next((e for e in options if e.two == told.centre and e.found.sure == best.found.sure), best)
    return best


def _move(star: Star, target: Told, sibling: str, attachment: Attachment) -> None:
    """Adds a retelling and its copies to the story that it retells, as it was compared with `sibling`."""
    centre = target.centre if isinstance(target, Star) else None
    attached(target)[star.centre] = replace(attachment, via=None if sibling == centre else sibling)
    attached(target).update(_followed(star, attachment))


def _followed(star: Star, attachment: Attachment) -> dict[str, Attachment]:
    """The copies of a text that is attached elsewhere now: they are seen through it, and no surer than it."""
    return {
        text: replace(old, probability=old.probability * attachment.probability, via=old.via or star.centre)
        for text, old in star.copies.items()
    }


_MOVES = 3


def _rank(texts: Texts, source: str, story: Told) -> int | None:
    """What stands where: 0 the source's own, 1 its absent story, 2 a family that speaks as it does, 3 what may move."""
    if isinstance(story, Absent):
        return 1 if story.source == source else None
    standing = texts.standings(story.face).get(source)
    if standing is None or not standing.rests_on:
        # A family that merely has a copy which cites the source is no story of the source.
        return None
    if is_own(texts.document(story.face), standing):
        return 0
    if story.copies and standing.speaks_as:
        return 2
    return _MOVES


def _has_copies(texts: Texts, story: Told) -> bool:
    """Whether a doubt about a story would be one about its copies too, which are sure of it."""
    return isinstance(story, Star) and (bool(story.copies) or len(texts.members[story.centre]) > 1)


def _edges(
    texts: Texts, source: str, resting: set[str], home: dict[str, tuple[str, Told]], story_days: int
) -> Iterator[_Edge]:
    for one in sorted(resting):
        for two in texts.neighbours[one]:
            if two not in resting or home[one][0] == home[two][0] or not _same_time(texts, one, two, story_days):
                continue
            pair = texts.pair(one, two)
            assert pair is not None
            found = telling(pair.facts, texts.book.sources.get(source), pair.score("facts_shared"))
            if found.enough:
                yield _Edge(one, two, pair, found)


def _same_time(texts: Texts, one: str, two: str, story_days: int) -> bool:
    """Whether two texts can be of one story by their dates: a missing date rules nothing out."""
    days = [
        [when.day for key in texts.members[text] if (when := published(texts.document(key)))] for text in (one, two)
    ]
    return (
        not all(days)
        or min(abs((a - b).days) for a in (min(days[0]), max(days[0])) for b in (min(days[1]), max(days[1])))
        <= story_days
    )


def _retold(edge: _Edge, source: str) -> Attachment:
    confidence = min(RETOLD_MOST, RETOLD_BASE + RETOLD_FACT * (len(edge.found.facts) - 2))
    return Attachment(edge.pair, round(max(confidence, edge.pair.probability), 6), sure=edge.found.sure, source=source)


def _uncovered(texts: Texts, source: str, star: Star, found: list[tuple[str, Attachment]]) -> Absent:
    """An absent story for a retelling and the retellings that share it."""
    _, attachment = min(found, key=lambda item: (not item[1].sure, -item[1].probability, item[1].pair.copy))
    sibling = attachment.pair.copy
    pair = texts.pair(star.centre, sibling)
    if pair is None:  # the retelling was compared with a copy of this text only
        sibling = _closest_copy(star)
        pair = texts.pair(star.centre, sibling)
    assert pair is not None
    absent = Absent(source, star.centre)
    absent.members[star.centre] = replace(attachment, pair=pair, via=sibling)
    absent.members.update(_followed(star, attachment))
    return absent
