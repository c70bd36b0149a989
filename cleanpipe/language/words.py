"""How likely a word is in a language, from wordfreq's tables.

The tables are looked up directly: wordfreq's own functions want a tokeniser for Chinese, Japanese and Korean that is a
separate installation, and cost ten times as much for a single word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from math import log10
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cleanpipe.language.word_table import WordTable

DEFAULT_LANGUAGE = "en"
CACHED_WORDS, CACHED_CODES = 1 << 18, 1 << 10

BREAK_PENALTY = 1.0
"""Zipf units taken off for each word boundary that had to be guessed, after wordfreq's INFERRED_SPACE_FACTOR of 10."""

LONGEST_UNSPACED = 64
"""A run of Han or Kana longer than this is no word and isn't taken apart."""

# Codes that wordfreq files under another one.
_FILED_UNDER = {"no": "nb", "nn": "nb", "sr": "sh", "hr": "sh", "bs": "sh", "tl": "fil", "yue": "zh", "wuu": "zh"}
_UNSPACED = frozenset({"zh", "ja"})
_PARTS = re.compile(r"[\w\u200c\u200d]+(?:'[\w]+)*")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\N{SOFT HYPHEN}": None})


def has_words(lang: str | None) -> bool:
    """Whether there is a table for this language. For those without, and None, `zipf` looks words up in English."""
    return lang is not None and _filed(lang) in _available()


@lru_cache(maxsize=CACHED_CODES)
def table_code(lang: str | None) -> str:
    """Code of the table in which `zipf` looks words of a language up."""
    return _filed(lang) if lang is not None and has_words(lang) else DEFAULT_LANGUAGE


@lru_cache(maxsize=CACHED_WORDS)
def zipf(word: str, lang: str | None) -> float:
    """How often a word occurs, on the Zipf scale: the decimal logarithm of its count in a billion words, 0 to 8.

    0.0 for what the table doesn't have. A word of several parts ("co-operation") is rarer than its rarest part; a
    number gets the share that numbers of its size have. Case, typographic quotes, vowel points and traditional
    characters make no difference. `lang` is an ISO 639-1 code; None, or a language without a table,
    is looked up in English.

    >>> zipf("The", "en"), zipf("quota", "en"), zipf("qxzzyv", "en")
    (7.73, 3.53, 0.0)
    """
    code = table_code(lang)
    table = _table(code)
    folded = _folder(code)(word).translate(_QUOTES)
    value = _look_up(folded, table)
    if value is None:
        parts = [part for run in _PARTS.findall(folded) for part in _elided(run, table)]
        if code in _UNSPACED and len(folded) <= LONGEST_UNSPACED:
            return _unspaced("".join(parts), table)
        if not parts or parts == [folded]:
            return 0.0
        values = [_look_up(part, table) for part in parts]
        if None in values:
            return 0.0
        value = _together([cast(float, item) for item in values])
    return max(0.0, round(value, 2))


def _elided(run: str, table: Mapping[str, float]) -> list[str]:
    """French and Italian leave the vowel of a small word out: "l'homme" is "l" and "homme"."""
    return [run] if run in table or "'" not in run else [part for part in run.split("'") if part]


def _look_up(word: str, table: Mapping[str, float]) -> float | None:
    if not word.isascii() or not any("0" <= character <= "9" for character in word):
        share = table.get(word)
    else:
        from wordfreq.numbers import digit_freq, smash_numbers

        smashed = smash_numbers(word)
        share = table.get(smashed)
        if share is not None and smashed != word:
            share *= digit_freq(word)
    return 9.0 + log10(share) if share else None


def _together(values: list[float]) -> float:
    """Zipf value of several words in a row, 1/f = 1/f1 + 1/f2 + ..., as wordfreq combines them."""
    return -log10(sum(10.0**-value for value in values))


def _unspaced(text: str, table: Mapping[str, float]) -> float:
    """Zipf value of a text without spaces, cut from the left into the longest words that the table has."""
    values: list[float] = []
    start = 0
    while start < len(text):
        for end in range(len(text), start, -1):
            value = _look_up(text[start:end], table)
            if value is not None:
                values.append(value)
                start = end
                break
        else:
            return 0.0
    if not values:
        return 0.0
    return max(0.0, round(_together(values) - BREAK_PENALTY * (len(values) - 1), 2))


def _filed(lang: str) -> str:
    base = lang.replace("_", "-").split("-")[0].lower()
    return _FILED_UNDER.get(base, base)


@cache
def _available() -> frozenset[str]:
    from wordfreq import available_languages

    return frozenset(available_languages("best"))


def frequencies(lang: str) -> Mapping[str, float]:
    """Word to share of all words, commonest first. LookupError for a language without a table."""
    if not has_words(lang):
        raise LookupError(f"there is no list of words for {lang!r}")
    return _table(_filed(lang))


def letter_words(lang: str) -> Iterator[tuple[float, list[str]]]:
    """The listed words that are letters alone, as they are listed (`fold`), by their Zipf frequency, commonest first.

    None for languages whose words are put together from parts.
    """
    code = _filed(lang)
    if code not in _UNSPACED:
        for share, listed in _table(code).lists():
            yield max(0.0, round(9.0 + log10(share), 2)), list(filter(str.isalpha, listed))


def fold(word: str, lang: str) -> str:
    """The word in the form that the table of a language has it in: casefolded, without vowel points, simplified."""
    return _folder(_filed(lang))(word).translate(_QUOTES)


@cache
def _table(code: str) -> WordTable:
    """Word to share of all words."""
    from cleanpipe.language.word_table import word_table

    return word_table(code)


@cache
def _folder(code: str) -> Callable[[str], str]:
    """What brings a word into the form that the table has it in."""
    import langcodes
    from wordfreq.preprocess import preprocess_text

    language = langcodes.get(code)
    simplified = _simplified() if code == "zh" else None

    def fold(word: str) -> str:
        folded: str = preprocess_text(word, language)
        return folded.translate(simplified) if simplified else folded

    return fold


@cache
def _simplified() -> dict[int, str]:
    """Traditional to simplified characters. wordfreq.chinese, which has it, can't be imported without jieba."""
    import gzip

    import msgpack  # type: ignore[import-untyped]
    from wordfreq.util import data_path

    with gzip.open(data_path("_chinese_mapping.msgpack.gz")) as packed:
        return cast("dict[int, str]", msgpack.load(packed, raw=False, strict_map_key=False))
