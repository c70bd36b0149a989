"""Which decisions of people count, and what they come to between texts: a pure function of them in their order.

Of two decisions that can't both hold the later one counts, whoever took it. A decision holds for every document with
the same words as the one that it names; only between two documents of the same words is it about these themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cleanpipe.link.names import PREFIX
from cleanpipe.link.story import Texts
from cleanpipe.model import Decision


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

    def root(self, text: str) -> str:
        """What a text is in the end made from, as far as people said."""
        return _root(self.accepted, text)

    def family(self, text: str) -> set[str]:
        """All that people said to be of one story with a text, by links that they accepted."""
        root = self.root(text)
        return {root, *(copy for copy in self.accepted if self.root(copy) == root)}

    def nobodys_copy(self, texts: Texts) -> dict[str, Decision]:
        """Texts that may not be linked as copies, with the decision."""
        return {texts.text_of[key]: decision for key, decision in (self.independent | self.originals).items()}

    def in_force(self) -> list[Decision]:
        """Every decision that counts, once, oldest first."""
        pairs = (*self.apart, *self.unsure, *self.apart_documents, *self.unsure_documents)
        found = [
            *(decision for _, decision in self.accepted.values()),
            *(decision for _, decision in self.same_words.values()),
            *(decision for _, _, decision in pairs),
            *self.originals.values(),
            *self.independent.values(),
        ]
        return sorted(set(found), key=lambda item: (item.at, item.verdict, item.copy or "", item.canonical or ""))


def decide(texts: Texts, decisions: Sequence[Decision], resolve: Callable[[str], str] = str) -> Decided:
    """The decisions, oldest first, as they count for these texts. `resolve` says what the name of an absent original
    stands for now: its present name or, where the original turned up, its text."""
    found = Decided()
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
        blocker = _against(texts, found, decision, *units)
        if blocker is not None:
            found.overruled.append((decision, blocker))
        else:
            _take(found, decision, *units)
    for listed in (found.apart, found.unsure, found.apart_documents, found.unsure_documents, found.overruled):
        listed.reverse()
    return found


Unit = str | None


def _units(texts: Texts, decision: Decision, resolve: Callable[[str], str]) -> tuple[Unit, Unit, bool] | None:
    """Copy and canonical as texts or, in two documents of the same words, as these (then true); None where the
    decision is about something that isn't here."""
    copy = canonical = None
    if decision.copy is not None:
        copy = texts.text_of.get(decision.copy)
        if copy is None:
            return None
    if decision.canonical is not None:
        if decision.canonical.startswith(PREFIX):
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


def _against(
    texts: Texts, found: Decided, decision: Decision, copy: Unit, canonical: Unit, same: bool
) -> Decision | None:
    """A decision among those found, all of them later, that this one can't hold beside."""
    if decision.verdict == "unsure":
        return None
    if decision.verdict == "independent":
        assert copy is not None and decision.copy is not None
        return _edge(found.accepted, copy) or _edge(found.same_words, decision.copy)
    if decision.verdict == "canonical":
        assert decision.canonical is not None
        text = texts.text_of[decision.canonical]
        others = [item for key, item in found.originals.items() if texts.text_of[key] == text]
        against = _edge(found.accepted, text) or _edge(found.same_words, decision.canonical)
        if against or others or copy is None:
            return against or next(iter(others), None)
    assert copy is not None and canonical is not None
    edges = found.same_words if same else found.accepted
    if decision.verdict == "reject":
        together = _root(edges, copy) == _root(edges, canonical)
        return (_edge(edges, copy) or _edge(edges, canonical)) if together else None
    singles = found.independent | found.originals
    if same:
        fixed = singles.get(copy)
    else:
        fixed = next((item for key, item in singles.items() if texts.text_of[key] == copy), None)
    if fixed or copy in edges:
        return fixed or _edge(edges, copy)
    ends = {_root(edges, copy), _root(edges, canonical)}
    if len(ends) == 1:
        return _edge(edges, canonical)
    apart = found.apart_documents if same else found.apart
    return next((item for one, two, item in apart if {_root(edges, one), _root(edges, two)} == ends), None)


def _take(found: Decided, decision: Decision, copy: Unit, canonical: Unit, same: bool) -> None:
    if decision.verdict == "independent":
        assert decision.copy is not None
        found.independent[decision.copy] = decision
        return
    if decision.verdict == "canonical":
        assert decision.canonical is not None
        found.originals[decision.canonical] = decision
        if copy is None:
            return
    assert copy is not None and canonical is not None
    if decision.verdict == "reject":
        (found.apart_documents if same else found.apart).append((copy, canonical, decision))
    elif decision.verdict == "unsure":
        (found.unsure_documents if same else found.unsure).append((copy, canonical, decision))
    else:
        (found.same_words if same else found.accepted)[copy] = (canonical, decision)


def _root(edges: Mapping[str, tuple[str, Decision]], name: str) -> str:
    while name in edges:
        name = edges[name][0]
    return name


def _edge(edges: Mapping[str, tuple[str, Decision]], name: str) -> Decision | None:
    return edges[name][1] if name in edges else None
