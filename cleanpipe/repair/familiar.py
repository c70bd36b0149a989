"""Knows sound text by its words: those that the language has, and that no engine would touch. Quick for words seen.

English needs none of this (`precheck.py`); Polish or Russian has letters in every line that a wrong charset could have
made, and only the words say that none did.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from heapq import nlargest

from cleanpipe.repair.candidates import layer
from cleanpipe.repair.evidence import ODD_RATE
from cleanpipe.repair.rules import Rule
from cleanpipe.repair.score import oddness

SAMPLE_BYTES = 160
"""UTF-8 that the language is told by: 25 words of a Western language, 14 of Russian. Of 825 samples in 25 languages all
were told rightly: `python bench/repair.py --languages`. It is half of what all this costs."""

SAMPLE_LINES = 4
"""Lines that it is taken from, the longest ones."""

ENGLISH_WORDS = (b" the ", b" of ", b" and ")
ENGLISH_DISTANCE = 200
"""Bytes of a text in which English has one of these words at least. It has 2.5 of them, Dutch with its "of" 0.1, other
languages less: `python bench/repair.py --languages`."""

STRANGE_PER_ODD = 12
"""Words beyond ASCII that a line needs for each that is like none of the language: names and borrowed words. A line
that was read in a wrong charset has one in two of them."""

RARE = 3e-5
"""Share of the letters in a language's words from which one is a letter of the language."""

STABLE = "áäçéëíîóôöúü"
"""Letters that are the same in the Windows charsets of Western and Central Europe."""

LEADS = "âãÂÃ"
"""What UTF-8 in a wrong charset begins with, and what is left of it where bytes were lost; never proof of a name."""

MAX_KNOWN = 1 << 17
"""Words kept in mind for a language, with the punctuation that they stand with."""

LOW_CLOSE = frozenset(
    ("bg", "bs", "cs", "da", "de", "et", "hr", "hu", "is", "lt", "lv", "mk", "pl", "ro", "sk", "sl", "sq", "sr")
)
"""Languages that close quotations with what opens them in English, „so“ or »so«."""

SAME_QUOTES = frozenset(("da", "fi", "nb", "no", "sv"))
"""Languages that open quotations with what closes them in English, ”so”."""

_CLOSING = re.compile(r"(?<=[\w.,!?…])[“«‘](?!\w)")
_OPENING = re.compile(r"(?<!\w)[”»’](?=\w)")
_EDGES = ".,;:!?()[]{}\"'«»„“”‘’‚‹›…–—،؛؟۔।\u00a0"
_PLAIN_EDGES = ".,;:!()"
"""What stands before or after a known word and makes no other one of it. "?" may be a lost byte."""

_APOSTROPHE = re.compile("['’\u200c]")
_SPACE = "\u00a0"
_NEXT_LINE = "\x85"
_STAND_IN = "\uffff"
"""Put for no-break spaces while words are told apart: they are a part of some damage. So is the one control beyond
ASCII that words are told apart at."""

IMPOSSIBLE = re.compile("[\x80-\x9f\ufffd\uffff]|[^\\W\\d_](?:£|[‘“”–—…•§€©®™°][^\\W\\d_])")
"""What no word that is passed over may hold: controls, typography between letters."""

