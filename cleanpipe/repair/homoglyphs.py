"""Letters of one script that were put for look-alikes of another inside a word, as spinners and spammers do.

Only words that mix scripts are judged by themselves, and only where the word is one in the language when put right,
or the document has shown enough such words. A word wholly in the other script is touched only where those are proof.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cleanpipe.errors import RuleError
from cleanpipe.model import Edit
from cleanpipe.repair.rules import Found
from cleanpipe.text.scripts import count_scripts, script_of

PROOF = 2
"""Mixed words that are words when put right, from which the others in the document are believed."""

MUCH_RARER = 1.0
"""Zipf units by which the mixed form has to be rarer: frequency lists hold a few mixed forms from the web."""

_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class HomoglyphEngine:
    """Puts look-alikes of other scripts back into the script of the text. The pairs of `map` are used both ways."""

    characters: str | None
    id: str
    confidence: float
    into: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> HomoglyphEngine:
        if "map" not in table:
            raise RuleError(f"{where}: map is missing; the engine 'homoglyph' needs it")
        into: dict[str, dict[str, str]] = {}
        for other, latin in table["map"].items():
            scripts = [script_of(other), script_of(latin)]
            if None in scripts or scripts[0] == scripts[1] or len(other) != 1 or len(latin) != 1:
                raise RuleError(f"{where}: map: {other!r} and {latin!r} have to be letters of two scripts")
            into.setdefault(str(scripts[1]), {})[other] = latin
            into.setdefault(str(scripts[0]), {}).setdefault(latin, other)
        return cls(None, table["id"], float(table["confidence"]), into)

    def find(self, text: str, lang: str | None) -> Found:
        """Edits for the letters of all words that are believed."""
        counts = count_scripts(text)
        main = max(self.into, key=lambda script: (counts[script], script))
        letters = self.into[main]
        others = [script for script in self.into if script != main and counts[script]]
        if not others or counts[main] <= sum(counts[script] for script in others):
            return Found([], [])
        mixed: list[tuple[int, str, str, bool]] = []
        for match in _WORD.finditer(text):
            word = match[0]
            if word.isascii() if main == "Latin" else not any(character in letters for character in word):
                continue
            right = "".join(letters.get(character, character) for character in word)
            if right == word or any(script_of(c) not in (main, None) for c in right):
                continue
            mixed.append((match.start(), word, right, any(script_of(c) == main for c in word)))
        if not any(within for *_, within in mixed):
            return Found([], [])
        return self._weighed(text, main, mixed, lang)

    def _weighed(self, text: str, main: str, words: list[tuple[int, str, str, bool]], lang: str | None) -> Found:
        from cleanpipe.language.words import has_words, zipf
        from cleanpipe.repair.words import language_of

        right_text = list(text)
        for start, word, right, _ in words:
            right_text[start : start + len(word)] = right
        lang = lang or language_of("".join(right_text))
        known = [
            lang is not None and has_words(lang) and zipf(right, lang) >= zipf(word, lang) + MUCH_RARER
            for _, word, right, _ in words
        ]
        proven = sum(is_known for is_known, (*_, within) in zip(known, words, strict=True) if within) >= PROOF
        edits: list[Edit] = []
        kept: list[Edit] = []
        for is_known, (start, word, right, within) in zip(known, words, strict=True):
            sure = (is_known and within) or (proven and (is_known or (within and not _has_seam(word, main))))
            for at, (was, now) in enumerate(zip(word, right, strict=True)):
                if was != now:
                    edit = Edit(start + at, start + at + 1, was, now, (self.id,), self.confidence)
                    (edits if sure else kept).append(edit)
        return Found(edits, kept)


def _has_seam(word: str, main: str) -> bool:
    """Whether a word is one run of each script: a foreign name with an ending, rather than a disguised word."""
    runs = 1
    for left, right in pairwise(word):
        runs += (script_of(left) == main) != (script_of(right) == main)
    return runs <= 2 and len(word) > 3
