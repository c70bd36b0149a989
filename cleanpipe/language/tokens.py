"""Words of a text as they are compared: folded for case, accents, quotes and digit separators, each with its place.

The text is cut where it stands and folded word by word, so that a word's offsets are those of the text itself, however
many letters the folding adds or takes away. Folded words are for comparing only; no output ever holds a folded text.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cleanpipe.language.words import zipf
from cleanpipe.model import Span

UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ede\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
"""Letters of scripts written without spaces, where each letter is a token of its own."""

STEM = 6
"""Letters of a word that count where its ending doesn't: "restaurants" and "restaurant", "competing" and "compete"."""

HANGUL_STEM, ARABIC_STEM = 2, 4
"""The same in Korean, whose particles follow words of two or three letters, and in Arabic, behind what is written as
one with the word that follows it."""

CACHE_WORDS = 2_000_000
"""A cache of words is emptied when it holds this many: the vocabulary of some million articles, about 300 MB."""

INNER = "'\u2019\u02bc\uff07\u00ad\u200b-\u200d\u2060\ufeff"
"""What may stand between two letters of a word: apostrophes, the soft hyphen, zero-width characters."""

OPENS = '.!?:…\n"“‘«([*•–—'
"""What between two words makes the second one's capital the sentence's."""

INNER_SIGNS = frozenset("'\u2019\u02bc\uff07")
"""Those of them that folding treats in a way of its own."""

SEPARATORS = ".,\u066b\u066c"
"""What may stand between two digits of a figure."""

_DIGITS = re.compile(f"\\d+(?:[{SEPARATORS}]\\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,\u066c]\d{2,3})*[.,\u066c]\d{3}")


@cache
def combining_marks() -> str:
    """Every mark that may follow a letter."""
    return "".join(c for c in map(chr, range(0x300, 0xFE30)) if unicodedata.category(c) in ("Mn", "Mc"))


@cache
def word_pattern() -> re.Pattern[str]:
    """A token: one letter of an unspaced script with its marks, a figure, or a word with its inner apostrophes.

    Python's `\\w` has no combining marks, without which every second letter of Hindi would end a word.
    """
    marks = combining_marks()
    letters = f"[^\\W\\d_{UNSPACED}]+"
    word = f"{letters}(?:[{marks}]+(?:{letters})?)*"
    return re.compile(f"{word}(?:[{INNER}]{word})*|{_DIGITS.pattern}|[{UNSPACED}][{marks}]*")


_ASCII_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*|\d+(?:[.,]\d+)*")
"""The same for a text in ASCII, where it is twice as fast."""


def fold(word: str) -> str:
    """One word as it is compared: "Café's" and "CAFE’S" are "cafe", "48,000" is "48000", "１２" is "12"."""
    if word[0].isdecimal():
        digits = "".join(str(unicodedata.decimal(c, c)) for c in word)
        return re.sub(r"[.,\u066c]", "", digits) if _GROUPED.fullmatch(digits) else digits.replace(",", ".")
    if word.isascii():
        lowered = word.lower()
    else:
        # Case goes after compatibility (mathematical letters have none until then), and may leave marks of its own.
        plain = unicodedata.normalize("NFKD", word.replace("\u2019", "'").replace("\u02bc", "'"))
        parts = unicodedata.normalize("NFKD", plain.casefold())
        # Marks are letters' own in most scripts (Hindi's vowels); accents may be dropped only where they are spelling
        # habits of Latin, Greek and Cyrillic, whose blocks end at U+052F.
        base = parts[0] < "\u0530" or "\u1e00" <= parts[0] < "\u2000"
        lowered = "".join(c for c in parts if not (base and unicodedata.combining(c)))
        if not base:
            lowered = unicodedata.normalize("NFC", lowered)
    if lowered.isalnum():
        return lowered
    lowered = lowered.removesuffix("'s")
    kept = "".join(c for c in lowered if c.isalnum() or unicodedata.category(c)[0] == "M")
    return kept or word


