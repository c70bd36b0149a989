"""What the decisions of people change about stars and absent stories that were built from matches alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cleanpipe.link.absent import Absent, Told, attached
from cleanpipe.link.decided import Decided
from cleanpipe.link.regroup import Stories, texts_of
from cleanpipe.link.stars import Star
from cleanpipe.link.story import Texts, Thresholds
from cleanpipe.model import EXTERNAL, Decision


class Honoured:
    """The decisions carried out on the stars and absent stories given. `left_out` are documents that get no link,
    although others of the same words may have one; `unsure` are documents whose link is for a person, with the
    decisions that say so."""

    def __init__(
        self,
        texts: Texts,
        stars: Mapping[str, Star],
        absent: Sequence[Absent],
        decided: Decided,
        limits: Thresholds,
        named: Mapping[str, Absent | str],
    ) -> None:
        self.texts, self.decided = texts, decided
        accepted = {copy: original for copy, (original, _) in decided.accepted.items()}
        self.stories = Stories(texts, stars, absent, limits, accepted, named)
        self.fixed = decided.nobodys_copy(texts)
        self.left_out: set[str] = set()
        self.unsure: dict[str, list[Decision]] = {}
        self._unsure: dict[str, list[Decision]] = {}
        # What people parted a text from and, where the text was named as the copy, what they called that.
        self._parted: dict[str, list[tuple[str, str | None]]] = {}
        for one, two, decision in decided.apart:
            self._parted.setdefault(one, []).append((two, decision.canonical))
            self._parted.setdefault(two, []).append((one, None))
        self._set_free()
        self._gather()
        self._part()
        self._doubt()
        self._choose_documents()

    @property
    def stars(self) -> dict[str, Star]:
        return self.stories.stars

    @property
    def absent(self) -> list[Absent]:
        return self.stories.absent

    def is_apart(self, text: str, others: Iterable[str], story: Told | None) -> bool:
        """Whether a person said that a text is of no story with one of these others, or not of this absent one."""
        among = set(others)
        return any(
            other in among or (name is not None and self._may_be(name, story))
            for other, name in self._parted.get(text, ())
        )

    def are_parted(self, one: str, two: str) -> bool:
        """Whether people parted two texts, or something that they joined with these."""
        there = self.decided.family(two)
        story = self.stories.home(two)
        return any(
            other in there or (other.startswith(EXTERNAL) and self.stories.home(other) is story)
            for text in self.decided.family(one)
            for other, _ in self._parted.get(text, ())
        )

    def _may_be(self, name: str, story: Told | None) -> bool:
        """Whether a story is called by the name of an absent original, or may come to be."""
        if not (name.startswith(EXTERNAL) and isinstance(story, Absent)):
            return False
        named = self.stories.home(name)
        return named is story or (not isinstance(named, Absent) and name.split(":")[1] == story.source)

    def is_accepted(self, key: str) -> bool:
        """Whether a person said of a document that it is a copy."""
        return self.texts.text_of[key] in self.decided.accepted or key in self.decided.same_words

    def is_unsure(self, key: str, canonical: str) -> bool:
        """Whether a person is unsure of the link of a document to others of its words, or to what is called like this
        now."""
        said = self._unsure.get(self.texts.text_of[key], ())
        return key in self.unsure or any(item.canonical == canonical for item in said)

    def said_of(self, key: str, centre: str | None) -> list[tuple[str, Decision]]:
        """What people said about the link of a document to a story with this centre: the rest of a sentence that begins
        with a name, and the decision."""
        text = self.texts.text_of[key]
        said = {}
        for edges, copy in ((self.decided.accepted, text), (self.decided.same_words, key)):
            if copy in edges:
                says = "set what it was made from" if edges[copy][1].verdict == "canonical" else "accepted this link"
                said[edges[copy][1]] = says
        if centre is not None and centre in self.fixed and self.fixed[centre].verdict == "canonical":
            said.setdefault(self.fixed[centre], "set the original of this story")
        said |= dict.fromkeys((*self._unsure.get(text, ()), *self.unsure.get(key, ())), "is unsure about this link")
        return [(says, decision) for decision, says in said.items()]

    def _set_free(self) -> None:
        """What is nobody's copy leaves; what was set as an original becomes the centre of its story."""
        originals = {self.texts.text_of[key] for key in self.decided.originals}
        for text in sorted(self.fixed, key=lambda text: (text not in originals, text)):
            story = self.stories.home(text)
            assert story is not None
            if isinstance(story, Star) and story.centre == text:
                continue
            family = self._family_in(text, story)
            taken = isinstance(story, Star) and story.centre in self.fixed
            if (text in originals and not taken) or (isinstance(story, Star) and story.centre in family):
                self.stories.centre(story, text)
            else:
                self.stories.leave(text, family)

    def _gather(self) -> None:
        """Every accepted copy comes to the story of what it is made from, and below that."""
        accepted = self.decided.accepted
        for copy in sorted(accepted, key=lambda text: (self._depth(text), text)):
            original, _ = accepted[copy]
            root = self.decided.root(copy)
            here, there = self.stories.home(copy), self.stories.home(original)
            assert here is not None
            if there is None:
                there = self.stories.keep(original, copy)
            if here is there:
                if isinstance(here, Star) and here.centre == copy and not root.startswith(EXTERNAL):
                    self.stories.centre(here, root)
                continue
            below = {text for text in self._family_in(copy, here) if self._is_below(text, copy)}
            if isinstance(here, Star) and here.centre in below:
                if here.centre != copy:
                    self.stories.centre(here, copy)
            else:
                self.stories.leave(copy, below)
            moving = self.stories.home(copy)
            assert isinstance(moving, Star)
            self.stories.merge(moving, there, original)
        for copy in accepted:
            story = self.stories.home(copy)
            if story is not None and copy in attached(story):
                attached(story)[copy] = replace(attached(story)[copy], sure=True)

    def _part(self) -> None:
        """No two texts that a person parted stay in one story: the one that hangs there by less leaves."""
        parted = True
        while parted:
            parted = False
            for one, two, _ in self.decided.apart:
                here = self.stories.home(one)
                if here is None or here is not self.stories.home(two):
                    continue
                leaver = one if two.startswith(EXTERNAL) else self._leaver(here, one, two)
                if isinstance(here, Star) and here.centre == leaver:
                    continue
                root = self.decided.root(leaver)
                head = leaver if root.startswith(EXTERNAL) else root
                self.stories.leave(head, self._family_in(leaver, here))
                parted = True
        for story in list(self.absent):
            self.stories.dissolve_if_alone(story)

    def _doubt(self) -> None:
        """A link that a person is unsure of is left for review."""
        for one, two, decision in self.decided.unsure:
            self._unsure.setdefault(one, []).append(decision)
            here = self.stories.home(one)
            if here is None or here is not self.stories.home(two):
                continue
            copy = two if isinstance(here, Star) and here.centre == one else one
            self._unsure.setdefault(copy, []).append(decision)
            if copy in attached(here) and copy not in self.decided.accepted:
                attached(here)[copy] = replace(attached(here)[copy], sure=False)

    def _choose_documents(self) -> None:
        """Of documents with the same words: which stands for them, which get no link, which an unsure one."""
        decided, text_of = self.decided, self.texts.text_of
        faces = {text_of[key]: key for key in sorted(decided.independent, reverse=True)}
        faces |= {text_of[key]: key for key in decided.originals}
        for original, _ in sorted(decided.same_words.values(), key=lambda edge: edge[0]):
            if original not in decided.same_words:
                faces.setdefault(text_of[original], original)
        links = (*decided.accepted.values(), *decided.same_words.values())
        named = {name for _, item in links for name in (item.copy, item.canonical) if name}
        for one, two, _ in decided.apart_documents:
            for key in sorted(named & {one, two}):
                faces.setdefault(text_of[key], key)
        for text, key in faces.items():
            story = self.stories.home(text)
            if isinstance(story, Star) and story.centre == text:
                story.face = key
        self.left_out |= {key for key in decided.independent if faces[text_of[key]] != key}
        for one, two, _ in decided.apart_documents:
            if not {one, two} & self.left_out:
                self.left_out.add(self._lesser(one, two, named))
        for one, two, decision in decided.unsure_documents:
            self.unsure.setdefault(self._lesser(one, two, named), []).append(decision)

    def _lesser(self, one: str, two: str, named: set[str]) -> str:
        """Of two documents with the same words, the first named as the copy, the one whose link gives way: not the one
        that stands for the words, nor one that is `named` in a link that was accepted."""
        text = self.texts.text_of[one]
        story = self.stories.home(text)
        if isinstance(story, Star) and story.centre == text and story.face in (one, two):
            return two if story.face == one else one
        return two if one in named else one

    def _leaver(self, story: Told, one: str, two: str) -> str:
        how = attached(story)

        def stays(text: str) -> tuple[bool, bool, float, bool]:
            """What goes first is the smallest: it is not bound by another decision, hangs on the other of the two, by a
            smaller probability, and was named as the copy."""
            family = self.decided.family(text)
            bound = isinstance(story, Star) and story.centre in family | {text}
            bound = bound or any(name.startswith(EXTERNAL) for name in family)
            other = two if text == one else one
            through = text in how and how[text].pair.other == other
            return bound, not through, round(how[text].probability, 6) if text in how else 1.0, text == two

        return min((one, two), key=stays)

    def _family_in(self, text: str, story: Told) -> set[str]:
        """The text, and what people said to be of one story with it, as far as it is in this one."""
        here = set(texts_of(story))
        return {text} | (self.decided.family(text) & here)

    def _is_below(self, text: str, top: str) -> bool:
        while text != top and text in self.decided.accepted:
            text = self.decided.accepted[text][0]
        return text == top

    def _depth(self, text: str) -> int:
        depth = 0
        while text in self.decided.accepted:
            text = self.decided.accepted[text][0]
            depth += 1
        return depth


def names_after(
    texts: Texts, honoured: Honoured, known: Sequence[tuple[str, tuple[str, ...]]]
) -> list[tuple[str, tuple[str, ...]]]:
    """The names of absent originals with the members that they are known by, after what people decided about them: a
    story keeps the name that a person put a text under, and none that a person took a text of it away from."""

    def documents(text: str) -> list[str]:
        story = honoured.stories.home(text)
        return [key for item in texts_of(story) for key in texts.members[item]] if story else []

    keys = {name: set(held) for name, held in known}
    for one, _, decision in honoured.decided.apart:
        name = decision.canonical or ""
        if name.startswith(EXTERNAL):
            for alias in keys:
                if alias == name or honoured.stories.home(alias) is honoured.stories.home(name) is not None:
                    keys[alias] -= set(documents(one))
    for copy, (name, _) in honoured.decided.accepted.items():
        if name.startswith(EXTERNAL) and isinstance(honoured.stories.home(copy), Absent):
            keys[name] = set(documents(copy))
    return [(name, tuple(sorted(held))) for name, held in keys.items()]
