"""Rows of the report's comparison, for two texts and the sentences that correspond in them."""

from __future__ import annotations

import pytest

from cleanpipe.model import Span
from cleanpipe.report.alignment import Pair, by_paragraph, rows

A, B, C, D = "Aa aa.", "Bb bb.", "Cc cc.", "Dd dd."


def pairs(other: str, copy: str, *words: tuple[str, str]) -> list[Pair]:
    def span(text: str, part: str) -> Span:
        start = text.index(part)
        return Span(start, start + len(part))

    return [Pair(span(other, left), span(copy, right)) for left, right in words]


CASES: list[tuple[str, str, str, list[tuple[str, str]], list[str]]] = [
    ("nothing aligned", f"{A} {B}", C, [], [f"dropped {A} {B}|", f"added |{C}"]),
    ("all in order", f"{A} {B}", f"{C} {D}", [(A, C), (B, D)], [f"aligned {A}|{C}", f"aligned {B}|{D}"]),
    (
        "dropped",
        f"{A} {B} {C}",
        f"{A} {C}",
        [(A, A), (C, C)],
        [f"aligned {A}|{A}", f"dropped {B}|", f"aligned {C}|{C}"],
    ),
    ("added", f"{A} {C}", f"{A} {B} {C}", [(A, A), (C, C)], [f"aligned {A}|{A}", f"added |{B}", f"aligned {C}|{C}"]),
    (
        "moved to the front",
        f"{A} {B} {C}",
        f"{C} {A} {B}",
        [(A, A), (B, B), (C, C)],
        [f"moved {C}|{C}", f"aligned {A}|{A}", f"aligned {B}|{B}", f"moved-away {C}|"],
    ),
    ("one answers to two", f"{A} {B}", D, [(A, D), (B, D)], [f"aligned {A} {B}|{D}"]),
    ("two answer to one", D, f"{A} {B}", [(D, A), (D, B)], [f"aligned {D}|{A} {B}"]),
    # A sentence can't be shown beside two that are far apart: the first stays.
    ("torn apart", D, f"{A} {B} {C}", [(D, A), (D, C)], [f"aligned {D}|{A}", f"added |{B} {C}"]),
    ("blank lines cut a passage", f"{A}\n\n{B}\n \n{C}", "", [], [f"dropped {A}|", f"dropped {B}|", f"dropped {C}|"]),
    ("empty texts", "", "", [], []),
    # Evidence names some of the sentences: the others that are on both sides were neither dropped nor added.
    (
        "the same between aligned ones",
        f"{A} {B}\n\n{C} {D}",
        f"{A} {B}\n\n{C} {D}",
        [(A, A), (D, D)],
        [f"aligned {A}|{A}", f"aligned {B}|{B}", f"aligned {C}|{C}", f"aligned {D}|{D}"],
    ),
    (
        "changed a little, between others",
        f"{A}\n\nThe boats came home at noon.\n\n{B}\n\n{C}",
        f"{A}\n\n{D}\n\nThe boats come home at noon.\n\n{C}",
        [(A, A), (C, C)],
        [
            f"aligned {A}|{A}",
            f"added |{D}",
            "aligned The boats came home at noon.|The boats come home at noon.",
            f"dropped {B}|",
            f"aligned {C}|{C}",
        ],
    ),
]


@pytest.mark.parametrize(
    ("other", "copy", "aligned", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_rows(other: str, copy: str, aligned: list[tuple[str, str]], expected: list[str]) -> None:
    found = [
        f"{row.kind} {other[slice(*row.other)] if row.other else ''}|{copy[slice(*row.copy)] if row.copy else ''}"
        for row in rows(other, copy, pairs(other, copy, *aligned))
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("other", "copy", "expected"),
    [
        ("One.\n\nTwo.", "ONE.\n\n\nTWO.", [Pair(Span(0, 4), Span(0, 4)), Pair(Span(6, 10), Span(7, 11))]),
        ("One.\n\nTwo.", "One. Two.", [Pair(Span(0, 10), Span(0, 9))]),
    ],
)
def test_texts_that_are_the_same_but_for_details_go_by_paragraph(other: str, copy: str, expected: list[Pair]) -> None:
    assert by_paragraph(other, copy) == expected


def test_page_furniture_is_a_row_of_its_own() -> None:
    copy = f"Share this {A}"
    found = rows("", copy, [], copy_furniture=[Span(0, 10)])
    assert [(row.kind, row.copy) for row in found] == [("furniture", Span(0, 10)), ("added", Span(11, len(copy)))]


def test_a_skipped_title_makes_no_row() -> None:
    found = rows(f"Title\n\n{A}", A, pairs(f"Title\n\n{A}", A, (A, A)), other_skip=Span(0, 5))
    assert [row.kind for row in found] == ["aligned"]


def test_spans_outside_of_the_text_are_cut() -> None:
    found = rows("ab", "cd", [Pair(Span(-5, 99), Span(0, 99))])
    assert [(row.other, row.copy) for row in found] == [(Span(0, 2), Span(0, 2))]
