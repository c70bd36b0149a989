"""The order of the review queue, what counts again after an undo, and what is a conflict: tables of cases."""

from __future__ import annotations

import pytest

from cleanpipe.decisions import Listed, Standing
from cleanpipe.model import Decision, Verdict
from cleanpipe.review.conflicts import conflicts
from cleanpipe.review.links import Linked, subject_of
from cleanpipe.review.queue import cases, doubt
from cleanpipe.review.undoing import counted_before


def link(copy: str, *, confidence: float = 0.99, direction: float | None = 0.99, **more: object) -> Linked:
    given = {
        "copy": copy,
        "canonical": "original",
        "story": "original",
        "subject": frozenset((copy, "original")),
        "relation": "spun",
        "status": "linked",
        "via": (),
        **more,
    }
    return Linked(confidence=confidence, direction=direction, **given)  # type: ignore[arg-type]


def said(
    number: int,
    verdict: Verdict,
    copy: str | None = "b",
    canonical: str | None = "original",
    *,
    by: str = "Ana",
    newer: Decision | None = None,
    standing: Standing = "counts",
    against: tuple[str, ...] = (),
) -> Listed:
    decision = Decision(copy, canonical, verdict, "", by, f"2024-05-01T00:00:{number:02}Z")
    return Listed(number, decision, standing, newer, against)


@pytest.mark.parametrize(
    ("links", "order"),
    [
        ([link("sure", confidence=0.99), link("even", confidence=0.5)], ["even", "sure"]),
        ([link("likely", confidence=0.7), link("unlikely", confidence=0.35)], ["unlikely", "likely"]),
        ([link("even", confidence=0.5), link("waits", confidence=0.1, status="review")], ["waits", "even"]),
        ([link("sure"), link("which", direction=0.5)], ["which", "sure"]),
        ([link("absent", direction=None), link("which", direction=0.5)], ["which", "absent"]),
        ([link("link", confidence=0.5), link("which", direction=0.5, story="other")], ["link", "which"]),
        (
            [
                link("one", confidence=0.6),
                link("held", confidence=0.6),
                *(link(name, confidence=0.999, via=("held",)) for name in "xy"),
            ],
            ["held", "one", "x", "y"],
        ),
        (
            [link("one", confidence=0.6)]
            + [link(name, confidence=0.6, subject=frozenset(("words", "original"))) for name in "xyz"],
            ["x", "one"],
        ),
        ([link("b"), link("a")], ["a", "b"]),
    ],
    ids=[
        *("doubt", "nearer to even odds", "what waits", "who copied whom", "an absent original"),
        *("half a doubt", "what rests on it", "the same words are one case", "else by name"),
    ],
)
def test_the_order(links: list[Linked], order: list[str]) -> None:
    assert [case.link.copy for case in cases(links, [], "Ana")] == order


@pytest.mark.parametrize(
    ("decision", "rank"),
    [
        (said(1, "accept"), "decided"),
        (said(1, "accept", "original", "b"), "decided"),
        (said(1, "accept", by="Bo"), "decided"),
        (said(1, "unsure"), "decided"),
        (said(1, "unsure", by="Bo"), "waiting"),
        (said(1, "accept", against=("An older one was added.",)), "contradicted"),
        (said(1, "accept", standing="overruled", newer=said(2, "reject").decision), "linked"),
        (said(1, "withdraw"), "linked"),
        (said(1, "accept", "c"), "linked"),
        (said(1, "canonical", None), "linked"),
    ],
    ids=str,
)
def test_what_was_decided_is_out_of_the_queue(decision: Listed, rank: str) -> None:
    status = "review" if decision.decision.verdict == "unsure" else "linked"
    (case,) = cases([link("b", status=status)], [decision], "Ana")
    assert case.rank == rank


def test_doubt_is_greatest_at_even_odds() -> None:
    shares = [0.0, 0.1, 0.3, 0.5]
    assert [doubt(share) for share in shares] == sorted(doubt(share) for share in shares)
    assert all(doubt(share) == pytest.approx(doubt(1 - share)) for share in shares)


def test_a_decision_is_about_words_and_between_the_same_words_about_documents() -> None:
    decision = Decision("k1", "k2", "accept", "", "Ana", "2024-05-01T00:00:00Z", copy_words="w1", canonical_words="w2")
    assert subject_of(decision) == frozenset(("w1", "w2"))
    same = Decision("k1", "k2", "accept", "", "Ana", "2024-05-01T00:00:00Z", copy_words="w", canonical_words="w")
    assert subject_of(same) == frozenset(("k1", "k2"))
    assert subject_of(Decision("k1", None, "independent", "", "Ana", "2024-05-01T00:00:00Z")) is None


A1, R2, W3, A4, U5 = (
    *(said(1, "accept"), said(2, "reject"), said(3, "withdraw"), said(4, "accept"), said(5, "unsure")),
)
I1 = said(1, "independent", "b", None)


@pytest.mark.parametrize(
    ("decisions", "gone", "back", "again"),
    [
        ([A1], {}, {1}, []),
        ([A1, R2], {1: 2}, {2}, [A1]),
        ([A1, W3, A4], {1: 4, 3: 4}, {4}, []),
        ([A1, R2, W3, A4, U5], {1: 5, 2: 5, 3: 5, 4: 5}, {5}, [A4]),
        ([I1, R2, A4], {1: 4, 2: 4}, {4}, [I1, R2]),
        ([A1, said(2, "accept", "c"), R2], {1: 2}, {2}, [A1]),
    ],
    ids=[
        "nothing",
        "the other verdict",
        "not what was taken back",
        "the last alone",
        "each of its own",
        "no other pair",
    ],
)
def test_what_counts_again(decisions: list[Listed], gone: dict[int, int], back: set[int], again: list[Listed]) -> None:
    assert counted_before(decisions, gone, back) == [item.decision for item in again]


BO = said(2, "reject", by="Bo")
GAVE_WAY = said(1, "accept", standing="overruled", newer=BO.decision)


@pytest.mark.parametrize(
    ("decisions", "found"),
    [
        ([GAVE_WAY, BO], [(2, [1])]),
        ([said(1, "accept", by="Bo", standing="overruled", newer=BO.decision), BO], []),
        ([said(1, "accept"), said(2, "accept", by="Bo")], []),
        ([GAVE_WAY, BO, said(3, "reject")], []),
        ([said(1, "accept"), said(2, "reject", by="Bo", standing="overruled", newer=A4.decision), A4], []),
        ([said(1, "accept", standing="withdrawn", newer=said(2, "withdraw", by="Bo").decision)], []),
    ],
    ids=["two people", "one person", "they agree", "said again by the winner", "said again by the loser", "taken back"],
)
def test_conflicts(decisions: list[Listed], found: list[tuple[int, list[int]]]) -> None:
    shown = conflicts(decisions)
    assert [(item.counts.number, [other.number for other in item.others]) for item in shown] == found
