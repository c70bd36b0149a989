"""Laws of numbers in words: what another program writes is read, and compiled code reads what Python reads."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from cleanpipe.language.facts import figure_facts
from cleanpipe.language.figures import numbers
from cleanpipe.language.number_tables import NUMBER_LANGUAGES, number_language
from cleanpipe.language.number_words import pieces
from cleanpipe.language.tokens import tokenise
from cleanpipe.match import Compared
from cleanpipe.match.fact_columns import KINDS, fact_columns
from cleanpipe.match.keys import fact_hash
from cleanpipe.match.numbered import numbered

NUMBERS = st.one_of(st.integers(2, 3000), st.integers(2, 10**6 - 1), st.integers(2, 10**9 - 1))


def in_words(number: int, lang: str) -> str:
    """A number in words, without commas, which part numbers, and without a misprint of num2words."""
    return str(num2words(number, lang=lang)).replace(",", "").replace("dicotto", "diciotto")


def is_written_rightly(number: int, lang: str) -> bool:
    """num2words leaves the one of Turkish 31,000 out."""
    return lang != "tr" or number // 1000 % 10 != 1 or number < 10_000


@settings(deadline=None, max_examples=300)
@given(NUMBERS, st.sampled_from(NUMBER_LANGUAGES))
def test_what_is_written_in_words_is_read(number: int, lang: str) -> None:
    if is_written_rightly(number, lang):
        assert [figure.value for figure in numbers(in_words(number, lang), lang)] == [f"{number:.12g}"]


@pytest.mark.parametrize("lang", NUMBER_LANGUAGES)
def test_all_numbers_up_to_two_thousand_are_read(lang: str) -> None:
    for number in range(2, 2100):
        assert [figure.value for figure in numbers(in_words(number, lang), lang)] == [str(number)]


@st.composite
def mixtures(draw: st.DrawFn) -> Compared:
    """Number words in any order, parts of them, whole numbers, and what stands around them."""
    lang = draw(st.sampled_from([*NUMBER_LANGUAGES, "sv", "ja"]))
    known = sorted(pieces(number_language(lang)))
    piece = st.sampled_from(known)
    word = st.one_of(
        piece,
        piece.map(str.capitalize),
        st.lists(piece, max_size=4).map("".join),
        NUMBERS.map(lambda number: in_words(number, lang if lang in NUMBER_LANGUAGES else "en")),
        st.sampled_from(
            ["million", "Millionen", "percent", "%", "k", "12", ",000", "haus", "by", "%50", "yüzde", "五", "割"]
        ),
    )
    joint = st.sampled_from([" ", " ", " ", "-", "", ", "])
    text = "".join(part + draw(joint) for part in draw(st.lists(word, max_size=9)))
    return Compared("a", text, None, None, lang, ())


def compiled_figures(document: Compared) -> list[tuple[int, int, int, int]]:
    """Start, end, rarity in hundredths and hash of each number and date that compiled code finds, sorted."""
    found = fact_columns(numbered([document], document.lang), [document])
    return sorted(
        (start, end, rarity, value)
        for (_, kind, rarity, start, end), value in zip(found.rows.tolist(), found.values.tolist(), strict=True)
        if KINDS[kind] in ("number", "date")
    )


@settings(deadline=None, max_examples=300)
@given(mixtures())
def test_compiled_code_reads_what_python_reads(document: Compared) -> None:
    assert compiled_figures(document) == sorted(
        (fact.place.start, fact.place.end, round(100 * fact.rarity), fact_hash(fact))
        for fact in figure_facts(document.text, tokenise(document.text), document.lang)
    )


@pytest.mark.parametrize(("hundred", "lang"), [("hundert", "de"), ("cento", "it"), ("honderd", "nl"), ("yüz", "tr")])
def test_number_words_written_together_without_end_take_linear_time(hundred: str, lang: str) -> None:
    text = f"{hundred * 150_000} {hundred}"
    started = time.process_time()
    assert [figure.value for figure in numbers(text, lang)] == ["100"]
    figures = compiled_figures(Compared("a", text, None, None, lang, ()))
    assert [(start, end) for start, end, *_ in figures] == [(len(text) - len(hundred), len(text))]
    assert time.process_time() - started < 20
