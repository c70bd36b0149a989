"""Links and clusters from matches and credits: a pure function of what it is given, in whatever order it comes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cleanpipe.link.absent import Absent, find_absent
from cleanpipe.link.contradict import contradictions
from cleanpipe.link.dates import published
from cleanpipe.link.decided import decide
from cleanpipe.link.direction import Rival, direction, log_odds, plausible
from cleanpipe.link.evidence import evidence_of
from cleanpipe.link.honoured import Honoured, names_after
from cleanpipe.link.names import cluster_name, headline_of, name_stories, slug
from cleanpipe.link.relation import relation, toward_absent
from cleanpipe.link.reviews import Doubt, doubts
from cleanpipe.link.stars import Attachment, Star, build_stars
from cleanpipe.link.story import Linking, Pair, Story, Texts, Thresholds
from cleanpipe.model import (
    Alternative,
    Cluster,
    DateRange,
    Decision,
    Direction,
    DirectionTerm,
    Evidence,
    Link,
    Match,
    Relation,
    Status,
)
from cleanpipe.settings import LinkSettings

EXACT_CONFIDENCE = 0.999
"""Of a text with the same words: what is left is that two people wrote the same short notice."""

ABSENT_CONFIDENCE = 0.97
"""Direction toward an original that is not there: a text that credits a source is not its original, but for a
mistake."""

FEWEST_REASONS = 2
"""Independent pieces of evidence with places to look at without which a copy that isn't exact is left to a person."""


@dataclass(frozen=True, slots=True)
class _Canonical:
    """What copies are linked to: an id; the document's key, or the source where the original is absent."""

    id: str
    face: str | None
    source: str | None


def link(
    stories: Sequence[Story],
    matches: Sequence[Match],
    known: Sequence[tuple[str, tuple[str, ...]]] = (),
    settings: LinkSettings | None = None,
    thresholds: Thresholds | None = None,
    *,
    rules_folders: tuple[str, ...] = (),
    decisions: Sequence[Decision] = (),
    asked: Sequence[Match] = (),
    taken: Collection[str] = (),
) -> Linking:
    """Links every copy among `stories` to its original, with evidence, and gathers the copies of one original.

    `matches` are pairs of the stories' keys; those of documents with the same words have the score "exact" of 1, and of
    such documents the one with the smallest key stands for all in other matches. `known` are the external names that
    earlier runs minted, the oldest first, each with the keys of the members it had: they are kept. Sources are
    those of the shipped rules and of `rules_folders`. The order of stories and matches is of no account. `decisions` of
    people, the oldest first, name documents by the keys of `stories`; those about others wait until these come. `asked`
    are matches of pairs that nothing but a decision brought together: no link rests on them without it. `taken` are
    external names that are not to be minted again.
    """
    limits = thresholds or Thresholds()
    texts = Texts(stories, matches, rules_folders, asked)
    days = (settings or LinkSettings()).story_days
    honoured = _honoured(texts, decisions, known, limits, days) if decisions else None
    if honoured is None:
        stars, absent = _stories_of(texts, limits, days)
    else:
        stars, absent = honoured.stars, honoured.absent
        known = names_after(texts, honoured, known)
    doubtful = doubts(texts, stars, absent, limits, honoured)
    named = _Names(texts, stars, absent, known, honoured, taken)
    links: list[Link] = []
    for star in stars.values():
        links.extend(_star_links(texts, star, named, limits))
    for story in absent:
        links.extend(_absent_links(texts, story, named, limits))
    for doubt in doubtful:
        links.extend(_doubt_links(texts, doubt, named, limits))
    links.sort(key=lambda item: (item.copy, item.canonical))
    clusters = tuple(_clusters(texts, links, named, days))
    if honoured is None:
        return Linking(tuple(links), clusters)
    against = contradictions(texts, honoured, limits)
    return Linking(tuple(links), clusters, tuple(against), tuple(honoured.decided.overruled))


