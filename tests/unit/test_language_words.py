"""How likely a word is."""

from __future__ import annotations

import pytest

from cleanpipe.language.words import has_words, zipf

COMMON = [
    ("The", "en"),
    ("co-operation", "en"),
    ("don’t", "en"),
    ("1987", "en"),
    ("co\u00adoperate", "en"),
    ("Groß", "de"),
    ("l’homme", "fr"),
    ("Србија", "sr"),
    ("كَلِمَة", "ar"),
    ("中國", "zh"),
    ("中国政府", "zh"),
    ("警察", "ja"),
    ("한국", "ko"),
    ("ministry", None),
    ("ministry", "cy"),
    ("Ministry", "en-GB"),
]


@pytest.mark.parametrize(("word", "lang"), COMMON)
def test_a_common_word(word: str, lang: str | None) -> None:
    assert 3 < zipf(word, lang) <= 8


@pytest.mark.parametrize("word", ["", "--", "qxzzyv", "ministryqxz-the", "\ud83d", "字" * 100])
@pytest.mark.parametrize("lang", ["en", "zh", None])
def test_no_word(word: str, lang: str | None) -> None:
    assert zipf(word, lang) == 0.0


def test_more_parts_are_less_likely() -> None:
    assert zipf("中国政府", "zh") < zipf("政府", "zh")
    assert zipf("ferry-ministry", "en") < zipf("ferry", "en")


def test_languages() -> None:
    assert has_words("hr") and has_words("no") and has_words("zh")
    assert not has_words("cy") and not has_words(None)
