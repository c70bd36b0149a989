"""What linking is given, and the forms it works on: texts (documents with the same words are one) and pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cleanpipe.link.provenance import names_of_origin
from cleanpipe.link.sources import sourcebook
from cleanpipe.link.standing import Standing, standings
from cleanpipe.link.substitutions import Speech, Substitutions, speech, substitutions
from cleanpipe.link.wording import Wording, wording
from cleanpipe.model import (
    Block,
    Cluster,
    Contradiction,
    Credit,
    Decision,
    Document,
    Link,
    Match,
    SharedFact,
    Span,
)


@dataclass(frozen=True, slots=True)
class Story:
    """A document and what is known of it alone. `unusual`: share of its word pairs that ordinary text never has.
    `facts`: a hash of each of its different names, numbers and dates.
    """

    document: Document
    credits: tuple[Credit, ...] = ()
    unusual: float | None = None
    facts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Figures that belong to the shipped weights and to the settings of matching.

    `link`, `review`: probabilities from which a pair of texts is linked, or shown to a person.
    `near_duplicate_jaccard`: Jaccard similarity of word 5-grams. `unusual`: share of unusual word pairs from which a
    text that carries an absent source's own words counts as spun. It stands alone nowhere: nearly half of all sound
    web text is above it.
    """

    link: float = 0.95
    review: float = 0.5
    near_duplicate_jaccard: float = 0.7
    unusual: float = 0.09


REPEATED_JACCARD, REPEATED_KEPT, REPEATED_COVERED = 0.25, 0.85, 0.6
"""A source that repeats, updates or corrects its own report does so word for word: by runs of five words, or by the
words kept in corresponding sentences and how much of one text these cover. What it says in other words is its next
report: of 2,000 wire stories of one agency, half of the pairs linked below these figures were follow-ups."""

ALIKE = 0.5
"""Probability from which a third text counts as a copy of both."""

THIRDS_MOST, THIRDS_SEEN = 8, 64
"""Third texts that are asked which of two they follow, and those looked at to find them: a thousand reprints say no
more than eight, and cost their cube."""

SPEECHES_MOST = 1024
"""Texts kept cut into words, some 50 kB each: those of one story are compared one after the other."""