def _stories_of(
    texts: Texts, limits: Thresholds, days: int, independent: Collection[str] = ()
) -> tuple[dict[str, Star], list[Absent]]:
    stars = build_stars(texts, limits, independent)
    absent, stars = find_absent(texts, stars, days)
    return stars, absent


def _honoured(
    texts: Texts,
    decisions: Sequence[Decision],
    known: Sequence[tuple[str, tuple[str, ...]]],
    limits: Thresholds,
    days: int,
) -> Honoured:
    """Stars and absent stories with the decisions carried out. What they part is set aside before stars are built."""
    first = decide(texts, decisions)
    for one, two, _ in first.apart:
        texts.set_aside(one, two)
    stars, absent = _stories_of(texts, limits, days, {texts.text_of[key] for key in first.independent})
    standing = _Names(texts, stars, absent, known, None).standing
    for copy, (name, _) in first.accepted.items():
        if standing.get(name) == copy:  # a person says that this is no original, but a copy of it
            del standing[name]

    originals = sorted(texts.text_of[key] for key in first.originals)

    def resolve(name: str) -> str:
        found = standing.get(name, name)
        if isinstance(found, str):
            return found
        names = (key for key, item in standing.items() if item is found)
        return next((text for text in originals if text in found.members), None) or next(names)

    return Honoured(texts, stars, absent, decide(texts, decisions, resolve), limits, standing)


class _Names:
    """The canonical of each star and absent story, by the text that stands for it.

    `standing`: what each name of an absent original stands for, a story or, where the original turned up, its text.
    """

    def __init__(
        self,
        texts: Texts,
        stars: dict[str, Star],
        absent: Sequence[Absent],
        known: Sequence[tuple[str, tuple[str, ...]]],
        honoured: Honoured | None,
        taken: Collection[str] = (),
    ) -> None:
        self.honoured = honoured
        self.standing: dict[str, Absent | str] = {}
        self.canonical: dict[str, _Canonical] = {}
        self.cluster: dict[str, tuple[str, bool, str, tuple[str, ...]]] = {}
        asked: list[tuple[str, str, tuple[str, ...]]] = []
        found: list[tuple[str, str, Star | Absent]] = []
        for story in absent:
            best = best_document(texts, story)
            document = texts.document(best)
            keys = tuple(key for text in sorted(story.members) for key in texts.members[text])
            asked.append((story.source, slug(headline_of(document), document.lang), keys))
            found.append((story.best, best, story))
        for star in stars.values():
            # A story whose original turned up keeps its old name as an alias.
            keys = tuple(key for text in star.texts for key in texts.members[text])
            asked.append(("", "", keys))
            found.append((star.centre, star.face, star))
        for (text, best, item), (name, aliases) in zip(found, name_stories(asked, known, taken), strict=True):
            document = texts.document(best)
            if isinstance(item, Absent):
                self.canonical[text] = _Canonical(name, None, item.source)
                self.cluster[name] = (name, True, headline_of(document), aliases)
                self.standing |= dict.fromkeys((name, *aliases), item)
            else:
                if item.copies or len(texts.members[text]) > 1:
                    self.standing |= dict.fromkeys(aliases, text)
                self.canonical[text] = _Canonical(document.id, best, None)
                self.cluster[document.id] = (document.id, False, headline_of(document), aliases)


def best_document(texts: Texts, story: Absent) -> str:
    """The member that stands nearest to the absent original: it has a headline, speaks as the source, is early and
    sound."""

    def rank(key: str) -> tuple[bool, bool, bool, float, str, str]:
        document, standing = texts.document(key), texts.standings(key).get(story.source)
        when = published(document)
        return (
            not document.title,
            not (standing and standing.own),
            not (standing and standing.speaks_as),
            texts.stories[key].unusual or 0.0,
            when.day.isoformat() if when else "9999",
            key,
        )

    return min((key for text in story.members for key in texts.members[text]), key=rank)


