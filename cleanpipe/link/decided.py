"""Which decisions of people count, and what they come to between texts: a pure function of them in their order.

Of two decisions that can't both hold the later one counts, whoever took it. A decision holds for every document with
the same words as the one that it names; only between two documents of the same words is it about these themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cleanpipe.link.story import Texts
from cleanpipe.model import EXTERNAL, Decision


@dataclass(slots=True)
class Decided:
    """The decisions that count. Texts are named as in `Texts`, absent originals by name.

    `accepted`: a copy's text to what it is made from. `apart`, `unsure`: pairs, the copy first. `originals`,
    `independent`: documents by key. `same_words` has the copies among documents of the same words, by key, and
    `apart_documents` and `unsure_documents` the pairs of those. `overruled`: each decision that no longer counts, with
    the later one that it gave way to.
    """

    accepted: dict[str, tuple[str, Decision]] = field(default_factory=dict)
    apart: list[tuple[str, str, Decision]] = field(default_factory=list)
    unsure: list[tuple[str, str, Decision]] = field(default_factory=list)
    originals: dict[str, Decision] = field(default_factory=dict)
    independent: dict[str, Decision] = field(default_factory=dict)
    same_words: dict[str, tuple[str, Decision]] = field(default_factory=dict)
    apart_documents: list[tuple[str, str, Decision]] = field(default_factory=list)
    unsure_documents: list[tuple[str, str, Decision]] = field(default_factory=list)
    overruled: list[tuple[Decision, Decision]] = field(default_factory=list)
    families: dict[str, frozenset[str]] = field(default_factory=dict)
    """Of each text or name that an accepted link has to do with: all that such links join with it."""
    roots: dict[str, str] = field(default_factory=dict)

    def root(self, text: str) -> str:
        """What a text is in the end made from, as far as people said."""
        return self.roots.get(text, text)

    def family(self, text: str) -> frozenset[str]:
        """All that people said to be of one story with a text, by links that they accepted."""
        return self.families.get(text) or frozenset((text,))

    def nobodys_copy(self, texts: Texts) -> dict[str, Decision]:
        """Texts that may not be linked as copies, with the decision."""
        return {texts.text_of[key]: decision for key, decision in (self.independent | self.originals).items()}


def decide(texts: Texts, decisions: Sequence[Decision], resolve: Callable[[str], str] = str) -> Decided:
    """The decisions, oldest first, as they count for these texts. `resolve` says what the name of an absent original
    stands for now: its present name or, where the original turned up, its text."""
    found = Decided()
    taken = _Taken(found)
    settled: dict[object, Decision] = {}
    for decision in reversed(decisions):
        units = _units(texts, decision, resolve)
        if units is None:
            continue
        newer = next((settled[thing] for thing in _things(decision, units) if thing in settled), None)
        if newer is not None:
            if (newer.verdict, newer.copy, newer.canonical) != (decision.verdict, decision.copy, decision.canonical):
                found.overruled.append((decision, newer))
            continue
        settled.update(dict.fromkeys(_things(decision, units), decision))
        if decision.verdict == "withdraw":
            continue
        blocker = taken.against(texts, decision, *units)
        if blocker is not None:
            found.overruled.append((decision, blocker))
        else:
            taken.take(texts, decision, *units)
    for listed in (found.apart, found.unsure, found.apart_documents, found.unsure_documents, found.overruled):
        listed.reverse()
    families: dict[str, set[str]] = {}
    for copy in found.accepted:
        root = found.roots[copy] = taken.texts.root(copy)
        families.setdefault(root, {root}).add(copy)
    for family in families.values():
        found.families.update(dict.fromkeys(family, frozenset(family)))
    return found


Unit = str | None


def _units(texts: Texts, decision: Decision, resolve: Callable[[str], str]) -> tuple[Unit, Unit, bool] | None:
    """Copy and canonical as texts or, in two documents of the same words, as these (then true); None where the
    decision is about something that isn't here, or makes no sense."""
    if not decision.is_sound:
        return None
    copy = canonical = None
    if decision.copy is not None:
        copy = texts.text_of.get(decision.copy)
        if copy is None:
            return None
    if decision.canonical is not None:
        if decision.canonical.startswith(EXTERNAL):
            canonical = resolve(decision.canonical)
        else:
            canonical = texts.text_of.get(decision.canonical)
            if canonical is None:
                return None
            if copy == canonical:
                return None if decision.copy == decision.canonical else (decision.copy, decision.canonical, True)
    # An absent original that turned out to be the very text.
    return None if copy is not None and copy == canonical else (copy, canonical, False)


