"""Letters of one script that were put for look-alikes of another inside a word, as spinners and spammers do.

A word that mixes scripts is believed to be disguised where it is a word when put right, or where scripts alternate
in it, which no name does. Enough such words speak for the doubtful ones, and for words wholly in look-alikes.
`python bench/homoglyphs.py TEXTS --with NAME=VALUE` shows what each constant is good for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from unicodedata import normalize

from cleanpipe.errors import RuleError
from cleanpipe.model import Edit
from cleanpipe.repair.mixed_words import (
    CHARACTERS,
    FUNCTIONS,
    STYLED,
    SYMBOLS,
    Word,
    ending_of,
    has_capitals,
    has_mixed_word,
    is_century,
    kind_of,
    words,
)
from cleanpipe.repair.rules import NOTHING, Found
from cleanpipe.rulebook.schema import compile_pattern
from cleanpipe.text.confusables import look_alikes
from cleanpipe.text.scripts import script_of

SCRIPTS = ("Latin", "Cyrillic", "Greek")
"""What a disguised word may be meant in."""

PROOF = 2
"""Believed words from which the doubtful ones in the document are believed."""

KNOWN = 1.5
"""Zipf value from which a word put right is one: rarer entries of frequency lists are typing errors."""

MUCH_RARER = 1.0
"""Zipf units by which the mixed form has to be rarer: frequency lists hold a few mixed forms from the web."""

COMMON = 4.5
"""Zipf value of words that a text has anyway: what a word wholly in look-alikes has to be."""

VERY_COMMON = 6.0
"""Zipf value of the commonest words, prepositions and the like: one proof is enough for them."""

SHORT = 2
"""Letters of a word that is too short to be told from an abbreviation, unless it is a common one."""

WOVEN = 3
"""Runs of one script each from which a word is no name with an ending ("SMSки") and no compound of two scripts."""

LONG = 6
"""Letters of a word that is too long for a formula."""

STEM_MARGIN = 1.5
"""Zipf units by which a name has to be more usual than what it makes with its ending, as "Ford" is than "Forde" (2.0);
"cloth" and "clothe" are 1.3 apart. With 2.0 the line "endings" of the benchmark is worse, with 1.0 no better."""

DECORATED = 4
"""Styled letters of a word in a word that is decoration. With 3, the lines "full width" and "bold" of the
benchmark lose up to 3 % of their texts, with 4 none."""

NEAR = 24
"""Characters on either side in which a word's neighbours are looked for."""

UNKNOWN_DISCOUNT = 0.93
"""Confidence, as a part, where no list has the word."""

_USUAL = {"Latin": "en", "Cyrillic": "ru", "Greek": "el"}
"""The language to look a word up in where the document is too short to tell its own."""

_BASIC = {"Cyrillic": frozenset("аеорсухАВЕКМНОРСТХ")}
"""Letters that every language in the script has; others have to be the language's own, or occur in plain words."""

_OWN = {"uk": frozenset("іїІЇ"), "be": frozenset("іІ"), "kk": frozenset("іһІҺ"), "sr": frozenset("јЈ")}
_OWN["mk"] = _OWN["sr"] | frozenset("ѕЅ")
"""Letters with look-alikes that some languages have besides, in their alphabets."""


@dataclass(frozen=True, slots=True)
class HomoglyphEngine:
    """Puts look-alikes of other scripts back into the script of the word. `map` adds to the pairs of UTS #39.

    In a text where `about` is found nothing is changed: it speaks of look-alikes, letters or scripts.
    """

    characters: str | None
    id: str
    confidence: float
    added: Mapping[str, str]
    about: re.Pattern[str] | None

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> HomoglyphEngine:
        added = dict(table.get("map", {}))
        for other, latin in added.items():
            if len(other) != 1 or len(latin) != 1 or script_of(latin) != "Latin" or script_of(other) in ("Latin", None):
                raise RuleError(f"{where}: map: {other!r} has to be a letter of another script, {latin!r} a Latin one")
        about = compile_pattern(table["about"]) if "about" in table else None
        return cls(CHARACTERS, table["id"], float(table["confidence"]), added, about)

    def find(self, text: str, lang: str | None) -> Found:
        """Edits for the letters of all words that are believed."""
        if text.isascii() or not has_mixed_word(text, "".join(set(text))):
            return NOTHING
        into = {script: look_alikes(script) for script in SCRIPTS}
        into["Latin"] = {**into["Latin"], **self.added}
        candidates, plain, genuine = words(text, into)
        if not any(word.mixed for word in candidates):
            return NOTHING
        judge = _Judge.of(text, candidates, plain, genuine, lang)
        edits: list[Edit] = []
        kept: list[Edit] = []
        quiet = self.about is not None and self.about.search(text) is not None
        for word, right, share in judge.judged(candidates):
            made = kept if quiet or not share else edits
            for at, (was, now) in enumerate(zip(word.text, right, strict=True), word.start):
                if was != now:
                    made.append(Edit(at, at + 1, was, now, (self.id,), round(self.confidence * (share or 1.0), 3)))
        return Found(edits, kept)


