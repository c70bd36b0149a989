"""Clusters of texts as stars: a centre that is taken for the original, and copies that were each compared with it.

No chain of pairs merges two stories. A text that matches only a copy joins its star where the shared part
demonstrably came from the centre: by the triangle inequality of Jaccard distances, or because it lies in what the
copy has from the centre.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field

from cleanpipe.link.dates import published
from cleanpipe.link.direction import BEYOND_DOUBT, direction, log_odds
from cleanpipe.link.provenance import plain_url
from cleanpipe.link.story import Pair, Texts, Thresholds, overlap
from cleanpipe.model import Span

DUEL_LIMIT = 4.0
"""Log-odds beyond which one comparison doesn't count for more when the centre is chosen."""

HANGS_ON = 2.0
"""Log-odds for each power of e of copies that a text would have as centre; a copy that matches a sibling of the centre
alone is left out or asked about. On labelled families of four without dates, 2 joins 94.9 % of their pairs and has the
original at the centre of 55.6 %; 3 joins .4 % more and is wrong as much more often."""

PROVEN_JACCARD = 0.4
"""Two texts whose Jaccard similarity to a third guarantees at least this much between them are copies of one
another."""

FROM_CENTRE = 0.6
"""Share of what a text has in common with a copy that must stem from the centre for it to be linked through the
copy."""

PERHAPS_FROM_CENTRE = 0.3
"""The same for showing it to a person."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a text hangs on its star: `pair` is its match with `pair.other`, the centre or the sibling `via`.

    `probability` is that of the link. `source` is the one that a retelling credits. `alternatives` are other centres
    that it was found a copy of, the likeliest first.
    """

    pair: Pair
    probability: float
    via: str | None = None
    sure: bool = True
    source: str | None = None
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(slots=True)
class Star:
    """`centre` is a text, `face` the document of it that stands for all. Copies by text."""

    centre: str
    face: str
    copies: dict[str, Attachment] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        return [self.centre, *sorted(self.copies)]


def build_stars(texts: Texts, limits: Thresholds, independent: Collection[str] = ()) -> dict[str, Star]:
    """Stars by centre, the texts that match nothing among them as stars of one. Every text is in exactly one star.

    `independent` texts are centres in any case: others may be their copies, but none has to be.
    """
    faces = {text: face(texts, text) for text in texts.members}
    strong = {
        text: [other for other in others if _probability(texts, text, other) >= limits.link]
        for text, others in texts.neighbours.items()
    }
    order = sorted(texts.members, key=lambda text: (-originality(texts, text, strong[text], faces), text))
    centres: set[str] = set()
    for text in order:
        if text in independent or not centres.intersection(strong[text]):
            centres.add(text)
    found = {text: Star(text, faces[text]) for text in order if text in centres}
    for text in order:
        if text not in centres:
            attachment = _best_centre(texts, text, [other for other in strong[text] if other in centres], faces)
            found[attachment.pair.other].copies[text] = attachment
    _join_through_copies(texts, found, strong, order)
    return found


def face(texts: Texts, text: str) -> str:
    """Of documents with the same words the one that the others were copied from, as far as their pages tell."""
    members = texts.members[text]
    if len(members) == 1:
        return members[0]

    def rank(key: str) -> tuple[int, bool, bool, float, bool, int, str, str]:
        document, standing = texts.document(key), texts.standings(key).values()
        when = published(document)
        named = {by for name in (plain_url(document.url), document.id) if name for by in texts.named_by.get(name, ())}
        return (
            -len(named - {key}),
            not any(item.published for item in standing),
            when is None,
            when.seconds if when else 0.0,
            not (document.author or "").strip(),
            len(document.edits.get("text", ())),
            document.id,
            key,
        )

    return min(members, key=rank)


def originality(texts: Texts, text: str, others: list[str], faces: dict[str, str]) -> float:
    """How little speaks against a text, compared with its matches; 0 where nothing does.

    On average over its matches, those it resembles little counting little, and once more as far as the one that comes
    before it most plainly is beyond doubt. What speaks for a text doesn't count: it may be older than ten copies, but
    not than the original that has no date. To that comes the logarithm of how many copies it has, by `HANGS_ON`: of two
    texts between which little else decides, the one that more of the story hangs on is its centre, so that fewer copies
    are left without one.
    """
    total = copies = worst = 0.0
    for other in others:
        pair = texts.pair(other, text)
        assert pair is not None
        copies += pair.probability
        duel = max(-DUEL_LIMIT, log_odds(direction(texts, faces[text], faces[other], pair)))
        total += pair.probability * min(0.0, duel)
        worst = min(worst, duel)
    return round(total / (len(others) + 1) + min(0.0, worst + BEYOND_DOUBT) + HANGS_ON * math.log1p(copies), 6)


def _best_centre(texts: Texts, text: str, centres: list[str], faces: dict[str, str]) -> Attachment:
    ranked = []
    for centre in centres:
        pair = texts.pair(text, centre)
        assert pair is not None
        duel = log_odds(direction(texts, faces[centre], faces[text], pair))
        close = pair.score("containment_copy") + pair.score("jaccard") + pair.copy_covered
        weight = _logit(pair.probability) + 2.0 * close + 0.5 * max(-DUEL_LIMIT, min(DUEL_LIMIT, duel))
        ranked.append((-round(weight, 6), centre, pair))
    ranked.sort(key=lambda item: item[:2])
    alternatives = tuple((centre, pair.probability) for _, centre, pair in ranked[1:])
    return Attachment(ranked[0][2], ranked[0][2].probability, alternatives=alternatives)