def _things(decision: Decision, units: tuple[Unit, Unit, bool]) -> list[object]:
    """What a decision is about: a pair, a document, or both."""
    copy, canonical, _ = units
    things: list[object] = []
    if copy is not None and canonical is not None:
        things.append(frozenset((copy, canonical)))
    elif decision.verdict == "withdraw" or copy is not None:
        things.append((decision.copy or decision.canonical,))
    if decision.verdict == "canonical":
        things.append((decision.canonical,))
    return things


class _Joined:
    """What accepted links join, by the root of each part, and what is parted between these."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._parted: dict[str, dict[str, tuple[int, Decision]]] = {}
        self._count = 0

    def root(self, name: str) -> str:
        passed = []
        while name in self._above:
            passed.append(name)
            name = self._above[name]
        self._above.update(dict.fromkeys(passed, name))
        return name

    def join(self, copy: str, original: str) -> None:
        """Puts a root below what it is made from."""
        root = self._above[copy] = self.root(original)
        for other, said in self._parted.pop(copy, {}).items():
            del self._parted[other][copy]
            self._keep(root, other, said)

    def part(self, one: str, two: str, decision: Decision) -> None:
        self._count += 1
        self._keep(self.root(one), self.root(two), (self._count, decision))

    def parted(self, one: str, two: str) -> Decision | None:
        """The first decision that parts what is joined with one from what is joined with the other."""
        said = self._parted.get(self.root(one), {}).get(self.root(two))
        return said[1] if said else None

    def _keep(self, one: str, two: str, said: tuple[int, Decision]) -> None:
        known = self._parted.setdefault(one, {}).get(two)
        if known is None or said[0] < known[0]:
            self._parted[one][two] = self._parted.setdefault(two, {})[one] = said


class _Taken:
    """The decisions that were found to count so far, all of them later than the one that is looked at, by what they are
    about."""

    def __init__(self, found: Decided) -> None:
        self.found = found
        self.texts, self.documents = _Joined(), _Joined()
        self._original: dict[str, Decision] = {}
        self._independent: dict[str, Decision] = {}

    def against(self, texts: Texts, decision: Decision, copy: Unit, canonical: Unit, same: bool) -> Decision | None:
        """One of them that this decision can't hold beside."""
        found = self.found
        if decision.verdict == "unsure":
            return None
        if decision.verdict == "independent":
            assert copy is not None and decision.copy is not None
            return _edge(found.accepted, copy) or _edge(found.same_words, decision.copy)
        if decision.verdict == "canonical":
            assert decision.canonical is not None
            text = texts.text_of[decision.canonical]
            other = self._original.get(text)
            against = _edge(found.accepted, text) or _edge(found.same_words, decision.canonical)
            if against or other or copy is None:
                return against or other
        assert copy is not None and canonical is not None
        edges, joined = (found.same_words, self.documents) if same else (found.accepted, self.texts)
        together = joined.root(copy) == joined.root(canonical)
        if decision.verdict == "reject":
            return (_edge(edges, copy) or _edge(edges, canonical)) if together else None
        if same:
            fixed = found.originals.get(copy) or found.independent.get(copy)
        else:
            fixed = self._independent.get(copy) or self._original.get(copy)
        if fixed or copy in edges:
            return fixed or _edge(edges, copy)
        return _edge(edges, canonical) if together else joined.parted(copy, canonical)

    def take(self, texts: Texts, decision: Decision, copy: Unit, canonical: Unit, same: bool) -> None:
        found = self.found
        if decision.verdict == "independent":
            assert copy is not None and decision.copy is not None
            found.independent[decision.copy] = decision
            self._independent.setdefault(copy, decision)
            return
        if decision.verdict == "canonical":
            assert decision.canonical is not None
            found.originals[decision.canonical] = decision
            self._original.setdefault(texts.text_of[decision.canonical], decision)
            if copy is None:
                return
        assert copy is not None and canonical is not None
        joined = self.documents if same else self.texts
        if decision.verdict == "reject":
            (found.apart_documents if same else found.apart).append((copy, canonical, decision))
            joined.part(copy, canonical, decision)
        elif decision.verdict == "unsure":
            (found.unsure_documents if same else found.unsure).append((copy, canonical, decision))
        else:
            (found.same_words if same else found.accepted)[copy] = (canonical, decision)
            joined.join(copy, canonical)


def _edge(edges: Mapping[str, tuple[str, Decision]], name: str) -> Decision | None:
    return edges[name][1] if name in edges else None