@dataclass(frozen=True, slots=True)
class _Judge:
    """What the document says about its words: its languages by script, its plain words and their letters, the scripts
    with genuine words, all scripts that it has words in, and how many words are wholly in styled letters: unless there
    are more disguised ones, they are meant so."""

    text: str
    languages: Mapping[str, str | None]
    plain: Set[str]
    genuine: Set[str]
    letters: Set[str]
    in_use: Set[str]
    decorated: int

    @classmethod
    def of(cls, text: str, candidates: Sequence[Word], plain: Set[str], genuine: Set[str], lang: str | None) -> _Judge:
        from cleanpipe.repair.evidence import language_of

        right_text = list(text)
        lines: dict[str, int] = {}
        for word in candidates:
            lines[word.line] = lines.get(word.line, 0) + 1
            if word.line in word.readings:
                right_text[word.start : word.start + len(word.text)] = word.readings[word.line]
        main = max(lines, key=lambda script: (lines[script], script))
        found = lang or language_of("".join(right_text))
        languages = {**_USUAL, main: found or _USUAL.get(main)}
        decorated = sum(
            len(word.text) > SHORT and not word.mixed and kind_of(word.text[0]) == STYLED for word in candidates
        )
        letters = frozenset(letter for word in plain for letter in word)
        in_use = genuine | {kind for letter in letters if (kind := kind_of(letter)) is not None}
        in_use |= {word.runs[-1][0] for word in candidates if not word.readings}
        return cls(text, languages, plain, genuine, letters, in_use, decorated)

    def judged(self, candidates: Iterable[Word]) -> list[tuple[Word, str, float]]:
        """Each word with how it would read and a share of the rule's confidence, 0 where it is not believed."""
        weighed = [(word, *self._best(word)) for word in candidates]
        sure = [self._is_sure(word, script, known) for word, script, known in weighed]
        proofs = sum(sure)
        result = []
        for (word, script, known), is_sure in zip(weighed, sure, strict=True):
            if not script:
                continue
            believed = is_sure or (self._is_likely if word.mixed else self._is_whole)(word, script, known, proofs)
            share = 0.0 if not believed else 1.0 if known >= KNOWN else UNKNOWN_DISCOUNT
            result.append((word, word.readings[script], share))
        return result

    def _best(self, word: Word) -> tuple[str, float]:
        """The script that a word is meant in and how usual the word is then; ("", 0) where none is possible."""
        values = {script: self._zipf(word, script) for script in word.readings}
        values = {script: value for script, value in values.items() if value >= KNOWN or self._is_spelt(word, script)}
        if not values:
            return "", 0.0
        best = max(values, key=lambda script: (values[script], script))
        if word.line in values and (
            values[word.line] >= KNOWN or values[best] < 2 * KNOWN or _is_majority(word.line, word.runs)
        ):
            best = word.line
        return best, values[best]

    def _zipf(self, word: Word, script: str) -> float:
        """Zipf value of the word put right, 0 where the word as it stands is nearly as usual."""
        from cleanpipe.language.words import has_words, zipf

        right, lang = word.readings[script], self.languages.get(script)
        value = COMMON if right.lower() in self.plain and len(right) > SHORT else 0.0
        if lang is not None and has_words(lang):
            listed, as_is = zipf(right, lang), zipf(word.text, lang)
            # Equal: a list that has Serbian in one alphabet tells the two forms not apart.
            value = max(value, listed if listed == as_is or listed >= as_is + MUCH_RARER else 0.0)
        return value

    def _is_spelt(self, word: Word, script: str) -> bool:
        """Whether the letters that would be put are letters of the document's language."""
        new = {now.lower() for was, now in zip(word.text, word.readings[script], strict=True) if was != now}
        basic = _BASIC.get(script)
        own = _OWN.get(self.languages.get(script) or "", frozenset())
        return basic is None or new <= self.letters | {letter.lower() for letter in basic | own}

    def _is_sure(self, word: Word, script: str, known: float) -> bool:
        """Whether a word is believed by itself."""
        if not script or not word.mixed or word.formula:
            return False
        runs = word.runs
        if is_century(word):
            return True
        if self._is_inflected(word, known):
            return False
        letters = sum(len(run) for _, run in runs)
        if letters < LONG - 1 and any(low.islower() and high.isupper() for low, high in pairwise(word.text)):
            return letters > SHORT and known >= 2 * KNOWN
        if STYLED in (kind for kind, _ in runs):
            if self._is_decorated(runs):
                return False
            woven = len(runs) >= WOVEN or all(len(run) > 1 for _, run in runs)
            believed = known >= (COMMON if letters <= SHORT else KNOWN) or (woven and letters > SHORT + 1)
            return word.line == "Latin" and (believed or _is_full_width(runs))
        if letters <= SHORT:
            return known >= COMMON
        if known >= KNOWN and (script == word.line or known >= 2 * KNOWN):
            return True
        if not _is_majority(script, runs) or any(run in FUNCTIONS for _, run in runs):
            return False
        foreign = "".join(run for kind, run in runs if kind != script)
        if SYMBOLS.issuperset(foreign):
            return len(runs) >= WOVEN and letters >= LONG
        if len(runs) >= WOVEN:
            return script == word.line and letters > SHORT + 1
        # No language in Latin letters adds endings of another script to its words.
        return script == word.line == "Latin" and len(foreign) <= SHORT and letters >= LONG - SHORT

    def _is_inflected(self, word: Word, known: float) -> bool:
        """Whether a word is a name in Latin letters with an ending of another language: "SMSок", "iPhoneа"."""
        found = ending_of(word)
        if found is None:
            return False
        name, ending, script = found
        if word.line != "Latin":
            return script == word.line and (has_capitals(name) or len(name) > len(ending) + 1)
        if name.isupper():
            return True
        if script not in self.in_use:
            # Here damage is as likely: the name has to be one, and the word to be none.
            return known < KNOWN and (has_capitals(name) or (name[0].isupper() and self._part_zipf(name) >= KNOWN))
        return known < KNOWN or (known < 2 * KNOWN and self._part_zipf(name) >= known + STEM_MARGIN)

    def _is_decorated(self, runs: Sequence[tuple[str, str]]) -> bool:
        """Whether a word in a word is styled for looks: "𝗯𝗼𝗮𝘁s", "𝘃𝗲𝗿𝘆good". A disguise is scattered."""
        styled = [normalize("NFKC", run) for kind, run in runs if kind == STYLED]
        return len(styled) == 1 and len(styled[0]) >= DECORATED and self._part_zipf(styled[0]) >= 2 * KNOWN

    def _part_zipf(self, part: str) -> float:
        """Zipf value of a part of a word, 0 where the document's language has no list to tell by."""
        from cleanpipe.language.words import has_words, zipf

        lang = self.languages.get("Latin")
        return max(zipf(part, lang), zipf(part, _USUAL["Latin"])) if has_words(lang) else 0.0

    def _is_likely(self, word: Word, script: str, known: float, proofs: int) -> bool:
        """Whether a mixed word in doubt is believed for the others."""
        runs = word.runs
        if proofs < PROOF or script != word.line:
            return False
        if word.formula:
            return known >= COMMON
        inflected = ending_of(word) if self._is_inflected(word, known) else None
        if inflected is not None:
            if word.line != "Latin":
                return known >= 2 * KNOWN
            name, _, foreign_script = inflected
            if name.isupper() or foreign_script in self.in_use:
                return False
        foreign = sum(len(run) for kind, run in runs if kind != script)
        return known >= KNOWN or (_is_majority(script, runs) and foreign <= SHORT)

    def _is_whole(self, word: Word, script: str, known: float, proofs: int) -> bool:
        """Whether a word wholly in another script is believed: a common one among words of the line's script."""
        kind = kind_of(word.text[0])
        if kind == STYLED:
            return proofs > self.decorated and known >= KNOWN
        if known < COMMON or not proofs or (len(word.text) == 1 and word.text in SYMBOLS):
            return False
        if script == "Latin":
            return kind not in self.genuine
        # Names and terms in Latin letters are usual in such texts.
        if (proofs < PROOF and known < VERY_COMMON) or word.text in "XxYZ":
            return False
        if len(word.text) > 1 and word.text.isupper():
            return False
        start, end = word.start, word.start + len(word.text)
        before = self.text[max(0, start - NEAR) : start].rpartition("\n")[2]
        after = self.text[end : end + NEAR].partition("\n")[0]
        if word.text.isupper() and before.rstrip(" \"'«„“(—–-")[-1:] not in ("", ".", "!", "?"):
            return False
        neighbours = [*_LETTER_BACK.findall(before), *_LETTER_NEXT.findall(after)]
        return bool(neighbours) and all(kind_of(letter) == script for letter in neighbours)


_LETTER_BACK = re.compile(r"([^\W\d_])[\W\d_]{1,4}$")
_LETTER_NEXT = re.compile(r"^[\W\d_]{1,4}([^\W\d_])")
"""The letters before and after a word: four characters are a space with a quotation mark, a dash or a bracket."""


def _is_full_width(runs: Sequence[tuple[str, str]]) -> bool:
    """Whether it is width alone that differs. In a line of Latin letters nobody means that within a word."""
    return all(letter < "\U0001d400" for kind, run in runs if kind == STYLED for letter in run)


def _is_majority(script: str, runs: Sequence[tuple[str, str]]) -> bool:
    own = sum(len(run) for kind, run in runs if kind == script)
    return 2 * own >= sum(len(run) for _, run in runs)