def stem_of(word: str) -> str:
    """What counts of a folded word where its ending, and in Arabic its beginning, doesn't.

    >>> stem_of("restaurants"), stem_of("서울에서"), stem_of("والحكومة")
    ('restau', '서울', 'حكوم')
    """
    if word[0] < "\u0600":
        return word[:STEM]
    if "\uac00" <= word[0] <= "\ud7a3":
        return word[:HANGUL_STEM]
    return _arabic_prefix().sub("", word)[:ARABIC_STEM] if word[0] <= "\u06ff" else word[:STEM]


@cache
def _arabic_prefix() -> re.Pattern[str]:
    """The article, and what is written together with it or without it: and, so, in, like, for.

    After the light stemmers of Larkey, Ballesteros and Connell (2002), which leave three letters at least.
    """
    letters = "[\u0621-\u064a]"
    return re.compile(
        f"^(?:\u0648?(?:[\u0628\u0643\u0641]?\u0627\u0644|\u0644\u0644)(?={letters}{{3}})|[\u0648\u0641](?={letters}{{4}}))"
    )


def hash_word(word: str) -> int:
    """64-bit hash of a folded word: the first 8 bytes of BLAKE2b, little endian, of its UTF-8."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class _Folded(dict[str, str]):
    def __missing__(self, word: str) -> str:
        if len(self) >= CACHE_WORDS:
            self.clear()
        self[word] = folded = fold(word)
        return folded


class _Hashed(dict[str, int]):
    def __missing__(self, word: str) -> int:
        if len(self) >= CACHE_WORDS:
            self.clear()
        self[word] = value = hash_word(word)
        return value


FOLDED = _Folded()
"""Cache of `fold`."""

HASHED = _Hashed()
"""Cache of `hash_word`."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Folded words, the words as they stand, and the place of each, as parallel lists."""

    words: list[str]
    raw: list[str]
    starts: list[int]
    ends: list[int]

    def within(self, span: Span) -> range:
        """Indices of the words that begin inside a span of the text."""
        return range(bisect_right(self.starts, span.start - 1), bisect_right(self.starts, span.end - 1))


def tokenise(text: str, skip: Sequence[Span] = ()) -> Tokens:
    """Words of a text outside the spans to skip, which are sorted and don't overlap."""
    pattern = _ASCII_WORD if text.isascii() else word_pattern()
    if not skip:
        found = list(pattern.finditer(text))
        raw = [match.group() for match in found]
        spans = [match.span() for match in found]
        return Tokens(list(map(FOLDED.__getitem__, raw)), raw, [s for s, _ in spans], [e for _, e in spans])
    words: list[str] = []
    raw, starts, ends = [], [], []
    at, skips = 0, len(skip)
    for match in pattern.finditer(text):
        start, end = match.span()
        while at < skips and skip[at].end <= start:
            at += 1
        if at < skips and skip[at].start < end:
            continue
        raw.append(match.group())
        words.append(FOLDED[raw[-1]])
        starts.append(start)
        ends.append(end)
    return Tokens(words, raw, starts, ends)


def is_letter_token(word: str) -> bool:
    """Whether a token is a single letter of an unspaced script, which says little without its neighbour."""
    return word[0] >= "\u0e01" and _unspaced().match(word) is not None


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")


class _Commonness(dict[str, float]):
    """Word as it stands to Zipf frequency, for one language."""

    def __init__(self, lang: str | None) -> None:
        super().__init__()
        self.lang = lang

    def __missing__(self, word: str) -> float:
        if len(self) >= CACHE_WORDS:
            self.clear()
        self[word] = value = zipf_either(word, FOLDED[word], self.lang)
        return value


def zipf_either(word: str, folded: str, lang: str | None) -> float:
    """The Zipf frequency of a word as it stands or of its folded form, whichever is higher."""
    value = zipf(word, lang)
    return value if folded == word else max(value, zipf(folded, lang))


@cache
def commonness(lang: str | None) -> _Commonness:
    """Cache of the Zipf frequency of words as they stand; the higher one of the word and its folded form."""
    return _Commonness(lang)
