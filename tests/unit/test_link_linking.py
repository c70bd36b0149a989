"""Links and clusters from matches made by hand: stars, direction, relations."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from harbour import BODY, SCORES, by_copy, exact, key, linked, match, story

from cleanpipe.model import Block, Match, Span


def test_a_copy_is_linked_to_the_earlier() -> None:
    found = linked(
        [story("a", published="2024-03-05"), story("b", published="2024-03-03")],
        [match("a", "b", jaccard=0.9, kept=0.95)],
    )
    (item,) = found.links
    assert (item.copy, item.canonical, item.relation, item.basis, item.status) == (
        "a", "b", "near-duplicate", "verified", "linked",
    )  # fmt: skip
    assert item.direction.confidence > 0.9
    assert len({evidence.kind for evidence in item.evidence}) >= 2
    assert found.clusters[0].members == ("a", "b") and not found.clusters[0].virtual


@pytest.mark.parametrize(
    ("name", "original", "copy"),
    [
        (
            "canonical_url",
            {"url": "https://x.org/1"},
            {"url": "https://y.org/2", "canonical_url": "http://www.x.org/1/"},
        ),
        ("published_by_source", {"source": "Reuters"}, {"source": "Daily Mirror of Paita", "author": "Reuters"}),
        ("date_hours", {"published": "2024-03-03T08:00:00Z"}, {"published": "2024-03-03T12:00:00+02:00"}),
        ("date_days", {"published": "2024-03-03"}, {"published": "2024-03-04T01:00:00Z"}),
    ],
)
def test_direction_says_why(name: str, original: dict[str, Any], copy: dict[str, Any]) -> None:
    for one, two in (("a", "b"), ("b", "a")):
        found = linked([story(one, **original), story(two, **copy)], [match("a", "b")])
        (item,) = found.links
        assert (item.canonical, item.copy) == (one, two)
        term = next(term for term in item.direction.terms if term.name == name)
        assert term.weight > 0 and term.says


def test_a_date_and_a_time_of_one_day_decide_nothing() -> None:
    found = linked(
        [story("a", published="2024-03-03"), story("b", published="2024-03-03T09:00:00Z")], [match("a", "b")]
    )
    assert not any(term.name.startswith("date") for term in found.links[0].direction.terms)


WORDS = BODY.split()
SYNONYMS = {"boats": "vessels", "rest": "repose", "argued": "quarrelled", "price": "cost", "crews": "ratings"}
SPUN = " ".join(SYNONYMS.get(word.lower(), word) for word in WORDS)
REWORDED = " ".join(" ".join((*reversed(WORDS[at : at + 6]), "indeed")) for at in range(0, len(WORDS), 6))


@pytest.mark.parametrize(
    ("text", "scores", "unusual", "relation"),
    [
        (BODY, {"jaccard": 0.7}, None, "near-duplicate"),
        (BODY, {"jaccard": 0.69, "aligned_a": 1.0, "aligned_b": 1.0}, None, "rewrite"),
        (BODY, {"jaccard": 0.2, "length_ratio": 3.0, "aligned_a": 0.3, "aligned_b": 1.0}, None, "excerpt"),
        (REWORDED, {"jaccard": 0.4, "length_ratio": 2.5, "aligned_a": 0.4, "aligned_b": 1.0}, None, "excerpt"),
        (SPUN, {}, None, "spun"),
        (REWORDED, {}, 0.32, "spun"),
        (REWORDED, {}, 0.26, "rewrite"),
        (REWORDED, {"aligned_a": 0.1, "aligned_b": 0.1}, None, "derived"),
    ],
)
def test_relation(text: str, scores: dict[str, Any], unusual: float | None, relation: str) -> None:
    stories = [
        story("a", published="2024-03-03", unusual=0.22),
        story("b", text, published="2024-03-05", unusual=unusual),
    ]
    blocks = (Block(Span(0, len(BODY)), Span(0, len(text)), 0.8),)
    given = Match(key("a"), key("b"), 0.99, SCORES | scores, blocks)
    assert linked(stories, [given]).links[0].relation == relation


def test_exact_copies_share_one_text() -> None:
    stories = [
        story("a"),
        story("b", published="2024-03-05"),
        story("c", published="2024-03-04"),
        story("d", BODY + "End."),
    ]
    links = by_copy(linked(stories, [exact("a", "b"), exact("a", "c"), match("a", "d", jaccard=0.9, kept=1.0)]))
    assert {item.canonical for item in links.values()} == {"c"}
    assert links["a"].relation == links["b"].relation == "exact"
    assert links["d"].relation == "near-duplicate" and links["d"].evidence[0].other in ("a", "c")


def test_a_shared_paragraph_does_not_merge_two_stories() -> None:
    # a and c are stories of their own; b has the end of one and the beginning of the other.
    first = Match(key("a"), key("b"), 0.99, SCORES, (Block(Span(0, 80), Span(0, 80), 0.9),))
    second = Match(key("b"), key("c"), 0.99, SCORES, (Block(Span(300, 380), Span(0, 80), 0.9),))
    stories = [
        story("a", published="2024-03-01"), story("b", published="2024-03-09"), story("c", published="2024-03-02"),
    ]  # fmt: skip
    links = linked(stories, [first, second]).links
    assert [(item.copy, item.canonical) for item in links if item.status == "linked"] == [("b", "a")]


def test_an_excerpt_of_a_copy_is_inferred() -> None:
    first = match("a", "b")
    second = Match(key("b"), key("c"), 0.99, SCORES, (Block(Span(0, 80), Span(0, 80), 0.9),))
    stories = [
        story("a", published="2024-03-01"), story("b", published="2024-03-02"), story("c", published="2024-03-09"),
    ]  # fmt: skip
    item = by_copy(linked(stories, [first, second]))["c"]
    assert (item.canonical, item.via, item.basis, item.status) == ("a", ("b",), "inferred", "linked")


def test_a_long_chain_stays_several_stars() -> None:
    names = [f"s{number:02d}" for number in range(12)]
    stories = [story(name, published=f"2024-03-{number + 1:02d}") for number, name in enumerate(names)]
    found = linked(stories, [match(one, two) for one, two in pairwise(names)])
    canonicals = {item.canonical for item in found.links if item.status == "linked"}
    assert len(canonicals) > 2
    assert not canonicals & {item.copy for item in found.links if item.status == "linked"}


def test_thin_evidence_is_for_a_person() -> None:
    (item,) = linked([story("a"), story("b")], [match("a", "b", 0.6)]).links
    assert item.status == "review"
    assert linked([story("a"), story("b")], [match("a", "b", 0.3)]).links == ()