def _star_links(texts: Texts, star: Star, named: _Names, limits: Thresholds) -> Iterator[Link]:
    canonical = named.canonical[star.centre]
    hung: list[tuple[str, Attachment]] = []
    for key in _linked_documents(texts, star.centre, named):
        if key != star.face:
            pair = Pair(key, star.face, 1.0, {"exact": 1.0}, (), (), True)
            hung.append((key, Attachment(pair, EXACT_CONFIDENCE)))
    for text in sorted(star.copies):
        hung += [(key, star.copies[text]) for key in _linked_documents(texts, text, named)]
    duels = sorted(
        (log_odds(_direction(texts, key, canonical, attachment.pair, attachment)), key)
        for key, attachment in hung
        if attachment.via is None
    )
    for key, attachment in hung:
        near = next(((odds, other) for odds, other in duels if other != key), None)
        yield _link(texts, key, canonical, attachment, named, limits, near)


def _linked_documents(texts: Texts, text: str, named: _Names) -> list[str]:
    """The documents of a text, but for those that a person said to be no copy of the others."""
    left_out = named.honoured.left_out if named.honoured else ()
    return [key for key in texts.members[text] if key not in left_out]


def _absent_links(texts: Texts, story: Absent, named: _Names, limits: Thresholds) -> Iterator[Link]:
    canonical = named.canonical[story.best]
    for text in sorted(story.members):
        attachment = story.members[text]
        documents = _linked_documents(texts, text, named)
        for key in documents:
            if attachment.pair.exact:
                # Nothing but other documents with the same words: each is seen through the first that isn't itself.
                other = next((item for item in documents if item != key), None)
                if other is None:
                    continue
                pair = Pair(key, other, 1.0, {"exact": 1.0}, (), (), True)
                yield _link(texts, key, canonical, Attachment(pair, EXACT_CONFIDENCE, via=other), named, limits)
            else:
                yield _link(texts, key, canonical, attachment, named, limits)


def _doubt_links(texts: Texts, doubt: Doubt, named: _Names, limits: Thresholds) -> Iterator[Link]:
    canonical = named.canonical[doubt.story]
    for key in _linked_documents(texts, doubt.attachment.pair.copy, named):
        yield _link(texts, key, canonical, doubt.attachment, named, limits)


def _link(
    texts: Texts,
    key: str,
    canonical: _Canonical,
    attachment: Attachment,
    named: _Names,
    limits: Thresholds,
    near: tuple[float, str] | None = None,
) -> Link:
    """`near`: the log-odds of the canonical against another document of its star, the one that comes nearest to it."""
    pair = attachment.pair
    if canonical.face is not None and attachment.via is None and _same_text(texts, pair.other, canonical.face):
        pair = replace(pair, other=canonical.face)
    rival = Rival(texts.document(near[1]).id, near[0]) if near else None
    found = _direction(texts, key, canonical, pair, attachment, rival)
    accepted = named.honoured is not None and named.honoured.is_accepted(key)
    kind = _relation(texts, key, canonical, pair, limits, accepted)
    evidence = evidence_of(texts, key, pair, canonical.source or attachment.source, found, limits, kind == "spun")
    status: Status = "linked" if attachment.sure and (pair.exact or _reasons(evidence) >= FEWEST_REASONS) else "review"
    if named.honoured is not None:
        if accepted or named.honoured.is_unsure(key, canonical.id):
            status = "linked" if accepted else "review"
        evidence = (*evidence, *_said(texts, key, canonical, named.honoured))
    via = [attachment.via] if attachment.via else []
    if not via and canonical.face is not None and pair.other != canonical.face:
        via = [pair.other]
    return Link(
        copy=texts.document(key).id,
        canonical=canonical.id,
        relation=kind,
        confidence=round(min(attachment.probability, EXACT_CONFIDENCE), 4),
        status=status,
        basis="verified" if canonical.face is not None and attachment.via is None and pair.scores else "inferred",
        direction=found,
        evidence=evidence,
        via=tuple(texts.document(item).id for item in via),
        alternatives=tuple(_alternatives(texts, key, attachment, named, limits, near)),
        scores=dict(sorted(pair.scores.items())),
    )