def _join_through_copies(texts: Texts, found: dict[str, Star], strong: dict[str, list[str]], order: list[str]) -> None:
    """Takes centres back that came from another one's story, as a match with a copy of that story shows.

    A centre only ever joins one that stands before it in `order`, so that the best of a family is left in the end.
    """
    place = {text: at for at, text in enumerate(order)}
    star_of = {text: star.centre for star in found.values() for text in star.texts}
    proven = {star.centre: 1.0 for star in found.values()}  # Jaccard similarity to its centre that is at least given
    for star in found.values():
        for text, attachment in star.copies.items():
            proven[text] = attachment.pair.score("jaccard")
    changed = True
    while changed:
        changed = False
        for text in [text for text in order if text in found]:
            joint = _joint(texts, found[text], found, strong, star_of, proven, place)
            if joint is None:
                continue
            home, moved, similar = joint
            home.copies.update(moved)
            proven.update(similar)
            star_of.update(dict.fromkeys(moved, home.centre))
            del found[text]
            changed = True


def _joint(
    texts: Texts,
    star: Star,
    found: dict[str, Star],
    strong: dict[str, list[str]],
    star_of: dict[str, str],
    proven: dict[str, float],
    place: dict[str, int],
) -> tuple[Star, dict[str, Attachment], dict[str, float]] | None:
    """Where a star goes, how each text of it hangs there, and what is proven of each; None where it stays."""
    options = []
    for bridge in star.texts:
        if bridge != star.centre and texts.pair(star.centre, bridge) is None:
            continue  # it hangs there by a copy itself, and says nothing of the centre
        for sibling in strong[bridge]:
            home = found[star_of[sibling]]
            if place[home.centre] >= place[star.centre]:
                continue
            joined = _across(texts, bridge, sibling, home, proven)
            if joined is None or (star.copies and not joined[0].sure):
                continue
            bound = joined[1] + proven[bridge] - 1.0
            if bridge == star.centre or bound >= PROVEN_JACCARD:
                options.append((not joined[0].sure, -bound, -joined[0].probability, bridge, sibling, joined))
    if not options:
        return None
    _, negative, _, bridge, sibling, (attachment, similarity) = min(options, key=lambda item: item[:5])
    moved = {bridge: attachment}
    similar = {bridge: similarity}
    centre = star.centre
    if bridge != centre:
        pair = texts.pair(centre, bridge)
        assert pair is not None
        moved[centre] = Attachment(pair, pair.probability * attachment.probability, via=bridge)
        similar[centre] = -negative
    home = found[star_of[sibling]]
    for copy, old in star.copies.items():
        if copy == bridge:
            continue
        if home.centre in strong[copy]:
            direct = texts.pair(copy, home.centre)
            assert direct is not None
            moved[copy], similar[copy] = Attachment(direct, direct.probability), direct.score("jaccard")
            continue
        similar[copy] = similar[centre] + proven[copy] - 1.0
        if similar[copy] < PROVEN_JACCARD:
            return None
        moved[copy] = Attachment(old.pair, old.probability * moved[centre].probability, via=old.via or centre)
    return home, moved, similar


def _across(
    texts: Texts, text: str, sibling: str, home: Star, proven: dict[str, float]
) -> tuple[Attachment, float] | None:
    """How a text hangs on a star by its match with one text of it."""
    if sibling != home.centre:
        return _through(texts, text, sibling, home, proven)
    pair = texts.pair(text, sibling)
    assert pair is not None
    return Attachment(pair, pair.probability), pair.score("jaccard")


def _through(
    texts: Texts, text: str, sibling: str, home: Star, proven: dict[str, float]
) -> tuple[Attachment, float] | None:
    """The attachment of a text to a star through a copy of it, and the Jaccard similarity to the centre that it
    proves."""
    pair = texts.pair(text, sibling)
    solid = home.copies[sibling]
    assert pair is not None
    # Jaccard distance is a metric: 1 - j(x, z) <= (1 - j(x, y)) + (1 - j(y, z)).
    bound = pair.score("jaccard") + proven[sibling] - 1.0
    probability = pair.probability * solid.probability
    if bound >= PROVEN_JACCARD:
        return Attachment(pair, probability, via=sibling, sure=solid.sure), bound
    if solid.via is not None or not pair.blocks or not solid.pair.blocks:
        return None
    shared = overlap([Span(*block.b) for block in pair.blocks], [Span(*block.a) for block in solid.pair.blocks])
    if shared < PERHAPS_FROM_CENTRE:
        return None
    return Attachment(pair, probability * shared, via=sibling, sure=shared >= FROM_CENTRE), max(bound, 0.0)


def _probability(texts: Texts, one: str, two: str) -> float:
    pair = texts.pair(one, two)
    return pair.probability if pair else 0.0


def _logit(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1.0 - 1e-4)
    return math.log(bounded / (1.0 - bounded))
