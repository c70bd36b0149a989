"""Laws of repair: undo, idempotence, edits that say what they do, time in proportion to the text."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleanpipe.model import Edit, Profile
from cleanpipe.repair import mark_furniture, repair, repair_text, undo
from cleanpipe.text.offsets import apply, compose, normalise, revert

SURROGATES = ["\ud800", "\ud83d", "\ude00", "\udbff", "\udc80", "\udfff"]
ANY_TEXT = st.text(st.characters() | st.sampled_from(SURROGATES), max_size=80)
SCRAPS = [
    *("the", "harbour", " ", " ", "\n", ".", ",", "’", "“", "é", "ć", "ж", "ب", "中", "1", "-", "?", "&", ";"),
    *("â€™", "Ã©", "Ã ", "â", "€", "™", "Ã", "Â", "â˘", "âŁ", "â¤", "⢠", "⣠", "⤠", "вЂ", "╨", "╤", "Р", "С", "√", "©"),
    *("\u2062", "\u200b", "\u00ad", "\ufeff", "\u200d", "\u200f", "\U000e0069", "\ufe0f", "😀", "\x00", "\x19", "\x1c"),
    *(
        "\x1d",
        "\x92",
        "\x93",
        "\x9d",
        "\ufffd",
        "&amp;",
        "&eacute;",
        "&#146;",
        "\\u2019",
        "\\ud83d",
        *SURROGATES,
        "\u0301",
        "ﬁ",
    ),
]
DAMAGED = st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join)
PROFILES: list[Profile] = ["archival", "plain"]


@pytest.mark.parametrize("profile", PROFILES)
@given(text=ANY_TEXT | DAMAGED)
@example(text="\ud800\udfff\x00\u0301")
@settings(max_examples=120, deadline=None)
def test_undo_gives_the_text_back(profile: Profile, text: str) -> None:
    repaired = repair(text, profile=profile)
    assert undo(repaired) == text
    assert apply(text, repaired.edits) == repaired.text


@pytest.mark.parametrize("profile", PROFILES)
@given(text=ANY_TEXT | DAMAGED)
@settings(max_examples=120, deadline=None)
def test_repaired_text_is_sound(profile: Profile, text: str) -> None:
    once = repair_text(text, profile=profile)
    assert repair_text(once, profile=profile) == once


@pytest.mark.parametrize("lang", ["de", "ru", "zh", "xx"])
@given(text=DAMAGED)
@settings(max_examples=40, deadline=None)
def test_both_hold_where_the_language_is_said(lang: str, text: str) -> None:
    repaired = repair(text, profile="plain", lang=lang)
    assert undo(repaired) == text
    assert repair(repaired.text, profile="plain", lang=lang).edits == ()


@pytest.mark.parametrize("profile", PROFILES)
@given(text=ANY_TEXT | DAMAGED)
@settings(max_examples=80, deadline=None)
def test_edits_are_minimal_sorted_and_true(profile: Profile, text: str) -> None:
    repaired = repair(text, profile=profile)
    at = 0
    for edit in repaired.edits:
        assert edit.start >= at
        assert text[edit.start : edit.end] == edit.before != edit.after
        assert edit.rules
        assert 0 < edit.confidence <= 1
        assert not (edit.before[:1] and edit.before[:1] == edit.after[:1])
        at = edit.end
    for edit in repaired.considered:
        assert text[edit.start : edit.end] == edit.before


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda c: c not in "&\\?"), max_size=200))
@settings(max_examples=100, deadline=None)
def test_plain_ascii_is_sound(text: str) -> None:
    assert repair(text).edits == ()


def _edits(draw: st.DrawFn, text: str) -> list[Edit]:
    edits: list[Edit] = []
    at = 0
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(at, len(text)))
        end = draw(st.integers(start, len(text)))
        after = draw(st.text("xyz", max_size=3))
        if edits and start == edits[-1].end and (start == end or edits[-1].start == edits[-1].end):
            continue
        edits.append(Edit(start, end, text[start:end], after, ("r",), 1.0))
        at = end
    return edits


@st.composite
def two_steps(draw: st.DrawFn) -> tuple[str, list[Edit], list[Edit]]:
    text = draw(st.text("ab\ud83d\ude00", max_size=12))
    first = _edits(draw, text)
    return text, first, _edits(draw, apply(text, first))


@given(steps=two_steps())
@settings(max_examples=400, deadline=None)
def test_composed_edits_do_what_both_do(steps: tuple[str, list[Edit], list[Edit]]) -> None:
    text, first, second = steps
    final = apply(apply(text, first), second)
    for together in (compose(first, second), compose(normalise(first), normalise(second))):
        assert apply(text, together) == final
        assert revert(final, together) == text
        assert all(text[edit.start : edit.end] == edit.before for edit in together)


@given(text=ANY_TEXT)
@settings(max_examples=100, deadline=None)
def test_furniture_is_sorted_and_apart(text: str) -> None:
    at = 0
    for mark in mark_furniture(text):
        assert at <= mark.start < mark.end <= len(text)
        at = mark.end


HOSTILE = (
    *(
        "the boats of the harbour left, ",
        "the boat’s crew “left” – ",
        "рыбаки ушли в море ",
        "â",
        "â€",
        "â€™",
        "Ã©",
        "é ",
    ),
    *(
        "&amp;",
        "&",
        "\\u2019",
        "\u200b",
        "\u0301",
        "a\u00ad",
        "\x00",
        "⢠",
        "a?s ",
        "\ud800",
        "a\ufffd ",
        "\u2062x",
        "р",
        "«",
    ),
    *("expe-\ncting ", "Ã© x\n", "\u00a0"),
)


def calls(text: str) -> int:
    """Functions called, Python's and C's, while a text is repaired."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        repair(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    small, large = (unit * (size // len(unit)) for size in (8_000, 32_000))
    repair(small)  # loads what it needs
    assert calls(large) < 6 * calls(small) + 1_000  # of four times the text; a quadratic step would make it 16 times
    started = time.process_time()
    assert undo(repair(large)) == large
    assert time.process_time() - started < 10  # a quadratic step in C takes minutes


def test_a_long_line_of_words_in_two_charsets_takes_linear_time() -> None:
    started = time.process_time()
    assert repair_text("×ÜÍ³¼ÇÕß»á cafÃ©, " * 8_000) == "×ÜÍ³¼ÇÕß»á café, " * 8_000
    assert time.process_time() - started < 30  # three minutes where each word is compared with all sequences