def _alternatives(
    texts: Texts,
    key: str,
    attachment: Attachment,
    named: _Names,
    limits: Thresholds,
    near: tuple[float, str] | None,
) -> Iterator[Alternative]:
    """Other originals that a text could have: other centres that it is a copy of, and the document of its own story
    that may have been there before its centre."""
    if near is not None and plausible(near[0]):
        text, other = texts.text_of[key], texts.text_of[near[1]]
        pair = texts.pair(text, other)
        probability = EXACT_CONFIDENCE if text == other else pair.probability if pair else 0.0
        if probability >= limits.link:
            yield Alternative(texts.document(near[1]).id, round(min(probability, EXACT_CONFIDENCE), 4))
    for text, probability in attachment.alternatives:
        if text in named.canonical:
            yield Alternative(named.canonical[text].id, round(probability, 4))


def _same_text(texts: Texts, one: str, two: str) -> bool:
    """Whether offsets into one document are good for the other."""
    first, second = texts.document(one), texts.document(two)
    return first.text == second.text and first.title == second.title


def _compared(pair: Pair, limits: Thresholds) -> bool:
    """Whether the texts themselves correspond, and not only what they tell."""
    return pair.exact or pair.probability >= limits.review


def _relation(
    texts: Texts, key: str, canonical: _Canonical, pair: Pair, limits: Thresholds, accepted: bool
) -> Relation:
    compared = _compared(pair, limits) or (accepted and bool(pair.scores))
    replaced = texts.substitutions(pair)
    if canonical.source is not None:
        standing = texts.standings(key).get(canonical.source)
        return toward_absent(pair, replaced, standing, texts.stories[key].unusual, limits, compared).relation
    ours, theirs = (texts.stories[item].unusual for item in (key, canonical.face or pair.other))
    less_natural = ours - theirs if ours is not None and theirs is not None else None
    return relation(pair, replaced, less_natural, limits).relation if compared else "derived"


def _direction(
    texts: Texts, key: str, canonical: _Canonical, pair: Pair, attachment: Attachment, rival: Rival | None = None
) -> Direction:
    if canonical.face is not None:
        wording = pair if attachment.via is None else None
        return direction(texts, canonical.face, key, wording, rival)
    assert canonical.source is not None
    who = "it credits" if canonical.source in texts.standings(key) else "others of its story credit"
    says = f"{who} {texts.source_name(canonical.source)}, whose own text is not in the archive"
    return Direction(ABSENT_CONFIDENCE, (DirectionTerm("absent_source", 3.5, says),))


def _said(texts: Texts, key: str, canonical: _Canonical, honoured: Honoured) -> Iterator[Evidence]:
    """What people decided that this link follows, each with the name of who did. When stands in `decisions.jsonl`."""
    centre = texts.text_of[canonical.face] if canonical.face is not None else None
    for says, decision in honoured.said_of(key, centre):
        note = f": {decision.note}" if decision.note else "."
        yield Evidence("decision", f"{decision.by} {says}{note}", canonical.id if canonical.face else None)


def _reasons(evidence: Sequence[Evidence]) -> int:
    """Kinds of evidence that show places in the texts."""
    return len({item.kind for item in evidence if item.spans})


def _clusters(texts: Texts, links: Sequence[Link], named: _Names, days: int) -> Iterator[Cluster]:
    members: dict[str, set[str]] = {}
    for item in links:
        members.setdefault(item.canonical, set()).add(item.copy)
    dated = {story.document.id: when.day for story in texts.stories.values() if (when := published(story.document))}
    found = []
    for canonical, copies in members.items():
        _, virtual, headline, aliases = named.cluster[canonical]
        ids = sorted(copies if virtual else copies | {canonical})
        last = min((dated[id] for id in copies if id in dated), default=None) if virtual else None
        first = date.fromordinal(max(1, last.toordinal() - days)) if last else None
        between = DateRange(first.isoformat(), last.isoformat()) if first and last else None
        found.append(
            Cluster(cluster_name(canonical), canonical, virtual, headline, len(ids), tuple(ids), aliases, between)
        )
    return iter(sorted(found, key=lambda item: item.cluster))
