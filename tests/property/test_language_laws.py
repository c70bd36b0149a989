"""Laws of the language room: spans of sentences, probabilities of words."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleanpipe.language.identify import identify
from cleanpipe.language.sentences import LONGEST, sentences
from cleanpipe.language.words import zipf

PIECES = [
    "Mr",
    "He",
    "the",
    "U.S",
    ".",
    "!",
    "。",
    "؟",
    " ",
    "\n",
    "    ",
    "“",
    "”",
    '"',
    "»",
    "1",
    "ก",
    "и",
    ")",
    "\u00a0",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
LANGS = st.sampled_from([None, "en", "de", "zh", "th", "xx", "el"])


@settings(deadline=None)  # the first call loads a table or a model
@given(TEXTS, LANGS)
@example("\x1c. a\x1c", None)
@example("x" * (3 * LONGEST), "en")
def test_sentences_cover_the_text_in_order(text: str, lang: str | None) -> None:
    end = 0
    for span in sentences(text, lang):
        assert not text[end : span.start].strip()
        assert span.end > span.start >= end
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        assert span.end - span.start <= LONGEST
        end = span.end
    assert not text[end:].strip()


@settings(deadline=None)  # the first call loads a table or a model
@given(st.text(max_size=30), LANGS)
def test_a_word_has_a_frequency(word: str, lang: str | None) -> None:
    assert 0.0 <= zipf(word, lang) <= 8.0


@settings(deadline=None)  # the first call loads a table or a model
@given(st.text(max_size=80))
def test_a_language_or_none(text: str) -> None:
    lang, probability = identify(text)
    assert lang is None or (len(lang) == 2 and probability >= 0.5)
    assert 0.0 <= probability <= 1.0
