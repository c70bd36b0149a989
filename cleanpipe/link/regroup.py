"""Stars and absent stories that texts can be taken out of, put into and hung anew in: what decisions of people need.

A person's word moves whole texts, never their evidence: a text that goes takes those along that were compared with it,
and each hangs on what it was itself compared with, or on what a person said that it is made from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from cleanpipe.link.absent import Absent, Told, attached
from cleanpipe.link.stars import Attachment, Star, face
from cleanpipe.link.story import Pair, Texts, Thresholds
from cleanpipe.link.telling import telling
from cleanpipe.model import EXTERNAL


@dataclass(frozen=True, slots=True)
class Bond:
    """Why two texts of one story hang together."""

    probability: float
    sure: bool
    source: str | None = None


Bonds = Mapping[frozenset[str], Bond]


class Stories:
    """Every text in one star or absent story. `accepted`: what people said that a text is made from, a text or the name
    of an absent original. `named`: what these names stand for, a story or the text that is in it."""

    def __init__(
        self,
        texts: Texts,
        stars: Mapping[str, Star],
        absent: Iterable[Absent],
        limits: Thresholds,
        accepted: Mapping[str, str],
        named: Mapping[str, Absent | str],
    ) -> None:
        self.texts, self.limits, self.accepted = texts, limits, accepted
        self.stars, self.absent = dict(stars), list(absent)
        self._named = dict(named)
        self._home: dict[str, Told] = {}
        told: list[Told] = [*self.stars.values(), *self.absent]
        for story in told:
            self._home.update(dict.fromkeys(texts_of(story), story))

    def home(self, name: str) -> Told | None:
        """The story of a text, or that the name of an absent original stands for; None where there is none left."""
        if not name.startswith(EXTERNAL):
            return self._home[name]
        found = self._named.get(name)
        if isinstance(found, str):
            return self._home[found]
        return found if any(story is found for story in self.absent) else None

    def centre(self, story: Told, text: str) -> None:
        """Makes a text of a story its original. All that is in the story stays in it."""
        bonds = self._bonds(story)
        self._forget(story)
        self._named = {name: text if item is story else item for name, item in self._named.items()}
        self._build(text, texts_of(story), bonds, {})

    def keep(self, name: str, text: str) -> Absent:
        """A new story, empty at first, for an absent original of which only what a person put there is left."""
        story = Absent(name.removeprefix(EXTERNAL).partition(":")[0], text)
        self.absent.append(story)
        self._named[name] = story
        return story

    def merge(self, moving: Star, target: Told, original: str) -> None:
        """Hangs a star with all its copies on another story, because a person said that it is made from `original`."""
        copy = moving.centre
        pair = self._pair_for(copy, target, original)
        if isinstance(target, Star):
            bonds = {**self._bonds(moving), **self._bonds(target)}
            bonds[frozenset((copy, pair.other))] = Bond(pair.probability, True)
            self._forget(moving)
            self._forget(target)
            self._build(target.centre, [*target.texts, *moving.texts], bonds, target.copies)
            return
        self._forget(moving)
        target.members[copy] = Attachment(pair, pair.probability, via=None if pair.other == copy else pair.other)
        for text, old in moving.copies.items():
            target.members[text] = replace(old, via=old.via or copy)
        self._home.update(dict.fromkeys(moving.texts, target))

    def leave(self, head: str, group: Collection[str]) -> None:
        """Takes a group of texts out of their story, to a star around `head`, one of them. Copies of them go along
        where nothing else connects them with the rest. Of a star, `group` has not the centre."""
        story = self._home[head]
        bonds = self._bonds(story)
        rest = [text for text in texts_of(story) if text not in group]
        kept = self._connected(story, rest, bonds)
        lost = [text for text in rest if text not in kept]
        along = set(group)
        while more := {text for text in lost if text not in along and self._is_copy_of_any(text, along, bonds)}:
            along |= more
        self._forget(story)
        self._build(head, along, bonds, {})
        alone = [text for text in lost if text not in along]
        for text in alone:
            if self.accepted.get(text) not in alone:
                self._build(text, [item for item in alone if self._is_from(item, text)], bonds, {})
        if isinstance(story, Star):
            self._build(story.centre, kept, bonds, story.copies)
        elif kept:
            self._keep_absent(story, kept, bonds)

    def dissolve_if_alone(self, story: Absent) -> None:
        """One retelling alone is no story, unless a person said so."""
        if not self._may_stand(story.members):
            self._forget(story)
            for text in sorted(story.members):
                self._build(text, [text], {}, {})

    def _pair_for(self, copy: str, target: Told, original: str) -> Pair:
        if not original.startswith(EXTERNAL):
            return self.texts.compared(copy, original) or uncompared(copy, original)
        others = texts_of(target)
        pairs = [pair for other in others if (pair := self.texts.compared(copy, other))]
        fallback = target.centre if isinstance(target, Star) else next(iter(others), copy)
        return max(pairs, key=lambda pair: pair.probability, default=uncompared(copy, fallback))

    def _is_copy_of_any(self, text: str, group: Collection[str], bonds: Bonds) -> bool:
        return any(
            frozenset((text, item)) in bonds and (self._strong(text, item) or item == self.accepted.get(text))
            for item in group
        )

    def _is_from(self, text: str, original: str) -> bool:
        """Whether a text is another one, or was made from it, as people said."""
        while text != original and text in self.accepted:
            text = self.accepted[text]
        return text == original

    def _keep_absent(self, story: Absent, kept: Collection[str], bonds: Bonds) -> None:
        """Puts a story that has lost texts back on the list; what hung on these hangs on what is left."""
        old = dict(story.members)
        story.members.clear()
        self.absent.append(story)
        if story.best not in kept:
            story.best = min(kept, key=lambda text: (-old[text].probability, text))
        for text in sorted(kept):
            found = old[text]
            if found.pair.other not in kept:
                found = self._through_sibling(text, kept, bonds, story.source)
            story.members[text] = found
            self._home[text] = story

    def _through_sibling(self, text: str, kept: Collection[str], bonds: Bonds, source: str) -> Attachment:
        near = [
            (bond.probability if bond else pair.probability, item, pair)
            for item in sorted(kept)
            if item != text and self._tied(text, item, bonds, source) and (pair := self.texts.compared(text, item))
            for bond in [bonds.get(frozenset((text, item)))]
        ]
        if not near:
            return Attachment(uncompared(text, text), 0.0)
        probability, sibling, pair = max(near, key=lambda item: item[0])
        return Attachment(pair, probability, via=sibling, source=source)

    def _connected(self, story: Told, rest: list[str], bonds: Bonds) -> set[str]:
        """What of a story remains without some of its texts: what hangs together with its centre or, where there is
        none, with the text that stands for it, else as many as do."""
        source = story.source if isinstance(story, Absent) else None
        groups: list[set[str]] = []
        left = list(rest)
        while left:
            group, look = {left[0]}, [left[0]]
            while look:
                text = look.pop()
                near = [item for item in left if item not in group and self._tied(text, item, bonds, source)]
                group.update(near)
                look += near
            groups.append(group)
            left = [text for text in left if text not in group]
        if isinstance(story, Star):
            return next(group for group in groups if story.centre in group)
        groups.sort(key=lambda group: (story.best not in group, -self._documents(group), min(group)))
        return next((group for group in groups if self._may_stand(group)), set())

    def _tied(self, one: str, two: str, bonds: Bonds, source: str | None) -> bool:
        """Whether two texts hang together or, in an absent story of `source`, would."""
        if frozenset((one, two)) in bonds:
            return True
        pair = self.texts.pair(one, two) if source is not None else None
        if pair is None or source is None:
            return False
        found = telling(pair.facts, self.texts.book.sources.get(source), pair.score("facts_shared"))
        return pair.probability >= self.limits.link or (found.enough and found.sure)

    def _documents(self, group: Collection[str]) -> int:
        return sum(len(self.texts.members[text]) for text in group)

    def _may_stand(self, group: Collection[str]) -> bool:
        return self._documents(group) > 1 or any(self.accepted.get(text, "").startswith(EXTERNAL) for text in group)

    def _bonds(self, story: Told) -> dict[frozenset[str], Bond]:
        found = {}
        for text, item in attached(story).items():
            if item.pair.other != text:
                probability = item.probability if item.source else item.pair.probability
                found[frozenset((text, item.pair.other))] = Bond(probability, item.sure, item.source)
        for copy, original in self.accepted.items():
            if self._home[copy] is story and self._home.get(original) is story:
                pair = self.texts.compared(copy, original)
                found[frozenset((copy, original))] = Bond(pair.probability if pair else 0.0, True)
        return found

    def _strong(self, one: str, two: str) -> bool:
        pair = self.texts.pair(one, two)
        return pair is not None and pair.probability >= self.limits.link

    def _forget(self, story: Told) -> None:
        if isinstance(story, Star):
            del self.stars[story.centre]
        else:
            self.absent = [item for item in self.absent if item is not story]

    def _build(self, centre: str, texts: Iterable[str], bonds: Bonds, keep: Mapping[str, Attachment]) -> None:
        """A star of these texts, each hung on the centre where it was compared with that, else on a copy by a bond that
        there was. What `keep` has stays as it is where its sibling does; what hangs on nothing stands alone."""
        star = self.stars[centre] = Star(centre, face(self.texts, centre))
        self._home[centre] = star
        waiting = sorted(set(texts) - {centre})
        members = {centre, *waiting}
        while waiting:
            placed = {centre: 1.0, **{text: item.probability for text, item in star.copies.items()}}
            found = {text: self._hung(text, centre, placed, bonds, keep, members) for text in waiting}
            ready = {text: item for text, item in found.items() if item is not None}
            star.copies.update(ready)
            self._home.update(dict.fromkeys(ready, star))
            waiting = [text for text in waiting if text not in ready]
            if not ready and not keep:
                break
            if not ready:  # what it hung on hangs on it now
                keep = {}
        for text in waiting:
            self._build(text, [text], {}, {})

    def _hung(
        self,
        text: str,
        centre: str,
        placed: Mapping[str, float],
        bonds: Bonds,
        keep: Mapping[str, Attachment],
        members: Collection[str],
    ) -> Attachment | None:
        old = keep.get(text)
        if old is not None and old.pair.other in members:
            return old if old.pair.other in placed else None
        near = [item for item in placed if frozenset((text, item)) in bonds]
        if self._strong(text, centre) or centre in near:
            sibling = centre
        elif near:
            accepted = self.accepted.get(text)
            sibling = min(near, key=lambda item: (item != accepted, -bonds[frozenset((text, item))].probability, item))
        else:
            return None
        bond = bonds.get(frozenset((text, sibling)))
        pair = self.texts.compared(text, sibling) or uncompared(text, sibling)
        return Attachment(
            pair,
            (bond.probability if bond else pair.probability) * placed[sibling],
            via=None if sibling == centre else sibling,
            sure=bond.sure if bond else True,
            source=bond.source if bond else None,
        )


def texts_of(story: Told) -> list[str]:
    return story.texts if isinstance(story, Star) else sorted(story.members)


def uncompared(copy: str, other: str) -> Pair:
    """A pair that a person made and of which nothing is known."""
    return Pair(copy, other, 0.0, {}, (), (), False)
