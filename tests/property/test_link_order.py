"""Laws of linking: the order of arrival is of no account, and every cluster is a star."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.link import Story, Thresholds, find_credits, link
from cleanpipe.model import Block, Document, Match, Origin, Place, SharedFact, Span

OPENINGS = [
    "LIMA, March 3 (Reuters) - Boats lay at rest.",
    "An investigation by Reuters shows that boats lay at rest.",
    "Boats lay at rest, according to a Reuters review. A mate told Reuters so.",
    "Boats lay at rest.",
]
BODY = " The crews argued about anchovies, nets and the price of ice in the harbour." * 6
SOURCES = [None, None, "Reuters", "Paita Times"]
NAMES = [f"{number:02x}" for number in range(9)]

documents = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 20)), min_size=len(NAMES), max_size=len(NAMES)
)
edges = st.dictionaries(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1]),
    st.tuples(st.sampled_from([0.01, 0.6, 0.95, 0.99, 2.0]), st.floats(0, 1), st.floats(0, 1), st.integers(0, 3)),
    max_size=20,
)
FACTS = tuple(
    SharedFact("headline", value, Place("text", 0, 5), Place("text", 3, 9), 3.5)
    for value in ("anchovy quotas", "harbour blockade", "price ice")
)


def made(
    shape: list[tuple[int, int, int]], pairs: dict[tuple[int, int], tuple[float, float, float, int]]
) -> tuple[list[Story], list[Match]]:
    stories = []
    for name, (opening, source, day) in zip(NAMES, shape, strict=True):
        item = Document(
            key=name * 16, id=f"d{name}", text=OPENINGS[opening] + BODY, origin=Origin(name), lang="en",
            source=SOURCES[source], published=f"2024-03-{day:02d}" if day else None,
        )  # fmt: skip
        stories.append(Story(item, find_credits([item])[0], 0.2))
    matches = []
    for (one, two), (probability, jaccard, kept, facts) in pairs.items():
        a, b = NAMES[one] * 16, NAMES[two] * 16
        if probability > 1:
            matches.append(Match(a, b, 1.0, {"exact": 1.0}))
            continue
        scores = {
            "jaccard": jaccard,
            "kept": kept,
            "aligned_a": kept,
            "aligned_b": kept,
            "in_order": 1.0,
            "length_ratio": 1.0,
        }
        blocks = (Block(Span(0, 40), Span(int(40 * jaccard), 80), 0.8),) if probability > 0.5 else ()
        matches.append(Match(a, b, probability, scores, blocks, FACTS[:facts]))
    return stories, matches


@settings(max_examples=60, deadline=None)
@given(documents, edges, st.integers(0, 2**32))
def test_order_is_of_no_account(
    shape: list[tuple[int, int, int]], pairs: dict[tuple[int, int], tuple[float, float, float, int]], seed: int
) -> None:
    stories, matches = made(shape, pairs)
    first = link(stories, matches, thresholds=Thresholds(0.9, 0.5))
    shuffler = random.Random(seed)
    shuffler.shuffle(stories)
    shuffler.shuffle(matches)
    assert link(stories, matches, thresholds=Thresholds(0.9, 0.5)) == first


@settings(max_examples=60, deadline=None)
@given(documents, edges)
def test_every_cluster_is_a_star(
    shape: list[tuple[int, int, int]], pairs: dict[tuple[int, int], tuple[float, float, float, int]]
) -> None:
    stories, matches = made(shape, pairs)
    found = link(stories, matches, thresholds=Thresholds(0.9, 0.5))
    ids = {item.document.id for item in stories}
    copies = [item.copy for item in found.links]
    assert len(copies) == len(set(copies))
    assert not {item.canonical for item in found.links} & set(copies)
    compared = {frozenset((match.a, match.b)) for match in matches}
    key_of = {item.document.id: item.document.key for item in stories}
    exact = any(match.scores.get("exact") for match in matches)
    for item in found.links:
        assert item.canonical in ids or item.canonical.startswith("external:")
        assert all(sibling in ids - {item.copy} for sibling in item.via)
        assert (item.basis == "inferred") >= bool(item.canonical not in ids)
        if item.basis == "verified" and not exact:
            assert frozenset((key_of[item.copy], key_of[item.canonical])) in compared
        if item.basis == "inferred":
            assert item.via
    for cluster in found.clusters:
        assert set(cluster.members) - {cluster.canonical} == {
            c.copy for c in found.links if c.canonical == cluster.canonical
        }
