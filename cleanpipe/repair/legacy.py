"""Text in one legacy charset that was read as another: nothing is malformed, only the words tell.

A text is suspected where most of its words beyond ASCII are no words of its language. A reading is believed where most
of them become words of the language that the text then is in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleanpipe.errors import RuleError
from cleanpipe.model import Edit
from cleanpipe.repair.codecs import decoding_table, encoding_table
from cleanpipe.repair.rules import Found
from cleanpipe.repair.score import oddness
from cleanpipe.text.offsets import difference
from cleanpipe.text.scripts import is_unspaced, script_of

MIN_WORDS = 3
"""Words beyond ASCII that a text needs: one or two may be names."""

MIN_KNOWN = 0.6
"""Share of them that have to be words after decoding. Names and rare forms are the rest."""

MAX_KNOWN_BEFORE = 0.34
"""Share of them that may be words before decoding."""

MIN_LEAD = 0.4
"""How much the share has to grow."""

MIN_DENSE_CHARACTERS = 6
MIN_DENSE_ZIPF = 3.0
"""Han, Kana and Hangul texts: at least so many such characters, as common as this in the mean (Zipf scale)."""

SAMPLE = 4000
"""Characters that the words are counted in."""

_WORD = re.compile(
    r"[^\s!-&(-@\[-`{-~“”„«»…–—。，、！？：；（）]*[^\x00-\x7f][^\s!-&(-@\[-`{-~“”„«»…–—。，、！？：；（）]*"
)
_TOUCHING = re.compile(r"[a-z][\u3040-\u9fff\uac00-\ud7a3]|[\u3040-\u9fff\uac00-\ud7a3][a-z]")
_STRANGE = re.compile("[^\x00-\x7f’‘“”–—…\u00a0\u00ad€£¥$°®©™²³½¼¾·•§«»´]|\\w[“”‘„‚—–…°£¢¥§³¹¼½¾¿»«](?=[a-z])")
_LETTER = re.compile(r"[^\W\d_]{2}")
_TYPOGRAPHY = re.compile("(’|(?<![^\\W\\d_])[‘“”–—…„‚•€£\u00a0«»°®™©]|[‘“”–—…„‚•€£\u00a0«»°®™©](?![^\\W\\d_]))")
_STAYING = frozenset("’‘“”–—…„‚•€£\u00a0«»°®™©")
_DENSE = {
    "gbk": "zh",
    "gb18030": "zh",
    "big5": "zh",
    "euc_kr": "ko",
    "cp949": "ko",
    "shift_jis": "ja",
    "cp932": "ja",
    "euc_jp": "ja",
}


@dataclass(frozen=True, slots=True)
class LegacyEngine:
    """Tries every pair of the charset a text was read as and the one it was in."""

    characters: str | None
    id: str
    confidence: float
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> LegacyEngine:
        for key in ("charsets", "read_as"):
            if key not in table:
                raise RuleError(f"{where}: {key} is missing; the engine 'legacy' needs it")
        try:
            for charset in table["read_as"]:
                decoding_table(charset)
            for charset in table["charsets"]:
                b"a".decode(charset)
        except LookupError as error:
            raise RuleError(f"{where}: {error}; name charsets that Python knows") from error
        pairs = tuple((was, true) for was in table["read_as"] for true in table["charsets"] if was != true)
        return cls(None, table["id"], float(table["confidence"]), pairs)

    def find(self, text: str, lang: str | None) -> Found:
        """Edits for every line that the best pair improves."""
        if text.isascii():
            return Found([], [])
        sample = text[:SAMPLE]
        words = _words(sample)
        dense = oddness(sample) >= MIN_DENSE_CHARACTERS
        if (len(words) < MIN_WORDS and not dense) or _dense(sample) > 0:
            return Found([], [])
        before = _known(words, sample, lang) if len(words) >= MIN_WORDS else 0.0
        if before > MAX_KNOWN_BEFORE:
            return Found([], [])
        best: tuple[float, int] | None = None
        for index, (was, true) in enumerate(self.pairs):
            decoded = _recode(sample, was, true)
            if decoded is None or decoded == sample:
                continue
            score = _dense_score(sample, decoded, true) if true in _DENSE else _score(decoded, before)
            if score is not None and (best is None or score > best[0]):
                best = score, index
        if best is None:
            return Found([], [])
        return Found(self._edits(text, *self.pairs[best[1]]), [])

    def _edits(self, text: str, was: str, true: str) -> list[Edit]:
        edits: list[Edit] = []
        at = 0
        for line in text.split("\n"):
            decoded = None if line.isascii() else _recode(line, was, true)
            if decoded is not None:
                edits += difference(line, decoded, (self.id,), self.confidence, at)
            at += len(line) + 1
        return edits


def _recode(text: str, was: str, true: str) -> str | None:
    """The text as it reads in the charset `true`, None where it can't have been read as `was`.

    Typography that `was` doesn't have came from elsewhere and stays. What it has may only change inside words.
    """
    table = encoding_table(was)
    parts = []
    for part in _TYPOGRAPHY.split(text):
        if part in _STAYING and part not in table:
            parts.append(part)
            continue
        try:
            data = bytes(table[character] for character in part)
            parts.append(data.decode(true) if true in _DENSE else "".join(map(decoding_table(true).__getitem__, data)))
        except (KeyError, UnicodeDecodeError):
            return None
        if part in _STAYING and parts[-1] != part and true not in _DENSE:
            return None
    return "".join(parts)


def _score(decoded: str, before: float) -> float | None:
    words = _words(decoded)
    if len(words) < MIN_WORDS or re.search("[\x80-\x9f]", decoded):
        return None
    odd = oddness(decoded)
    if odd > len(words) // 4:
        return None
    known = _known(words, decoded, None)
    return known - odd / len(words) if known >= MIN_KNOWN and known - before >= MIN_LEAD else None


def _words(text: str) -> list[str]:
    """The distinct words of a text that hold something beyond ASCII and plain typography."""
    return [word for word in dict.fromkeys(_WORD.findall(text)) if _STRANGE.search(word) and _LETTER.search(word)]


def _known(words: Sequence[str], text: str, lang: str | None) -> float:
    from cleanpipe.language.words import has_words, zipf
    from cleanpipe.repair.words import language_of

    lang = lang or language_of(text)
    if lang is None or not has_words(lang):
        return 0.0 if oddness(text) >= MIN_WORDS or lang is None else 1.0
    return sum(zipf(word, lang) > 0 for word in words) / len(words)


def _dense(text: str) -> int:
    return sum(is_unspaced(script := script_of(c)) or script == "Hangul" for c in text if c > "\u1000")


def _dense_score(before: str, decoded: str, charset: str) -> float | None:
    from cleanpipe.language.words import zipf

    lang = _DENSE[charset]
    letters = [
        c for c in decoded if "\u1000" < c < "\uff00" and (is_unspaced(script := script_of(c)) or script == "Hangul")
    ]
    others = [c for c in decoded if c > "\x7f" and c.isalpha() and c not in letters]
    if (
        len(letters) < MIN_DENSE_CHARACTERS
        or len(others) > len(letters) // 10
        or oddness(decoded) > oddness(before) // 4
    ):
        return None
    if len(_TOUCHING.findall(decoded)) > len(letters) // 10:
        return None
    scripts = {script_of(c) for c in letters}
    if (lang == "ko") != ("Hangul" in scripts) or (lang == "ja") != bool(scripts & {"Hiragana", "Katakana"}):
        return None
    mean = sum(zipf(c, lang) for c in letters) / len(letters)
    return mean if mean >= MIN_DENSE_ZIPF else None
