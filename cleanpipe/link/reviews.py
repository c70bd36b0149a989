"""Pairs too thin for a link and too much for nothing: each text that is nobody's copy is shown to a person once at
most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cleanpipe.link.absent import Absent
from cleanpipe.link.direction import direction, log_odds
from cleanpipe.link.honoured import Honoured
from cleanpipe.link.regroup import texts_of
from cleanpipe.link.stars import Attachment, Star
from cleanpipe.link.story import Texts, Thresholds


class Doubt(NamedTuple):
    """A text that may be a copy of a story, named by the text that stands for it in its star or absent story."""

    story: str
    attachment: Attachment


def doubts(
    texts: Texts,
    stars: dict[str, Star],
    absent: Sequence[Absent],
    limits: Thresholds,
    honoured: Honoured | None = None,
) -> list[Doubt]:
    """The likeliest doubt of each text that stands alone. A text that another is shown to be a copy of stays where it
    is. What people are unsure of comes first, and nothing is asked that they have decided."""
    home = {text: star.centre for star in stars.values() for text in star.texts}
    home.update({text: story.best for story in absent for text in story.members})
    alone = {centre for centre, star in stars.items() if not star.copies and len(texts.members[centre]) == 1}
    settled: set[str] = set()
    edges = []
    for one in sorted(alone):
        for two in texts.neighbours[one]:
            pair = texts.pair(one, two)
            if pair and pair.probability >= limits.review and (two not in alone or one < two):
                edges.append((-pair.probability, one, two))
    said = {(one, two) for one, two, _ in honoured.decided.unsure} if honoured else set()
    edges += [(-2.0, one, two) for one, two in said if one in alone and two in home and texts.compared(one, two)]
    gathered: dict[str, set[str]] = {}
    found: list[Doubt] = []
    copies: set[str] = set()
    for _, one, two in sorted(edges):
        if two in alone and (one, two) not in said:
            one, two = _oriented(texts, stars, one, two)
            if honoured and one in honoured.fixed:
                one, two = two, one
        if one in settled and two in alone and two not in settled and (one, two) not in said:
            one, two = two, one
        if one in settled or two in copies:
            continue
        if honoured and (one in honoured.fixed or _is_apart(honoured, one, two, gathered.get(home[two], set()))):
            continue
        gathered.setdefault(home[two], set()).add(one)
        pair = texts.compared(one, two)
        assert pair is not None
        settled.update((one, two))
        copies.add(one)
        story = home[two]
        via = None if story == two and two in stars else two
        found.append(Doubt(story, Attachment(pair, pair.probability, via=via, sure=False)))
    return found


def _is_apart(honoured: Honoured, copy: str, other: str, gathered: set[str]) -> bool:
    """Whether a person parted a text from something in the story of another, or in the doubts about it."""
    story = honoured.stories.home(other)
    assert story is not None
    return honoured.is_apart(copy, {*texts_of(story), *gathered}, story)


def _oriented(texts: Texts, stars: dict[str, Star], one: str, two: str) -> tuple[str, str]:
    """Copy and original of two texts that both stand alone."""
    duel = log_odds(direction(texts, stars[two].face, stars[one].face, texts.pair(one, two)))
    return (one, two) if duel >= 0 else (two, one)
