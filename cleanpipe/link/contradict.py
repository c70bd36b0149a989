"""What speaks against the decisions that count: told to people, and nothing more comes of it."""

from __future__ import annotations

from collections.abc import Iterator

from cleanpipe.link.direction import direction
from cleanpipe.link.honoured import Honoured
from cleanpipe.link.regroup import texts_of
from cleanpipe.link.story import Texts, Thresholds
from cleanpipe.model import EXTERNAL, Contradiction, Decision

OLDER = 0.9
"""Confidence of direction from which a text speaks against one that a person set as the original, or as nobody's copy:
its date or its page, and not its wording alone."""


def contradictions(texts: Texts, honoured: Honoured, limits: Thresholds) -> list[Contradiction]:
    """Evidence against decisions that count, as far as it stands on the texts that linking was given, sorted."""
    found = {(item.decision, item.by): item for item in _all(texts, honoured, limits)}
    return sorted(
        found.values(),
        key=lambda item: (item.decision.at, item.decision.copy or "", item.decision.canonical or "", item.by),
    )


def _all(texts: Texts, honoured: Honoured, limits: Thresholds) -> Iterator[Contradiction]:
    decided = honoured.decided
    strong = _Strong(texts, limits)
    for one, two, decision in decided.apart:
        yield from _against_parting(texts, honoured, strong, one, two, decision)
    for key, decision in decided.independent.items():
        for other in strong.of(texts.text_of[key]):
            if decided.root(other) != texts.text_of[key]:
                yield from _older(texts, other, texts.text_of[key], decision)
    for key, decision in decided.originals.items():
        for other in strong.of(texts.text_of[key]):
            yield from _older(texts, other, texts.text_of[key], decision)
    for copy, (original, decision) in decided.accepted.items():
        yield from _against_link(texts, honoured, strong, copy, original, decision)


class _Strong:
    """The texts that each is likely enough a copy of, or they of it, for a link."""

    def __init__(self, texts: Texts, limits: Thresholds) -> None:
        self.texts, self.limits = texts, limits

    def of(self, text: str) -> list[str]:
        return [other for other in self.texts.neighbours[text] if self.probability(text, other) >= self.limits.link]

    def probability(self, one: str, two: str) -> float:
        pair = self.texts.compared(one, two)
        return pair.probability if pair else 0.0


def _against_parting(
    texts: Texts, honoured: Honoured, strong: _Strong, one: str, two: str, decision: Decision
) -> Iterator[Contradiction]:
    name = texts.document(one).id
    if two.startswith(EXTERNAL):
        story = honoured.stories.home(two)
        for other in sorted(set(texts_of(story) if story else ()) & set(strong.of(one))):
            says = f"{name} is likely a copy of {texts.document(other).id}, which is of the story {two}"
            yield Contradiction(decision, other, says)
        return
    probability = strong.probability(one, two)
    if probability >= strong.limits.link:
        says = f"by their texts alone one is a copy of the other with a probability of {probability:.2f}"
        yield Contradiction(decision, two, says)
    for other in sorted(set(strong.of(one)) & set(strong.of(two))):
        yield Contradiction(decision, other, f"{texts.document(other).id} is likely a copy of both, or they of it")


def _older(texts: Texts, older: str, text: str, decision: Decision) -> Iterator[Contradiction]:
    found = direction(texts, older, text, texts.pair(text, older))
    if found.confidence >= OLDER:
        best = max(found.terms, key=lambda term: term.weight)
        says = f"{texts.document(older).id} is likely its original: {best.says}"
        yield Contradiction(decision, older, says)


def _against_link(
    texts: Texts, honoured: Honoured, strong: _Strong, copy: str, original: str, decision: Decision
) -> Iterator[Contradiction]:
    if not original.startswith(EXTERNAL):
        if strong.probability(copy, original) < strong.limits.review:
            yield Contradiction(decision, original, "by their texts and what is around them they are no copies")
        else:
            yield from _older(texts, copy, original, decision)
    story = honoured.stories.home(copy)
    for other in strong.of(copy):
        if honoured.stories.home(other) is not story and not honoured.are_parted(copy, other):
            says = f"{texts.document(copy).id} is likely of one story with {texts.document(other).id}, and is not now"
            yield Contradiction(decision, other, says)