@dataclass(frozen=True, slots=True)
class Linking:
    """All links, sorted by copy, and all clusters, sorted by cluster.

    Of people's decisions: what speaks against those that count, and those that gave way to a later one, which stands
    beside each.
    """

    links: tuple[Link, ...]
    clusters: tuple[Cluster, ...]
    contradictions: tuple[Contradiction, ...] = ()
    overruled: tuple[tuple[Decision, Decision], ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A match seen from one side: `copy` is the side in question, `other` what it may have been made from."""

    copy: str
    other: str
    probability: float
    scores: Mapping[str, float]
    blocks: tuple[Block, ...]
    facts: tuple[SharedFact, ...]
    exact: bool

    def score(self, name: str) -> float:
        return self.scores.get(name, 0.0)

    @property
    def copy_covered(self) -> float:
        """Share of the copy's sentences that have a counterpart."""
        return self.score("aligned_copy")

    @property
    def other_covered(self) -> float:
        return self.score("aligned_other")

    @property
    def length_ratio(self) -> float:
        """Words of the copy for each word of the other."""
        return self.scores.get("length_ratio", 1.0)


_SIDED = ("containment", "aligned")


def pair_of(match: Match, copy: str) -> Pair:
    """The match from the side of `copy`: in blocks and facts `a` is the copy's; scores end in _copy and _other."""
    flip = copy == match.b
    scores = {}
    for name, value in match.scores.items():
        stem, _, side = name.rpartition("_")
        if stem in _SIDED and side in ("a", "b"):
            name = f"{stem}_{'copy' if (side == 'b') == flip else 'other'}"
        elif name == "length_ratio" and flip:
            value = 1.0 / value if value else 1.0
        scores[name] = value
    blocks, facts = match.blocks, match.facts
    if flip:
        blocks = tuple(Block(block.b, block.a, block.similarity) for block in blocks)
        facts = tuple(SharedFact(fact.kind, fact.value, fact.b, fact.a, fact.rarity) for fact in facts)
    other = match.a if flip else match.b
    return Pair(copy, other, match.probability, scores, blocks, facts, match.scores.get("exact", 0.0) >= 1.0)


class Texts:
    """The stories as a graph of texts. A text is named by the smallest key of the documents that have its words.

    `members[text]` are its documents' keys, sorted. `pair` knows every match between two different texts that a link
    may rest on, `compared` the others too. `book` has the sources, those of the user's own rule folders among them.
    """

    def __init__(
        self,
        stories: Sequence[Story],
        matches: Iterable[Match],
        folders: tuple[str, ...] = (),
        asked: Iterable[Match] = (),
    ) -> None:
        self.folders = folders
        self.book = sourcebook(folders)
        self.stories: dict[str, Story] = {}
        for story in sorted(stories, key=lambda item: (item.document.key, item.document.id)):
            self.stories.setdefault(story.document.key, story)
        known = sorted(
            (match for match in matches if match.a in self.stories and match.b in self.stories and match.a != match.b),
            key=lambda match: (match.a, match.b, -match.probability),
        )
        self.text_of = self._same_words(known)
        self.members: dict[str, list[str]] = {}
        for key in self.stories:
            self.members.setdefault(self.text_of[key], []).append(key)
        self.named_by: dict[str, list[str]] = {}
        """Keys of the documents whose page or metadata name a URL, or a document's id, as where they come from."""
        for key, story in self.stories.items():
            for name in names_of_origin(story.document):
                self.named_by.setdefault(name, []).append(key)
        self._matches: dict[tuple[str, str], Match] = {}
        self._aside = {(match.a, match.b): match for match in asked}
        self._standings: dict[str, Mapping[str, Standing]] = {}
        self.neighbours: dict[str, list[str]] = {text: [] for text in self.members}
        for match in known:
            if match.scores.get("exact", 0.0) >= 1.0:
                continue
            one, two = self.text_of[match.a], self.text_of[match.b]
            # Texts are compared by their first document; a match of another one would have offsets of its own.
            if one == two or (one, two) != (match.a, match.b):
                continue
            if self._is_next_report(match):
                self._aside.setdefault((one, two), match)
                continue
            if (one, two) not in self._matches:
                self._matches[one, two] = match
                self.neighbours[one].append(two)
                self.neighbours[two].append(one)
        for others in self.neighbours.values():
            others.sort()
        self._wordings: dict[str, Wording] = {}
        self._speeches: dict[str, Speech] = {}
        self._substitutions: dict[tuple[str, str], Substitutions] = {}

    def _is_next_report(self, match: Match) -> bool:
        """Whether one source published both texts and hardly repeats itself: no copy, but its next report."""
        ours, theirs = (
            {item.source for item in self.standings(key).values() if item.published} for key in (match.a, match.b)
        )
        if ours.isdisjoint(theirs) or match.scores.get("jaccard", 0.0) >= REPEATED_JACCARD:
            return False
        covered = max(match.scores.get("aligned_a", 0.0), match.scores.get("aligned_b", 0.0))
        return match.scores.get("kept", 0.0) < REPEATED_KEPT or covered < REPEATED_COVERED

    def _same_words(self, matches: Sequence[Match]) -> dict[str, str]:
        root = {key: key for key in self.stories}

        def find(key: str) -> str:
            while root[key] != key:
                root[key] = root[root[key]]
                key = root[key]
            return key

        for match in matches:
            if match.scores.get("exact", 0.0) >= 1.0:
                one, two = sorted((find(match.a), find(match.b)))
                root[two] = one
        return {key: find(key) for key in self.stories}

    def pair(self, copy: str, other: str) -> Pair | None:
        """What was found out about two texts, from the side of `copy`; None where they were never compared."""
        match = self._matches.get((copy, other) if copy < other else (other, copy))
        return pair_of(match, copy) if match else None

    def compared(self, copy: str, other: str) -> Pair | None:
        """The same, also of pairs that no link may rest on: a person decided about them."""
        match = self._aside.get((copy, other) if copy < other else (other, copy))
        return pair_of(match, copy) if match else self.pair(copy, other)

    def set_aside(self, one: str, two: str) -> None:
        """From now on no link rests on the match of these two texts."""
        ends = (one, two) if one < two else (two, one)
        if match := self._matches.pop(ends, None):
            self._aside[ends] = match
            self.neighbours[one].remove(two)
            self.neighbours[two].remove(one)

    def thirds(self, one: str, two: str) -> list[str]:
        """Texts that were found copies of both, some of them where there are many: always the same ones."""
        found = []
        # From the side that has fewer: what third texts say has to be the same from both.
        _, fewer = min((len(self.neighbours[text]), text) for text in (one, two))
        for text in self.neighbours[fewer][:THIRDS_SEEN]:
            if text not in (one, two) and self._like(text, one) and self._like(text, two):
                found.append(text)
                if len(found) == THIRDS_MOST:
                    break
        return found

    def _like(self, one: str, two: str) -> bool:
        match = self._matches.get((one, two) if one < two else (two, one))
        return match is not None and match.probability >= ALIKE

    def taken(self, text: str, other: str) -> float:
        """Share of a text's runs of five words that stand in another; 0 where the two were never compared."""
        flip = text > other
        ends = (other, text) if flip else (text, other)
        match = self._matches.get(ends) or self._aside.get(ends)
        scores = match.scores if match else {}
        jaccard, ratio = scores.get("jaccard", 0.0), scores.get("length_ratio", 1.0)
        ratio = 1.0 / ratio if flip and ratio else ratio
        return min(jaccard / (1.0 + jaccard) * (1.0 + 1.0 / ratio), 1.0) if ratio else 0.0

    def source_name(self, source: str) -> str:
        """What people call a source; its id where the rules don't know it."""
        found = self.book.sources.get(source)
        return found.name if found else source

    def document(self, key: str) -> Document:
        return self.stories[key].document

    def standings(self, key: str) -> Mapping[str, Standing]:
        """How a document stands to each source it credits; worked out once."""
        found = self._standings.get(key)
        if found is None:
            story = self.stories[key]
            found = self._standings[key] = standings(story.document, story.credits)
        return found

    def wording(self, key: str) -> Wording:
        """What the wording of a document comes to; counted once."""
        found = self._wordings.get(key)
        if found is None:
            found = self._wordings[key] = wording(self.stories[key].document.text)
        return found

    def substitutions(self, pair: Pair) -> Substitutions:
        """What was replaced between two texts, `a` being `pair.other` and `b` `pair.copy`; worked out once a side."""
        one, two = self.text_of[pair.other], self.text_of[pair.copy]
        found = self._substitutions.get((one, two))
        if found is None:
            blocks = [Block(block.b, block.a, block.similarity) for block in pair.blocks]
            found = substitutions(self._speech(one), self._speech(two), blocks)
            self._substitutions[one, two] = found
        return found

    def _speech(self, text: str) -> Speech:
        found = self._speeches.get(text)
        if found is None:
            if len(self._speeches) >= SPEECHES_MOST:
                self._speeches.clear()
            document = self.stories[text].document
            found = self._speeches[text] = speech(document.text, document.lang)
        return found


def overlap(spans: Sequence[Span], within: Sequence[Span]) -> float:
    """Share of the characters of `spans` that lie inside `within`, 0 to 1. Both may overlap among themselves.

    >>> overlap([Span(0, 10)], [Span(5, 20)])
    0.5
    """
    whole, others = joined(spans), joined(within)
    total = sum(span.end - span.start for span in whole)
    shared, at = 0, 0
    for span in whole:
        while at < len(others) and others[at].end <= span.start:
            at += 1
        look = at
        while look < len(others) and others[look].start < span.end:
            shared += min(span.end, others[look].end) - max(span.start, others[look].start)
            look += 1
    return shared / total if total else 0.0


def joined(spans: Sequence[Span]) -> list[Span]:
    """The spans sorted, those that touch or overlap made one."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(Span(*span))
    return result
