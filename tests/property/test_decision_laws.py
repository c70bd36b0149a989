"""Laws of decisions: each that counts is carried out whatever the matches say, and clusters stay stars."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from test_link_order import NAMES, documents, edges, made

from cleanpipe.link import Linking, Story, Thresholds, link
from cleanpipe.link.decided import Decided, decide
from cleanpipe.link.story import Texts
from cleanpipe.model import Decision, Match

LIMITS = Thresholds(0.9, 0.5)
KNOWN = [("external:reuters:boats-rest", (NAMES[0] * 16, NAMES[1] * 16, NAMES[2] * 16))]
KEYS = [name * 16 for name in NAMES]

decisions = st.lists(
    st.tuples(
        st.sampled_from(["accept", "reject", "canonical", "independent", "unsure", "withdraw"]),
        st.integers(0, 8),
        st.one_of(st.integers(0, 8), st.none(), st.just("external:reuters:boats-rest")),
    ),
    max_size=7,
)


def decided(said: list[tuple[str, int, int | str | None]]) -> list[Decision]:
    found = []
    for at, (verdict, one, other) in enumerate(said):
        copy: str | None = KEYS[one]
        canonical = KEYS[other] if isinstance(other, int) else other
        if verdict == "independent":
            canonical = None
        elif verdict == "canonical":
            copy, canonical = (KEYS[other] if isinstance(other, int) else None), KEYS[one]
        elif canonical is None and verdict != "withdraw":
            continue
        if copy != canonical:
            found.append(Decision(copy, canonical, verdict, "", "Ana", f"2024-05-{at + 1:02d}T00:00:00Z"))  # type: ignore[arg-type]
    return found


def homes(found: Linking) -> dict[str, str]:
    return {member: cluster.cluster for cluster in found.clusters for member in cluster.members}


def in_force(counts: Decided) -> set[Decision]:
    """Every decision that counts."""
    return {
        *(decision for _, decision in (*counts.accepted.values(), *counts.same_words.values())),
        *(decision for *_, decision in (*counts.apart, *counts.unsure)),
        *(decision for *_, decision in (*counts.apart_documents, *counts.unsure_documents)),
        *counts.originals.values(),
        *counts.independent.values(),
    }


def check(stories: list[Story], matches: list[Match], taken: list[Decision], found: Linking) -> None:
    """Every decision that counts is carried out, and every cluster is a star."""
    texts = Texts(stories, matches)
    counts = decide(texts, taken)
    ids = {key: texts.document(key).id for key in texts.stories}
    copies = {item.copy: item for item in found.links}
    home = homes(found)
    assert len(copies) == len(found.links)
    assert not {item.canonical for item in found.links} & set(copies)
    overruled = {item for item, _ in found.overruled}
    for decision in [item for item in in_force(counts) if item not in overruled]:
        copy = ids.get(decision.copy or "", "")
        canonical = ids.get(decision.canonical or "", decision.canonical or "")
        if decision.verdict == "accept":
            if copy not in home and counts.apart_documents:
                continue  # of two pairs among four documents of the same words one has to give way
            assert copies[copy].status == "linked" and home[copy] == home.get(canonical, home[copy])
            assert any(item.kind == "decision" for item in copies[copy].evidence)
        elif decision.verdict == "reject":
            if canonical.startswith("external:"):
                assert copy not in copies or copies[copy].canonical != canonical
            else:
                assert copy not in home or home[copy] != home.get(canonical)
        elif decision.verdict == "canonical":
            assert canonical not in copies
        elif decision.verdict == "independent":
            assert copy not in copies
        elif decision.verdict == "unsure":
            for one, two, key in ((copy, canonical, decision.copy), (canonical, copy, decision.canonical)):
                accepted = texts.text_of.get(key or "") in counts.accepted or key in counts.same_words
                if one in copies and copies[one].canonical == two and not accepted:
                    assert copies[one].status == "review"


Shape = list[tuple[int, int, int]]
Pairs = dict[tuple[int, int], tuple[float, float, float, int]]
Said = list[tuple[str, int, int | str | None]]


@settings(max_examples=200, deadline=None)
@given(documents, edges, decisions, st.integers(0, 2**32))
def test_what_counts_is_carried_out(shape: Shape, pairs: Pairs, said: Said, seed: int) -> None:
    stories, matches = made(shape, pairs)
    taken = decided(said)
    found = link(stories, matches, KNOWN, thresholds=LIMITS, decisions=taken)
    check(stories, matches, taken, found)
    shuffler = random.Random(seed)
    shuffler.shuffle(stories)
    shuffler.shuffle(matches)
    assert link(stories, matches, KNOWN, thresholds=LIMITS, decisions=taken) == found


@settings(max_examples=200, deadline=None)
@given(documents, edges, decisions, st.integers(1, 8))
def test_it_is_kept_when_more_is_added(shape: Shape, pairs: Pairs, said: Said, first: int) -> None:
    stories, matches = made(shape, pairs)
    taken = decided(said)
    known: dict[str, tuple[str, ...]] = dict(KNOWN)
    key_of = {item.document.id: item.document.key for item in stories}
    for some in (stories[:first], stories):
        there = {item.document.key for item in some}
        compared = [match for match in matches if {match.a, match.b} <= there]
        found = link(some, compared, list(known.items()), thresholds=LIMITS, decisions=taken)
        check(some, compared, taken, found)
        for cluster in found.clusters:
            members = tuple(key_of[member] for member in cluster.members)
            for name in (cluster.canonical, *cluster.aliases) if cluster.virtual else cluster.aliases:
                known[name] = members


@settings(max_examples=60, deadline=None)
@given(documents, edges, decisions)
def test_withdrawing_everything_leaves_what_was_there_before(shape: Shape, pairs: Pairs, said: Said) -> None:
    stories, matches = made(shape, pairs)
    taken = decided(said)
    back = [Decision(item.copy, item.canonical, "withdraw", "", "Ana", "2024-06-01T00:00:00Z") for item in taken]
    back += [
        Decision(item.canonical, None, "withdraw", "", "Ana", "2024-06-01T00:00:00Z")
        for item in taken
        if item.verdict == "canonical"
    ]
    before = link(stories, matches, KNOWN, thresholds=LIMITS)
    after = link(stories, matches, KNOWN, thresholds=LIMITS, decisions=[*taken, *back])
    assert (after.links, after.clusters) == (before.links, before.clusters)