INVISIBLE = "\u200b\u2060\u2061\u2062\u2063\u2064\ufeff"
"""Characters that no one-byte charset has. Other rules judge them; what they stand in is a word all the same."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]+")

_LONE = re.compile(r"(?<![^\s'’])[ÂÃÄÅÎÏÐÑâãŁĂ](?![^\s'’])")
"""Letters by themselves, or beside an apostrophe, that begin UTF-8 in a wrong charset."""


@dataclass(slots=True)
class _Words:
    """The words of a language that were seen, and the letters that its names are written in."""

    letters: frozenset[str]
    fine: set[str] = field(default_factory=set)
    odd: set[str] = field(default_factory=set)

    def may_name(self, word: str) -> bool:
        """Whether a word may be a name: capitalised, or without case, in letters of the language."""
        small = word.lower()
        if (
            len(word) == 1
            or word == small != word.upper()
            or (word[1:] != small[1:] and not (word.isupper() and word[:1] < "\u0250"))
        ):
            return False
        return self.may_spell(word)

    def may_spell(self, word: str) -> bool:
        """Whether all letters are some of the language."""
        return all(letter in self.letters or letter.isascii() for letter in word.lower())


class Familiar:
    """What is known of words, language by language. What it says of a text does not depend on the texts before."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.garbled = tuple(rule for rule in rules if rule.engine == "garbled")
        self.words: dict[str, _Words] = {}

    def knows(self, text: str, data: bytes) -> bool:
        """Whether every line is in the language of the text but for a word in twelve, and no word looks damaged. `data`
        is the text in UTF-8."""
        if _STAND_IN in text or _NEXT_LINE in text:
            return False
        if any(map(text.__contains__, INVISIBLE)):
            text = _INVISIBLE.sub("", text)
        lines = text.replace(_SPACE, _STAND_IN).split("\n")
        lang = "en" if is_english(data) else language_of(lines)
        if lang is None:
            return False
        known = self.words.get(lang)
        if known is None:
            known = self.words[lang] = _Words(_letters(lang))
        for line in lines:
            words = set(line.split())
            left = words - known.fine
            left = {word for word in left if word.strip(_PLAIN_EDGES) not in known.fine} if left else left
            if left:
                new = left - known.odd
                if new and not self._learn(new, known, lang):
                    return False
                odd = len(left - known.fine)
                if odd * STRANGE_PER_ODD > sum(not word.isascii() for word in words):
                    return False
        return True

    def _learn(self, new: set[str], known: _Words, lang: str) -> bool:
        """Tell fine words and odd ones apart. False where one of them is damaged."""
        from ftfy.badness import is_bad

        from cleanpipe.language.likelihood import letter_model
        from cleanpipe.language.likelihood import words as words_of

        model = letter_model(lang)
        if model is None:
            return False
        joined = f" {' '.join(sorted(new))} ".replace(_STAND_IN, _SPACE)
        if IMPOSSIBLE.search(joined) or _hidden().search(joined):
            return False
        if not all(map(known.may_spell, _LONE.findall(joined))):
            return False
        for rule in self.garbled:
            found = rule.find(joined, None)
            if found.edits or found.considered:
                return False
        quotes_off = _CLOSING.sub("", joined) if lang in LOW_CLOSE else joined
        quotes_off = _OPENING.sub("", quotes_off) if lang in SAME_QUOTES | LOW_CLOSE else quotes_off
        if oddness(quotes_off) or is_bad(quotes_off):
            return False
        if len(known.fine) + len(known.odd) > MAX_KNOWN:
            known.fine.clear()
            known.odd.clear()
        for word in new:
            core = word.strip(_EDGES)
            if core in model.shares or core.lower() in model.shares:
                known.fine.add(word)
                continue
            odd = [
                piece
                for part in words_of(core.replace(_STAND_IN, _SPACE).strip(_EDGES))
                if not model.knows(part) and model.cost(part) > ODD_RATE * (len(part) + 1)
                for piece in _APOSTROPHE.split(part)
                if not piece.isascii() and not known.may_name(piece)
            ]
            if not all(map(known.may_spell, odd)):
                return False
            (known.odd if odd else known.fine).add(word)
        return True


def is_english(data: bytes) -> bool:
    """Whether a text, given in UTF-8, has the little words of English. Quicker than any model."""
    return sum(map(data.count, ENGLISH_WORDS)) * ENGLISH_DISTANCE >= len(data)


def language_of(lines: Sequence[str]) -> str | None:
    """The language (ISO 639-1) of a text by its longest lines, whatever their order; None where it is unsure."""
    from cleanpipe.language.identify import identify

    sample = (
        lines[0] if len(lines) == 1 else "\n".join(nlargest(SAMPLE_LINES, lines, key=lambda line: (len(line), line)))
    )
    return identify(sample[:SAMPLE_BYTES].encode("utf-8", "replace")[:SAMPLE_BYTES].decode("utf-8", "ignore"))[0]


def _letters(lang: str) -> frozenset[str]:
    """Letters of a language beyond ASCII, and for a Western one those of names that most charsets agree on."""
    from cleanpipe.language.likelihood import letter_model

    model = letter_model(lang)
    if model is None:
        return frozenset()
    after = model.counts.after("")
    total = after[0] if after else 0.0
    found = {letter for letter, weight in model.counts.singles().items() if weight > total * RARE}
    return frozenset(found - set(LEADS) | (set(STABLE) if "a" in found else set()))


@cache
def _hidden() -> re.Pattern[str]:
    return re.compile(f"(?:{layer('mac_roman').whole.pattern}){{3}}")
